"""How the lines of one variant are corrected: what comes, what goes, and what cannot be taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.stock.levels import Spot
from domain.stock.moves import Coming, Going, Move
from domain.stock.stocktakes.sums import Found


@dataclass(slots=True)
class Line:
    """A line of a variant as it was found, and how much of its loss could not be taken."""

    id: UUID
    variant_id: UUID
    found: Found
    known: int = 0
    """How much of what is there is known piece by piece, so that nobody can say which is lost."""
    short: int = 0


def corrections(spot: Spot, free: int, sellable: int, lines: Sequence[Line]) -> list[Move]:
    """The moves that bring the books of a variant in line; sets what each line is `short` of.

    `free` thousandths may go: they are nobody's, and not known piece by piece. `sellable` of what
    may be sold are nobody's: for what is promised, what is spoilt does not do. What is gained comes
    before what is lost, and no more goes than is free then. A lot of which less is left by now than
    it lacks (sold since, first expired first) gives what it has, and the others give the rest; but
    none gives for what another has and may not give.
    """
    moves: list[Move] = []
    rest: list[Move] = []
    for line in lines:
        if (more := line.found.difference) > 0:
            lot_id = line.found.lot_id
            moves.append(
                Coming(kind="stocktake", spot=spot, quantity=more, lot_id=lot_id, line_id=line.id)
            )
            free += more
            sellable += more * line.found.is_sellable
    for line in lines:
        if (lost := -line.found.difference) <= 0:
            continue
        of_lot = 0
        there = line.found.there if line.found.lot_id else 0
        if there:
            of_lot = max(min(lost, there - line.known, free), 0)
            if line.found.is_sellable:
                of_lot = min(of_lot, max(sellable, 0))
                sellable -= of_lot
        of_others = min(max(lost - there, 0), free - of_lot)
        free -= of_lot + of_others
        line.short = lost - of_lot - of_others
        if of_lot:
            moves.append(_going(spot, line, of_lot, line.found.lot_id))
        if of_others:
            rest.append(_going(spot, line, of_others, None))
    return moves + rest


def _going(spot: Spot, line: Line, quantity: int, lot_id: UUID | None) -> Going:
    return Going(kind="stocktake", spot=spot, quantity=quantity, lot_id=lot_id, line_id=line.id)
