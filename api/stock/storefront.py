"""Availability at the window: so much of a variant, where, by which day and why."""

from enum import Enum
from typing import Any, Final, cast

import strawberry

from api.catalog import kinds as catalog_kinds
from api.catalog.windows import window_of
from api.context import Info
from api.engine.fields import computed, root
from api.refusals import told
from api.scalars import Date, Quantity, id_field, wanted_id
from api.stock import kinds
from api.stock.addresses import Address
from domain.catalog.window_variants import variants_by_ids
from domain.errors import Invalid
from domain.purchasing.supplies import supplies_of
from domain.stock.availability import find_availability
from domain.stock.moves import MOST

PERMISSION: Final = "storefront"
ONE: Final = Quantity(1_000)


@strawberry.enum
class AvailabilityReason(Enum):
    """Why it can be had by then, or that it cannot.

    IN_STOCK: it is there. TRANSFER, PURCHASE: it is on its way, due on the day that is promised;
    without one, on some day. SUPPLIER: a supplier has it, and sends it in his usual time.
    ELSEWHERE: other locations have it, and send it in the place's usual time; without a day, nobody
    knows when. Where several are needed together, it is the last of them.
    BACKORDER: it is sold before it is there, and will come some day.
    """

    IN_STOCK = "in_stock"
    TRANSFER = "transfer"
    PURCHASE = "purchase"
    SUPPLIER = "supplier"
    ELSEWHERE = "elsewhere"
    BACKORDER = "backorder"
    NOT_AVAILABLE = "not_available"


@strawberry.enum
class PlaceKind(Enum):
    """What buyers come to."""

    STORE = "store"
    PICKUP_POINT = "pickup_point"


@strawberry.type
class Place:
    """Where goods can be picked up."""

    id: strawberry.ID = id_field(kinds.LOCATION)
    title: str
    kind: PlaceKind
    address: Address | None
    time_zone: str


@strawberry.type
class Promised:
    """What a buyer can be told of the quantity that he asked for."""

    available: bool = computed(lambda one: one.promise.is_available)
    available_quantity: Quantity | None = computed(
        lambda one: one.free, description="How much is there now; null where that is not counted."
    )
    promised_on: Date | None = computed(
        lambda one: one.promise.promised_on,
        description="The day there; null where none can be promised.",
    )
    reason: AvailabilityReason = computed(lambda one: one.promise.reason.value)


@strawberry.type
class PlaceAvailability(Promised):
    """The same at one place."""

    place: Place = computed(lambda one: one.place)


@strawberry.type
class VariantAvailability(Promised):
    """At the place that was asked about or is nearest; else for delivery, from wherever it is."""

    quantity: Quantity = computed(lambda one: one.quantity)
    place: Place | None = computed(lambda one: one.place, description="Null: for delivery.")
    places: list[PlaceAvailability] = computed(
        lambda one: one.places,
        description="Each shop and pick-up point: the nearest to the postal code first, or else "
        "that of the highest priority.",
    )


@strawberry.type
class AvailabilityQueries:
    """Root fields of what can be had."""

    @root(permission=PERMISSION, items=5)
    async def availability(
        self,
        info: Info,
        variant_id: strawberry.ID,
        quantity: Quantity = ONE,
        place: strawberry.ID | None = None,
        postal_code: str | None = None,
    ) -> VariantAvailability | None:
        """Whether so much of a variant can be had, by which day and why; null where there is no
        such variant in the window, or no such place.

        A postal code of the shop's country chooses the nearest place to pick up at that has so
        much, or will have it soonest. Russian codes are told apart by region, within one by how
        many first digits are the same.
        """
        with told(info.context):
            if place is not None and postal_code is not None:
                raise Invalid(
                    "postalCode", en="is for when no place is given", ru="только без place"
                )
            if quantity <= 0:
                raise Invalid("quantity", en="must be more than 0", ru="должно быть больше 0")
            if quantity > MOST:
                raise Invalid(
                    "quantity", en="is more than can be counted", ru="больше, чем можно учесть"
                )
        db = info.context.reading
        asked = wanted_id(variant_id, catalog_kinds.VARIANT)
        place_id = None if place is None else wanted_id(place, kinds.LOCATION)
        variant = (await variants_by_ids(window_of(info.context), [asked])).get(asked)
        if variant is None:
            return None
        supplies = (await supplies_of(db, [asked])).get(asked, [])
        with told(info.context):
            found: Any = await find_availability(
                db,
                variant,
                quantity,
                place_id=place_id,
                postal_code=postal_code,
                supplies=supplies,
                now=info.context.scope.reading.now,
            )
        return cast(VariantAvailability | None, found)
