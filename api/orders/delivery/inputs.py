"""Inputs of ways of delivery. In updates, left out = keep, null = clear."""

import strawberry
from strawberry import UNSET

from api.filters import BooleanFilter, IdFilter, combined, filtered
from api.inputs import ReferenceInput, reference
from api.orders import kinds
from api.orders.words import DeliveryKind
from api.references import ExternalIdInput
from api.scalars import MoneyInput


@strawberry.input
class DeliveryAreaInput:
    """A country, or of it a region, or codes that begin with `postalFrom` to `postalTo`."""

    country: str = strawberry.field(description="Two letters.")
    region: str | None = strawberry.field(
        default=None, description="Its name as addresses say it: Тверская область."
    )
    postal_from: str | None = strawberry.field(
        default=None, description="How the first codes begin: 170."
    )
    postal_to: str | None = strawberry.field(
        default=None, description="How the last ones do: 172; else as the first."
    )


@strawberry.input
class DeliveryStepInput:
    """What it costs beyond a weight up to another, for sums from one to less than another.

    The steps of a zone leave no gap, and say nothing twice.
    """

    price: MoneyInput
    weight_from: int | None = strawberry.field(default=None, description="Grams; else from 0 on.")
    weight_to: int | None = strawberry.field(
        default=None, description="Grams; else: whatever it weighs."
    )
    sum_from: MoneyInput | None = None
    sum_to: MoneyInput | None = None


@strawberry.input
class DeliveryZoneInput:
    """Where a way leads, and what it costs there. Of several zones the first one counts."""

    title: str | None = None
    areas: list[DeliveryAreaInput] = strawberry.field(
        default_factory=list, description="None: everywhere."
    )
    excluded: list[DeliveryAreaInput] = strawberry.field(
        default_factory=list, description="What of that is left out."
    )
    steps: list[DeliveryStepInput]
    free_from: MoneyInput | None = strawberry.field(
        default=None, description="Goods of this sum or more go free."
    )
    days_from: int | None = None
    days_to: int | None = None


@strawberry.input
class CourierWindowInput:
    """Hours of some weekdays in which the courier comes, by the shop's clock."""

    weekdays: list[int] = strawberry.field(description="1 is Monday, 7 is Sunday.")
    begins: str = strawberry.field(description="As 10:00.")
    ends: str
    lead_minutes: int | None = strawberry.field(
        default=None, description="So long before it begins it can still be chosen; else 0."
    )


@strawberry.input
class DeliveryMethodCreateInput:
    """A new way of delivery."""

    title: str
    kind: DeliveryKind
    external_id: ExternalIdInput | None = UNSET
    is_active: bool = True
    position: int | None = UNSET
    carrier: ReferenceInput | None = reference(
        kinds.CARRIER, description="Who takes what is sent so; else the shop itself."
    )
    zones: list[DeliveryZoneInput] = strawberry.field(
        default_factory=list, description="In their order. Without any it leads nowhere."
    )
    windows: list[CourierWindowInput] = strawberry.field(
        default_factory=list, description="With any, buyers choose one of the next 14 days."
    )


@strawberry.input
class DeliveryMethodUpdateInput:
    """Changes of a way of delivery: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    kind: DeliveryKind | None = UNSET
    is_active: bool | None = UNSET
    position: int | None = UNSET
    carrier: ReferenceInput | None = reference(kinds.CARRIER)
    zones: list[DeliveryZoneInput] | None = strawberry.field(
        default=UNSET, description="All of them."
    )
    windows: list[CourierWindowInput] | None = strawberry.field(
        default=UNSET, description="All of them."
    )


@strawberry.input
class DeliveryMethodWhere:
    """Which ways are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.DELIVERY_METHOD)
    is_active: BooleanFilter | None = UNSET
    and_: "list[DeliveryMethodWhere] | None" = combined("and")
    or_: "list[DeliveryMethodWhere] | None" = combined("or")
    not_: "DeliveryMethodWhere | None" = combined("not")
