"""Inputs of hand-overs."""

import strawberry
from strawberry import UNSET

from api.filters import DateTimeFilter, IdFilter, TextFilter, combined, filtered
from api.inputs import ReferenceInput, reference
from api.orders import kinds
from api.orders.hand_overs.types import HandOverState
from api.scalars import Quantity
from api.stock.kinds import LOT


@strawberry.input
class OrderPartInput:
    """So much of an order's line, each once."""

    line_id: strawberry.ID = reference(kinds.ORDER_LINE, required=True)
    quantity: Quantity


@strawberry.input
class PickedLotInput:
    """So much of a lot, taken where the pick list names another one."""

    lot_id: strawberry.ID = reference(LOT, required=True)
    quantity: Quantity


@strawberry.input
class HandOverCreateInput:
    """What of an order is picked, and who will carry it."""

    order: ReferenceInput = reference(kinds.ORDER, required=True)
    lines: list[OrderPartInput] | None = strawberry.field(
        default=None, description="All that is not picked yet, where left out."
    )
    carrier: str | None = None
    tracking_number: str | None = None


@strawberry.input
class HandOverUpdateInput:
    """Changes of a hand-over: what is left out is kept, null clears."""

    carrier: str | None = UNSET
    tracking_number: str | None = UNSET


@strawberry.input
class HandOverStateFilter:
    """States; an empty `in` matches nothing."""

    eq: HandOverState | None = UNSET
    in_: list[HandOverState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class HandOverWhere:
    """Which hand-overs are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.HAND_OVER)
    order_id: IdFilter | None = filtered(kinds.ORDER)
    state: HandOverStateFilter | None = UNSET
    tracking_number: TextFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    and_: "list[HandOverWhere] | None" = combined("and")
    or_: "list[HandOverWhere] | None" = combined("or")
    not_: "HandOverWhere | None" = combined("not")
