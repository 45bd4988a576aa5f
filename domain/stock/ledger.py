"""The ledger: the one way in which goods come and go, so that each balance is its movements' sum.

A document is posted as a whole, in a number of statements that does not grow with its lines: lots
are found or made, goods are taken first expired, first out (then first come, first out), and what
they cost goes with them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import and_, any_, select

from domain.catalog.changes import products_changed, relist_soon
from domain.catalog.tables import Variant
from domain.row_sets import IDS, add_rows, insert_rows, row_set
from domain.stock.freshness import IS_SELLABLE, is_sellable_at
from domain.stock.levels import Level, Spot, change_levels
from domain.stock.lot_balance_rows import write_balances
from domain.stock.lot_numbers import check_same_lot, numbered_lots
from domain.stock.markdowns.watching import look_at_markdowns
from domain.stock.movement_rows import movement_of, movements_of, write_movements
from domain.stock.moves import NO_LOT, Coming, Document, Loss, Move
from domain.stock.notices.waiting import tell_waiting
from domain.stock.shelves import Heap, Part
from domain.stock.tables import Lot, LotBalance
from domain.stock.taking import check_free, lying, open_to, put, take_parts, unpromised
from domain.stock.units.units import allotted, arrive, read_units, write_units
from tenants.ids import new_id
from tenants.scope import Asking, UnitOfWork

Shelves: TypeAlias = dict[Spot, list[Heap]]

_spots: Final = row_set(LotBalance, ("variant_id", "location_id"))
_HEAPS: Final = (
    select(
        LotBalance.variant_id,
        LotBalance.location_id,
        LotBalance.lot_id,
        LotBalance.quantity,
        LotBalance.value_minor,
        IS_SELLABLE.label("is_sellable"),
    )
    .join(Lot, Lot.id == LotBalance.lot_id)
    .join(
        _spots,
        and_(
            LotBalance.variant_id == _spots.c.variant_id,
            LotBalance.location_id == _spots.c.location_id,
        ),
    )
    .where(LotBalance.quantity > 0)
    .order_by(Lot.expires_on.asc().nulls_last(), Lot.received_at, Lot.id)
)
_comings: Final = row_set(LotBalance, ("lot_id", "location_id"))
_SPOILT: Final = (
    select(_comings.c.lot_id, _comings.c.location_id)
    .join(Lot, Lot.id == _comings.c.lot_id)
    .where(~is_sellable_at(_comings.c.location_id, _comings))
)
_PRODUCTS: Final = select(Variant.product_id).where(Variant.id == any_(IDS)).distinct()


async def post(
    uow: UnitOfWork, document: Document, moves: Sequence[Move], levels: Mapping[Spot, Level]
) -> list[int]:
    """Let goods come and go at locked levels; what those of each move are worth, minor units.

    Raises InsufficientStock where less is free than goes, Invalid for more than can be counted or
    a lot whose dates are others, and whatever is wrong with codes (see units); then nothing is
    moved.
    """
    if not moves:
        await change_levels(uow, levels)
        return []
    units = await read_units(uow, moves)
    shelves = await _shelves(uow, moves, levels)
    lots = await _lots(uow, moves)
    # A lot that is made here and has neither a number nor a last day cannot be spoilt.
    known = [
        {"lot_id": lots[at], "location_id": move.spot.location_id}
        for at, move in enumerate(moves)
        if at in lots and _is_known(move)
    ]
    gone = await uow.rows(_SPOILT, rows=known, now=uow.now) if known else []
    spoilt = {(row["lot_id"], row["location_id"]) for row in gone}
    parts: list[list[Part]] = []
    for at, move in enumerate(moves):
        level = levels[move.spot]
        if isinstance(move, Coming):
            heap = put(move, lots[at], level, shelves[move.spot])
            heap.is_sellable = (lots[at], move.spot.location_id) not in spoilt
            parts.append([Part(heap.lot_id, heap.quantity, heap.value_minor)])
            arrive(units, at, move, lots[at])
        else:
            heaps = open_to(move, level, shelves[move.spot])
            of_lots = allotted(units, at, move, heaps)
            if of_lots is not None:  # pieces that were named may be of lots that come later
                fresh = {heap.lot_id for heap in heaps if heap.is_sellable}
                taken = sum(of_lots[lot_id] for lot_id in fresh)
                check_free(move, taken, unpromised(move, level, shelves[move.spot]))
            parts.append(take_parts(move, level, heaps, of_lots))
    for spot, heaps in shelves.items():
        lies = lying(heap for heap in heaps if not heap.is_sellable)
        levels[spot].more_spoilt = lies - levels[spot].spoilt
    await write_balances(uow, moves, parts)
    await change_levels(uow, levels)
    movements = movements_of(moves, parts)
    await write_movements(uow, document, [row for rows in movements for row in rows])
    await write_units(uow, units, moves, lots, movements)
    emptied = {spot for spot, heaps in shelves.items() if any(not heap.quantity for heap in heaps)}
    await look_at_markdowns(uow, {spot.variant_id for spot in emptied})
    return [sum(part.value_minor for part in each) for each in parts]


async def post_losses(
    uow: UnitOfWork, document: Document, losses: Sequence[Loss]
) -> dict[tuple[UUID, UUID], UUID]:
    """Write down what should have come to locked levels, and is lost; the movements by which it
    went, by line and lot.
    """
    rows: list[dict[str, Any]] = []
    went: dict[tuple[UUID, UUID], UUID] = {}
    for loss in losses:
        goes = movement_of(loss, loss.went, loss.part, -1)
        rows += [movement_of(loss, loss.came, loss.part, 1), goes]
        went[loss.line_id, loss.part.lot_id] = goes["id"]
    await write_movements(uow, document, rows)
    return went


async def tell(uow: UnitOfWork, spots: Iterable[Spot]) -> None:
    """Say that there is more or less at these spots, and bring the listing up to date: at last."""
    changed = sorted(set(spots))
    for variant_id, location_id in changed:
        uow.record("stock.changed", variant_id, location_id=location_id)
    ids = list({spot.variant_id for spot in changed})
    await tell_waiting(uow, ids)
    products = await uow.rows(_PRODUCTS, ids=ids) if ids else []
    await products_changed(uow, [row["product_id"] for row in products])


async def tell_as_one(
    uow: UnitOfWork, event: str, document_id: UUID, spots: Iterable[Spot], *, is_last: bool
) -> None:
    """Say of a document of very many levels, posted slice by slice, that it moved these: in one
    event, and the listing is brought up to date as a whole behind the last slice.
    """
    changed = set(spots)
    uow.record(event, document_id, levels=len(changed))
    await tell_waiting(uow, {spot.variant_id for spot in changed})
    if is_last:
        await relist_soon(uow)


def _is_known(move: Move) -> bool:
    """Whether goods come into a lot of which more is said than that they came."""
    return isinstance(move, Coming) and (move.lot_id is not None or move.lot != NO_LOT)


async def heaps_at(db: Asking, spots: Iterable[Spot]) -> Shelves:
    """What lies at these spots, in the order in which it is taken."""
    shelves: Shelves = {spot: [] for spot in spots}
    rows = [spot._asdict() for spot in shelves]
    for row in await db.rows(_HEAPS, rows=rows, now=db.now) if rows else []:
        heap = Heap(row["lot_id"], row["quantity"], row["value_minor"], row["is_sellable"])
        shelves[Spot.of(row)].append(heap)
    return shelves


async def _shelves(uow: UnitOfWork, moves: Sequence[Move], levels: Mapping[Spot, Level]) -> Shelves:
    """What lies at the spots of these moves."""
    empty: Shelves = {move.spot: [] for move in moves}
    return empty | await heaps_at(uow, [spot for spot in empty if levels[spot].lies])


async def _lots(uow: UnitOfWork, moves: Sequence[Move]) -> dict[int, UUID]:
    """The lot of each move that comes in, found by its number or made."""
    lots: dict[int, UUID] = {}
    own: list[dict[str, Any]] = []
    numbered: dict[int, Coming] = {}
    for at, move in enumerate(moves):
        if not isinstance(move, Coming):
            continue
        if move.is_lot_new:
            own.append(_lot(move))
            lots[at] = own[-1]["id"]
        elif move.lot_id is not None:
            lots[at] = move.lot_id
        else:
            numbered[at] = move
    await add_rows(uow, Lot, own, received_at=uow.now)
    if numbered:
        lots |= await _numbered(uow, numbered)
    return lots


async def _numbered(uow: UnitOfWork, moves: Mapping[int, Coming]) -> dict[int, UUID]:
    """The lots of moves that say a number, by that; those that are not there yet are made."""
    rows = [
        {**_lot(move), "number": move.lot.number, "received_at": uow.now} for move in moves.values()
    ]
    # In one order for everybody, so that two who make the same ones do not wait in a ring.
    rows.sort(key=lambda row: (row["variant_id"], row["number"]))
    await insert_rows(uow, Lot, rows)
    there = await numbered_lots(uow, ((row["variant_id"], row["number"]) for row in rows))
    lots: dict[int, UUID] = {}
    for at, move in moves.items():
        lot = there[move.spot.variant_id, str(move.lot.number)]
        check_same_lot(lot, move.lot, *move.path[:-1], "lot")
        lots[at] = lot["id"]
    return lots


def _lot(move: Coming) -> dict[str, Any]:
    """The row of a lot that begins with a move, as far as it has no number."""
    return {
        "id": new_id(),
        "variant_id": move.spot.variant_id,
        "made_on": move.lot.made_on,
        "expires_on": move.lot.expires_on,
    }
