"""Pieces that are known one by one, on their way: which a transfer has, and which of them come.

Where nobody says which codes came, those of a line that has come whole came with it. Of a part of a
line they are named; or it is of what no code is known of.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import aliased

from domain.bulk import refuse
from domain.errors import NotAllowed
from domain.stock.levels import Spot
from domain.stock.moves import Scan
from domain.stock.shelves import Heap, Part, take
from domain.stock.tables import StockMovement, StockUnit, StockUnitEvent
from domain.stock.units.errors import CodesWanted
from domain.stock.units.naming import pieces_of
from domain.stock.units.rows import PIECE, Became, change_units, demands_at, tell_of_units
from tenants.scope import Asking, Row, UnitOfWork

_later: Final = aliased(StockUnitEvent)
_ON_THE_WAY: Final = (
    select(StockUnit.id, StockUnit.code, StockUnit.lot_id, StockMovement.line_id)
    .join(StockUnitEvent, StockUnitEvent.unit_id == StockUnit.id)
    .join(StockMovement, StockMovement.id == StockUnitEvent.movement_id)
    .where(
        StockMovement.document_id == bindparam("transfer", type_=StockMovement.document_id.type),
        StockMovement.kind == "transfer_out",
        StockUnit.state == "in_transit",
        ~exists().where(_later.unit_id == StockUnit.id, _later.id > StockUnitEvent.id),
    )
    .order_by(StockUnit.id)
)


async def units_under_way(db: Asking, transfer_id: UUID) -> list[Row]:
    """`id`, `code`, `lot_id`, `line_id` of the pieces that a transfer has on its way."""
    return await db.rows(_ON_THE_WAY, transfer=transfer_id)


async def named_by_line(
    uow: UnitOfWork,
    transfer_id: UUID,
    spots: Mapping[UUID, Spot],
    whole: Sequence[UUID],
    codes: Sequence[bytes] = (),
) -> tuple[dict[UUID, list[tuple[UUID, Scan]]], dict[UUID, dict[UUID, int]]]:
    """Which pieces come, as `(lot, code)` by line; and how many thousandths of each lot of a line
    are pieces that stay on their way.

    `spots`: where the lines that come lie then; `whole`: those of them that come whole. Where codes
    are not asked for any more, those of a line that comes are let go. Raises NotFound and
    NotAllowed at a code's place in `codes`.
    """
    under_way = await units_under_way(uow, transfer_id)
    scanned = {unit["id"]: at for at, unit in enumerate(await pieces_of(uow, codes))}
    mine = {unit["id"] for unit in under_way if unit["line_id"] in spots}
    refuse(
        [
            NotAllowed("codes", at, en="is not on its way with this", ru="не едет с этим товаром")
            for unit_id, at in scanned.items()
            if unit_id not in mine
        ]
    )
    demanded = await demands_at(uow, spots.values())
    come: dict[UUID, list[tuple[UUID, Scan]]] = {}
    stay: dict[UUID, dict[UUID, int]] = {}
    let_go: list[Became] = []
    for unit in under_way:
        line_id, lot_id = unit["line_id"], unit["lot_id"]
        if line_id not in spots:
            continue
        if spots[line_id] not in demanded:
            place = spots[line_id].location_id
            let_go.append(Became(unit["id"], "untracked", lot_id, place))
            continue
        at = scanned.get(unit["id"])
        if at is not None or line_id in whole:
            scan = Scan(unit["code"], () if at is None else ("codes", at))
            come.setdefault(line_id, []).append((lot_id, scan))
        else:
            lots = stay.setdefault(line_id, {})
            lots[lot_id] = lots.get(lot_id, 0) + PIECE
    await change_units(uow, let_go)
    await tell_of_units(uow, let_go)
    return come, stay


def taken_off(
    heaps: Sequence[Heap],
    quantity: int,
    come: Sequence[tuple[UUID, Scan]],
    stay: Mapping[UUID, int],
    path: tuple[str | int, ...],
) -> list[tuple[Part, tuple[Scan, ...]]]:
    """So much of a line under way, lot by lot, with the codes of each: the pieces that are named,
    then of what no code is known of. Raises CodesWanted where that is too little.
    """
    wanted = {heap.lot_id: 0 for heap in heaps}
    scans: dict[UUID, tuple[Scan, ...]] = {}
    for lot_id, scan in come:
        wanted[lot_id] += PIECE
        scans[lot_id] = (*scans.get(lot_id, ()), scan)
    missing = quantity - sum(wanted.values())
    if missing < 0:
        raise NotAllowed(*path, en="is less than its codes", ru="меньше, чем кодов")
    for heap in heaps:
        bare = heap.quantity - wanted[heap.lot_id] - stay.get(heap.lot_id, 0)
        more = max(0, min(bare, missing))
        wanted[heap.lot_id] += more
        missing -= more
    if missing:
        raise CodesWanted(*path[:-1], "codes", missing=-(-missing // PIECE))
    return [
        (part, scans.get(part.lot_id, ()))
        for heap in heaps
        for part in take([heap], wanted[heap.lot_id])
    ]


async def lose_units(
    uow: UnitOfWork,
    transfer_id: UUID,
    spots: Mapping[UUID, Spot],
    movements: Mapping[tuple[UUID, UUID], UUID],
) -> None:
    """Write off the pieces that a transfer still has on its way, where they were awaited.

    `movements`: what wrote their goods off, by line and lot.
    """
    became = [
        Became(
            unit["id"],
            "written_off",
            unit["lot_id"],
            spots[unit["line_id"]].location_id,
            movements[unit["line_id"], unit["lot_id"]],
        )
        for unit in await units_under_way(uow, transfer_id)
    ]
    await change_units(uow, became)
    await tell_of_units(uow, became)
