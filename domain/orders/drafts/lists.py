"""Lists of drafts: those that the caller may see, the newest first."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, any_, select

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points, at_seen_points
from domain.orders.drafts.tables import OrderDraft
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS, rows_by_id
from tenants.principal import Principal
from tenants.scope import Asking, Row

_DRAFTS: Final = select(OrderDraft)
_FILTERS: Final = {
    "id": Filter(OrderDraft.id),
    "number": Filter(OrderDraft.number),
    "state": Filter(OrderDraft.state),
    "source": Filter(OrderDraft.source),
    "callId": Filter(OrderDraft.call_id),
    "customerId": Filter(OrderDraft.customer_id),
    "phone": Filter(OrderDraft.phone),
    "createdAt": Filter(OrderDraft.created_at),
    "validUntil": Filter(OrderDraft.valid_until),
}
_NEWEST: Final = (Sort("id", OrderDraft.id, descending=True),)
_OF_ORDERS: Final = _DRAFTS.where(OrderDraft.order_id == any_(IDS))


async def drafts_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Drafts by id."""
    return await rows_by_id(db, OrderDraft, ids)


async def drafts_of_orders(db: Asking, order_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The drafts that orders came of, by the orders' ids."""
    return {row["order_id"]: row for row in await db.rows(_OF_ORDERS, ids=list(order_ids))}


async def drafts_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these drafts that the caller may see."""
    found = await drafts_by_ids(db, ids)
    return {row["id"]: row for row in at_seen_points(principal, found.values())}


async def list_drafts(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of drafts that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, where), _NEWEST, request)


async def count_drafts(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many drafts that list has."""
    return await count_of(db, _asked(principal, where))


def _asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = _DRAFTS.where(conditions(_FILTERS, where))
    return at_points(asked, principal, OrderDraft.location_id)
