"""Orders as their buyers see them."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from api.engine.fields import column, computed
from api.orders import kinds
from api.orders.hand_overs.types import HandOverState
from api.orders.orders.line_fields import LineFields, order_lines
from api.orders.returns.storefront_types import OrderReturn
from api.orders.shipments.types import ShipmentStatus, ShipmentStep
from api.orders.sold_parts import SoldPart, sold_parts
from api.orders.words import DeliveryWindow, OrderState, PaymentMethod
from api.rows import many, one
from api.scalars import Date, DateTime, Money, id_field, money
from api.stock.addresses import Address
from api.stock.storefront import Place
from domain.orders.hand_overs.lines import lines_of
from domain.orders.hand_overs.lists import hand_overs_of
from domain.orders.orders.money import to_pay, to_refund
from domain.orders.returns.lists import returns_of
from domain.orders.shipments.carriers import link_to
from domain.orders.shipments.following import steps_of
from domain.orders.shipments.lists import shipments_of
from domain.stock.places.pick_up import places_by_ids
from tenants.scope import Asking, Row


@strawberry.type
class OrderLine(LineFields):
    """What was ordered, as it was sold."""


@strawberry.type
class Tracking:
    """Where a parcel is."""

    status: ShipmentStatus | None
    link: str | None = computed(lambda row: link_to(row["tracking_link"], row["tracking_number"]))
    steps: list[ShipmentStep] = many(
        steps_of, of="shipment_id", items=5, description="Its story, the oldest first."
    )


@strawberry.type
class Parcel:
    """A part of an order that goes to the buyer at once."""

    state: HandOverState
    carrier: str | None
    tracking_number: str | None
    tracking: Tracking | None = one(
        shipments_of, by="id", description="What its carrier tells of it, where one does."
    )
    lines: list[SoldPart] = sold_parts(lines_of, of="hand_over_id")
    shipped_at: DateTime | None
    handed_over_at: DateTime | None


async def parcels_of(db: Asking, order_ids: Sequence[UUID]) -> list[Row]:
    """The hand-overs of orders that stand."""
    found = await hand_overs_of(db, order_ids)
    return [row for row in found if row["state"] != "cancelled"]


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
    promised_on: Date | None = strawberry.field(
        description="By which day it was promised to be with him, or where he fetches it."
    )
    delivery_window: DeliveryWindow | None = strawberry.field(
        description="When the courier comes, where that was chosen."
    )
    payment_method: PaymentMethod
    note: str | None
    lines: list[OrderLine] = order_lines()
    total: Money = money("total_minor")
    paid: Money = money("paid_minor")
    by_gift_cards: Money = computed(
        lambda row: (row["cards_minor"], row["currency"]),
        description="What of that gift cards have paid, less what they have back.",
    )
    points: int = column(
        "points_minor", description="Bonus points that lower its prices, less those given back."
    )
    earned_points: int | None = strawberry.field(
        description="Bonus points for it; null before its buyer has all of it and owes nothing."
    )
    to_pay: Money = computed(
        lambda row: (to_pay(row), row["currency"]), description="What is still to be paid."
    )
    to_refund: Money = computed(
        lambda row: (to_refund(row), row["currency"]), description="What will be given back."
    )
    parcels: list[Parcel] = many(
        parcels_of, of="order_id", items=2, description="What is on its way, or has come."
    )
    returns: list[OrderReturn] = many(returns_of, of="order_id", items=1)
    pay_until: DateTime | None = strawberry.field(description="Not paid by then, it expires.")
    placed_at: DateTime
