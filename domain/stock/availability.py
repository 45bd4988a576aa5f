"""Whether so much of a variant can be had at the window, where, by which day, and why then.

What is on the shelf is promised today. What is not may come: by a document on its day, or from a
supplier who has it in so many days. What comes without a day is promised without one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select

from domain.catalog.tables import BundleItem, Variant
from domain.stock.arrivals import arrivals_of
from domain.stock.freshness import TODAY
from domain.stock.stock import stock_of
from domain.stock.tables import Location
from tenants.scope import Asking, Row

PICK_UP: Final = ("store", "pickup_point")
"""Kinds of locations that buyers come to."""


class Reason(StrEnum):
    """Why it can be had by then, or that it cannot."""

    IN_STOCK = "in_stock"
    TRANSFER = "transfer"
    PURCHASE = "purchase"
    SUPPLIER = "supplier"
    ELSEWHERE = "elsewhere"
    NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True)
class Supply:
    """So many thousandths that a supplier has, and in how many days they would be here."""

    quantity: int
    days: int


@dataclass(frozen=True, slots=True)
class Coming:
    """So many thousandths on their way; `due_on` None: on some day."""

    quantity: int
    due_on: date | None
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
    """The same at one place; `free` thousandths are there now, None where that is not counted."""

    place: Row
    free: int | None
    promise: Promise


@dataclass(frozen=True, slots=True)
class Availability:
    """For the place that was asked about, else for delivery from anywhere; and where to pick up."""

    quantity: int
    free: int | None
    promise: Promise
    places: list[PlaceAvailability]


_PLACES: Final = (
    select(Location.id, Location.title, Location.kind, TODAY.label("today"))
    .where(Location.is_active)
    .order_by(Location.priority.desc(), Location.id)
)
_PARTS: Final = (
    select(BundleItem.part_variant_id, BundleItem.quantity)
    .join(Variant, Variant.id == BundleItem.part_variant_id)
    .where(BundleItem.variant_id == bindparam("asked"), Variant.stock_policy == "tracked")
)


def promise(
    quantity: int,
    *,
    here: int | None,
    elsewhere: int = 0,
    comings: Iterable[Coming] = (),
    supplies: Iterable[Supply] = (),
    today: date,
) -> Promise:
    """The earliest day on which so much is there, of what is `here`, comes, or is supplied.

    What should have come by now has no day any more. `here` None: there is no end to it.
    """
    if here is None or here >= quantity:
        return Promise(Reason.IN_STOCK, today)
    lacking = quantity - here
    dated = [one for one in comings if one.due_on and one.due_on >= today]
    undated = [one for one in comings if not (one.due_on and one.due_on >= today)]
    ways: list[Promise] = []
    there = 0
    for one in sorted(dated, key=lambda one: one.due_on or today):
        there += one.quantity
        if there >= lacking:
            ways.append(Promise(one.reason, one.due_on))
            break
    ways += [
        Promise(Reason.SUPPLIER, today + timedelta(days=one.days))
        for one in supplies
        if one.quantity >= lacking
    ]
    if ways:
        return min(ways, key=lambda way: way.promised_on or today)
    if elsewhere >= lacking:
        return Promise(Reason.ELSEWHERE)
    if undated and there + sum(one.quantity for one in undated) >= lacking:
        return Promise(undated[-1].reason)
    return Promise(Reason.NOT_AVAILABLE)


async def find_availability(
    db: Asking,
    variant: Mapping[str, Any],
    quantity: int,
    *,
    place_id: UUID | None,
    supplies: Sequence[Supply],
    now: datetime,
) -> Availability | None:
    """How so many thousandths of a variant in the window (`id`, `free`) can be had; None where
    there is no such place.

    Four statements, however many places there are; of a bundle, what is on the shelves alone.
    """
    places = await db.rows(_PLACES, now=now)
    if place_id is not None and place_id not in {place["id"] for place in places}:
        return None
    is_counted = variant["free"] is not None
    free = await _free_by_place(db, variant["id"]) if is_counted else {}
    arrivals = await arrivals_of(db, [variant["id"]]) if is_counted else []
    today = places[0]["today"] if places else now.date()

    def at(place: UUID | None) -> tuple[int | None, Promise]:
        total = variant["free"]
        here = total if place is None or not is_counted else free.get(place, 0)
        elsewhere = 0 if place is None or not is_counted else max(total - (here or 0), 0)
        comings = [_coming(one) for one in arrivals if place in (None, one["location_id"])]
        return here, promise(
            quantity,
            here=here,
            elsewhere=elsewhere,
            comings=comings,
            supplies=supplies,
            today=today,
        )

    listed = [
        PlaceAvailability(place, *at(place["id"])) for place in places if place["kind"] in PICK_UP
    ]
    return Availability(quantity, *at(place_id), listed)


async def _free_by_place(db: Asking, variant_id: UUID) -> dict[UUID, int]:
    """What is nobody's yet and may be sold, by location; of a bundle, as its parts make whole."""
    parts = {
        row["part_variant_id"]: row["quantity"] for row in await db.rows(_PARTS, asked=variant_id)
    }
    free: dict[UUID, dict[UUID, int]] = {}
    for level in await stock_of(db, list(parts) or [variant_id]):
        here = max(level["on_hand"] - level["reserved"] - level["spoilt"], 0)
        free.setdefault(level["location_id"], {})[level["variant_id"]] = here
    if not parts:
        return {place: sum(of.values()) for place, of in free.items()}
    return {
        place: min(of.get(part, 0) // each for part, each in parts.items()) * 1_000
        for place, of in free.items()
    }


def _coming(arrival: Row) -> Coming:
    is_transfer = arrival["document_kind"] == "transfer"
    reason = Reason.TRANSFER if is_transfer else Reason.PURCHASE
    return Coming(arrival["quantity"], arrival["due_on"], reason)
