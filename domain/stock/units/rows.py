"""Rows of units: which goods demand codes, which units are known, and what is written of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    LargeBinary,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from domain.catalog.tables import Variant
from domain.catalog.unit_codes import select_demands
from domain.row_sets import insert_rows, row_set
from domain.stock.levels import Spot
from domain.stock.tables import Location, StockLevel
from domain.stock.units.tables import UNIT_STATES_HERE, StockUnit, StockUnitEvent
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT
from tenants.values.invalid import InvalidValue
from tenants.values.quantity import WHOLE
from tenants.values.unit_codes import UnitCode, parse_mark

PIECE: Final = WHOLE
"""Thousandths that one unit is."""


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a unit: its state, its lot, where it was, and the movement that did it."""

    unit_id: UUID
    state: str
    lot_id: UUID
    location_id: UUID
    movement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """A unit that was not known before: of which variant, by which code, and what became of it."""

    variant_id: UUID
    code: UnitCode
    became: Became


_spots: Final = row_set(StockLevel, ("variant_id", "location_id"))
# What lies at a supplier's is his: nobody here has seen its codes.
_DEMANDS: Final = (
    select_demands(_spots.c.location_id)
    .join(_spots, _spots.c.variant_id == Variant.id)
    .join(Location, Location.id == _spots.c.location_id)
    .where(Location.kind != "supplier")
)
_ARE_AT: Final = and_(
    StockUnit.variant_id == _spots.c.variant_id, StockUnit.location_id == _spots.c.location_id
)
_AT_SPOTS: Final = (
    select(StockUnit.variant_id, StockUnit.location_id, StockUnit.lot_id)
    .join(_spots, _ARE_AT)
    .where(StockUnit.is_here)
)
_HERE: Final = _AT_SPOTS.add_columns(func.count().label("units")).group_by(
    StockUnit.variant_id, StockUnit.location_id, StockUnit.lot_id
)
_LYING: Final = (
    _AT_SPOTS.add_columns(StockUnit.id).order_by(StockUnit.id).with_for_update(of=StockUnit)
)
# The first is asked once and not of each spot: most shops know no pieces at all.
_known_there: Final = and_(
    exists().where(StockUnit.is_here), exists().where(StockUnit.is_here, _ARE_AT)
)
# Those that codes are demanded of, and those where pieces lie whose codes were demanded once.
_FOLLOWED: Final = union_all(
    _DEMANDS,
    select(
        _spots.c.variant_id,
        literal("none").label("unit_codes"),
        cast(null(), Text).label("marking_group"),
        _spots.c.location_id,
    ).where(_known_there),
)
_KNOWN: Final = select(
    StockUnit.id,
    StockUnit.identity,
    StockUnit.variant_id,
    StockUnit.lot_id,
    StockUnit.location_id,
    StockUnit.state,
    StockUnit.is_here,
).where(StockUnit.identity == any_(bindparam("identities", type_=ARRAY(LargeBinary()))))
_LOCKED: Final = _KNOWN.order_by(StockUnit.id).with_for_update()
_changes: Final = row_set(StockUnit, ("id", "state", "is_here", "lot_id", "location_id"))
_CHANGE: Final = (
    update(StockUnit)
    .where(StockUnit.id == _changes.c.id)
    .values(
        state=_changes.c.state,
        is_here=_changes.c.is_here,
        lot_id=_changes.c.lot_id,
        location_id=_changes.c.location_id,
    )
)
_WRITTEN: Final = ("id", "unit_id", "state", "location_id", "movement_id", "actor", "actor_id")
_events: Final = row_set(StockUnitEvent, _WRITTEN)
_TELL: Final = (
    insert(StockUnitEvent)
    .from_select(
        ["tenant_id", "at", *_WRITTEN],
        select(TENANT, func.statement_timestamp(), *(_events.c[name] for name in _WRITTEN)),
    )
    .returning(StockUnitEvent.id)
)


async def demands_at(db: Asking, spots: Iterable[Spot]) -> dict[Spot, Row]:
    """Spots whose goods are known one by one: `unit_codes`, `marking_group`."""
    rows = [spot._asdict() for spot in sorted(set(spots))]
    found = await db.rows(_DEMANDS, rows=rows) if rows else []
    return {Spot.of(row): row for row in found}


