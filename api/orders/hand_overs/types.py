"""Hand-overs as the merchant sees them."""

from enum import Enum

import strawberry

from api.catalog.admin_types.variants import Variant
from api.catalog.admin_words import UnitCodes
from api.engine.fields import computed
from api.nodes import Node
from api.orders import kinds
from api.orders.shipments.types import Shipment
from api.orders.sold_parts import SoldPart, sold_parts
from api.rows import Edited, in_table, many, one
from api.scalars import DateTime, Money, Quantity, id_field, money
from api.stock.ledger_types import VARIANT_READ, Lot
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.orders.hand_overs.hand_overs import Action, allowed_actions
from domain.orders.hand_overs.lines import lines_of
from domain.orders.hand_overs.picking import pick_lists
from domain.orders.shipments.lists import shipments_of
from domain.stock import tables as stock

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
class PickedLot:
    """So much of a lot."""

    lot: Lot = one(in_table(stock.Lot), by="lot_id")
    quantity: Quantity


@strawberry.type
class PickLine:
    """Goods to be taken at one place for a line of an order."""

    line_id: strawberry.ID = id_field(kinds.ORDER_LINE, "order_line_id")
    variant: Variant | None = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    location: Location = one(in_table(stock.Location), by="location_id")
    quantity: Quantity
    lots: list[PickedLot] = strawberry.field(
        description="What expires first, as far as it lies there; another may be taken."
    )
    unit_codes: UnitCodes
    codes_wanted: int = strawberry.field(description="How many pieces are to be scanned.")


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
    pick_list: list[PickLine] = many(
        pick_lists, of="hand_over_id", items=5, description="What is to be taken, while PICKED."
    )
    lines: list[SoldPart] = sold_parts(lines_of, of="hand_over_id")
    total: Money | None = money("total_minor")
    shipped_at: DateTime | None
    handed_over_at: DateTime | None
