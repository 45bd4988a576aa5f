"""A hold keeps other goods than it was made for: more of some, less of others.

Whoever it is kept for says all that he wants of it now, what has gone out included. Less is taken
first from what is not there yet, then from the places that goods are taken from last.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, case, update

from domain.errors import NotAllowed
from domain.merchants.points import check_sees_point
from domain.row_sets import row_set
from domain.stock.holds.allocation import Strategy
from domain.stock.holds.demand import Demand
from domain.stock.holds.keeping import keep, lock_free_levels
from domain.stock.holds.rows import (
    HoldExpired,
    covered,
    end_holds,
    kept,
    lines_of,
    lock_row,
    was_taken,
)
from domain.stock.levels import Level, Spot, change_levels
from domain.stock.places.ways import ways_to
from domain.stock.relisting import relist_where_it_ends
from domain.stock.tables import StockHold, StockHoldLine
from tenants.scope import Row, UnitOfWork

_less: Final = row_set(StockHoldLine, ("id", "quantity", "backordered"))
_quantity: Final = StockHoldLine.quantity - _less.c.quantity
LET_GO: Final = (
    update(StockHoldLine)
    .where(StockHoldLine.id == _less.c.id)
    .values(
        quantity=_quantity,
        backordered=StockHoldLine.backordered - _less.c.backordered,
        is_open=_quantity > StockHoldLine.shipped,
    )
)
"""Lines by `id` keep so much less, of which so much is not there yet."""

_NOTE: Final = (
    update(StockHold)
    .where(StockHold.id == bindparam("hold_id"))
    .values(
        asked=bindparam("asked", type_=StockHold.asked.type),
        state=case((StockHold.state == "shipped", "partly_shipped"), else_=StockHold.state),
        ended_at=None,
    )
)


async def change_hold(
    uow: UnitOfWork,
    hold_id: UUID,
    demand: Demand,
    *,
    set_aside: Mapping[UUID, int],
    channel_id: UUID | None = None,
    first: UUID | None = None,
) -> UUID:
    """Let a hold keep what `demand` asks for in all; its id.

    `set_aside` says how much of its lines lies packed already and is not let go; more is taken at
    places that serve the channel, at the place `first` before all others, where less is let go
    last. One that was shipped
    whole goes on when more is asked of it. The caller has locked what it is for.

    Raises InsufficientStock (Rejected, where several) by `demand.places`; NotAllowed for less than
    has gone or is set aside, and once it was released; HoldExpired, NotFound.
    """
    before = _sums(await lines_of(uow, [hold_id]))
    wanted = {variant_id: demand.kept.get(variant_id, 0) for variant_id in before | demand.kept}
    changed = {one for one, quantity in wanted.items() if quantity != before.get(one, 0)}
    if not changed:
        return hold_id
    levels = await lock_free_levels(uow, changed)
    hold = await lock_row(uow, hold_id)
    lines = await lines_of(uow, [hold_id])
    _check_goes_on(uow, hold, lines)
    lines = [one for one in lines if one["variant_id"] in changed]
    less = {one: before[one] - wanted[one] for one in changed if before.get(one, 0) > wanted[one]}
    await _let_go(uow, lines, less, levels, set_aside, first)
    more = Demand(places=demand.places)
    more.kept.update({one: wanted[one] - before.get(one, 0) for one in changed - less.keys()})
    if more.kept:
        ways = await ways_to(uow, levels, near=None, channel_id=channel_id)
        await keep(uow, hold_id, more, levels, Strategy.PRIORITY, ways, first)
    await change_levels(uow, levels)
    asked = {str(variant_id): quantity for variant_id, quantity in demand.asked.items()}
    await uow.execute(_NOTE, hold_id=hold_id, asked=asked)
    uow.record("hold.changed", hold_id, variants=sorted(map(str, changed)))
    left = await lines_of(uow, [hold_id])
    if any(one["shipped"] for one in left) and not any(map(kept, left)):
        await end_holds(uow, [hold_id], "shipped")
    await relist_where_it_ends(uow, levels)
    return hold_id


def _sums(lines: Iterable[Row]) -> dict[UUID, int]:
    """How much a hold was made for of each variant, thousandths."""
    sums: defaultdict[UUID, int] = defaultdict(int)
    for line in lines:
        sums[line["variant_id"]] += line["quantity"]
    return sums


def _check_goes_on(uow: UnitOfWork, hold: Row, lines: Iterable[Row]) -> None:
    if hold["state"] == "released":
        raise NotAllowed("id", en="it has ended already", ru="резерв уже завершён")
    over = hold["expires_at"] is not None and hold["expires_at"] <= uow.now
    # Also what was shipped whole in time would be past it as soon as it keeps something again.
    if over or hold["state"] == "expired" or was_taken(lines):
        raise HoldExpired("id")


async def _let_go(
    uow: UnitOfWork,
    lines: Sequence[Row],
    less: Mapping[UUID, int],
    levels: Mapping[Spot, Level],
    set_aside: Mapping[UUID, int],
    first: UUID | None,
) -> None:
    """Keep so much less of variants, at the place `first` last; the levels are told."""
    left = dict(less)
    free = {line["id"]: kept(line) - set_aside.get(line["id"], 0) for line in lines}
    rows = {line["id"]: {"id": line["id"], "quantity": 0, "backordered": 0} for line in lines}

    def take(line: Row, most: int, *, is_waiting: bool) -> None:
        part = min(most, free[line["id"]], left.get(line["variant_id"], 0))
        if part <= 0:
            return
        check_sees_point(uow.principal, line["location_id"], "id")
        left[line["variant_id"]] -= part
        free[line["id"]] -= part
        row, level = rows[line["id"]], levels[Spot.of(line)]
        row["quantity"] += part
        if is_waiting:
            row["backordered"] += part
            level.more_backordered -= part
        else:
            level.more_reserved -= part

    def how_soon(line: Row) -> tuple[bool, int, int]:
        return line["location_id"] == first, levels[Spot.of(line)].priority, -line["id"].int

    ordered = sorted(lines, key=how_soon)
    for line in ordered:
        take(line, line["backordered"], is_waiting=True)
    for line in ordered:
        take(line, covered(line), is_waiting=False)
    if any(left.values()):
        raise NotAllowed("id", en="it has left already", ru="это уже отгружено или собрано")
    changed = [row for row in rows.values() if row["quantity"]]
    if changed:
        await uow.execute(LET_GO, rows=changed)
