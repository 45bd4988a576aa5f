"""What a hold has shipped comes back: into the lot that it left, at the cost that it left with.

What is damaged comes back likewise, and is written off in the same document: the sale is undone,
and the loss is seen for what it is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, and_, any_, bindparam, cast, func, or_, select, update

from domain.errors import Invalid, NotAllowed
from domain.inputs import clean, line_or_none
from domain.references import Ref
from domain.row_sets import IDS, row_set
from domain.stock.holds.parts import MoreThanThere, Part, Taken, read_parts
from domain.stock.holds.rows import lines_of, lock_hold
from domain.stock.ledger import post, tell
from domain.stock.levels import Spot
from domain.stock.moves import Coming, Document, Going, Move, Scan
from domain.stock.places.locations import reach_location
from domain.stock.shelves import Heap, take
from domain.stock.tables import Lot, StockHoldLine, StockMovement
from domain.stock.units.naming import name_returned, sold_by
from domain.stock.units.rows import PIECE, Became, change_units, demands_at, tell_of_units
from tenants.scope import Asking, Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class Back(Part):
    """So many thousandths of a hold's line that came back; `lot_id` None: of whichever lot."""

    is_damaged: bool = False
    lot_id: UUID | None = None


# What is still out of each lot, in the order in which it was taken from the shelf.
_OUT: Final = (
    select(
        StockMovement.line_id,
        StockMovement.lot_id,
        cast(-func.sum(StockMovement.quantity), BigInteger).label("quantity"),
        cast(-func.sum(StockMovement.value_minor), BigInteger).label("value_minor"),
    )
    .join(Lot, Lot.id == StockMovement.lot_id)
    .where(
        StockMovement.document_id == bindparam("hold_id"),
        or_(StockMovement.kind == "sale", StockMovement.kind == "return"),
    )
    .group_by(
        StockMovement.line_id,
        StockMovement.lot_id,
        Lot.expires_on,
        Lot.received_at,
    )
    .order_by(Lot.expires_on.asc().nulls_last(), Lot.received_at, StockMovement.lot_id)
)
_back: Final = row_set(StockHoldLine, ("id", "returned"))
_RETURN: Final = (
    update(StockHoldLine)
    .where(StockHoldLine.id == _back.c.id)
    .values(returned=StockHoldLine.returned + _back.c.returned)
)
_COSTS: Final = (
    select(
        StockMovement.line_id,
        cast(-func.sum(StockMovement.value_minor), BigInteger).label("cost_minor"),
    )
    .join(
        StockHoldLine,
        and_(
            StockHoldLine.hold_id == StockMovement.document_id,
            StockHoldLine.id == StockMovement.line_id,
        ),
    )
    .where(StockHoldLine.id == any_(IDS))
    .group_by(StockMovement.line_id)
)


async def return_shipped(
    uow: UnitOfWork,
    hold_id: UUID,
    backs: Sequence[Back],
    *,
    codes: Sequence[bytes] = (),
    reason: str | None = None,
    location: Ref | None = None,
) -> UUID:
    """Take back what was shipped of a hold, to `location` or to where each line left; its id.

    Of a lot that is not named, what was taken from the shelf first is back first. `codes` are of
    all pieces that were sold by theirs. Raises NotFound; NotAllowed before any of it is shipped,
    or for a piece that it has not; MoreThanThere, Invalid for a line.
    """
    values, wrong = clean({"reason": line_or_none(500)}, {"reason": reason})
    if wrong:
        raise wrong[0]
    place = None if location is None else await reach_location(uow, location, "locationId")
    before = {line["id"]: line for line in await lines_of(uow, [hold_id])}
    also = [_target(before[one.line_id], place) for one in backs if one.line_id in before]
    _, levels = await lock_hold(uow, hold_id, also)
    lines = await lines_of(uow, [hold_id])
    if not any(line["shipped"] for line in lines):
        raise NotAllowed("id", en="nothing of it is shipped", ru="по нему ничего не отгружено")
    coming = await read_parts(uow, lines, backs, _is_out)
    for one in coming:
        if one.line["is_drop_shipped"]:
            raise NotAllowed(
                *one.path[:-1],
                "lineId",
                en="a supplier sent it; what comes to us of it is a goods receipt",
                ru="отправил поставщик; если товар пришёл к нам, оформите приёмку",
            )
    heaps = await _out(uow, hold_id)
    wanted = [(back.line_id, back.lot_id, back.quantity) for back in backs]
    named = await name_returned(uow, hold_id, wanted, codes)
    sold = await sold_by(uow, hold_id)
    moves: list[Move] = []
    for back, one, pieces in zip(backs, coming, named, strict=True):
        moves += _moves(back, one, heaps[one.line["id"]], place, values["reason"], pieces)
    await _note(uow, coming)
    await post(uow, Document("hold", hold_id), _with_bare(moves, lines, sold), levels)
    await _let_go(uow, moves, sold)
    uow.record("hold.returned", hold_id, lines=len(coming))
    await tell(uow, [move.spot for move in moves])
    return hold_id


