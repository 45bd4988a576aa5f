"""Codes that were scanned in one heap, given to the lines of a document that they are of."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from domain.bulk import refuse
from domain.errors import DomainError, NotAllowed, NotFound
from domain.stock.moves import Coming, Going, Move, Scan, scans
from domain.stock.unit_rows import PIECE, identities_of, known_units
from tenants.scope import Row, UnitOfWork

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
        its = (at for at in named if _is_of(moves[at], unit, len(named[at])))
        at = next(its, None)
        if at is None:
            wrong.append(
                NotAllowed(*scan.path, en="no line has room for it", ru="ни одной строке не нужен")
            )
        else:
            named[at].append(scan)
    refuse(wrong)
    return [replace(move, codes=tuple(named[at])) for at, move in enumerate(moves)]


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
