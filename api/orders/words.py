"""Closed lists of words of orders, and the buyer's own words for a line."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

import strawberry

from api.engine.fields import computed
from api.scalars import Date
from domain.orders.orders.states import Action

OrderAction = strawberry.enum(
    Action, name="OrderAction", description="What may be done with an order now."
)


@strawberry.enum
class PaymentMethod(Enum):
    """How an order is paid: ONLINE or by INVOICE before it goes, or ON_HAND_OVER."""

    ONLINE = "online"
    INVOICE = "invoice"
    ON_HAND_OVER = "on_hand_over"


@strawberry.enum
class OrderState(Enum):
    """How far an order is.

    CONFIRMED: its goods may go. IN_DELIVERY: some have. HANDED_OVER: all of them are the buyer's.
    CANCELLED, EXPIRED: it came to nothing; EXPIRED, for it was not paid in time.
    """

    AWAITING_PAYMENT = "awaiting_payment"
    CONFIRMED = "confirmed"
    IN_DELIVERY = "in_delivery"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@strawberry.enum
class OrderSource(Enum):
    """Where an order came from."""

    SITE = "site"
    PHONE = "phone"
    CHAT = "chat"
    MESSENGER = "messenger"
    FORM = "form"
    MARKETPLACE = "marketplace"
    POINT_OF_SALE = "point_of_sale"
    IMPORT = "import"


@strawberry.enum
class DeliveryKind(Enum):
    """Who brings it: the shop's own courier, a carrier's, or the post."""

    COURIER = "courier"
    CARRIER = "carrier"
    POST = "post"


@strawberry.enum
class DeliveryMissing(Enum):
    """Why a way of delivery does not lead to a buyer.

    NOT_SERVED: none of its zones has the address. EXCLUDED: the one that would leaves it out.
    POSTAL_CODE_NEEDED: that cannot be told without the postal code. TOO_HEAVY: for its table.
    NO_WINDOW: its courier has no time in the next days.
    """

    NOT_SERVED = "not_served"
    EXCLUDED = "excluded"
    POSTAL_CODE_NEEDED = "postal_code_needed"
    TOO_HEAVY = "too_heavy"
    NO_WINDOW = "no_window"


@strawberry.type
class DeliveryWindow:
    """Hours of one day in which the courier comes, by the shop's clock."""

    on: Date = computed(lambda window: date.fromisoformat(window["on"]))
    begins: str = strawberry.field(description="As 10:00.")
    ends: str


@strawberry.input
class DeliveryWindowInput:
    """A window out of the chosen option's `windows`."""

    on: Date
    begins: str


@strawberry.enum
class OrderLineKind(Enum):
    """What a line is of."""

    GOODS = "goods"
    DELIVERY = "delivery"


@strawberry.type
class LineAttribute:
    """The buyer's own words for a line: an engraving, a colour of the ribbon."""

    name: str
    value: str


@strawberry.input
class LineAttributeInput:
    """The buyer's own words for a line; names are told once."""

    name: str
    value: str


def attributes_of(row: Mapping[str, Any]) -> list[dict[str, str]]:
    """Stored words as a list."""
    return [{"name": name, "value": value} for name, value in row["attributes"].items()]


def read_attributes(given: list[LineAttributeInput] | None) -> dict[str, str]:
    """Words as they are stored; of a name that comes twice, the last."""
    return {one.name: one.value for one in given or ()}
