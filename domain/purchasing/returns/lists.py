"""Lists of returns to suppliers, at the points that the caller sees."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points, at_seen_points
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.purchasing.tables import SupplierReturn, SupplierReturnLine
from domain.row_sets import rows_by_id
from tenants.principal import Principal
from tenants.scope import Asking, Row


def _has_line(condition: Any) -> Any:
    lines = select(SupplierReturnLine.id)
    return lines.where(SupplierReturnLine.return_id == SupplierReturn.id, condition).exists()


_FILTERS: Final = {
    "id": Filter(SupplierReturn.id),
    "externalId": Filter(SupplierReturn.external_id),
    "supplierId": Filter(SupplierReturn.supplier_id),
    "locationId": Filter(SupplierReturn.location_id),
    "variantId": Filter(SupplierReturnLine.variant_id, _has_line),
    "lotId": Filter(SupplierReturnLine.lot_id, _has_line),
    "state": Filter(SupplierReturn.state),
    "createdAt": Filter(SupplierReturn.created_at),
}
_NEWEST: Final = (Sort("id", SupplierReturn.id, descending=True),)


async def returns_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these returns that the caller may see."""
    found = await rows_by_id(db, SupplierReturn, ids)
    return {row["id"]: row for row in at_seen_points(principal, found.values())}


async def list_returns(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of returns from the points that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, where), _NEWEST, request)


async def count_returns(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many returns that list has."""
    return await count_of(db, _asked(principal, where))


def _asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = select(SupplierReturn).where(conditions(_FILTERS, where))
    return at_points(asked, principal, SupplierReturn.location_id)
