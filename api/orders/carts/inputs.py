"""Inputs of carts. In updates, left out = keep, null = clear."""

from typing import Any

import strawberry
from strawberry import UNSET

from api.catalog.kinds import VARIANT
from api.inputs import reference, values
from api.orders import kinds
from api.orders.words import DeliveryWindowInput, LineAttributeInput, PaymentMethod, read_attributes
from api.scalars import MoneyInput, Quantity, wanted_id
from api.stock.inputs import AddressInput
from api.stock.kinds import LOCATION
from domain.orders.carts.lines import NewLine

TOKEN = "What cartCreate answered; who has it opens the cart."


@strawberry.input
class CartLineInput:
    """So much of a variant, to be put into a cart."""

    variant_id: strawberry.ID = reference(VARIANT, required=True)
    quantity: Quantity = Quantity(1_000)
    attributes: list[LineAttributeInput] | None = None
    note: str | None = None


@strawberry.input
class CartLineChange:
    """Changes of one line; quantity 0 takes it away."""

    id: strawberry.ID = reference(kinds.CART_LINE, required=True)
    quantity: Quantity | None = UNSET
    attributes: list[LineAttributeInput] | None = UNSET
    note: str | None = UNSET


@strawberry.input
class CartDetails:
    """Who buys, where the goods go and how he pays."""

    name: str | None = UNSET
    email: str | None = UNSET
    phone: str | None = strawberry.field(
        default=UNSET, description="As people write it; it is kept as +79161234567."
    )
    address: AddressInput | None = strawberry.field(
        default=UNSET, description="Where to send it; it ends a place to pick up at."
    )
    place_id: strawberry.ID | None = reference(
        LOCATION, description="Where it is picked up, one of availability's places."
    )
    delivery_method_id: strawberry.ID | None = reference(
        kinds.DELIVERY_METHOD, description="One of the cart's deliveryOptions."
    )
    delivery_window: DeliveryWindowInput | None = strawberry.field(
        default=UNSET, description="One of that option's windows, where it has any."
    )
    payment_method: PaymentMethod | None = UNSET
    note: str | None = UNSET
    codes: list[str] | None = strawberry.field(
        default=UNSET, description="Of promotions, as the buyer typed them; all of them, up to 10."
    )
    visitor: str | None = strawberry.field(
        default=UNSET, description="What the shop window knows the browser by; see offerStart."
    )


@strawberry.input
class CartCreateInput(CartDetails):
    """A new cart, with what is known of it already."""

    lines: list[CartLineInput] = strawberry.field(default_factory=list)


@strawberry.input
class CartUpdateInput(CartDetails):
    """Changes of a cart: what is left out is kept, null clears."""

    token: str = strawberry.field(description=TOKEN)


@strawberry.input
class CartLinesAddInput:
    """More goods; of a line that is there already, more of it."""

    token: str = strawberry.field(description=TOKEN)
    lines: list[CartLineInput]


@strawberry.input
class CartLinesSetInput:
    """Lines that change."""

    token: str = strawberry.field(description=TOKEN)
    lines: list[CartLineChange]


@strawberry.input
class CartGiftCardAddInput:
    """A gift card that is to pay for a cart."""

    token: str = strawberry.field(description=TOKEN)
    code: str = strawberry.field(description="As the buyer typed it.")


@strawberry.input
class CartGiftCardRemoveInput:
    """A gift card that is not to pay for a cart after all."""

    token: str = strawberry.field(description=TOKEN)
    code_end: str = strawberry.field(description="As the cart's giftCards tell it.")


@strawberry.input
class CartPointsSetInput:
    """How many bonus points a cart's prices are to be lowered by."""

    token: str = strawberry.field(description=TOKEN)
    points: int | None = strawberry.field(
        default=None, description="0: none; null: as many as may be."
    )


@strawberry.input
class OrderRepeatInput:
    """Which order: the one that a token opens, or one of the signed-in customer's own."""

    order_token: str | None = None
    order_id: strawberry.ID | None = reference(kinds.ORDER)
    cart_token: str | None = strawberry.field(
        default=None, description="The cart that it is put into; a new one where left out."
    )


@strawberry.input
class CheckoutCompleteInput:
    """Which cart is ordered, and for how much: what the buyer has been shown."""

    token: str = strawberry.field(description=TOKEN)
    total: MoneyInput = strawberry.field(
        description="The cart's total as the buyer has seen it; if it is another now, that is "
        "refused with the problem TOTAL_CHANGED."
    )
    to_pay: MoneyInput | None = strawberry.field(
        default=None,
        description="What the gift cards leave to pay, likewise; required where some pay.",
    )


def new_lines(given: list[CartLineInput]) -> list[NewLine]:
    """Lines to be added, as the domain takes them."""
    return [
        NewLine(
            wanted_id(one.variant_id, VARIANT),
            one.quantity,
            read_attributes(one.attributes),
            one.note,
        )
        for one in given
    ]


def line_changes(given: list[CartLineChange]) -> list[dict[str, Any]]:
    """Changes of lines, as the domain takes them."""
    changes = []
    for one in given:
        change = values(one)
        if one.attributes is not UNSET:
            change["attributes"] = read_attributes(one.attributes)
        changes.append(change)
    return changes
