"""Inputs of drafts at the admin's door. In updates, left out = keep, null = clear."""

from typing import Any

import strawberry
from strawberry import UNSET

from api.customers.kinds import CUSTOMER
from api.filters import DateTimeFilter, IdFilter, IntFilter, TextFilter, combined, filtered
from api.inputs import ReferenceInput, reference, values
from api.orders import kinds
from api.orders.carts.inputs import CartLineInput, new_lines
from api.orders.drafts.types import OrderDraftState
from api.orders.orders.inputs import OrderSourceFilter
from api.orders.words import OrderSource, PaymentMethod
from api.scalars import MoneyInput
from api.stock.inputs import AddressInput
from api.stock.kinds import LOCATION


@strawberry.input
class OrderDraftDetails:
    """Who buys, where the goods go, how he pays, and what staff take off."""

    customer: ReferenceInput | None = reference(
        CUSTOMER, description="Whom staff know it to be: prices and promotions go by this card."
    )
    name: str | None = UNSET
    email: str | None = UNSET
    phone: str | None = strawberry.field(
        default=UNSET, description="As people write it; it is kept as +79161234567."
    )
    address: AddressInput | None = strawberry.field(
        default=UNSET, description="Where to send it; it ends a place to pick up at."
    )
    place_id: strawberry.ID | None = reference(LOCATION, description="Where it is picked up.")
    delivery_method_id: strawberry.ID | None = reference(kinds.DELIVERY_METHOD)
    payment_method: PaymentMethod | None = strawberry.field(
        default=UNSET, description="Left open, the buyer says it when he accepts."
    )
    note: str | None = UNSET
    codes: list[str] | None = strawberry.field(
        default=UNSET, description="Of promotions; one that does not apply is refused."
    )
    discount: MoneyInput | None = strawberry.field(
        default=UNSET, description="Off the goods, after all promotions; it needs a reason."
    )
    discount_reason: str | None = UNSET


@strawberry.input
class OrderDraftCreateInput(OrderDraftDetails):
    """A new draft."""

    lines: list[CartLineInput]
    source: OrderSource = OrderSource.PHONE
    call_id: str | None = strawberry.field(
        default=UNSET, description="What the telephony calls the call that it is made in."
    )


@strawberry.input
class OrderDraftUpdateInput(OrderDraftDetails):
    """Changes of a draft: what is left out is kept, null clears.

    Where lines, customer, codes, discount or delivery change, all is priced anew.
    """

    expected_version: int | None = UNSET
    lines: list[CartLineInput] | None = strawberry.field(default=UNSET, description="All of them.")
    source: OrderSource | None = UNSET
    call_id: str | None = UNSET


@strawberry.input
class OrderDraftStateFilter:
    """States; an empty `in` matches nothing."""

    eq: OrderDraftState | None = UNSET
    in_: list[OrderDraftState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class OrderDraftWhere:
    """Which drafts are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.DRAFT)
    number: IntFilter | None = UNSET
    state: OrderDraftStateFilter | None = UNSET
    source: OrderSourceFilter | None = UNSET
    call_id: TextFilter | None = UNSET
    customer_id: IdFilter | None = filtered(CUSTOMER)
    phone: TextFilter | None = strawberry.field(default=UNSET, description="As +79161234567.")
    created_at: DateTimeFilter | None = UNSET
    valid_until: DateTimeFilter | None = UNSET
    and_: "list[OrderDraftWhere] | None" = combined("and")
    or_: "list[OrderDraftWhere] | None" = combined("or")
    not_: "OrderDraftWhere | None" = combined("not")


def draft_values(given: OrderDraftDetails) -> dict[str, Any]:
    """What an input says, as the domain takes it."""
    said = values(given)
    lines: Any = getattr(given, "lines", UNSET)
    if lines is not UNSET and lines is not None:
        said["lines"] = new_lines(lines)
    return said
