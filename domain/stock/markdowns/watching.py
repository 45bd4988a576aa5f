"""Whoever lets goods go has it looked at, soon, which markdowns are over by that."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.row_sets import IDS
from domain.stock.markdowns.tables import PriceMarkdown
from tenants.jobs import enqueue
from tenants.scope import UnitOfWork

END: Final = "stock.end_markdowns"
"""The kind of the job that ends markdowns that are over."""

_MARKED: Final = (
    select(PriceMarkdown.id)
    .where(PriceMarkdown.variant_id == any_(IDS), PriceMarkdown.ended_at.is_(None))
    .limit(1)
)


async def look_at_markdowns(uow: UnitOfWork, variant_ids: Iterable[UUID]) -> None:
    """Have the markdowns looked at, if any of these variants has one: a lot of them is gone, or is
    not to be sold any more."""
    ids = list(variant_ids)
    if ids and await uow.value(_MARKED, ids=ids):
        await look_soon(uow)


async def look_soon(uow: UnitOfWork) -> None:
    """Have all of them looked at once this unit is kept."""
    await enqueue(uow, END, key="over")