async def followed_at(db: Asking, spots: Iterable[Spot]) -> tuple[dict[Spot, Row], set[Spot]]:
    """As `demands_at`; and those other spots where pieces lie that are known all the same."""
    rows = [spot._asdict() for spot in sorted(set(spots))]
    found = await db.rows(_FOLLOWED, rows=rows) if rows else []
    demands = {Spot.of(row): row for row in found if row["unit_codes"] != "none"}
    return demands, {Spot.of(row) for row in found} - demands.keys()


async def lying_at(uow: UnitOfWork, spots: Iterable[Spot]) -> list[Row]:
    """`id`, `variant_id`, `location_id`, `lot_id` of the units at these spots; they are locked."""
    rows = [spot._asdict() for spot in sorted(set(spots))]
    return await uow.rows(_LYING, rows=rows) if rows else []


async def units_at(db: Asking, spots: Iterable[Spot]) -> dict[tuple[Spot, UUID], int]:
    """How many thousandths of each lot lie at these spots as units that are known."""
    rows = [spot._asdict() for spot in sorted(set(spots))]
    found = await db.rows(_HERE, rows=rows) if rows else []
    return {(Spot.of(row), row["lot_id"]): row["units"] * PIECE for row in found}


async def known_at(db: Asking, spots: Iterable[Spot]) -> dict[Spot, int]:
    """Of spots whose goods are known one by one: how many thousandths lie there as units."""
    known = dict.fromkeys(await demands_at(db, spots), 0)
    for (spot, _), quantity in (await units_at(db, known)).items():
        known[spot] += quantity
    return known


def identities_of(code: bytes) -> list[bytes]:
    """What a unit with this code may be told apart by, whatever goods it is of."""
    try:
        # Marks of tobacco have either form.
        return [code, parse_mark(code, "tobacco").identity]
    except InvalidValue:
        return [code]


async def known_units(
    db: Asking, identities: Iterable[bytes], *, locked: bool = False
) -> dict[bytes, Row]:
    """`id`, `variant_id`, `lot_id`, `location_id`, `state`, `is_here` of units, by identity.

    They are locked in the order of their ids, for all alike, after the levels they are moved at.
    """
    wanted = sorted(set(identities))
    rows = await db.rows(_LOCKED if locked else _KNOWN, identities=wanted) if wanted else []
    return {row["identity"]: row for row in rows}


async def add_units(uow: UnitOfWork, added: Sequence[Added]) -> list[Added]:
    """Make these units; those of them that another has made meanwhile are given back."""
    rows = [
        {
            "id": one.became.unit_id,
            "variant_id": one.variant_id,
            "code": _hex(one.code.code),
            "identity": _hex(one.code.identity),
            "gtin": one.code.gtin,
            "serial": one.code.serial,
            "lot_id": one.became.lot_id,
            "location_id": one.became.location_id,
            "state": one.became.state,
            "is_here": one.became.state in UNIT_STATES_HERE,
        }
        # Two who bring the same codes wait in a row, not in a ring.
        for one in sorted(added, key=lambda one: one.code.identity)
    ]
    made = await insert_rows(uow, StockUnit, rows)
    return [one for one in added if one.became.unit_id not in made]


async def change_units(uow: UnitOfWork, changes: Sequence[Became]) -> None:
    """Write down of locked units what became of them."""
    rows = [
        {
            "id": one.unit_id,
            "state": one.state,
            "is_here": one.state in UNIT_STATES_HERE,
            "lot_id": one.lot_id,
            "location_id": one.location_id,
        }
        for one in changes
    ]
    if rows:
        await uow.execute(_CHANGE, rows=rows)


async def tell_of_units(uow: UnitOfWork, became: Sequence[Became]) -> None:
    """Add to the history of each unit what became of it."""
    rows = [
        {
            "id": new_id(),
            "unit_id": one.unit_id,
            "state": one.state,
            "location_id": one.location_id,
            "movement_id": one.movement_id,
            "actor": uow.principal.actor.value,
            "actor_id": uow.principal.id,
        }
        for one in became
    ]
    if rows:
        await uow.rows(_TELL, rows=rows)


def _hex(value: bytes) -> str:
    """Bytes as a JSON text that PostgreSQL reads as bytea."""
    return f"\\x{value.hex()}"
