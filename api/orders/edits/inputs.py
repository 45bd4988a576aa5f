"""Inputs of edits."""

from typing import Any, Final

import strawberry
from strawberry import UNSET

from api.catalog.kinds import VARIANT
from api.inputs import ReferenceInput, reference, values
from api.orders import kinds
from api.orders.words import LineAttributeInput, read_attributes
from api.scalars import MoneyInput, Quantity
from api.stock.inputs import AddressInput
from api.stock.kinds import LOCATION
from domain.orders.edits.edits import Wish


@strawberry.input
class OrderLineAddInput:
    """So much of a variant that is sold with an order."""

    variant: ReferenceInput = reference(VARIANT, required=True)
    quantity: Quantity = Quantity(1_000)
    price: MoneyInput | None = strawberry.field(
        default=UNSET, description="For one; today's, where left out."
    )
    attributes: list[LineAttributeInput] | None = UNSET
    note: str | None = UNSET


@strawberry.input
class OrderLineChangeInput:
    """Changes of a line of goods. What of it is picked stays."""

    line_id: strawberry.ID = reference(kinds.ORDER_LINE, required=True)
    quantity: Quantity | None = strawberry.field(
        default=UNSET,
        description="In all; 0 takes it away. Less costs what is left of its positions; more costs "
        "what it does today, in a line of its own unless that is the same.",
    )
    price: MoneyInput | None = strawberry.field(
        default=UNSET, description="For one of what is not picked, in a line of its own."
    )


@strawberry.input
class OrderEditInput:
    """All that is changed at once, and why."""

    reason: str
    add: list[OrderLineAddInput] = strawberry.field(default_factory=list)
    change: list[OrderLineChangeInput] = strawberry.field(default_factory=list)
    address: AddressInput | None = strawberry.field(
        default=UNSET, description="Where to send it; it ends a place to pick up at."
    )
    place_id: strawberry.ID | None = reference(
        LOCATION, description="Where it is picked up; that ends its delivery."
    )
    delivery_method_id: strawberry.ID | None = reference(
        kinds.DELIVERY_METHOD, description="At what it costs to the address now. Null: none."
    )
    delivery_price: MoneyInput | None = strawberry.field(
        default=UNSET, description="What the delivery costs instead."
    )
    reprice: bool = strawberry.field(
        default=False,
        description="Price all that is not picked anew, as one cart of today with the codes that "
        "the order has used; but for prices named here.",
    )


_WAY: Final = ("address", "place_id", "delivery_method_id", "delivery_price")


def wish_of(given: OrderEditInput) -> Wish:
    """An edit as the domain takes it."""
    wish = values(given)
    way: dict[str, Any] = {name: wish.pop(name) for name in _WAY if name in wish}
    return Wish(**{**wish, "add": added(given.add)}, way=way)


def added(given: list[OrderLineAddInput]) -> list[dict[str, Any]]:
    """Goods that are added, as the domain takes them."""
    return [{**values(one), "attributes": read_attributes(one.attributes or None)} for one in given]


@strawberry.input
class OrderExchangeInput:
    """The goods that go out for those that come back, and why."""

    add: list[OrderLineAddInput]
    reason: str
