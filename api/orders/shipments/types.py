"""Carriers, and shipments with their story."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.orders import kinds
from api.orders.delivery.types import DeliveryZone
from api.rows import Edited, ExternalId, external_id, many
from api.scalars import DateTime, Money, id_field, money
from domain.merchants.shop_facts import shop_currency
from domain.orders.shipments.carriers import link_to
from domain.orders.shipments.following import steps_of
from domain.orders.shipments.numbers import numbers_left, ranges_of, spelled
from domain.orders.shipments.shipments import Action, allowed_actions

ShipmentAction = strawberry.enum(
    Action, name="ShipmentAction", description="What may be done with a shipment now."
)


@strawberry.enum
class CarrierKind(Enum):
    """TABLE: he has no system of his own, what he asks stands in his tariff. TEST: the demo's."""

    TABLE = "table"
    TEST = "test"


@strawberry.enum
class TrackingNumbers(Enum):
    """Who gives parcels their numbers: the CARRIER, or the shop out of a POOL; or NONE does."""

    CARRIER = "carrier"
    POOL = "pool"
    NONE = "none"


@strawberry.enum
class ShipmentState(Enum):
    """How far a shipment is.

    WAITING: the carrier is being asked. BOOKED: he has it, and tells of it. FAILED: he did not do
    what he was asked; staff see to it. DELIVERED, RETURNED, CANCELLED: it is over.
    """

    WAITING = "waiting"
    BOOKED = "booked"
    FAILED = "failed"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


@strawberry.enum
class ShipmentTask(Enum):
    """What a carrier was, or is asked: to take a parcel, or to leave it."""

    BOOK = "book"
    CANCEL = "cancel"


@strawberry.enum
class ShipmentStatus(Enum):
    """Where a parcel is, whatever its carrier calls that. READY: it may be fetched."""

    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    READY = "ready"
    DELIVERED = "delivered"
    RETURNED = "returned"


@strawberry.type
class ShipmentStep:
    """Something that happened to a parcel on its way."""

    status: ShipmentStatus | None = strawberry.field(
        description="Null for what only its carrier has a word for."
    )
    at: DateTime
    place: str | None
    words: str = strawberry.field(description="The carrier's own.")


@strawberry.type
class TrackingRange:
    """Numbers that the merchant was given for parcels, from the first to the last."""

    first: str = computed(lambda row: spelled(row["prefix"], row["first"], row["suffix"]))
    last: str = computed(lambda row: spelled(row["prefix"], row["last"], row["suffix"]))
    given: int = strawberry.field(description="How many of them parcels have.")


async def _left(parents: Sequence[Any], context: RequestContext) -> list[int]:
    found = await numbers_left(context.reading, [parent["id"] for parent in parents])
    return [found.get(parent["id"], 0) for parent in parents]


async def _tariff(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    currency = await shop_currency(context.reading)
    return [[{**one, "currency": currency} for one in parent["tariff"]] for parent in parents]


@strawberry.type
class Carrier(Node, Edited):
    """Who carries parcels for the shop."""

    id: strawberry.ID = id_field(kinds.CARRIER)
    external_id: ExternalId | None = external_id()
    title: str
    kind: CarrierKind
    is_active: bool
    numbers: TrackingNumbers
    tracking_link: str | None
    low_numbers: int = strawberry.field(
        description="With so few left in the pool, tracking_numbers.low tells staff."
    )
    numbers_left: int = batch(_left)
    ranges: list[TrackingRange] = many(ranges_of, of="carrier_id", items=2)
    tariff: list[DeliveryZone] = batch(_tariff, items=5, description="What he asks for parcels.")


@strawberry.type
class Shipment(Node, Edited):
    """A hand-over as its carrier has it."""

    id: strawberry.ID = id_field(kinds.SHIPMENT)
    hand_over_id: strawberry.ID = id_field(kinds.HAND_OVER, "hand_over_id")
    order_id: strawberry.ID = id_field(kinds.ORDER, "order_id")
    carrier_id: strawberry.ID = id_field(kinds.CARRIER, "carrier_id")
    carrier: str = computed(lambda row: row["by"], description="His title.")
    state: ShipmentState
    task: ShipmentTask
    allowed_actions: list[ShipmentAction] = computed(  # type: ignore[valid-type]
        lambda row: allowed_actions(row["state"])
    )
    status: ShipmentStatus | None
    reference: str | None = strawberry.field(description="The carrier's own name for it.")
    tracking_number: str | None
    tracking_link: str | None = computed(
        lambda row: link_to(row["tracking_link"], row["tracking_number"])
    )
    price: Money | None = money("price_minor")
    problem: str | None = strawberry.field(description="Why he was asked in vain, the last time.")
    steps: list[ShipmentStep] = many(
        steps_of, of="shipment_id", items=5, description="Its story, the oldest first."
    )
    asked_at: DateTime | None
    told_at: DateTime | None = strawberry.field(description="When there was news of it last.")
