"""The rows of lots' balances: what moves add to each lot at a spot, or take from it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import update

from domain.row_sets import add_rows, insert_rows, row_set
from domain.stock.levels import Spot
from domain.stock.moves import Coming, Move
from domain.stock.shelves import Part
from domain.stock.tables import LotBalance
from tenants.ids import new_id
from tenants.scope import UnitOfWork

_shifts: Final = row_set(LotBalance, ("lot_id", "location_id", "quantity", "value_minor"))
_SHIFT: Final = (
    update(LotBalance)
    .where(LotBalance.lot_id == _shifts.c.lot_id, LotBalance.location_id == _shifts.c.location_id)
    .values(
        quantity=LotBalance.quantity + _shifts.c.quantity,
        value_minor=LotBalance.value_minor + _shifts.c.value_minor,
    )
)


async def write_balances(
    uow: UnitOfWork, moves: Sequence[Move], parts: Sequence[Sequence[Part]]
) -> None:
    """Write what the parts of each move come to; a balance that begins is written with it."""
    shifts: defaultdict[tuple[UUID, Spot], list[int]] = defaultdict(lambda: [0, 0])
    begun: dict[tuple[UUID, Spot], bool] = {}  # whether its lot is as new as it
    for move, each in zip(moves, parts, strict=True):
        sign = 1 if isinstance(move, Coming) else -1
        for part in each:
            of = part.lot_id, move.spot
            shifts[of][0] += sign * part.quantity
            shifts[of][1] += sign * part.value_minor
            if isinstance(move, Coming):
                begun[of] = move.is_lot_new
    new: dict[tuple[UUID, Spot], dict[str, Any]] = {}
    for of in begun:
        quantity, value = shifts[of] if shifts[of][0] > 0 <= shifts[of][1] else (0, 0)
        amounts = {"quantity": quantity, "value_minor": value}
        new[of] = {"id": new_id(), "lot_id": of[0], **of[1]._asdict(), **amounts}
    fresh = [row for of, row in new.items() if begun[of]]
    await add_rows(uow, LotBalance, fresh)
    made = await insert_rows(uow, LotBalance, [row for of, row in new.items() if not begun[of]])
    made |= {row["id"] for row in fresh}
    rows = [
        {
            "lot_id": lot_id,
            "location_id": spot.location_id,
            "quantity": quantity,
            "value_minor": value,
        }
        for (lot_id, spot), (quantity, value) in shifts.items()
        if not ((one := new.get((lot_id, spot))) and one["quantity"] and one["id"] in made)
    ]
    if rows:
        await uow.execute(_SHIFT, rows=rows)
