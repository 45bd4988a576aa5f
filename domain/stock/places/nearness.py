"""How near two places are: by their coordinates, else by their postal codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from math import asin, cos, radians, sin, sqrt
from typing import Any, Final, NamedTuple, Self

from domain.stock.places.addresses import PLACES, Point, point_of
from domain.stock.places.postal_regions import centre_of

_GLOBE: Final = 6_371_009
"""Its mean radius in metres."""


class Nearness(NamedTuple):
    """The lesser, the nearer. `metres` are about so many: of postal codes, between their regions.

    Within one region `strange` tells: how many letters of the code are not the same.
    """

    metres: int
    strange: int = 0


UNKNOWN: Final = Nearness(10**9)
"""Of what nobody knows where it is: beyond all that somebody does."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of where something is: its point of the globe, its postal code, both, neither.

    `postal_code` is as `addresses.postal_code` leaves it, of the country `country`.
    """

    point: Point | None = None
    country: str = ""
    postal_code: str = ""

    @classmethod
    def of(cls, address: Mapping[str, Any] | None) -> Self:
        """Those of an address, as a place keeps it."""
        if address is None:
            return cls()
        return cls(point_of(address), address["country"], address["postal_code"] or "")

    @property
    def centre(self) -> Point | None:
        """The middle of the region that its postal code is of; else its own point."""
        found = centre_of(self.postal_code) if self.country == "RU" else None
        return found or self.point


def nearness(one: Whereabouts, other: Whereabouts) -> Nearness:
    """How near they are. Where one has a postal code alone, regions are compared with regions."""
    if one.point and other.point:
        return Nearness(metres_between(one.point, other.point))
    strange = len(one.postal_code)
    if one.country == other.country:
        pairs = zip(one.postal_code, other.postal_code, strict=False)
        strange -= sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if one.centre and other.centre:
        return Nearness(metres_between(one.centre, other.centre), strange)
    return Nearness(UNKNOWN.metres, strange)


def metres_between(one: Point, other: Point) -> int:
    """The way along the globe, in metres, by the haversine formula."""
    north, north_too = _radians(one.latitude), _radians(other.latitude)
    across = sin((north_too - north) / 2) ** 2
    along = sin((_radians(other.longitude) - _radians(one.longitude)) / 2) ** 2
    chord = across + cos(north) * cos(north_too) * along
    return round(2 * _GLOBE * asin(min(1.0, sqrt(chord))))


def _radians(micro: int) -> float:
    return radians(micro / 10**PLACES)
