"""What a hold keeps goes out of the house as sold: all of it, or so much of some of its lines."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import bindparam, case, func, update

from domain.errors import NotAllowed
from domain.merchants.points import check_sees_point
from domain.row_sets import row_set
from domain.stock.holds.parts import Part, Taken, read_parts
from domain.stock.holds.rows import covered, end_holds, held_lines, kept, lock_hold
from domain.stock.holds.supplier_shelves import send, shelves_at
from domain.stock.ledger import post
from domain.stock.levels import Spot
from domain.stock.moves import Document, Going, InsufficientStock
from domain.stock.shelves import share
from domain.stock.tables import StockHold, StockHoldLine
from domain.stock.units.naming import name_pieces
from tenants.scope import Row, UnitOfWork
from tenants.values.quantity import WHOLE


class NotThereYet(InsufficientStock):
    """More is to be shipped than has come: the rest is on backorder."""

    texts: ClassVar[dict[str, str]] = {
        "en": "{asked} are to go, {free} are there; the rest is on backorder",
        "ru": "к отгрузке {asked}, в наличии {free}; остальное ещё не поступило",
    }


_gone: Final = row_set(StockHoldLine, ("id", "shipped", "cost_minor", "cost_currency"))
_SHIP: Final = (
    update(StockHoldLine)
    .where(StockHoldLine.id == _gone.c.id)
    .values(
        shipped=StockHoldLine.shipped + _gone.c.shipped,
        backordered=case(
            (StockHoldLine.is_drop_shipped, StockHoldLine.backordered - _gone.c.shipped),
            else_=StockHoldLine.backordered,
        ),
        cost_minor=case(
            (
                StockHoldLine.is_drop_shipped,
                func.coalesce(StockHoldLine.cost_minor, 0) + _gone.c.cost_minor,
            )
        ),
        cost_currency=_gone.c.cost_currency,
        is_open=StockHoldLine.shipped + _gone.c.shipped < StockHoldLine.quantity,
    )
)
_PARTLY: Final = (
    update(StockHold).where(StockHold.id == bindparam("hold_id")).values(state="partly_shipped")
)


async def ship_hold(
    uow: UnitOfWork,
    hold_id: UUID,
    parts: Sequence[Part] | None = None,
    codes: Sequence[bytes] = (),
) -> UUID:
    """Let what it keeps go out of the house, at its cost; its id. Shipped already, nothing more.

    What a supplier sends leaves no shelf of ours: its cost is what he asked for it last.
    `parts`: so much of some of its lines; the rest stays held, and its time goes on. `codes` are of
    all pieces that go and are known one by one; their lots are those that go. Raises
    NotFound; HoldExpired; NotAllowed once it has ended; NotThereYet for what is on backorder,
    InsufficientStock where lots have expired or were recalled; for parts, what `read_parts` does.
    """
    hold, levels = await lock_hold(uow, hold_id)
    if hold["state"] == "shipped" and parts is None:
        return hold_id
    lines = await held_lines(uow, hold)
    going = _all(uow, lines) if parts is None else await read_parts(uow, lines, parts, kept)
    _check_is_there(going)
    moves = [
        Going(
            kind="sale",
            spot=Spot.of(line),
            quantity=quantity,
            is_sale=True,
            was_held=True,
            line_id=line["id"],
            path=path,
            lot_id=lot_id,
        )
        for line, quantity, path, lot_id in going
        if not line["is_drop_shipped"]
    ]
    await _note(uow, going)
    sent: Counter[Spot] = Counter()
    for line, quantity, *_ in going:
        if line["is_drop_shipped"]:
            sent[Spot.of(line)] += quantity
    for spot, quantity in sent.items():
        levels[spot].more_backordered -= quantity
        levels[spot].more_limit -= quantity
    await send(uow, sent)
    moves = await name_pieces(uow, moves, codes)
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


def _check_is_there(going: Sequence[Taken]) -> None:
    so_far: defaultdict[UUID, int] = defaultdict(int)
    for line, quantity, path, _ in going:
        so_far[line["id"]] += quantity
        if not line["is_drop_shipped"] and so_far[line["id"]] > covered(line):
            raise NotThereYet(
                *path,
                variant_id=line["variant_id"],
                requested=so_far[line["id"]],
                available=covered(line),
            )


async def _note(uow: UnitOfWork, going: Sequence[Taken]) -> None:
    """Write down how much of each line went out and, of what a supplier sends, what it cost.

    Raises NotAllowed where that would be in another currency than what went before.
    """
    dropped = [Spot.of(one.line) for one in going if one.line["is_drop_shipped"]]
    shelves = await shelves_at(uow, dropped, uow.now)
    rows: dict[UUID, dict[str, Any]] = {}
    for line, quantity, path, _ in going:
        row = rows.setdefault(
            line["id"],
            {"id": line["id"], "shipped": 0, "cost_minor": None, "cost_currency": None},
        )
        row["shipped"] += quantity
        if line["is_drop_shipped"]:
            shelf = shelves[Spot.of(line)]
            if line["cost_currency"] not in (None, shelf["currency"]):
                raise NotAllowed(
                    *path,
                    en="some of it went at a price in another currency; let go of the rest",
                    ru="часть отгружена по цене в другой валюте; снимите остаток с резерва",
                )
            # At one price the parts cost together what the whole would.
            before = line["shipped"]
            row["cost_minor"] = _cost(shelf, before + row["shipped"]) - _cost(shelf, before)
            row["cost_currency"] = shelf["currency"]
    await uow.execute(_SHIP, rows=list(rows.values()))


def _cost(shelf: Row, quantity: int) -> int:
    """What so much costs at a supplier's price."""
    return share(shelf["price_minor"], quantity, WHOLE)
