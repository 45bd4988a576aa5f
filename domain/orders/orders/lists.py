"""Lists of orders: those that the caller may see, the newest first."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select

from domain.catalog.filters import Filter, Narrowing, Where, conditions
from domain.catalog.queries import OrderBy
from domain.catalog.tables import Variant
from domain.customers.segments.related import Amount
from domain.merchants.points import at_points, at_seen_points
from domain.merchants.shop_facts import day_of
from domain.orders.desk.tables import OrderTag
from domain.orders.orders.tables import Order, OrderLine
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import rows_by_id
from domain.stock.tables import StockMovement
from tenants.principal import Principal
from tenants.scope import Asking, Row
from tenants.values.invalid import InvalidValue
from tenants.values.phones import parse_phone


def _has_line(condition: Any) -> Any:
    stands = (OrderLine.order_id == Order.id, OrderLine.quantity > 0)
    return select(OrderLine.id).where(*stands, condition).exists()


def _has_variant(condition: Any) -> Any:
    found = select(OrderLine.id).join(Variant, Variant.id == OrderLine.variant_id)
    return found.where(OrderLine.order_id == Order.id, condition).exists()


def _tagged(condition: Any) -> Any:
    return select(OrderTag.id).where(OrderTag.order_id == Order.id, condition).exists()


class _Phone(Filter):
    """A phone, however it is written."""

    def _value(self, value: Any, kind: type) -> Any:
        with suppress(InvalidValue):  # the beginning of one is no phone
            return parse_phone(value) if isinstance(value, str) else value
        return super()._value(value, kind)


def _went_out(condition: Any) -> Any:
    """Whether goods were shipped for an order out of a lot; what came back of it counts too."""
    went = (StockMovement.document_id == Order.hold_id, StockMovement.kind == "sale")
    return select(StockMovement.id).where(*went, condition).exists()


_ORDERS: Final = select(Order)
_BALANCE: Final = Order.due_minor - Order.paid_minor + Order.refunded_minor
_UNDER_WAY: Final = or_(
    *(Order.state == one for one in ("awaiting_payment", "confirmed", "in_delivery"))
)
FILTERS: Final[Mapping[str, Narrowing]] = {
    "id": Filter(Order.id),
    "externalId": Filter(Order.external_id),
    "number": Filter(Order.number),
    "state": Filter(Order.state),
    "source": Filter(Order.source),
    "paymentMethod": Filter(Order.payment_method),
    "customerId": Filter(Order.customer_id),
    "statusId": Filter(Order.status_id),
    "assigneeId": Filter(Order.assignee_id),
    "tag": Filter(OrderTag.tag, _tagged),
    "deliveryMethodId": Filter(Order.delivery_method_id),
    "phone": _Phone(Order.phone),
    "email": Filter(Order.email),
    "placeId": Filter(Order.location_id),
    "productId": Filter(Variant.product_id, _has_variant),
    "variantId": Filter(OrderLine.variant_id, _has_line),
    "lotId": Filter(StockMovement.lot_id, _went_out),
    "owes": Filter(_BALANCE > 0),
    "isOwed": Filter(_BALANCE < 0),
    "due": Amount(lambda currency: case((Order.currency == currency, Order.due_minor))),
    "isOverdue": Filter(and_(_UNDER_WAY, Order.promised_on < day_of(func.now()))),
    "promisedOn": Filter(Order.promised_on),
    "payUntil": Filter(Order.pay_until),
    "placedAt": Filter(Order.placed_at),
    "updatedAt": Filter(Order.updated_at),
}
_NEWEST: Final = (Sort("id", Order.id, descending=True),)
_SORTS: Final[Mapping[str, Any]] = {
    "number": Order.number,
    "due": Order.due_minor,
    "placedAt": Order.placed_at,
    "updatedAt": Order.updated_at,
}


async def orders_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Orders by id."""
    return await rows_by_id(db, Order, ids)


async def orders_seen(db: Asking, principal: Principal, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these orders that the caller may see."""
    found = await orders_by_ids(db, ids)
    return {row["id"]: row for row in at_seen_points(principal, found.values())}


async def list_orders(
    db: Asking,
    principal: Principal,
    request: PageRequest,
    *,
    where: Where | None = None,
    order_by: OrderBy = (),
) -> Page:
    """A page of orders that the caller may see; the newest first, unless another order is asked
    for: `number`, `due` (minor units, whatever the currency), `placedAt`, `updatedAt`.
    """
    sorts = [Sort(name, _SORTS[name], descending) for name, descending in order_by]
    return await page_of(db, orders_asked(principal, where), [*sorts, *_NEWEST], request)


async def count_orders(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many orders that list has."""
    return await count_of(db, orders_asked(principal, where))


async def count_by_state(
    db: Asking, principal: Principal, *, where: Where | None = None
) -> list[Row]:
    """How many orders of that list are in each `state` and of each `status_id`: `count`."""
    found = orders_asked(principal, where).subquery()
    counted = select(found.c.state, found.c.status_id, func.count().label("count"))
    return await db.rows(
        counted.group_by(found.c.state, found.c.status_id).order_by(
            found.c.state, found.c.status_id
        )
    )


def orders_asked(principal: Principal, where: Where | None) -> Select[*tuple[Any, ...]]:
    """The orders that are asked for, and that the caller may see. Raises Invalid."""
    asked: Select[*tuple[Any, ...]] = _ORDERS.where(conditions(FILTERS, where))
    return at_points(asked, principal, Order.location_id)
