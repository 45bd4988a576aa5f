"""Inputs of returns."""

import strawberry
from strawberry import UNSET

from api.filters import DateTimeFilter, IdFilter, combined, filtered
from api.inputs import ReferenceInput, ScannedCodeInput, reference
from api.orders import kinds
from api.orders.edits.inputs import OrderLineAddInput
from api.orders.hand_overs.inputs import OrderPartInput
from api.orders.returns.types import OrderReturnState, ReturnCondition
from api.scalars import Quantity
from api.stock.kinds import LOCATION


@strawberry.input
class OrderReturnRequestInput:
    """What a buyer wants to give back of his order, and why."""

    token: str = strawberry.field(description="What cartCreate answered; it opens the order.")
    lines: list[OrderPartInput]
    reason: str


@strawberry.input
class OrderReturnCreateInput:
    """What a buyer gives back of an order, and why."""

    order: ReferenceInput = reference(kinds.ORDER, required=True)
    lines: list[OrderPartInput] | None = strawberry.field(
        default=None, description="All that he has, where left out."
    )
    reason: str
    add: list[OrderLineAddInput] = strawberry.field(
        default_factory=list, description="Other goods that go out in exchange."
    )


@strawberry.input
class ReturnArrivalInput:
    """How a line came, where it is not whole and SELLABLE."""

    line_id: strawberry.ID = reference(kinds.ORDER_LINE, required=True)
    condition: ReturnCondition = ReturnCondition.SELLABLE
    quantity: Quantity | None = strawberry.field(
        default=None, description="Less than was asked for; the rest does not come."
    )


@strawberry.input
class OrderReturnReceiveInput:
    """What came, and where to."""

    lines: list[ReturnArrivalInput] = strawberry.field(default_factory=list)
    codes: list[ScannedCodeInput] | None = strawberry.field(
        default=None, description="Of all pieces that are known one by one, in any order."
    )
    location: ReferenceInput | None = reference(
        LOCATION, description="Each line to where it had left, where left out."
    )


@strawberry.input
class OrderReturnStateFilter:
    """States; an empty `in` matches nothing."""

    eq: OrderReturnState | None = UNSET
    in_: list[OrderReturnState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class OrderReturnWhere:
    """Which returns are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.RETURN)
    order_id: IdFilter | None = filtered(kinds.ORDER)
    state: OrderReturnStateFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    and_: "list[OrderReturnWhere] | None" = combined("and")
    or_: "list[OrderReturnWhere] | None" = combined("or")
    not_: "OrderReturnWhere | None" = combined("not")
