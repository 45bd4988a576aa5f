"""Inputs of orders at the admin's door."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.catalog.kinds import PRODUCT, VARIANT
from api.customers.kinds import CUSTOMER
from api.filters import (
    BooleanFilter,
    DateFilter,
    DateTimeFilter,
    IdFilter,
    IntFilter,
    MoneyFilter,
    OrderDirection,
    TextFilter,
    combined,
    filtered,
)
from api.merchants.kinds import STAFF
from api.orders import kinds
from api.orders.orders.types import PaidBy
from api.orders.words import OrderSource, OrderState, PaymentMethod
from api.scalars import MoneyInput
from api.stock.kinds import LOCATION, LOT


@strawberry.input
class OrderMoneyInput:
    """Money that came or went, in the order's currency, how and why."""

    by: PaidBy
    reason: str
    amount: MoneyInput | None = strawberry.field(
        default=None, description="All that is open, where left out."
    )


@strawberry.input
class OrderStateFilter:
    """States; an empty `in` matches nothing."""

    eq: OrderState | None = UNSET
    in_: list[OrderState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class OrderSourceFilter:
    """Sources; an empty `in` matches nothing."""

    eq: OrderSource | None = UNSET
    in_: list[OrderSource] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class PaymentMethodFilter:
    """Ways of paying; an empty `in` matches nothing."""

    eq: PaymentMethod | None = UNSET
    in_: list[PaymentMethod] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class OrderWhere:
    """Which orders are wanted; fields side by side must all hold.

    `lotId`: goods of that lot went out for it, so its buyer is to be told when the lot is recalled.
    """

    id: IdFilter | None = filtered(kinds.ORDER)
    external_id: TextFilter | None = UNSET
    number: IntFilter | None = UNSET
    state: OrderStateFilter | None = UNSET
    source: OrderSourceFilter | None = UNSET
    payment_method: PaymentMethodFilter | None = UNSET
    customer_id: IdFilter | None = filtered(CUSTOMER)
    status_id: IdFilter | None = filtered(kinds.STATUS)
    assignee_id: IdFilter | None = filtered(STAFF)
    tag: TextFilter | None = UNSET
    delivery_method_id: IdFilter | None = filtered(kinds.DELIVERY_METHOD)
    phone: TextFilter | None = strawberry.field(
        default=UNSET, description="However it is written; its beginning as +7916."
    )
    email: TextFilter | None = UNSET
    place_id: IdFilter | None = filtered(LOCATION)
    product_id: IdFilter | None = filtered(PRODUCT)
    variant_id: IdFilter | None = filtered(VARIANT)
    lot_id: IdFilter | None = filtered(LOT)
    owes: BooleanFilter | None = strawberry.field(
        default=UNSET, description="Whether something is still to be paid."
    )
    is_owed: BooleanFilter | None = strawberry.field(
        default=UNSET, description="Whether something is to be given back."
    )
    due: MoneyFilter | None = strawberry.field(
        default=UNSET, description="What is owed for it in all."
    )
    is_overdue: BooleanFilter | None = strawberry.field(
        default=UNSET, description="Whether the day that was promised is over, and goods are due."
    )
    promised_on: DateFilter | None = UNSET
    pay_until: DateTimeFilter | None = UNSET
    placed_at: DateTimeFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    and_: "list[OrderWhere] | None" = combined("and")
    or_: "list[OrderWhere] | None" = combined("or")
    not_: "OrderWhere | None" = combined("not")


@strawberry.enum
class OrderListField(Enum):
    """What orders are ordered by; DUE by the number alone, whatever the currency."""

    NUMBER = "number"
    DUE = "due"
    PLACED_AT = "placedAt"
    UPDATED_AT = "updatedAt"


@strawberry.input
class OrderListOrder:
    """One level of an order."""

    field: OrderListField
    direction: OrderDirection = OrderDirection.DESC
