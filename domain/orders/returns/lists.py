"""Returns, read for those who may see their orders."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, any_, select

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points
from domain.orders.orders.tables import Order
from domain.orders.returns.tables import OrderReturn
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS
from tenants.principal import Principal
from tenants.scope import Asking, Row

_RETURNS: Final[Any] = select(OrderReturn, Order.currency).join(
    Order, Order.id == OrderReturn.order_id
)
_BY_IDS: Final = _RETURNS.where(OrderReturn.id == any_(IDS))
_OF_ORDERS: Final = _RETURNS.where(OrderReturn.order_id == any_(IDS)).order_by(
    OrderReturn.order_id, OrderReturn.id
)
_ORDERS: Final = (
    select(Order, OrderReturn.id.label("paper_id"))
    .join(OrderReturn, OrderReturn.order_id == Order.id)
    .where(OrderReturn.id == any_(IDS))
)
_FILTERS: Final = {
    "id": Filter(OrderReturn.id),
    "orderId": Filter(OrderReturn.order_id),
    "state": Filter(OrderReturn.state),
    "createdAt": Filter(OrderReturn.created_at),
}
_NEWEST: Final = (Sort("id", OrderReturn.id, descending=True),)


async def returns_of(db: Asking, order_ids: Sequence[UUID]) -> list[Row]:
    """The returns of orders, the oldest first, with their `currency`."""
    return await db.rows(_OF_ORDERS, ids=list(order_ids))


async def returns_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Returns by id."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


async def orders_of_returns(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The orders that these are of, by their ids."""
    return {row["paper_id"]: row for row in await db.rows(_ORDERS, ids=list(ids))}


async def returns_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these whose orders the caller may see."""
    asked = at_points(_BY_IDS, principal, Order.location_id)
    return {row["id"]: row for row in await db.rows(asked, ids=list(ids))}


async def list_returns(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of returns of orders that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, where), _NEWEST, request)


async def count_returns(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many returns that list has."""
    return await count_of(db, _asked(principal, where))


def _asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = _RETURNS.where(conditions(_FILTERS, where))
    return at_points(asked, principal, Order.location_id)
