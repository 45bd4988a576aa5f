"""Drafts as their buyers see them by a link."""

import strawberry

from api.engine.fields import computed
from api.orders.drafts.types import OrderDraftState
from api.orders.orders.line_fields import FrozenLine, order_lines
from api.orders.words import PaymentMethod
from api.rows import one
from api.scalars import DateTime, Money, money
from api.stock.addresses import Address
from api.stock.storefront import Place
from domain.orders.drafts.freezing import lines_of
from domain.stock.places.pick_up import places_by_ids


@strawberry.type
class OrderDraftLine(FrozenLine):
    """What is offered, as it will stand in the order."""


@strawberry.type
class OrderDraft:
    """What the shop offers by a link: its lines and prices do not change."""

    number: str = computed(lambda row: str(row["number"]))
    state: OrderDraftState
    name: str | None
    address: Address | None
    place: Place | None = one(places_by_ids, by="location_id", description="Where it is picked up.")
    payment_method: PaymentMethod | None = strawberry.field(
        description="Null: it is for the buyer to choose."
    )
    note: str | None
    lines: list[OrderDraftLine] = order_lines(lines_of, of="draft_id")
    total: Money = money("total_minor")
    valid_until: DateTime
