"""Inputs of the desk. In updates, left out = keep, null = clear."""

import strawberry
from strawberry import UNSET

from api.filters import IdFilter, combined, filtered
from api.inputs import reference
from api.merchants.kinds import STAFF
from api.orders import kinds
from api.orders.orders.inputs import OrderStateFilter
from api.orders.words import OrderState


@strawberry.input
class OrderStatusCreateInput:
    """A new status."""

    title: str
    state: OrderState = strawberry.field(description="The state that it is of, for good.")
    colour: str = strawberry.field(description="As #ff8800.")
    position: int = 0
    is_default: bool = False


@strawberry.input
class OrderStatusUpdateInput:
    """Changes of a status."""

    expected_version: int | None = UNSET
    title: str | None = UNSET
    colour: str | None = UNSET
    position: int | None = UNSET
    is_default: bool | None = UNSET


@strawberry.input
class OrderStatusWhere:
    """Which statuses are wanted."""

    id: IdFilter | None = filtered(kinds.STATUS)
    state: OrderStateFilter | None = UNSET
    and_: "list[OrderStatusWhere] | None" = combined("and")
    or_: "list[OrderStatusWhere] | None" = combined("or")
    not_: "OrderStatusWhere | None" = combined("not")


@strawberry.input
class OrderTagsChangeInput:
    """How the tags change: to exactly `set`; or by `add` and `remove`."""

    set: list[str] | None = UNSET
    add: list[str] | None = UNSET
    remove: list[str] | None = UNSET


@strawberry.input
class OrderSortInput:
    """How staff sort an order; what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    status_id: strawberry.ID | None = reference(
        kinds.STATUS, description="One of the order's present state."
    )
    assignee_id: strawberry.ID | None = reference(STAFF, description="Who sees to it.")
    tags: OrderTagsChangeInput | None = UNSET


@strawberry.input
class OrderCommentInput:
    """What is said, and to whom in particular."""

    text: str
    mentions: list[strawberry.ID] = reference(
        STAFF, required=True, description="Colleagues who are told by the event order.commented."
    )
