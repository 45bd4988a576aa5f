"""What happened to orders, out of the feed of events."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.row_sets import IDS
from tenants.ledger import EventRow
from tenants.scope import Asking, Row

_OF_ORDERS: Final = (
    select(EventRow).where(EventRow.entity_id == any_(IDS)).order_by(EventRow.sequence.desc())
)


async def history_of(db: Asking, order_ids: Sequence[UUID]) -> list[Row]:
    """The events of orders, the newest first."""
    return await db.rows(_OF_ORDERS, ids=list(order_ids))
