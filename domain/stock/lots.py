"""Lots: where they lie, which expire soon, and what becomes of one that is recalled."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.row_sets import IDS
from domain.stock.balances import CURRENCY
from domain.stock.tables import LotBalance
from tenants.scope import Asking, Row

_BALANCES: Final = (
    select(
        LotBalance.lot_id,
        LotBalance.location_id,
        LotBalance.quantity,
        LotBalance.value_minor,
        CURRENCY,
    )
    .where(LotBalance.lot_id == any_(IDS), LotBalance.quantity > 0)
    .order_by(LotBalance.lot_id, LotBalance.location_id)
)


async def balances_of_lots(db: Asking, lot_ids: Sequence[UUID]) -> list[Row]:
    """`lot_id`, `location_id`, `quantity`, `value_minor`, `currency` wherever there is some."""
    return await db.rows(_BALANCES, ids=list(lot_ids))
