"""The approval of a stocktake: what it found is brought into the books, in one unit or in slices.

A loss is never taken from what is promised to somebody, nor from pieces that are known by their
codes (a write-off names those): an approver is told where less is left than that, and settles it
first. Or he says `below_reserved`: then the books are taken down to that, so that no more is sold,
and the line is `short` of the rest. Where a slice is posted after somebody promised goods that are
not there, it is just so.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Uuid, any_, bindparam, cast, delete, func, or_, select

from domain.bulk import refuse
from domain.catalog.tables import Variant
from domain.catalog.unit_codes import select_demands
from domain.courses import Course
from domain.errors import DomainError, Invalid
from domain.references import Ref
from domain.row_sets import IDS, insert_rows
from domain.stock.documents import enter_state, lock_document
from domain.stock.freshness import Freshness, freshness_of
from domain.stock.ledger import post, tell, tell_as_one
from domain.stock.levels import Spot, open_levels
from domain.stock.moves import MOST, MOST_VALUE, Coming, Document, InsufficientStock, Move
from domain.stock.stocktakes.corrections import Line, corrections
from domain.stock.stocktakes.lines import line_row, reckon
from domain.stock.stocktakes.stocktakes import STOCKTAKES, WHAT, Action
from domain.stock.stocktakes.tables import Stocktake, StocktakeLine
from domain.stock.tables import StockLevel, StockUnit
from domain.stock.units.rows import PIECE, demands_at, units_at
from tenants.ids import new_id
from tenants.jobs import enqueue
from tenants.principal import Actor, Principal
from tenants.scope import Row, UnitOfWork
from tenants.values.quantity import format_thousandths

POST: Final = "stock.stocktake"
"""The kind of job that posts one slice after another; its argument is `stocktake_id`."""
ACTION: Final = "stocktakePost"
AT_ONCE: Final = 500
"""Variants in one unit: their levels are locked for as long as it takes."""
MOST_NAMED: Final = 100
"""Refusals of one answer."""

_STOCKTAKE: Final = bindparam("stocktake", type_=Uuid())
_ZEROES: Final = bindparam("zeroes", type_=Boolean())
_SLICE_SIZE: Final = bindparam("at_once", type_=BigInteger())
_OPEN: Final = (
    select(StocktakeLine)
    .where(StocktakeLine.stocktake_id == _STOCKTAKE, ~StocktakeLine.is_posted)
    .where(or_(StocktakeLine.counted.is_not(None), _ZEROES))
)
_VARIANTS: Final = (
    _OPEN.with_only_columns(StocktakeLine.variant_id)
    .distinct()
    .order_by(StocktakeLine.variant_id)
    .limit(_SLICE_SIZE)
)
_LINES: Final = (
    select(StocktakeLine.id, StocktakeLine.variant_id, StocktakeLine.lot_id)
    .where(StocktakeLine.stocktake_id == _STOCKTAKE, StocktakeLine.variant_id == any_(IDS))
    .order_by(StocktakeLine.id)
)
_CLEAR: Final = delete(StocktakeLine).where(
    StocktakeLine.stocktake_id == _STOCKTAKE, StocktakeLine.variant_id == any_(IDS)
)
_differences: Final = (
    select(
        StocktakeLine.variant_id,
        cast(func.sum(StocktakeLine.difference), BigInteger).label("difference"),
    )
    .where(StocktakeLine.stocktake_id == _STOCKTAKE)
    .where(or_(StocktakeLine.counted.is_not(None), _ZEROES))
    .group_by(StocktakeLine.variant_id)
    .subquery("differences")
)
_LOCATION: Final = bindparam("location", type_=Uuid())
_demands: Final = select_demands().subquery("demands")
_pieces: Final = (
    select(StockUnit.variant_id, (func.count() * PIECE).label("known"))
    .join(_demands, _demands.c.variant_id == StockUnit.variant_id)
    .where(StockUnit.location_id == _LOCATION, StockUnit.is_here)
    .group_by(StockUnit.variant_id)
    .subquery("pieces")
)
_left: Final = StockLevel.on_hand + _differences.c.difference
_kept: Final = func.greatest(StockLevel.reserved, _pieces.c.known)  # a null is passed over
_SHORT: Final = (
    select(StockLevel.variant_id, _kept.label("kept"), _left.label("left"))
    .join(_differences, _differences.c.variant_id == StockLevel.variant_id)
    .join(_pieces, _pieces.c.variant_id == StockLevel.variant_id, isouter=True)
    .where(StockLevel.location_id == _LOCATION, _left < _kept)
    .order_by(StockLevel.variant_id)
    .limit(MOST_NAMED)
)
_MISCOUNTED: Final = (
    select(Variant.sku, Variant.title, StocktakeLine.counted)
    .join(Variant, Variant.id == StocktakeLine.variant_id)
    .where(
        StocktakeLine.stocktake_id == _STOCKTAKE,
        or_(
            StocktakeLine.counted < 0,
            StocktakeLine.counted > MOST,
            StocktakeLine.value_minor >= MOST_VALUE,
        ),
    )
    .order_by(StocktakeLine.id)
    .limit(MOST_NAMED)
)
_LOCKED: Final = select(Stocktake).where(Stocktake.id == _STOCKTAKE).with_for_update()


async def approve_stocktake(
    uow: UnitOfWork,
    ref: Ref,
    *,
    zero_uncounted: bool = False,
    below_reserved: bool = False,
    expected_version: int | None = None,
) -> UUID:
    """Bring what was found into the books; its id. What nobody counted is left as it is, unless
    `zero_uncounted`. Of more than AT_ONCE variants a job does it.

    Raises Invalid for what cannot have been counted; InsufficientStock for each variant of which
    less is left (`available`) than is promised (`requested`), unless `below_reserved`.
    """
    stocktake = await lock_document(
        uow, STOCKTAKES, ref, Action.APPROVE, "id", expected_version=expected_version
    )
    stocktake_id: UUID = stocktake["id"]
    if stocktake["state"] == "posting":
        await enqueue(uow, POST, key=f"{stocktake_id}", stocktake_id=f"{stocktake_id}")
        return stocktake_id
    await _refuse_miscounted(uow, stocktake_id)
    said = {
        "zeroes_uncounted": zero_uncounted,
        "approver": uow.principal.actor.value,
        "approver_id": uow.principal.id,
    }
    variants = await _next(uow, stocktake_id, zero_uncounted, AT_ONCE + 1)
    if len(variants) > AT_ONCE:
        if not below_reserved:
            await _refuse_short(uow, stocktake, zero_uncounted)
        await enqueue(uow, POST, key=f"{stocktake_id}", stocktake_id=f"{stocktake_id}")
        return await enter_state(uow, STOCKTAKES, stocktake, "posting", **said)
    posted = await _post(uow, stocktake, variants)
    if not below_reserved:
        refuse(posted.short[:MOST_NAMED])
    await tell(uow, posted.spots)
    return await enter_state(uow, STOCKTAKES, stocktake, "approved", ended_at=uow.now, **said)


async def post_stocktake(course: Course, *, stocktake_id: str) -> None:
    """Job `stock.stocktake`: post what is left of an approved stocktake, slice by slice."""
    while await _posted_slice(course, UUID(stocktake_id)):
        pass


async def _posted_slice(course: Course, stocktake_id: UUID) -> bool:
    """Post the next variants; False after the last ones."""
    async with course.writing(ACTION) as uow:
        stocktake = await uow.row(_LOCKED, stocktake=stocktake_id)
        if stocktake is None or stocktake["state"] != "posting":
            return False
        uow.principal = Principal(Actor(stocktake["approver"]), id=stocktake["approver_id"])
        variants = await _next(uow, stocktake_id, stocktake["zeroes_uncounted"], AT_ONCE)
        posted = await _post(uow, stocktake, variants)
        is_last = len(variants) < AT_ONCE
        await tell_as_one(uow, "stocktake.posted", stocktake_id, posted.spots, is_last=is_last)
        if is_last:
            await enter_state(uow, STOCKTAKES, stocktake, "approved", ended_at=uow.now)
        return not is_last


async def _next(uow: UnitOfWork, stocktake_id: UUID, zeroes: bool, most: int) -> list[UUID]:
    """Up to so many variants that are to be posted yet."""
    rows = await uow.rows(_VARIANTS, stocktake=stocktake_id, zeroes=zeroes, at_once=most)
    return [row["variant_id"] for row in rows]


async def _refuse_miscounted(uow: UnitOfWork, stocktake_id: UUID) -> None:
    refuse(
        [
            Invalid(
                "id",
                en=f"{_named(row)}: {format_thousandths(row['counted'])} cannot be",
                ru=f"{_named(row)}: количества {format_thousandths(row['counted'])} быть не может",
            )
            for row in await uow.rows(_MISCOUNTED, stocktake=stocktake_id)
        ]
    )


def _named(row: Row) -> str:
    return str(row["sku"] or row["title"])


async def _refuse_short(uow: UnitOfWork, stocktake: Row, zeroes: bool) -> None:
    """Refuse what would leave less than is promised, or known by codes, as far as can be seen
    without locks.
    """
    location_id = stocktake["location_id"]
    refuse(
        [
            _too_little(row["variant_id"], row["kept"], row["left"])
            for row in await uow.rows(
                _SHORT, stocktake=stocktake["id"], location=location_id, zeroes=zeroes
            )
        ]
    )


def _too_little(variant_id: UUID, promised: int, left: int) -> DomainError:
    return InsufficientStock("id", variant_id=variant_id, requested=promised, available=left)


@dataclass(slots=True)
class _Posted:
    """What came of some variants: where something moved, and of what too little is left."""

    spots: set[Spot]
    short: list[DomainError]


async def _post(uow: UnitOfWork, stocktake: Row, variants: Sequence[UUID]) -> _Posted:
    """Correct the books of these variants, and write down how, under the locks of their levels."""
    location_id = stocktake["location_id"]
    levels = await open_levels(uow, [Spot(variant, location_id) for variant in variants])
    ids = {
        (line["variant_id"], line["lot_id"]): line["id"]
        for line in await uow.rows(_LINES, stocktake=stocktake["id"], ids=list(variants))
    }
    known = await units_at(uow, await demands_at(uow, levels))
    fresh = await freshness_of(uow, variants)
    by_code: Counter[Spot] = Counter()
    for (spot, _), quantity in known.items():
        by_code[spot] += quantity
    short: list[DomainError] = []
    moves: list[Move] = []
    lines: list[Line] = []
    for variant_id, found in (await reckon(uow, stocktake, variants)).items():
        spot = Spot(variant_id, location_id)
        own = [
            Line(
                ids.get((variant_id, one.lot_id), new_id()),
                variant_id,
                one,
                known=known.get((spot, one.lot_id), 0) if one.lot_id else 0,
            )
            for one in found
        ]
        kept = max(levels[spot].reserved, by_code[spot])
        level = levels[spot]
        sellable = level.on_hand - fresh.get(spot, Freshness()).spoilt - level.reserved
        moves += corrections(spot, level.on_hand - kept, sellable, own)
        lines += own
        if lack := sum(line.short for line in own):
            short.append(_too_little(variant_id, kept, kept - lack))
    values = await post(uow, Document(WHAT, stocktake["id"]), moves, levels)
    await _write_lines(uow, stocktake["id"], variants, lines, moves, values)
    return _Posted({move.spot for move in moves}, short)


async def _write_lines(
    uow: UnitOfWork,
    stocktake_id: UUID,
    variants: Sequence[UUID],
    lines: Sequence[Line],
    moves: Sequence[Move],
    values: Sequence[int],
) -> None:
    """Let these lines, with what they were worth, stand for good in the place of those before."""
    worth: defaultdict[UUID | None, int] = defaultdict(int)
    for move, value in zip(moves, values, strict=True):
        worth[move.line_id] += value if isinstance(move, Coming) else -value
    await uow.execute(_CLEAR, stocktake=stocktake_id, ids=list(variants))
    rows = [
        line_row(line.id, stocktake_id, line.variant_id, line.found)
        | {"value_minor": worth[line.id], "short": line.short, "is_posted": True}
        for line in lines
    ]
    await insert_rows(uow, StocktakeLine, rows)
