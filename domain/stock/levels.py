"""Levels under lock: whoever holds a level's lock may change it, its lots' balances and its holds.

They are locked in one order for everybody (variant, then location), so that two who want the same
ones do not wait in a ring. Whoever locks levels has locked no hold before.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import sub
from typing import Final
from uuid import UUID

from sqlalchemy import and_, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.row_sets import IDS, array_set, arrays_of, row_set
from domain.stock.holds.backorders import cover_waiting
from domain.stock.spots import Change
from domain.stock.spots import Level as Level
from domain.stock.spots import Spot as Spot
from domain.stock.tables import Location, StockLevel
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.statements import TENANT

_NOTHING: Final[Mapping[Spot, int]] = {}
_COLUMNS: Final = (
    StockLevel.id,
    StockLevel.variant_id,
    StockLevel.location_id,
    StockLevel.on_hand,
    StockLevel.reserved,
    StockLevel.spoilt,
    StockLevel.version,
    StockLevel.backordered,
    StockLevel.backorder_limit,
    StockLevel.minimum,
)
_OPENED: Final = ("id", "variant_id", "location_id", "on_hand")
_opened: Final = array_set(StockLevel, _OPENED)
_OPEN: Final = (
    insert(StockLevel)
    .from_select(
        ["tenant_id", *_OPENED, "created_at", "updated_at"],
        select(
            TENANT,
            *(_opened.c[name] for name in _OPENED),
            bindparam("now", type_=StockLevel.created_at.type),
            bindparam("now", type_=StockLevel.created_at.type),
        ),
    )
    .on_conflict_do_nothing()
    .returning(StockLevel.id)
)
_spots: Final = row_set(StockLevel, Spot._fields)
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
    select(*_COLUMNS, Location.is_active, Location.priority, Location.kind)
    .join(Location, Location.id == StockLevel.location_id)
    .where(StockLevel.variant_id == any_(IDS))
    .order_by(StockLevel.variant_id, StockLevel.location_id)
    .with_for_update(of=StockLevel)
)
_given: Final = row_set(StockLevel, ("id", *Change._fields))
_CHANGE: Final = (
    update(StockLevel)
    .where(StockLevel.id == _given.c.id)
    .values(
        on_hand=StockLevel.on_hand + _given.c.on_hand,
        reserved=StockLevel.reserved + _given.c.reserved,
        spoilt=StockLevel.spoilt + _given.c.spoilt,
        backordered=StockLevel.backordered + _given.c.backordered,
        backorder_limit=StockLevel.backorder_limit + _given.c.backorder_limit,
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
    wanted = {spot: new_id() for spot in sorted(set(spots))}
    rows = [
        {
            "id": level_id,
            "variant_id": spot.variant_id,
            "location_id": spot.location_id,
            "on_hand": coming.get(spot, 0),
        }
        for spot, level_id in wanted.items()
    ]
    if not rows:
        return {}
    made = {row["id"] for row in await uow.rows(_OPEN, **arrays_of(rows, _OPENED), now=uow.now)}
    levels = {
        spot: Level(level_id, 0, 0, 0, version=1, written=Change(on_hand=coming.get(spot, 0)))
        for spot, level_id in wanted.items()
        if level_id in made
    }
    return levels | await lock_levels(uow, wanted.keys() - levels.keys())


async def lock_levels(uow: UnitOfWork, spots: Iterable[Spot]) -> dict[Spot, Level]:
    """The levels there are at these spots, locked."""
    rows = [spot._asdict() for spot in sorted(set(spots))]
    return _levels(await uow.rows(_AT_SPOTS, rows=rows)) if rows else {}


async def lock_levels_of(uow: UnitOfWork, variant_ids: Sequence[UUID]) -> dict[Spot, Level]:
    """All levels of these variants, wherever they are, locked."""
    found = await uow.rows(_OF_VARIANTS, ids=list(variant_ids)) if variant_ids else []
    levels = _levels(found)
    for row in found:
        level = levels[Spot.of(row)]
        level.is_active, level.priority = row["is_active"], row["priority"]
        level.is_suppliers = row["kind"] == "supplier"
    return levels


async def change_levels(uow: UnitOfWork, levels: Mapping[Spot, Level]) -> None:
    """Write the changes of locked levels, those who wait for what is free being served first, and
    say which of them become low by these. What is written is not written again.

    The table refuses what would be less than nothing.
    """
    await cover_waiting(uow, levels)
    changed = {spot: level for spot, level in levels.items() if level.is_changed}
    rows = []
    for level in changed.values():
        change = level.change
        unwritten = map(sub, change, level.written)
        rows.append({"id": level.id, **dict(zip(Change._fields, unwritten, strict=True))})
        level.written = change
    if rows:
        await uow.execute(_CHANGE, rows=rows, now=uow.now)
    for spot, level in changed.items():
        if level.becomes_low:
            tell_low(uow, spot, level.left, level.minimum)


def tell_low(uow: UnitOfWork, spot: Spot, available: int, minimum: int | None) -> None:
    """Say that less than the minimum is available at a spot, where it was not so before."""
    uow.record(
        "stock.low",
        spot.variant_id,
        location_id=spot.location_id,
        available=max(available, 0),
        minimum=minimum,
    )


def _levels(rows: Sequence[Row]) -> dict[Spot, Level]:
    return {
        Spot.of(row): Level(
            row["id"],
            row["on_hand"],
            row["reserved"],
            row["spoilt"],
            row["version"],
            row["backordered"],
            row["backorder_limit"],
            row["minimum"],
        )
        for row in rows
    }
