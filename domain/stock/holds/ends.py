"""What becomes of a hold that is not shipped: it is kept longer, let go, or its time is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, func, select, update

from domain.errors import NotAllowed
from domain.merchants.points import check_sees_point
from domain.row_sets import IDS
from domain.stock.holds.rows import (
    IS_PAST,
    IS_UNDER_WAY,
    LINE,
    UNDER_WAY,
    end_holds,
    expire_at,
    give_back,
    held_lines,
    in_future,
    lines_of,
    lock_hold,
    past_among,
)
from domain.stock.levels import Level, Spot, change_levels, lock_levels
from domain.stock.relisting import relist_where_it_ends
from domain.stock.tables import StockHold, StockHoldLine
from tenants.scope import Row, UnitOfWork

AT_ONCE: Final = 100
"""Holds that one unit frees."""

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
    select(StockHold.id).where(*IS_PAST).order_by(StockHold.expires_at, StockHold.id).limit(AT_ONCE)
)
_NEXT: Final = select(func.min(StockHold.expires_at)).where(IS_UNDER_WAY)


async def extend_hold(uow: UnitOfWork, hold_id: UUID, until: datetime | None) -> UUID:
    """Keep it until another instant, or (None) until it is shipped; its id.

    Raises NotFound; HoldExpired; NotAllowed once it is released or shipped.
    """
    until = in_future(uow, until, "until")
    hold, _ = await lock_hold(uow, hold_id)
    _check_sees(uow, await held_lines(uow, hold))
    await uow.execute(_EXTEND, hold_id=hold_id, until=until)
    uow.record("hold.extended", hold_id)
    await expire_at(uow, until)
    return hold_id


async def release_hold(uow: UnitOfWork, hold_id: UUID) -> UUID:
    """Let go of what it keeps; its id. Released or expired already, nothing more.

    What has been shipped of it stays so. Raises NotFound; NotAllowed once all of it is shipped.
    """
    hold, levels = await lock_hold(uow, hold_id)
    if hold["state"] == "shipped":
        raise NotAllowed("id", en="it is shipped already", ru="резерв уже отгружен")
    if hold["state"] in UNDER_WAY:
        _check_sees(uow, await lines_of(uow, [hold_id]))
        await _let_go(uow, [hold_id], levels, "released")
    return hold_id


async def expire_holds(uow: UnitOfWork, hold_ids: Sequence[UUID]) -> None:
    """Free what these holds, past their time, still keep."""
    lines = await lines_of(uow, hold_ids)
    levels = await lock_levels(uow, map(Spot.of, lines))
    await _let_go(uow, await past_among(uow, hold_ids), levels, "expired")


async def expire_past_holds(uow: UnitOfWork) -> dict[str, int]:
    """Job `stock.expire_holds`: free what is past its time, some at once; how many holds.

    It waits for the next that will be.
    """
    past = [row["id"] for row in await uow.rows(_PAST, now=uow.now)]
    if past:
        await expire_holds(uow, past)
    await expire_at(uow, await uow.value(_NEXT))
    return {"expired": len(past)}


def _check_sees(uow: UnitOfWork, lines: Sequence[Row]) -> None:
    """All that is still kept is at points that the caller sees. Raises NotFound."""
    for line in lines:
        if line["is_open"]:
            check_sees_point(uow.principal, line["location_id"], "id")


async def _let_go(
    uow: UnitOfWork, hold_ids: Sequence[UUID], levels: Mapping[Spot, Level], ending: str
) -> None:
    """End these holds, whose levels are locked; what they keep is free."""
    closed = await uow.rows(_CLOSE, ids=list(hold_ids))
    for line in closed:
        give_back(line, levels[Spot.of(line)])
    await change_levels(uow, levels)
    await end_holds(uow, hold_ids, ending)
    await relist_where_it_ends(uow, levels)