def _with_bare(
    moves: Sequence[Move], lines: Sequence[Row], sold: Mapping[UUID, Sequence[Row]]
) -> list[Move]:
    """The same; what comes without codes may do so, as far as it was sold without."""
    left = {line["id"]: _is_out(line) - PIECE * len(sold.get(line["id"], ())) for line in lines}
    told: list[Move] = []
    for move in moves:
        if isinstance(move, Coming) and not move.codes and move.line_id is not None:
            bare = max(0, min(move.quantity, left[move.line_id]))
            left[move.line_id] -= bare
            told.append(replace(move, bare=bare))
        else:
            told.append(move)
    return told


async def _let_go(
    uow: UnitOfWork, moves: Sequence[Move], sold: Mapping[UUID, Sequence[Row]]
) -> None:
    """Of lines that were sold by codes, and of which something came back when nobody asked for
    them any more, nobody knows which pieces are still out."""
    spots = {move.line_id: move.spot for move in moves if move.line_id in sold}
    demanded = await demands_at(uow, spots.values())
    became = [
        Became(unit["id"], "untracked", unit["lot_id"], unit["location_id"])
        for line_id, spot in spots.items()
        if line_id is not None and spot not in demanded
        for unit in sold[line_id]
    ]
    await change_units(uow, became)
    await tell_of_units(uow, became)


async def costs_of(db: Asking, line_ids: Sequence[UUID]) -> dict[UUID, int]:
    """What the goods of each line that are out had cost, minor units; of none, nothing is said."""
    rows = await db.rows(_COSTS, ids=list(line_ids))
    return {row["line_id"]: row["cost_minor"] for row in rows}


def _is_out(line: Row) -> int:
    """How much of a line was shipped and has not come back."""
    out: int = line["shipped"] - line["returned"]
    return out


def _target(line: Row, place: UUID | None) -> Spot:
    return Spot(line["variant_id"], place or line["location_id"])


async def _out(uow: UnitOfWork, hold_id: UUID) -> Mapping[UUID, list[Heap]]:
    """By line, what of each lot is still out, and what that cost."""
    heaps: defaultdict[UUID, list[Heap]] = defaultdict(list)
    for row in await uow.rows(_OUT, hold_id=hold_id):
        heaps[row["line_id"]].append(Heap(row["lot_id"], row["quantity"], row["value_minor"]))
    return heaps


def _moves(
    back: Back,
    one: Taken,
    out: Sequence[Heap],
    place: UUID | None,
    reason: str | None,
    pieces: Mapping[UUID, tuple[Scan, ...]],
) -> list[Move]:
    """What lets a part of a line come in again, lot by lot, and go out where it is damaged.

    `pieces`: codes that were named, by lot; what else there is comes of whichever lot is next.
    """
    of = [heap for heap in out if back.lot_id in (None, heap.lot_id)]
    left = sum(heap.quantity for heap in of)
    if not left and back.lot_id is not None:
        raise Invalid(
            *one.path[:-1],
            "lotId",
            en="nothing of this lot is out",
            ru="из этой партии ничего не отгружено",
        )
    if one.quantity > left:
        raise MoreThanThere(*one.path, left=left)
    spot = _target(one.line, place)
    moves: list[Move] = []
    parts = [
        (part, codes)
        for lot_id, codes in pieces.items()
        for part in take([heap for heap in of if heap.lot_id == lot_id], PIECE * len(codes))
    ]
    rest = one.quantity - sum(part.quantity for part, _ in parts)
    parts += [(part, ()) for part in take(of, rest)]
    for part, codes in parts:
        moves.append(
            Coming(
                kind="return",
                spot=spot,
                quantity=part.quantity,
                value_minor=part.value_minor,
                lot_id=part.lot_id,
                codes=codes,
                line_id=one.line["id"],
                reason=reason,
                path=one.path,
            )
        )
        if back.is_damaged:
            moves.append(
                Going(
                    kind="write_off",
                    spot=spot,
                    quantity=part.quantity,
                    lot_id=part.lot_id,
                    is_at_once=True,
                    codes=codes,
                    reason=reason,
                    path=one.path,
                )
            )
    return moves


async def _note(uow: UnitOfWork, coming: Sequence[Taken]) -> None:
    returned: defaultdict[UUID, int] = defaultdict(int)
    for one in coming:
        returned[one.line["id"]] += one.quantity
    rows = [{"id": line_id, "returned": quantity} for line_id, quantity in returned.items()]
    await uow.execute(_RETURN, rows=rows)
