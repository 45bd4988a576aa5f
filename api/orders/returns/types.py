"""Returns as buyers and the merchant see them."""

from enum import Enum

import strawberry

from api.engine.fields import computed
from api.nodes import Node
from api.orders import kinds
from api.orders.edits.types import OrderRevision
from api.orders.sold_parts import SoldPart, sold_parts
from api.rows import Edited, many
from api.scalars import DateTime, Money, id_field, money
from domain.orders.edits.revisions import exchanges_of
from domain.orders.returns.lines import lines_of
from domain.orders.returns.returns import Action, allowed_actions

OrderReturnAction = strawberry.enum(
    Action, name="OrderReturnAction", description="What may be done with a return now."
)


@strawberry.enum
class OrderReturnState(Enum):
    """REQUESTED: the buyer asks. APPROVED: it may come. RECEIVED: it came, and money is owed."""

    REQUESTED = "requested"
    APPROVED = "approved"
    RECEIVED = "received"
    REJECTED = "rejected"


@strawberry.enum
class ReturnCondition(Enum):
    """SELLABLE: back to the shelf. DAMAGED: written off. KEPT_BY_BUYER: it came to nobody."""

    SELLABLE = "sellable"
    DAMAGED = "damaged"
    KEPT_BY_BUYER = "kept_by_buyer"


@strawberry.type
class ReturnedPart(SoldPart):
    """A part of an order's line that comes back."""

    condition: ReturnCondition | None = strawberry.field(description="Null until it has come.")


@strawberry.type
class ReturnFields:
    """What buyers and staff see alike."""

    id: strawberry.ID = id_field(kinds.RETURN)
    number: str = computed(lambda row: str(row["number"]))
    state: OrderReturnState
    reason: str
    answer: str | None = strawberry.field(description="The shop's words to the buyer.")
    lines: list[ReturnedPart] = sold_parts(lines_of, of="return_id")
    refund: Money | None = money("refund_minor")
    received_at: DateTime | None


@strawberry.type
class OrderReturn(ReturnFields, Node, Edited):
    """What a buyer gives back of an order, or wants to."""

    order_id: strawberry.ID = id_field(kinds.ORDER, "order_id")
    by_buyer: bool = strawberry.field(description="Whether the buyer has asked for it himself.")
    exchanges: list[OrderRevision] = many(
        exchanges_of, of="return_id", items=1, description="What went out for it."
    )
    allowed_actions: list[OrderReturnAction] = computed(  # type: ignore[valid-type]
        lambda row: allowed_actions(row["state"])
    )
