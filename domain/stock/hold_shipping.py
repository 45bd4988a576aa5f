"""What a hold keeps goes out of the house as sold: all of it, or so much of some of its lines."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, update

from domain.merchants.points import check_sees_point
from domain.row_sets import row_set
from domain.stock.hold_parts import Part, Taken, read_parts
from domain.stock.hold_rows import end_holds, held_lines, kept, lock_hold
from domain.stock.ledger import post
from domain.stock.levels import Spot
from domain.stock.moves import Document, Going
from domain.stock.tables import StockHold, StockHoldLine
from tenants.scope import Row, UnitOfWork

_gone: Final = row_set(StockHoldLine, ("id", "shipped"))
_SHIP: Final = (
    update(StockHoldLine)
    .where(StockHoldLine.id == _gone.c.id)
    .values(
        shipped=StockHoldLine.shipped + _gone.c.shipped,
        is_open=StockHoldLine.shipped + _gone.c.shipped < StockHoldLine.quantity,
    )
)
_PARTLY: Final = (
    update(StockHold).where(StockHold.id == bindparam("hold_id")).values(state="partly_shipped")
)


async def ship_hold(uow: UnitOfWork, hold_id: UUID, parts: Sequence[Part] | None = None) -> UUID:
    """Let what it keeps go out of the house, at its cost; its id. Shipped already, nothing more.

    `parts`: so much of some of its lines; the rest stays held, and its time goes on. Raises
    NotFound; HoldExpired; NotAllowed once it has ended; InsufficientStock where lots have expired
    or were recalled meanwhile; for parts, what `read_parts` does.
    """
    hold, levels = await lock_hold(uow, hold_id)
    if hold["state"] == "shipped" and parts is None:
        return hold_id
    lines = await held_lines(uow, hold)
    going = _all(uow, lines) if parts is None else await read_parts(uow, lines, parts, kept)
    moves = [
        Going(
            kind="sale",
            spot=Spot.of(line),
            quantity=quantity,
            is_sale=True,
            was_held=True,
            line_id=line["id"],
            path=path,
        )
        for line, quantity, path in going
    ]
    await _note(uow, going)
    await post(uow, Document("hold", hold_id), moves, levels)
    if sum(one.quantity for one in going) == sum(map(kept, lines)):
        await end_holds(uow, [hold_id], "shipped")
    else:
        await uow.execute(_PARTLY, hold_id=hold_id)
        uow.record("hold.partly_shipped", hold_id)
    for move in moves:
        uow.record("stock.changed", move.spot.variant_id, location_id=move.spot.location_id)
    return hold_id


def _all(uow: UnitOfWork, lines: Sequence[Row]) -> list[Taken]:
    """All that these lines keep."""
    open_lines = [line for line in lines if line["is_open"]]
    for line in open_lines:
        check_sees_point(uow.principal, line["location_id"], "id")
    return [Taken(line, kept(line), ("id",)) for line in open_lines]


async def _note(uow: UnitOfWork, going: Sequence[Taken]) -> None:
    shipped: defaultdict[UUID, int] = defaultdict(int)
    for one in going:
        shipped[one.line["id"]] += one.quantity
    rows = [{"id": line_id, "shipped": quantity} for line_id, quantity in shipped.items()]
    await uow.execute(_SHIP, rows=rows)
