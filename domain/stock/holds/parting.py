"""A hold is parted: some of what it keeps is another hold's from now on, and never free between."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, update

from domain.errors import NotAllowed
from domain.row_sets import insert_rows, lock_rows
from domain.stock.holds.changing import LET_GO
from domain.stock.holds.demand import Demand
from domain.stock.holds.rows import end_holds, held_lines, kept, lines_of, lock_hold
from domain.stock.tables import StockHold, StockHoldLine
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork

_ASK: Final = (
    update(StockHold)
    .where(StockHold.id == bindparam("hold_id"))
    .values(asked=bindparam("asked", type_=StockHold.asked.type))
)


async def part_hold(
    uow: UnitOfWork,
    hold_id: UUID,
    demand: Demand,
    *,
    owner: str,
    set_aside: Mapping[UUID, int],
) -> UUID:
    """Let a new hold of `owner` keep what `demand` says, out of what a hold keeps; the new one.

    `set_aside` says how much of its lines lies packed already and stays. What is not there yet goes
    first, so that the rest may be shipped; it waits in the turn that the hold had. The caller has
    locked what it is for. Raises NotFound, HoldExpired; NotAllowed for what is kept no more.
    """
    hold, _ = await lock_hold(uow, hold_id)
    lines = await held_lines(uow, hold) if demand.kept else []
    whole = (await lock_rows(uow, StockHold, [hold_id]))[hold_id]
    parts = _parts(lines, demand.kept, set_aside)
    new_hold_id = await uow.add(
        StockHold,
        owner=owner,
        asked={str(variant_id): quantity for variant_id, quantity in demand.asked.items()},
        strategy=whole["strategy"],
        expires_at=whole["expires_at"],
        created_at=whole["created_at"],
    )
    await insert_rows(uow, StockHoldLine, [_line(new_hold_id, *part) for part in parts])
    if parts:
        less = [
            {"id": line["id"], "quantity": quantity, "backordered": waiting}
            for line, quantity, waiting in parts
        ]
        await uow.execute(LET_GO, rows=less)
    await uow.execute(_ASK, hold_id=hold_id, asked=_rest(whole["asked"], demand.asked))
    uow.record("hold.changed", hold_id, variants=sorted(map(str, demand.kept)))
    uow.record("hold.created", new_hold_id, variants=sorted(map(str, demand.kept)))
    left = await lines_of(uow, [hold_id])
    if any(one["shipped"] for one in left) and not any(map(kept, left)):
        await end_holds(uow, [hold_id], "shipped")
    return new_hold_id


def _parts(
    lines: Sequence[Row], wanted: Mapping[UUID, int], set_aside: Mapping[UUID, int]
) -> list[tuple[Row, int, int]]:
    """How much of which lines goes, and how much of that is not there yet."""
    left, parts = dict(wanted), list[tuple[Row, int, int]]()
    for line in sorted(lines, key=lambda one: (-one["backordered"], one["id"])):
        free = kept(line) - set_aside.get(line["id"], 0)
        quantity = min(free, left.get(line["variant_id"], 0))
        if quantity > 0:
            left[line["variant_id"]] -= quantity
            parts.append((line, quantity, min(quantity, line["backordered"])))
    if any(left.values()):
        raise NotAllowed(
            "lines", en="its goods are kept no more", ru="товар больше не зарезервирован"
        )
    return parts


def _line(hold_id: UUID, line: Row, quantity: int, waiting: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "hold_id": hold_id,
        "variant_id": line["variant_id"],
        "location_id": line["location_id"],
        "quantity": quantity,
        "backordered": waiting,
        "is_drop_shipped": line["is_drop_shipped"],
    }


def _rest(asked: Mapping[str, int], less: Mapping[UUID, int]) -> dict[str, int]:
    """What is still asked for, by variant."""
    rest = {one: quantity - less.get(UUID(one), 0) for one, quantity in asked.items()}
    return {one: quantity for one, quantity in rest.items() if quantity > 0}
