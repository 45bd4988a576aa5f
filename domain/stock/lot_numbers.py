"""Lots by the numbers that they are known by."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, select

from domain.errors import Invalid
from domain.row_sets import row_set
from domain.stock.moves import LotFacts
from domain.stock.tables import Lot
from tenants.scope import Asking, Row

_numbers: Final = row_set(Lot, ("variant_id", "number"))
_NUMBERED: Final = select(Lot.id, Lot.variant_id, Lot.number, Lot.made_on, Lot.expires_on).join(
    _numbers, and_(Lot.variant_id == _numbers.c.variant_id, Lot.number == _numbers.c.number)
)


async def numbered_lots(
    db: Asking, asked: Iterable[tuple[UUID, str]]
) -> Mapping[tuple[UUID, str], Row]:
    """The lots there are, by variant and number."""
    rows: list[dict[str, Any]] = [
        {"variant_id": variant_id, "number": number} for variant_id, number in set(asked)
    ]
    found = await db.rows(_NUMBERED, rows=rows) if rows else []
    return {(lot["variant_id"], lot["number"]): lot for lot in found}


def check_same_lot(lot: Row, said: LotFacts, *path: str | int) -> None:
    """A lot has the same dates wherever its number comes. Raises Invalid."""
    if (lot["made_on"], lot["expires_on"]) != (said.made_on, said.expires_on):
        raise Invalid(
            *path,
            en=f"lot {lot['number']} is known with other dates",
            ru=f"партия {lot['number']} уже заведена с другими датами",
        )
