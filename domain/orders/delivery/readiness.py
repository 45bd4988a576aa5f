"""Readiness: by which day all goods of a cart are there, to be sent and at each place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.errors import DomainError
from domain.stock.arrivals import arrivals_of
from domain.stock.availability import PLACES, Reason, Source, coming, from_elsewhere, promise
from domain.stock.holds.demand import Line, demand_of
from domain.stock.places.pick_up import PICK_UP
from domain.stock.seen_levels import on_shelf, stock_of
from tenants.scope import Asking, Row

Shelves = Mapping[UUID | None, int]


class AtPlace(NamedTuple):
    """A place to pick up at, and the day on which all is there; None: nobody knows."""

    place: Row
    ready_on: date | None


class Readiness(NamedTuple):
    """The day on which all can go, None where nobody knows; and at the places, the first come
    first as the merchant ranks them."""

    to_send: date | None
    places: list[AtPlace]

    def at(self, place_id: UUID) -> date | None:
        """The day at one place."""
        return next((one.ready_on for one in self.places if one.place["id"] == place_id), None)


async def readiness_of(db: Asking, needs: Mapping[UUID, int]) -> Readiness:
    """By which day so many thousandths of tracked variants are there. Three statements."""
    places = await db.rows(PLACES, now=db.now)
    served = {place["id"] for place in places}
    shelves: defaultdict[UUID, defaultdict[UUID | None, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    for level in await stock_of(db, list(needs)) if needs else ():
        if level["location_id"] in served:
            for place in (level["location_id"], None):
                shelves[level["variant_id"]][place] += on_shelf(level)
    arrivals = defaultdict(list)
    for one in await arrivals_of(db, list(needs)) if needs else ():
        if one["location_id"] in served:
            arrivals[one["variant_id"]].append(one)

    def day(place: Row | None) -> date | None:
        """When the last variant is there."""
        today: date = _today(places, place) or db.now.date()
        days = [_day(needs[one], shelves[one], arrivals[one], place, today) for one in needs]
        return None if None in days else max((one for one in days if one), default=today)

    at = [AtPlace(place, day(place)) for place in places if place["kind"] in PICK_UP]
    return Readiness(day(None), at)


async def readiness_of_goods(db: Asking, goods: Iterable[tuple[UUID, int]]) -> Readiness | None:
    """The same of so many thousandths of variants as a cart has them; None of what cannot be
    ordered so."""
    try:
        demand = await demand_of(db, [Line(*one) for one in goods])
    except DomainError:
        return None
    return await readiness_of(db, demand.kept)


def _today(places: list[Row], place: Row | None) -> Any:
    if place is not None:
        return place["today"]
    return places[0]["shops_today"] if places else None


def _day(
    needed: int, shelves: Shelves, arrivals: list[Row], place: Row | None, today: date
) -> date | None:
    place_id = place["id"] if place else None
    here = shelves.get(place_id, 0)
    sources = [Source(here, today, Reason.IN_STOCK)]
    if place:
        sources.append(from_elsewhere(max(shelves.get(None, 0) - here, 0), place))
    sources += [coming(one, today) for one in arrivals if place_id in (None, one["location_id"])]
    found = promise(needed, sources)
    return found.promised_on if found.is_available else None
