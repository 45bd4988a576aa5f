"""Levels under lock: whoever holds a level's lock may change it, its lots' balances and its holds.

They are locked in one order for everybody (variant, then location), so that two who want the same
ones do not wait in a ring. Whoever locks levels has locked no hold before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from sqlalchemy import and_, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.row_sets import IDS, row_set
from domain.stock.tables import Location, StockLevel
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.statements import TENANT


class Spot(NamedTuple):
    """A variant at a location."""

    variant_id: UUID
    location_id: UUID

    @classmethod
    def of(cls, row: Any) -> Self:
        """Where a row with these two columns is."""
        return cls(row["variant_id"], row["location_id"])


@dataclass(slots=True)
class Level:
    """A level under lock: thousandths as they were, and by how much they are to change."""

    id: UUID
    on_hand: int
    reserved: int
    spoilt: int
    version: int
    is_active: bool = True
    """Whether its location is at work; known of `lock_levels_of` alone, as is its priority."""
    priority: int = 0
    more_on_hand: int = 0
    more_reserved: int = 0
    more_spoilt: int = 0
    written: int = 0
    """How much of `more_on_hand` its new row has already."""

    @property
    def free(self) -> int:
        """What is on hand and nobody's yet, after all changes so far."""
        return self.on_hand + self.more_on_hand - self.reserved - self.more_reserved

    @property
    def is_changed(self) -> bool:
        unwritten = self.more_on_hand - self.written
        return bool(unwritten or self.more_reserved or self.more_spoilt)


_NOTHING: Final[Mapping[Spot, int]] = {}
_COLUMNS: Final = (
    StockLevel.id,
    StockLevel.variant_id,
    StockLevel.location_id,
    StockLevel.on_hand,
    StockLevel.reserved,
    StockLevel.spoilt,
    StockLevel.version,
)
_spots: Final = row_set(StockLevel, ("id", "variant_id", "location_id", "on_hand"))
_OPEN: Final = (
    insert(StockLevel)
    .from_select(
        ["tenant_id", "id", "variant_id", "location_id", "on_hand", "created_at", "updated_at"],
        select(
            TENANT,
            _spots.c.id,
            _spots.c.variant_id,
            _spots.c.location_id,
            _spots.c.on_hand,
            bindparam("now", type_=StockLevel.created_at.type),
            bindparam("now", type_=StockLevel.created_at.type),
        ),
    )
    .on_conflict_do_nothing()
    .returning(StockLevel.id)
)
_AT_SPOTS: Final = (
    select(*_COLUMNS)
    .join(
        _spots,
        and_(
            StockLevel.variant_id == _spots.c.variant_id,
            StockLevel.location_id == _spots.c.location_id,
        ),
    )
    .order_by(StockLevel.variant_id, StockLevel.location_id)
    .with_for_update(of=StockLevel)
)
_OF_VARIANTS: Final = (
    select(*_COLUMNS, Location.is_active, Location.priority)
    .join(Location, Location.id == StockLevel.location_id)
    .where(StockLevel.variant_id == any_(IDS))
    .order_by(StockLevel.variant_id, StockLevel.location_id)
    .with_for_update(of=StockLevel)
)
_given: Final = row_set(StockLevel, ("id", "on_hand", "reserved", "spoilt"))
_CHANGE: Final = (
    update(StockLevel)
    .where(StockLevel.id == _given.c.id)
    .values(
        on_hand=StockLevel.on_hand + _given.c.on_hand,
        reserved=StockLevel.reserved + _given.c.reserved,
        spoilt=StockLevel.spoilt + _given.c.spoilt,
        version=StockLevel.version + 1,
        updated_at=bindparam("now"),
    )
)


async def open_levels(
    uow: UnitOfWork, spots: Iterable[Spot], coming: Mapping[Spot, int] = _NOTHING
) -> dict[Spot, Level]:
    """The levels at these spots, locked; those that were none begin at nothing.

    A new one is written with what is `coming` at once, since to insert a row and then change it
    costs twice: who says so has to call `post`, or `change_levels`, whatever he finds.
    """
    rows = _rows(spots, coming)
    if not rows:
        return {}
    made = {row["id"] for row in await uow.rows(_OPEN, rows=rows, now=uow.now)}
    old = [row for row in rows if row["id"] not in made]
    levels = _levels(await uow.rows(_AT_SPOTS, rows=old)) if old else {}
    for row in rows:
        if row["id"] in made:
            levels[Spot.of(row)] = Level(row["id"], 0, 0, 0, version=1, written=row["on_hand"])
    return levels


async def lock_levels(uow: UnitOfWork, spots: Iterable[Spot]) -> dict[Spot, Level]:
    """The levels there are at these spots, locked."""
    rows = _rows(spots)
    return _levels(await uow.rows(_AT_SPOTS, rows=rows)) if rows else {}


async def lock_levels_of(uow: UnitOfWork, variant_ids: Sequence[UUID]) -> dict[Spot, Level]:
    """All levels of these variants, wherever they are, locked."""
    found = await uow.rows(_OF_VARIANTS, ids=list(variant_ids)) if variant_ids else []
    levels = _levels(found)
    for row in found:
        level = levels[Spot.of(row)]
        level.is_active, level.priority = row["is_active"], row["priority"]
    return levels


async def change_levels(uow: UnitOfWork, levels: Mapping[Spot, Level]) -> None:
    """Write the changes of locked levels. The table refuses what would be less than nothing."""
    rows = [
        {
            "id": level.id,
            "on_hand": level.more_on_hand - level.written,
            "reserved": level.more_reserved,
            "spoilt": level.more_spoilt,
        }
        for level in levels.values()
        if level.is_changed
    ]
    if rows:
        await uow.execute(_CHANGE, rows=rows, now=uow.now)


def _rows(spots: Iterable[Spot], coming: Mapping[Spot, int] = _NOTHING) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "variant_id": spot.variant_id,
            "location_id": spot.location_id,
            "on_hand": coming.get(spot, 0),
        }
        for spot in sorted(set(spots))
    ]


def _levels(rows: Sequence[Row]) -> dict[Spot, Level]:
    return {
        Spot.of(row): Level(
            row["id"], row["on_hand"], row["reserved"], row["spoilt"], row["version"]
        )
        for row in rows
    }
