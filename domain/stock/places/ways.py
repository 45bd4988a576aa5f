"""Ways: which places goods may come from to a buyer, and how near each of them is."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, or_, select

from domain.inputs import Required, located
from domain.row_sets import IDS
from domain.stock.levels import Spot
from domain.stock.places.addresses import address
from domain.stock.places.nearness import UNKNOWN, Nearness, Whereabouts, nearness
from domain.stock.tables import Location
from tenants.scope import Asking

_CHANNEL: Final[Any] = bindparam("channel_id", type_=Uuid())
_SERVING: Final = select(Location.id, Location.address).where(
    Location.id == any_(IDS),
    or_(_CHANNEL.is_(None), Location.channel_ids.is_(None), any_(Location.channel_ids) == _CHANNEL),
)


def destination(given: Mapping[str, Any] | None, *path: str) -> Whereabouts:
    """Where goods go, by an address that says at least a postal code or coordinates.

    Raises Required, Invalid.
    """
    with located(*path):
        if given is None:
            raise Required()
        found = Whereabouts.of(address(given))
        if not found.point and not found.postal_code:
            raise Required("postalCode")
        return found


async def ways_to(
    db: Asking, spots: Iterable[Spot], *, near: Whereabouts | None, channel_id: UUID | None
) -> dict[UUID, Nearness]:
    """How near the places of these spots are that serve a channel (None: all of them); UNKNOWN
    where nobody asks how near."""
    ids = list({spot.location_id for spot in spots})
    if near is None and channel_id is None:
        return dict.fromkeys(ids, UNKNOWN)
    return {
        row["id"]: nearness(near, Whereabouts.of(row["address"])) if near else UNKNOWN
        for row in await db.rows(_SERVING, ids=ids, channel_id=channel_id)
    }
