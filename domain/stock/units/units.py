"""Goods that are known one by one, as a posting moves them: by which codes, and out of which lots.

What is sold or comes back from a buyer is named code by code. Whatever else goes may be named, or
is taken from what no code is known of; so there are never more units at a level, or of a lot there,
than goods. What comes in without codes waits to be scanned, and cannot be sold before.

A demand may begin and end while goods lie there. Once it begins, what lies there is as if it had
come in without codes; what a buyer has by then comes back without, too. Once it ends, codes stay
known as long as nothing of their lot goes from there. When some does, nobody has asked which
pieces: all of that lot that are known there are `untracked`, for nobody knows which are left.
Scanned anew, they are known again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.bulk import refuse
from domain.errors import DomainError, NotAllowed
from domain.stock.levels import Spot
from domain.stock.moves import Coming, Going, Move, Scan
from domain.stock.shelves import Heap
from domain.stock.units.checks import (
    Read,
    codes_path,
    coming_twice,
    gtins_of,
    misplaced,
    parsed_codes,
    refused_code,
)
from domain.stock.units.errors import CodeKnown, CodesWanted
from domain.stock.units.rows import (
    PIECE,
    Added,
    Became,
    add_units,
    change_units,
    followed_at,
    known_units,
    lying_at,
    tell_of_units,
    units_at,
)
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork
from tenants.values.unit_codes import UnitCode

GOES: Final = {
    "sale": "sold",
    "transfer_out": "in_transit",
    "write_off": "written_off",
    "stocktake": "written_off",
    "conversion": "converted",
    "supplier_return": "sent_back",
}
"""What becomes of a unit that goes, by the kind of movement."""


@dataclass(slots=True)
class Units:
    """What a posting has to do with units: what is demanded where, and the codes of each move.

    `unasked`: spots of known pieces whose codes nobody asks for any more. `here`: how many
    thousandths of each lot at a spot are units, less those that go.
    """

    demands: Mapping[Spot, Row]
    unasked: Set[Spot] = frozenset()
    codes: dict[int, list[Read]] = field(default_factory=dict)
    here: dict[tuple[Spot, UUID], int] = field(default_factory=dict)


async def read_units(uow: UnitOfWork, moves: Sequence[Move]) -> Units:
    """Read and check the codes of these moves, whose levels are locked; lock the units.

    Raises, for each code at its own path: Invalid, NotFound, CodeKnown, UnitElsewhere, NotAllowed;
    for a move, CodesWanted.
    """
    units = Units(*await followed_at(uow, [move.spot for move in moves]))
    wrong: list[DomainError] = []
    parsed: dict[int, list[tuple[Scan, UnitCode]]] = {}
    for at, move in enumerate(moves):
        demand = units.demands.get(move.spot)
        wrong += misplaced(move, demand)
        if demand is not None:
            parsed[at] = parsed_codes(move, demand, wrong)
    refuse(wrong + coming_twice(moves, parsed))
    if not units.demands:
        return units
    every = [code.identity for codes in parsed.values() for _, code in codes]
    locked = await known_units(uow, every, locked=True)
    known = {identity: dict(unit) for identity, unit in locked.items()}
    gtins = await gtins_of(uow, {moves[at].spot.variant_id for at in parsed if parsed[at]})
    for at, codes in parsed.items():
        units.codes[at] = []
        for scan, code in codes:
            unit = known.get(code.identity)
            read = Read(scan, code, None if unit is None else {**unit})
            units.codes[at].append(read)
            if refused := refused_code(moves[at], read, gtins.get(moves[at].spot.variant_id)):
                wrong.append(refused)
            elif unit is not None:  # what comes back damaged goes again at once
                unit |= _moved(moves[at], unit)
    refuse(wrong)
    leaving = [move.spot for move in moves if isinstance(move, Going)]
    units.here = await units_at(uow, [spot for spot in leaving if spot in units.demands])
    return units


def arrive(units: Units, at: int, move: Coming, lot_id: UUID) -> None:
    """Let the codes of a move be in a lot, so that what else it has is known to have none."""
    if units.codes.get(at):
        key = move.spot, lot_id
        units.here[key] = units.here.get(key, 0) + PIECE * len(units.codes[at])


def allotted(units: Units, at: int, move: Going, heaps: Sequence[Heap]) -> Counter[UUID] | None:
    """How many thousandths a move takes of each of the lots that are open to it; None: as they lie.

    Those of the units that it names, then of what no code is known of. Raises NotAllowed for a unit
    of another lot, CodesWanted where there is not enough without a code.
    """
    if move.spot not in units.demands:
        return None
    wanted: Counter[UUID] = Counter()
    open_to_it = {heap.lot_id for heap in heaps}
    for read in units.codes[at]:
        assert read.unit is not None
        lot_id = read.unit["lot_id"]
        if lot_id not in open_to_it:
            raise NotAllowed(
                *read.scan.path,
                en="is of a lot that this is not for, or that may not be sold",
                ru="из другой партии или из той, что нельзя продавать",
            )
        wanted[lot_id] += PIECE
        units.here[move.spot, lot_id] -= PIECE
    missing = move.quantity - wanted.total()
    for heap in heaps:
        # What came just now is a heap of its own, and the others of its lot are not in it.
        here = 0 if move.is_at_once else units.here.get((move.spot, heap.lot_id), 0)
        bare = heap.quantity - wanted[heap.lot_id] - here
        more = max(min(bare, missing), 0)
        wanted[heap.lot_id] += more
        missing -= more
    if missing:
        raise CodesWanted(*codes_path(move), missing=missing // PIECE)
    return wanted


async def write_units(
    uow: UnitOfWork,
    units: Units,
    moves: Sequence[Move],
    lots: Mapping[int, UUID],
    movements: Sequence[Sequence[Mapping[str, Any]]],
) -> list[UUID]:
    """Write what became of the units of these moves; the ids of those that were named.

    `lots`: of each move that comes; `movements`: the rows of each move. Raises CodeKnown.
    """
    every: list[Became] = []
    added: list[tuple[Scan, Added]] = []
    for at, codes in units.codes.items():
        move = moves[at]
        ids = {row["lot_id"]: row["id"] for row in movements[at]}
        for read in codes:
            lot_id = lots[at] if isinstance(move, Coming) else _lot_of(read)
            became = Became(
                read.unit["id"] if read.unit else new_id(),
                _becomes(move),
                lot_id,
                move.spot.location_id,
                ids.get(lot_id),
            )
            every.append(became)
            if read.unit is None:
                added.append((read.scan, Added(move.spot.variant_id, read.code, became)))
    overtaken = await add_units(uow, [one for _, one in added])
    refuse([CodeKnown(*scan.path) for scan, one in added if one in overtaken])
    new = {one.became.unit_id for _, one in added}
    last = {one.unit_id: one for one in every if one.unit_id not in new}
    let_go = await _let_go(uow, units, moves, movements)
    await change_units(uow, [*last.values(), *let_go])
    await tell_of_units(uow, [*every, *let_go])
    return [one.unit_id for one in every]


async def _let_go(
    uow: UnitOfWork,
    units: Units,
    moves: Sequence[Move],
    movements: Sequence[Sequence[Mapping[str, Any]]],
) -> list[Became]:
    """What becomes of known pieces of lots that goods have left of, and nobody has asked which."""
    left = {
        (move.spot, row["lot_id"]): row["id"]
        for move, rows in zip(moves, movements, strict=True)
        if isinstance(move, Going) and move.spot in units.unasked
        for row in rows
    }
    return [
        Became(row["id"], "untracked", row["lot_id"], row["location_id"], left[of])
        for row in await lying_at(uow, {spot for spot, _ in left})
        if (of := (Spot.of(row), row["lot_id"])) in left
    ]


def _moved(move: Move, unit: Mapping[str, Any]) -> dict[str, Any]:
    """What is another of a unit after a move."""
    lot_id = (move.lot_id if isinstance(move, Coming) else None) or unit["lot_id"]
    is_here = isinstance(move, Coming)
    return {
        "state": _becomes(move),
        "is_here": is_here,
        "location_id": move.spot.location_id,
        "lot_id": lot_id,
    }


def _becomes(move: Move) -> str:
    if isinstance(move, Going):
        return GOES[move.kind]
    return "returned" if move.kind == "return" else "in_stock"


def _lot_of(read: Read) -> UUID:
    assert read.unit is not None
    lot_id: UUID = read.unit["lot_id"]
    return lot_id
