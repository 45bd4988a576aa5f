"""Hand-overs, read for those who may see their orders."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, any_, select

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points
from domain.orders.hand_overs.tables import HandOver
from domain.orders.orders.tables import Order
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS
from tenants.principal import Principal
from tenants.scope import Asking, Row

_HAND_OVERS: Final[Any] = select(HandOver, Order.currency).join(
    Order, Order.id == HandOver.order_id
)
_BY_IDS: Final = _HAND_OVERS.where(HandOver.id == any_(IDS))
_OF_ORDERS: Final = _HAND_OVERS.where(HandOver.order_id == any_(IDS)).order_by(
    HandOver.order_id, HandOver.id
)
_ORDERS: Final = (
    select(Order, HandOver.id.label("paper_id"))
    .join(HandOver, HandOver.order_id == Order.id)
    .where(HandOver.id == any_(IDS))
)
_FILTERS: Final = {
    "id": Filter(HandOver.id),
    "orderId": Filter(HandOver.order_id),
    "state": Filter(HandOver.state),
    "trackingNumber": Filter(HandOver.tracking_number),
    "createdAt": Filter(HandOver.created_at),
}
_NEWEST: Final = (Sort("id", HandOver.id, descending=True),)


async def hand_overs_of(db: Asking, order_ids: Sequence[UUID]) -> list[Row]:
    """The hand-overs of orders, the oldest first, with their `currency`."""
    return await db.rows(_OF_ORDERS, ids=list(order_ids))


async def hand_overs_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Hand-overs by id."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


async def orders_of_hand_overs(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The orders that these are of, by their ids."""
    return {row["paper_id"]: row for row in await db.rows(_ORDERS, ids=list(ids))}


async def hand_overs_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these whose orders the caller may see."""
    asked = at_points(_BY_IDS, principal, Order.location_id)
    return {row["id"]: row for row in await db.rows(asked, ids=list(ids))}


async def list_hand_overs(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of hand-overs of orders that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, where), _NEWEST, request)


async def count_hand_overs(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many hand-overs that list has."""
    return await count_of(db, _asked(principal, where))


def _asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = _HAND_OVERS.where(conditions(_FILTERS, where))
    return at_points(asked, principal, Order.location_id)
