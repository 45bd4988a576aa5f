"""The rows of lots' balances: what moves add to each lot at a spot, or take from it."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(slots=True)
class _Shift:
    """What moves add to a lot at a spot, or take from it."""

    lot_id: UUID
    spot: Spot
    quantity: int = 0
    value_minor: int = 0
    is_lot_new: bool = False
    """Whether its lot begins here, so that it has no balance anywhere."""
    comes: bool = False
    """Whether any of it comes: else it has a balance."""

    def row(self) -> dict[str, Any]:
        """The balance that begins with it."""
        return {
            "id": new_id(),
            "lot_id": self.lot_id,
            "variant_id": self.spot.variant_id,
            "location_id": self.spot.location_id,
            "quantity": self.quantity,
            "value_minor": self.value_minor,
        }


async def write_balances(
    uow: UnitOfWork, moves: Sequence[Move], parts: Sequence[Sequence[Part]]
) -> None:
    """Write what the parts of each move come to; a balance that begins is written with it."""
    shifts = _shifts_of(moves, parts)
    await add_rows(uow, LotBalance, [one.row() for one in shifts if one.is_lot_new])
    old = [one for one in shifts if not one.is_lot_new]
    perhaps = [one.row() for one in old if one.comes and one.quantity > 0 <= one.value_minor]
    made = await insert_rows(uow, LotBalance, perhaps)
    begun = {(row["lot_id"], row["location_id"]) for row in perhaps if row["id"] in made}
    rows = [
        {
            "lot_id": one.lot_id,
            "location_id": one.spot.location_id,
            "quantity": one.quantity,
            "value_minor": one.value_minor,
        }
        for one in old
        if (one.lot_id, one.spot.location_id) not in begun
    ]
    if rows:
        await uow.execute(_SHIFT, rows=rows)


def _shifts_of(moves: Sequence[Move], parts: Sequence[Sequence[Part]]) -> list[_Shift]:
    """One for each lot at each spot, in the order in which they are met."""
    shifts: dict[tuple[UUID, UUID], _Shift] = {}
    for move, each in zip(moves, parts, strict=True):
        comes = isinstance(move, Coming)
        for part in each:
            of = part.lot_id, move.spot.location_id
            if (shift := shifts.get(of)) is None:
                shift = shifts[of] = _Shift(part.lot_id, move.spot)
            shift.quantity += part.quantity if comes else -part.quantity
            shift.value_minor += part.value_minor if comes else -part.value_minor
            shift.comes |= comes
            shift.is_lot_new |= isinstance(move, Coming) and move.is_lot_new
    return list(shifts.values())
