"""Markdowns as they are read: those that prices have now, and any by its id."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.pricing.tables import Price, PriceList
from domain.row_sets import IDS
from domain.stock.markdowns.ends import HOLDS
from domain.stock.markdowns.tables import PriceMarkdown
from tenants.scope import Asking, Row

_SHOWN: Final = select(PriceMarkdown, PriceList.currency).join(
    PriceList, PriceList.id == PriceMarkdown.price_list_id
)
_BY_ID: Final = _SHOWN.where(PriceMarkdown.id == any_(IDS))
_IN_FORCE: Final = (
    _SHOWN.join(Price, HOLDS)
    .where(PriceMarkdown.variant_id == any_(IDS), PriceMarkdown.ended_at.is_(None))
    .order_by(PriceMarkdown.variant_id, PriceMarkdown.price_list_id, PriceMarkdown.min_quantity)
)


async def markdowns_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Markdowns by id, with the `currency` of their amounts."""
    return {row["id"]: row for row in await db.rows(_BY_ID, ids=list(ids))}


async def markdowns_of(db: Asking, variant_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
    """By variant the markdowns that its prices have now, with the `currency` of their amounts."""
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in await db.rows(_IN_FORCE, ids=list(variant_ids)) if variant_ids else ():
        found[row["variant_id"]].append(row)
    return found
