"""Codes that were scanned in one heap, given to the lines of a document that they are of."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import any_, bindparam, exists, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from domain.bulk import refuse
from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.row_sets import IDS
from domain.stock.moves import Coming, Going, Move, Scan, scans
from domain.stock.tables import StockMovement, StockUnit, StockUnitEvent
from domain.stock.units.rows import PIECE, identities_of, known_units
from tenants.scope import Row, UnitOfWork

_LAST_SALES: Final = (
    select(StockUnitEvent.unit_id, StockMovement.document_id, StockMovement.line_id)
    .ext(distinct_on(StockUnitEvent.unit_id))
    .join(StockMovement, StockMovement.id == StockUnitEvent.movement_id)
    .where(StockUnitEvent.unit_id == any_(IDS), StockMovement.kind == "sale")
    .order_by(StockUnitEvent.unit_id, StockUnitEvent.id.desc())
)

_later: Final = aliased(StockUnitEvent)
_SOLD: Final = (
    select(StockUnit.id, StockUnit.lot_id, StockUnit.location_id, StockMovement.line_id)
    .join(StockUnitEvent, StockUnitEvent.unit_id == StockUnit.id)
    .join(StockMovement, StockMovement.id == StockUnitEvent.movement_id)
    .where(
        StockMovement.document_id == bindparam("hold_id", type_=StockMovement.document_id.type),
        StockMovement.kind == "sale",
        StockUnit.state == "sold",
        ~exists().where(_later.unit_id == StockUnit.id, _later.id > StockUnitEvent.id),
    )
    .order_by(StockUnit.id)
)

M = TypeVar("M", Coming, Going)


async def name_pieces(uow: UnitOfWork, moves: Sequence[M], codes: Sequence[bytes]) -> list[M]:
    """These moves, each with its codes out of a list: those of its variant and, where it has one,
    of its lot, as many as it moves pieces.

    Whether they may be moved is for the posting to say. Raises, at the code's place in `codes`,
    NotFound, and NotAllowed for one that no line has room for.
    """
    if not codes:
        return list(moves)
    found = await pieces_of(uow, codes)
    named: dict[int, list[Scan]] = {at: [] for at in range(len(moves))}
    wrong: list[DomainError] = []
    for scan, unit in zip(scans(codes), found, strict=True):
        fitting = [at for at in named if _is_of(moves[at], unit, len(named[at]))]
        # Of lines of several places the one where it lies; that it lies nowhere the posting says.
        fitting.sort(key=lambda at: moves[at].spot.location_id != unit["location_id"])
        at = next(iter(fitting), None)
        if at is None:
            wrong.append(
                NotAllowed(*scan.path, en="no line has room for it", ru="ни одной строке не нужен")
            )
        else:
            named[at].append(scan)
    refuse(wrong)
    return [replace(move, codes=tuple(named[at])) for at, move in enumerate(moves)]


async def name_returned(
    uow: UnitOfWork,
    hold_id: UUID,
    parts: Sequence[tuple[UUID, UUID | None, int]],
    codes: Sequence[bytes],
) -> list[dict[UUID, tuple[Scan, ...]]]:
    """For each part of a hold's lines (line, lot or None, thousandths), its codes out of a list, by
    the lots that their pieces are of.

    Raises NotFound, and NotAllowed for a piece that was not sold last by this hold, or that no part
    has room for.
    """
    named: list[dict[UUID, tuple[Scan, ...]]] = [{} for _ in parts]
    if not codes:
        return named
    found = await pieces_of(uow, codes)
    lines = {
        row["unit_id"]: row["line_id"]
        for row in await uow.rows(_LAST_SALES, ids=[unit["id"] for unit in found])
        if row["document_id"] == hold_id
    }
    wrong: list[DomainError] = []
    for scan, unit in zip(scans(codes), found, strict=True):
        for part, (line_id, lot_id, quantity) in zip(named, parts, strict=True):
            has_room = quantity >= PIECE * (1 + sum(map(len, part.values())))
            is_its = lines.get(unit["id"]) == line_id and lot_id in (None, unit["lot_id"])
            if is_its and has_room:
                part[unit["lot_id"]] = (*part.get(unit["lot_id"], ()), scan)
                break
        else:
            wrong.append(
                NotAllowed(
                    *scan.path,
                    en="is not among what comes back of this hold",
                    ru="не из того, что возвращают по этому резерву",
                )
            )
    refuse(wrong)
    return named


async def sold_by(uow: UnitOfWork, hold_id: UUID) -> dict[UUID, list[Row]]:
    """`id`, `lot_id`, `location_id` of the pieces that a hold sold by their codes, and that are
    still out, by its lines."""
    sold: dict[UUID, list[Row]] = {}
    for row in await uow.rows(_SOLD, hold_id=hold_id):
        sold.setdefault(row["line_id"], []).append(row)
    return sold


def codes_by_line(
    given: Sequence[tuple[UUID, Sequence[bytes]]], line_ids: Iterable[UUID], *path: str
) -> dict[UUID, tuple[Scan, ...]]:
    """Codes as they were given for lines, at `path` in the input. Raises NotFound for what is no
    line, Invalid for one that comes twice."""
    known = set(line_ids)
    named: dict[UUID, tuple[Scan, ...]] = {}
    for at, (line_id, codes) in enumerate(given):
        if line_id not in known:
            raise NotFound(*path, at, "lineId", what="line")
        if line_id in named:
            raise Invalid(*path, at, "lineId", en="comes twice", ru="встречается дважды")
        named[line_id] = scans(codes, *path, at)
    return named


async def pieces_of(uow: UnitOfWork, codes: Sequence[bytes]) -> list[Row]:
    """The units by these codes, in their order. Raises NotFound at a code's place in `codes`."""
    identities = [identities_of(code) for code in codes]
    known = await known_units(uow, (one for many in identities for one in many))
    found = [next((known[one] for one in many if one in known), None) for many in identities]
    refuse([NotFound("codes", at, what="unit") for at, unit in enumerate(found) if unit is None])
    return [unit for unit in found if unit is not None]


def _is_of(move: Move, unit: Row, so_far: int) -> bool:
    lot_id: UUID | None = move.lot_id
    return (
        unit["variant_id"] == move.spot.variant_id
        and lot_id in (None, unit["lot_id"])
        and move.quantity >= (so_far + 1) * PIECE
    )
