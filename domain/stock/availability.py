"""Whether so much of a variant can be had at the window, where, by which day, and why then.

What is on the shelf is promised today, by the clock of the place. What is not may come: from other
places in so many days, by a document on its day, or from a supplier who has it in his. What comes
without a day is promised without one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, func, select

from domain.catalog.offers import HERE, serves
from domain.catalog.tables import BundleItem, Variant
from domain.merchants.shop_facts import COUNTRY, ZONE
from domain.stock.arrivals import arrivals_of
from domain.stock.freshness import TODAY, today_in
from domain.stock.places.addresses import postal_code as read_postal_code
from domain.stock.places.nearness import Whereabouts, nearness
from domain.stock.places.pick_up import PICK_UP
from domain.stock.seen_levels import on_shelf, sellable, stock_of
from domain.stock.tables import Location
from tenants.scope import Asking, Row
from tenants.values.quantity import WHOLE


class Reason(StrEnum):
    """Why it can be had by then, or that it cannot."""

    IN_STOCK = "in_stock"
    TRANSFER = "transfer"
    PURCHASE = "purchase"
    SUPPLIER = "supplier"
    ELSEWHERE = "elsewhere"
    BACKORDER = "backorder"
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True)
class Supply:
    """So many thousandths that a supplier has, and in how many days they would be here."""

    quantity: int
    days: int


@dataclass(frozen=True, slots=True)
class Source:
    """So many thousandths that are there on a day; `on` None: on some day."""

    quantity: int
    on: date | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Promise:
    """What can be told a buyer. Without a day: it will come, and nobody knows when."""

    reason: Reason
    promised_on: date | None = None

    @property
    def is_available(self) -> bool:
        return self.reason is not Reason.NOT_AVAILABLE


@dataclass(frozen=True, slots=True)
class PlaceAvailability:
    """The same at one place; `free` thousandths are there now, None where that is not counted.

    Of a delivery from anywhere `place` is None.
    """

    place: Row | None
    free: int | None
    promise: Promise


@dataclass(frozen=True, slots=True)
class Availability:
    """At the place that was asked for or chosen, else for delivery; and at each to pick up at."""

    place: Row | None
    free: int | None
    promise: Promise
    quantity: int
    places: list[PlaceAvailability]


PLACES: Final = (
    select(
        Location.id,
        Location.title,
        Location.kind,
        Location.address,
        Location.supply_days,
        func.coalesce(Location.time_zone, ZONE).label("time_zone"),
        today_in(Location.time_zone).label("today"),
        TODAY.label("shops_today"),
        COUNTRY,
    )
    .where(serves(HERE))
    .order_by(Location.priority.desc(), Location.id)
)
_PARTS: Final = (
    select(BundleItem.part_variant_id, BundleItem.quantity)
    .join(Variant, Variant.id == BundleItem.part_variant_id)
    .where(BundleItem.variant_id == bindparam("asked"), Variant.stock_policy == "tracked")
)


def promise(quantity: int, sources: Iterable[Source]) -> Promise:
    """The earliest day on which so much is there, taken from all sources together.

    Its reason is that of the last which is needed. Of one day those named first come first.
    """
    there = 0
    for one in sorted(sources, key=lambda one: one.on or date.max):
        there += one.quantity
        if there >= quantity:
            return Promise(one.reason, one.on)
    return Promise(Reason.NOT_AVAILABLE)


async def find_availability(
    db: Asking,
    variant: Mapping[str, Any],
    quantity: int,
    *,
    place_id: UUID | None,
    postal_code: str | None,
    supplies: Sequence[Supply],
    now: datetime,
) -> Availability | None:
    """How so many thousandths of a variant in the window (`id`, `free`) can be had; None where
    there is no such place.

    A postal code chooses the place nearest to it that has so much, else where it is soonest. Four
    statements, however many places there are; of a bundle, what is on the shelves alone. Raises
    Invalid.
    """
    places = await db.rows(PLACES, now=now)
    named = next((place for place in places if place["id"] == place_id), None)
    if place_id is not None and named is None:
        return None
    pick_up = [place for place in places if place["kind"] in PICK_UP]
    if postal_code is not None and places:
        country = places[0]["country"]
        there = Whereabouts(country=country, postal_code=read_postal_code(postal_code, country))
        pick_up.sort(key=lambda place: nearness(there, Whereabouts.of(place["address"])))
    is_counted = variant["free"] is not None
    served = {place["id"] for place in places}
    free, room = await _by_place(db, variant["id"], served) if is_counted else ({}, {})
    arrivals = await arrivals_of(db, [variant["id"]]) if is_counted else []
    shops_today = places[0]["shops_today"] if places else now.date()

    def at(place: Row | None) -> PlaceAvailability:
        today = place["today"] if place else shops_today
        if not is_counted:
            return PlaceAvailability(place, None, Promise(Reason.IN_STOCK, today))
        at_place: UUID | None = place["id"] if place else None
        here = free.get(at_place, 0)
        sources = [Source(here, today, Reason.IN_STOCK)]
        if place:
            sources.append(from_elsewhere(max(free.get(None, 0) - here, 0), place))
        wanted = {place["id"]} if place else served
        sources += [coming(one, today) for one in arrivals if one["location_id"] in wanted]
        sources += [
            Source(one.quantity, today + timedelta(days=one.days), Reason.SUPPLIER)
            for one in supplies
        ]
        sources.append(Source(room.get(at_place, 0), None, Reason.BACKORDER))
        return PlaceAvailability(place, here, promise(quantity, sources))

    listed = [at(place) for place in pick_up]
    chosen = min(listed, key=_soonest, default=None) if postal_code is not None else None
    told = chosen or at(named)
    return Availability(told.place, told.free, told.promise, quantity, listed)


def _soonest(one: PlaceAvailability) -> tuple[bool, bool, date]:
    """Where it is on the shelf comes before where it will be, and that before where it will not."""
    promised = one.promise
    is_here = promised.reason is Reason.IN_STOCK
    day = date.min if is_here else promised.promised_on or date.max
    return not is_here, not promised.is_available, day


def from_elsewhere(quantity: int, place: Row) -> Source:
    """What other places send to a place in its usual time."""
    days = place["supply_days"]
    on = None if days is None else place["today"] + timedelta(days=days)
    return Source(quantity, on, Reason.ELSEWHERE)


async def _by_place(
    db: Asking, variant_id: UUID, served: Set[UUID]
) -> tuple[dict[UUID | None, int], dict[UUID | None, int]]:
    """By location, and (None) over all that are served: what is nobody's yet and may be sold, and
    how much more is sold before it is there. Of a bundle, as its parts make whole."""
    parts = {
        row["part_variant_id"]: row["quantity"] for row in await db.rows(_PARTS, asked=variant_id)
    }
    there: dict[UUID | None, Counter[UUID]] = defaultdict(Counter)
    either: dict[UUID | None, Counter[UUID]] = defaultdict(Counter)
    for level in await stock_of(db, list(parts) or [variant_id]):
        for place in (level["location_id"], None) if level["location_id"] in served else ():
            there[place][level["variant_id"]] += on_shelf(level)
            # What suppliers have, they are asked themselves.
            more = on_shelf(level) if level["is_suppliers"] else sellable(level)
            either[place][level["variant_id"]] += more
    free = {place: _made(of, parts) for place, of in there.items()}
    return free, {place: _made(of, parts) - free[place] for place, of in either.items()}


def _made(of: Mapping[UUID, int], parts: Mapping[UUID, int]) -> int:
    """How much there is of a variant, or of a bundle of parts."""
    if not parts:
        return sum(of.values())
    return min(of[part] // each for part, each in parts.items()) * WHOLE


def coming(arrival: Row, today: date) -> Source:
    """What is on its way. What should have come by now has no day any more."""
    is_transfer = arrival["document_kind"] == "transfer"
    reason = Reason.TRANSFER if is_transfer else Reason.PURCHASE
    due = arrival["due_on"]
    return Source(arrival["quantity"], due if due and due >= today else None, reason)
