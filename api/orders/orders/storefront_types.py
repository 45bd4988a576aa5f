"""Orders as their buyers see them."""

import strawberry

from api.engine.fields import computed
from api.orders import kinds
from api.orders.orders.line_fields import LineFields, order_lines
from api.orders.words import OrderState, PaymentMethod
from api.rows import one
from api.scalars import DateTime, Money, id_field, money
from api.stock.addresses import Address
from api.stock.storefront import Place
from domain.orders.orders.money import to_pay, to_refund
from domain.stock.places.pick_up import places_by_ids


@strawberry.type
class OrderLine(LineFields):
    """What was ordered, as it was sold."""


@strawberry.type
class Order:
    """What a buyer has ordered. Its token opens it, its id does not."""

    id: strawberry.ID = id_field(kinds.ORDER)
    number: str = computed(lambda row: str(row["number"]))
    state: OrderState
    name: str | None
    email: str | None
    phone: str | None
    address: Address | None
    place: Place | None = one(places_by_ids, by="location_id", description="Where it is picked up.")
    payment_method: PaymentMethod
    note: str | None
    lines: list[OrderLine] = order_lines()
    total: Money = money("total_minor")
    paid: Money = money("paid_minor")
    to_pay: Money = computed(
        lambda row: (to_pay(row), row["currency"]), description="What is still to be paid."
    )
    to_refund: Money = computed(
        lambda row: (to_refund(row), row["currency"]), description="What will be given back."
    )
    pay_until: DateTime | None = strawberry.field(description="Not paid by then, it expires.")
    placed_at: DateTime
