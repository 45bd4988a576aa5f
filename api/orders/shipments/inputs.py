"""Inputs of carriers and shipments. In updates, left out = keep, null = clear."""

import strawberry
from strawberry import UNSET

from api.filters import (
    BooleanFilter,
    DateTimeFilter,
    IdFilter,
    TextFilter,
    combined,
    filtered,
)
from api.inputs import ReferenceInput, reference
from api.orders import kinds
from api.orders.delivery.inputs import DeliveryZoneInput
from api.orders.shipments.types import CarrierKind, ShipmentState, TrackingNumbers
from api.references import ExternalIdInput


@strawberry.input
class CarrierCreateInput:
    """A new carrier."""

    title: str
    kind: CarrierKind
    external_id: ExternalIdInput | None = UNSET
    is_active: bool = True
    numbers: TrackingNumbers = TrackingNumbers.CARRIER
    tracking_link: str | None = strawberry.field(
        default=None, description="With {number} in it, where the number goes."
    )
    low_numbers: int = 100
    tariff: list[DeliveryZoneInput] = strawberry.field(
        default_factory=list, description="Of the kind TABLE: what he asks for parcels, and where."
    )


@strawberry.input
class CarrierUpdateInput:
    """Changes of a carrier: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    is_active: bool | None = UNSET
    numbers: TrackingNumbers | None = UNSET
    tracking_link: str | None = UNSET
    low_numbers: int | None = UNSET
    tariff: list[DeliveryZoneInput] | None = strawberry.field(
        default=UNSET, description="All of it."
    )


@strawberry.input
class TrackingNumbersAddInput:
    """A range of numbers as the posts of the world write them (S10): RA 12345678 5 RU."""

    carrier: ReferenceInput = reference(kinds.CARRIER, required=True)
    prefix: str = strawberry.field(description="Two letters.")
    first: int = strawberry.field(description="Eight digits, without their check digit.")
    last: int
    suffix: str = strawberry.field(description="The country's two letters.")


@strawberry.input
class CarrierWhere:
    """Which carriers are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.CARRIER)
    is_active: BooleanFilter | None = UNSET
    and_: "list[CarrierWhere] | None" = combined("and")
    or_: "list[CarrierWhere] | None" = combined("or")
    not_: "CarrierWhere | None" = combined("not")


@strawberry.input
class ShipmentStateFilter:
    """States; an empty `in` matches nothing."""

    eq: ShipmentState | None = UNSET
    in_: list[ShipmentState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class ShipmentWhere:
    """Which shipments are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.SHIPMENT)
    carrier_id: IdFilter | None = filtered(kinds.CARRIER)
    state: ShipmentStateFilter | None = UNSET
    tracking_number: TextFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    and_: "list[ShipmentWhere] | None" = combined("and")
    or_: "list[ShipmentWhere] | None" = combined("or")
    not_: "ShipmentWhere | None" = combined("not")
