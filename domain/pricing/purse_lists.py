"""Reading purses: what came and went on many at once."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Executable, any_, select

from domain.pricing.purses import Purses
from domain.row_sets import IDS
from tenants.scope import Asking, Row


async def entries_of(db: Asking, purses: Purses, purse_ids: Sequence[UUID]) -> list[Row]:
    """The entries of many purses, the oldest first."""
    return await db.rows(_of(purses), ids=list(purse_ids))


@lru_cache
def _of(purses: Purses) -> Executable:
    entries = purses.entries
    return select(entries).where(entries.purse_id == any_(IDS)).order_by(entries.id)
