"""Lists of transfers from or to the points that the caller sees."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, literal, or_, select

from domain.catalog.filters import Filter, Where, conditions
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import rows_by_id
from domain.stock.transfers.tables import Transfer, TransferLine
from domain.stock.transfers.transfers import sees_transfer
from tenants.principal import Principal
from tenants.scope import Asking, Row


def _has_line(condition: Any) -> Any:
    lines = select(TransferLine.id)
    return lines.where(TransferLine.transfer_id == Transfer.id, condition).exists()


_FILTERS: Final = {
    "id": Filter(Transfer.id),
    "externalId": Filter(Transfer.external_id),
    "fromLocationId": Filter(Transfer.from_location_id),
    "toLocationId": Filter(Transfer.to_location_id),
    "variantId": Filter(TransferLine.variant_id, _has_line),
    "state": Filter(Transfer.state),
    "createdAt": Filter(Transfer.created_at),
    "sentAt": Filter(Transfer.sent_at),
}
_NEWEST: Final = (Sort("id", Transfer.id, descending=True),)


async def transfers_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these transfers that the caller may see."""
    found = await rows_by_id(db, Transfer, ids)
    return {id: row for id, row in found.items() if sees_transfer(principal, row)}


async def list_transfers(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of transfers that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, where), _NEWEST, request)


async def count_transfers(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many transfers that list has."""
    return await count_of(db, _asked(principal, where))


def _asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = select(Transfer).where(conditions(_FILTERS, where))
    if principal.points is None:
        return asked
    mine = any_(literal(list(principal.points), ARRAY(Uuid())))
    return asked.where(or_(Transfer.from_location_id == mine, Transfer.to_location_id == mine))
