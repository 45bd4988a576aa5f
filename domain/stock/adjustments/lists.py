"""Lists of adjustments of one kind, at the points that the caller sees."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points, at_seen_points
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import rows_by_id
from domain.stock.adjustments.tables import Adjustment, AdjustmentLine
from tenants.principal import Principal
from tenants.scope import Asking, Row


def _has_line(condition: Any) -> Any:
    lines = select(AdjustmentLine.id)
    return lines.where(AdjustmentLine.adjustment_id == Adjustment.id, condition).exists()


_FILTERS: Final = {
    "id": Filter(Adjustment.id),
    "externalId": Filter(Adjustment.external_id),
    "locationId": Filter(Adjustment.location_id),
    "variantId": Filter(AdjustmentLine.variant_id, _has_line),
    "state": Filter(Adjustment.state),
    "reason": Filter(Adjustment.reason),
    "createdAt": Filter(Adjustment.created_at),
    "postedAt": Filter(Adjustment.posted_at),
}
_NEWEST: Final = (Sort("id", Adjustment.id, descending=True),)


async def adjustments_seen(
    db: Asking, principal: Principal, ids: Sequence[UUID], *, kind: str
) -> dict[UUID, Row]:
    """Those of these adjustments that are of this kind, and that the caller may see."""
    found = await rows_by_id(db, Adjustment, ids)
    seen = at_seen_points(principal, found.values())
    return {row["id"]: row for row in seen if row["kind"] == kind}


async def list_adjustments(
    db: Asking,
    principal: Principal,
    request: PageRequest,
    *,
    kind: str,
    where: Where | None = None,
) -> Page:
    """A page of adjustments at the points that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, kind, where), _NEWEST, request)


async def count_adjustments(
    db: Asking, principal: Principal, *, kind: str, where: Where | None = None
) -> int:
    """How many adjustments that list has."""
    return await count_of(db, _asked(principal, kind, where))


def _asked(principal: Principal, kind: str, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = select(Adjustment).where(
        Adjustment.kind == kind, conditions(_FILTERS, where)
    )
    return at_points(asked, principal, Adjustment.location_id)
