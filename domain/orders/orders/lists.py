"""Lists of orders: those that the caller may see, the newest first."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points, at_seen_points
from domain.orders.carts.carts import cart_digest
from domain.orders.orders.tables import Order, OrderLine
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import rows_by_id
from domain.stock.tables import StockMovement
from tenants.principal import Principal
from tenants.scope import Asking, Row


def _has_line(condition: Any) -> Any:
    stands = (OrderLine.order_id == Order.id, OrderLine.quantity > 0)
    return select(OrderLine.id).where(*stands, condition).exists()


def _went_out(condition: Any) -> Any:
    """Whether goods were shipped for an order out of a lot; what came back of it counts too."""
    went = (StockMovement.document_id == Order.hold_id, StockMovement.kind == "sale")
    return select(StockMovement.id).where(*went, condition).exists()


_ORDERS: Final = select(Order)
_BALANCE: Final = Order.due_minor - Order.paid_minor + Order.refunded_minor
_FILTERS: Final = {
    "id": Filter(Order.id),
    "externalId": Filter(Order.external_id),
    "number": Filter(Order.number),
    "state": Filter(Order.state),
    "source": Filter(Order.source),
    "paymentMethod": Filter(Order.payment_method),
    "customerId": Filter(Order.customer_id),
    "phone": Filter(Order.phone),
    "email": Filter(Order.email),
    "placeId": Filter(Order.location_id),
    "variantId": Filter(OrderLine.variant_id, _has_line),
    "lotId": Filter(StockMovement.lot_id, _went_out),
    "owes": Filter(_BALANCE > 0),
    "isOwed": Filter(_BALANCE < 0),
    "placedAt": Filter(Order.placed_at),
}
_BY_TOKEN: Final = _ORDERS.where(
    Order.token_hash == bindparam("digest", type_=Order.token_hash.type)
)
_NEWEST: Final = (Sort("id", Order.id, descending=True),)


async def find_order(db: Asking, token: str) -> Row | None:
    """The order that a cart's token opens, if any."""
    digest = cart_digest(token)
    return None if digest is None else await db.row(_BY_TOKEN, digest=digest)


async def orders_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Orders by id."""
    return await rows_by_id(db, Order, ids)


async def orders_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these orders that the caller may see."""
    found = await orders_by_ids(db, ids)
    return {row["id"]: row for row in at_seen_points(principal, found.values())}


async def list_orders(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of orders that the caller may see, the newest first."""
    return await page_of(db, _asked(principal, where), _NEWEST, request)


async def count_orders(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many orders that list has."""
    return await count_of(db, _asked(principal, where))


def _asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    asked: Select[*tuple[Any, ...]] = _ORDERS.where(conditions(_FILTERS, where))
    return at_points(asked, principal, Order.location_id)
