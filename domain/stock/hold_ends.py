"""What becomes of a hold: it is kept longer, let go, shipped, or its time is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, func, select, update

from domain.errors import DomainError, ErrorCode, NotAllowed, NotFound
from domain.row_sets import IDS
from domain.stock.hold_rows import LINE, end_holds, expire_at, in_future, is_past, lines_of
from domain.stock.ledger import post
from domain.stock.levels import Level, Spot, change_levels, lock_levels
from domain.stock.moves import Document, Going
from domain.stock.relisting import relist_where_it_ends
from domain.stock.tables import StockHold, StockHoldLine
from tenants.scope import Row, UnitOfWork

AT_ONCE: Final = 100
"""Holds that one unit frees."""


class HoldExpired(DomainError):
    """Its time is over; what it kept may be somebody else's by now."""

    code = ErrorCode.EXPIRED
    texts: ClassVar[dict[str, str]] = {
        "en": "the hold is past its time; make another one",
        "ru": "срок резерва истёк; создайте новый",
    }


_LOCK: Final = (
    select(StockHold.id, StockHold.state, StockHold.expires_at)
    .where(StockHold.id == bindparam("hold_id"))
    .with_for_update()
)
_CLOSE: Final = (
    update(StockHoldLine)
    .where(StockHoldLine.hold_id == any_(IDS), StockHoldLine.is_open)
    .values(is_open=False)
    .returning(*LINE)
)
_EXTEND: Final = (
    update(StockHold)
    .where(StockHold.id == bindparam("hold_id"))
    .values(expires_at=bindparam("until"))
)
_PAST: Final = (
    select(StockHold.id)
    .where(StockHold.state == "held", StockHold.expires_at <= bindparam("now"))
    .order_by(StockHold.expires_at, StockHold.id)
    .limit(AT_ONCE)
)
_PAST_AMONG: Final = (
    select(StockHold.id)
    .where(
        StockHold.id == any_(IDS),
        StockHold.state == "held",
        StockHold.expires_at <= bindparam("now"),
    )
    .order_by(StockHold.id)
    .with_for_update()
)
_OPEN_LINES: Final = select(func.count()).where(
    StockHoldLine.hold_id == any_(IDS), StockHoldLine.is_open
)
_NEXT: Final = select(func.min(StockHold.expires_at)).where(StockHold.state == "held")


async def extend_hold(uow: UnitOfWork, hold_id: UUID, until: datetime | None) -> UUID:
    """Keep it until another instant, or (None) until it is shipped; its id.

    Raises NotFound; HoldExpired; NotAllowed once it is released or shipped.
    """
    until = in_future(uow, until, "until")
    hold, lines, _ = await _locked(uow, hold_id)
    await _check_is_held(uow, hold, lines)
    await uow.execute(_EXTEND, hold_id=hold_id, until=until)
    uow.record("hold.extended", hold_id)
    await expire_at(uow, until)
    return hold_id


async def release_hold(uow: UnitOfWork, hold_id: UUID) -> UUID:
    """Let go of what it keeps; its id. Released or expired already, nothing more.

    Raises NotFound; NotAllowed once it is shipped.
    """
    hold, _, levels = await _locked(uow, hold_id)
    if hold["state"] == "shipped":
        raise NotAllowed("id", en="it is shipped already", ru="резерв уже отгружен")
    if hold["state"] == "held":
        await _let_go(uow, [hold_id], levels, "released")
    return hold_id


async def ship_hold(uow: UnitOfWork, hold_id: UUID) -> UUID:
    """Let what it keeps go out of the house, at its cost; its id. Shipped already, nothing more.

    Raises NotFound; HoldExpired; NotAllowed once it is released; InsufficientStock where lots have
    expired or were recalled meanwhile.
    """
    hold, lines, levels = await _locked(uow, hold_id)
    if hold["state"] == "shipped":
        return hold_id
    await _check_is_held(uow, hold, lines)
    closed = await uow.rows(_CLOSE, ids=[hold_id])
    moves = [
        Going(
            kind="sale",
            spot=Spot.of(line),
            quantity=line["quantity"],
            is_sale=True,
            was_held=True,
            line_id=line["id"],
            path=("id",),
        )
        for line in closed
    ]
    await post(uow, Document("hold", hold_id), moves, levels)
    await end_holds(uow, [hold_id], "shipped")
    for move in moves:
        uow.record("stock.changed", move.spot.variant_id, location_id=move.spot.location_id)
    return hold_id


async def expire_holds(uow: UnitOfWork, hold_ids: Sequence[UUID]) -> None:
    """Free what these holds, past their time, still keep."""
    lines = await lines_of(uow, hold_ids)
    levels = await lock_levels(uow, map(Spot.of, lines))
    past = await uow.rows(_PAST_AMONG, ids=list(hold_ids), now=uow.now)
    await _let_go(uow, [row["id"] for row in past], levels, "expired")


async def expire_past_holds(uow: UnitOfWork) -> dict[str, int]:
    """Job `stock.expire_holds`: free what is past its time, some at once; how many holds.

    It waits for the next that will be.
    """
    past = [row["id"] for row in await uow.rows(_PAST, now=uow.now)]
    if past:
        await expire_holds(uow, past)
    await expire_at(uow, await uow.value(_NEXT))
    return {"expired": len(past)}


async def _locked(uow: UnitOfWork, hold_id: UUID) -> tuple[Row, Sequence[Row], dict[Spot, Level]]:
    """A hold, its lines, and its levels; the levels are locked, and then the hold."""
    lines = await lines_of(uow, [hold_id])
    levels = await lock_levels(uow, map(Spot.of, lines))
    hold = await uow.row(_LOCK, hold_id=hold_id)
    if hold is None:
        raise NotFound("id", what="hold")
    return hold, lines, levels


async def _check_is_held(uow: UnitOfWork, hold: Row, lines: Sequence[Row]) -> None:
    if hold["state"] in ("released", "shipped"):
        raise NotAllowed("id", en="it has ended already", ru="резерв уже завершён")
    if hold["state"] == "expired" or is_past(uow, hold):
        raise HoldExpired("id")
    # By another's clock it was past its time a moment ago, and he has taken what it kept.
    if await uow.value(_OPEN_LINES, ids=[hold["id"]]) != len(lines):
        raise HoldExpired("id")


async def _let_go(
    uow: UnitOfWork, hold_ids: Sequence[UUID], levels: Mapping[Spot, Level], ending: str
) -> None:
    """End these holds, whose levels are locked; what they keep is free."""
    closed = await uow.rows(_CLOSE, ids=list(hold_ids))
    for line in closed:
        levels[Spot.of(line)].more_reserved -= line["quantity"]
    await change_levels(uow, levels)
    await end_holds(uow, hold_ids, ending)
    await relist_where_it_ends(uow, levels)
