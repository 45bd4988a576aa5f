"""Hand-overs as the merchant sees them."""

from enum import Enum

import strawberry

from api.engine.fields import computed
from api.nodes import Node
from api.orders import kinds
from api.orders.shipments.types import Shipment
from api.orders.sold_parts import SoldPart, sold_parts
from api.rows import Edited, one
from api.scalars import DateTime, Money, id_field, money
from domain.orders.hand_overs.hand_overs import Action, allowed_actions
from domain.orders.hand_overs.lines import lines_of
from domain.orders.shipments.lists import shipments_of

HandOverAction = strawberry.enum(
    Action, name="HandOverAction", description="What may be done with a hand-over now."
)


@strawberry.enum
class HandOverState(Enum):
    """PICKED: it lies ready. SHIPPED: it has left stock. HANDED_OVER: the buyer has it."""

    PICKED = "picked"
    SHIPPED = "shipped"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"


@strawberry.type
class HandOver(Node, Edited):
    """A part of an order that goes to the buyer at once: the receipt of settlement is of it."""

    id: strawberry.ID = id_field(kinds.HAND_OVER)
    number: str = computed(lambda row: str(row["number"]))
    order_id: strawberry.ID = id_field(kinds.ORDER, "order_id")
    state: HandOverState
    allowed_actions: list[HandOverAction] = computed(  # type: ignore[valid-type]
        lambda row: allowed_actions(row["state"])
    )
    carrier: str | None
    tracking_number: str | None
    shipment: Shipment | None = one(
        shipments_of, description="Where a carrier has it, or is asked to take it."
    )
    lines: list[SoldPart] = sold_parts(lines_of, of="hand_over_id")
    total: Money | None = money("total_minor")
    shipped_at: DateTime | None
    handed_over_at: DateTime | None
