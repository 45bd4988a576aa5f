"""Places that buyers come to for their goods."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, func, or_, select

from domain.catalog.offers import HERE, serves
from domain.merchants.shop_facts import ZONE
from domain.row_sets import IDS
from domain.stock.tables import Location
from tenants.scope import Asking, Row

PICK_UP: Final = ("store", "pickup_point")
"""Kinds of locations that buyers come to."""

_BY_IDS: Final = select(
    Location.id,
    Location.title,
    Location.kind,
    Location.address,
    func.coalesce(Location.time_zone, ZONE).label("time_zone"),
).where(Location.id == any_(IDS))
_OPEN: Final = select(Location.id).where(
    Location.id == bindparam("place_id", type_=Location.id.type),
    or_(*(Location.kind == one for one in PICK_UP)),
    serves(HERE),
)


async def is_open_place(db: Asking, location_id: UUID) -> bool:
    """Whether buyers of the window can pick up goods there now."""
    return await db.value(_OPEN, place_id=location_id) is not None


async def places_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Places as buyers see them, though they be closed by now."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}
