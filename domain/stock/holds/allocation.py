"""From which places a demand is met. Pure: what is free where goes in, how much of it comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Any, Final
from uuid import UUID

from domain.stock.levels import Spot
from domain.stock.places.nearness import UNKNOWN, Nearness

MOST_COMPARED: Final = 10
"""Places of which every combination is looked at, for the fewest parcels; 1,023 of them."""


class Strategy(StrEnum):
    """Which places come first."""

    PRIORITY = "priority"
    FEWEST_PARCELS = "fewest_parcels"
    EXPIRY_FIRST = "expiry_first"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be had of a variant at a place, the last day of what expires first there, and how
    near that is to where it goes."""

    spot: Spot
    free: int
    priority: int = 0
    expires_on: date | None = None
    nearness: Nearness = UNKNOWN


def allocate(
    demand: Mapping[UUID, int],
    offers: Sequence[Offer],
    strategy: Strategy,
    first: UUID | None = None,
) -> dict[Spot, int]:
    """How much is taken where, thousandths; all of each variant's demand, or as much as there is.

    Places of higher priority come first, but for what the strategy puts before that, and for the
    place `first`, which is before all.
    """
    ordered = sorted((one for one in offers if one.free > 0), key=_by_priority)
    match strategy:
        case Strategy.EXPIRY_FIRST:
            ordered.sort(key=lambda one: one.expires_on or date.max)
        case Strategy.NEAREST:
            ordered.sort(key=lambda one: one.nearness)
        case Strategy.FEWEST_PARCELS:
            few = _fewest(demand, ordered)
            ordered.sort(key=lambda one: one.spot.location_id not in few)
    ordered.sort(key=lambda one: one.spot.location_id != first)
    left, taken = dict(demand), dict[Spot, int]()
    for one in ordered:
        if quantity := min(one.free, left.get(one.spot.variant_id, 0)):
            taken[one.spot] = quantity
            left[one.spot.variant_id] -= quantity
    return taken


def _by_priority(one: Offer) -> Any:
    return -one.priority, one.spot.location_id


def _fewest(demand: Mapping[UUID, int], ordered: Sequence[Offer]) -> set[UUID]:
    """The places of the smallest set that meets all; of two such sets, the one of higher priority.

    Empty where none of those compared does.
    """
    free = {one.spot: one.free for one in ordered if one.spot.variant_id in demand}
    places = list(dict.fromkeys(spot.location_id for spot in free))
    places.sort(key=lambda place: -_worth(place, demand, free))
    compared = sorted(places[:MOST_COMPARED], key=[o.spot.location_id for o in ordered].index)
    for size in range(1, len(compared) + 1):
        for chosen in combinations(compared, size):
            if all(
                sum(free.get(Spot(variant, place), 0) for place in chosen) >= quantity
                for variant, quantity in demand.items()
            ):
                return set(chosen)
    return set()


def _worth(place: UUID, demand: Mapping[UUID, int], free: Mapping[Spot, int]) -> float:
    """How many of the lines a place meets, parts of them included."""
    return sum(
        min(free.get(Spot(variant, place), 0), quantity) / quantity
        for variant, quantity in demand.items()
    )
