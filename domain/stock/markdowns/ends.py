"""The end of markdowns: the old price comes back, unless another has been set meanwhile."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, any_, bindparam, func, select, update

from domain.courses import Course
from domain.pricing.prices import tell_prices
from domain.pricing.tables import Price
from domain.row_sets import IDS, row_set
from domain.stock.freshness import IS_SELLABLE, TODAY
from domain.stock.markdowns.tables import PriceMarkdown
from domain.stock.markdowns.watching import END
from domain.stock.tables import Lot, LotBalance, StockMovement
from domain.stock.transfers.lines import TO_AND_FRO
from tenants.scope import Row, UnitOfWork

AT_ONCE: Final = 100
"""Prices that one unit restores."""

HOLDS: Final = and_(
    Price.price_list_id == PriceMarkdown.price_list_id,
    Price.variant_id == PriceMarkdown.variant_id,
    Price.min_quantity == PriceMarkdown.min_quantity,
    Price.amount_minor == PriceMarkdown.amount_minor,
    Price.compare_at_minor == PriceMarkdown.was_minor,
)
"""Whether a price still is as its markdown has set it."""
_to_sell: Final = (
    select(LotBalance.id)
    .join(Lot, Lot.id == LotBalance.lot_id)
    .where(
        LotBalance.variant_id == PriceMarkdown.variant_id,
        LotBalance.quantity > 0,
        Lot.expires_on <= PriceMarkdown.until_on,
        IS_SELLABLE,
    )
)
_coming: Final = (
    select(StockMovement.lot_id)
    .join(Lot, Lot.id == StockMovement.lot_id)
    .where(
        Lot.variant_id == PriceMarkdown.variant_id,
        Lot.expires_on.between(TODAY, PriceMarkdown.until_on),
        Lot.state == "open",
        TO_AND_FRO,
    )
    .group_by(StockMovement.lot_id)
    .having(func.sum(StockMovement.quantity) < 0)
)
_OVER: Final = (
    select(PriceMarkdown)
    .where(PriceMarkdown.ended_at.is_(None), ~_to_sell.exists(), ~_coming.exists())
    .order_by(PriceMarkdown.id)
    .limit(AT_ONCE)
)
_OVER_AMONG: Final = _OVER.where(PriceMarkdown.id == any_(IDS))
_prices: Final = row_set(Price, ("variant_id", "price_list_id", "min_quantity"))
# In the order in which everybody sets prices, so that two do not wait in a ring.
_LOCK: Final = (
    select(Price.id)
    .join(
        _prices,
        and_(
            Price.variant_id == _prices.c.variant_id,
            Price.price_list_id == _prices.c.price_list_id,
            Price.min_quantity == _prices.c.min_quantity,
        ),
    )
    .order_by(Price.variant_id, Price.min_quantity, Price.price_list_id)
    .with_for_update(of=Price)
)
_STILL_OPEN: Final = select(PriceMarkdown).where(
    PriceMarkdown.id == any_(IDS), PriceMarkdown.ended_at.is_(None)
)
_NAMES: Final = ("variant_id", "price_list_id", "min_quantity")
_SET: Final = ("amount_minor", "was_minor", "was_compare_at_minor")
_old: Final = row_set(PriceMarkdown, ("id", *_NAMES, *_SET))
_RESTORE: Final = (
    update(Price)
    .where(
        Price.variant_id == _old.c.variant_id,
        Price.price_list_id == _old.c.price_list_id,
        Price.min_quantity == _old.c.min_quantity,
        Price.amount_minor == _old.c.amount_minor,
        Price.compare_at_minor == _old.c.was_minor,
    )
    .values(
        amount_minor=_old.c.was_minor,
        compare_at_minor=_old.c.was_compare_at_minor,
        version=Price.version + 1,
        updated_at=bindparam("now"),
    )
    .returning(_old.c.id)
)
_CLOSE: Final = (
    update(PriceMarkdown)
    .where(PriceMarkdown.id == any_(IDS))
    .values(ending=bindparam("ending"), ended_at=bindparam("now"))
    .returning(PriceMarkdown.id, PriceMarkdown.variant_id, PriceMarkdown.price_list_id)
)


async def end_markdowns(uow: UnitOfWork, markdowns: Sequence[Row], ending: str) -> None:
    """Let these be over: `sold_off`, or `ended` by a person. A price that is not as they set it is
    left as it is, and they are `overtaken`."""
    if not markdowns:
        return
    await _lock_prices(uow, markdowns)
    found = await uow.rows(_STILL_OPEN, ids=[row["id"] for row in markdowns])
    rows = [{name: row[name] for name in ("id", *_NAMES, *_SET)} for row in found]
    restored = {row["id"] for row in await uow.rows(_RESTORE, rows=rows, now=uow.now)}
    changed: dict[UUID, set[UUID]] = {}
    for row in await _close(uow, list(restored), ending):
        changed.setdefault(row["price_list_id"], set()).add(row["variant_id"])
    await _close(uow, [row["id"] for row in found if row["id"] not in restored], "overtaken")
    for list_id, variants in changed.items():
        await tell_prices(uow, list_id, variants)


async def end_some(uow: UnitOfWork) -> int:
    """End some markdowns of which nothing is left to be sold; how many."""
    found = await uow.rows(_OVER, now=uow.now)
    if found:
        await _lock_prices(uow, found)  # one may be for other lots by now
        over = await uow.rows(_OVER_AMONG, ids=[row["id"] for row in found], now=uow.now)
        await end_markdowns(uow, over, "sold_off")
    return len(found)


async def end_all(course: Course) -> dict[str, int]:
    """Job `stock.end_markdowns`: end all of which nothing is left to be sold; how many prices."""
    ended = 0
    while True:
        async with course.writing(END) as uow:
            found = await end_some(uow)
        ended += found
        if not found:
            return {"ended": ended}


async def _lock_prices(uow: UnitOfWork, markdowns: Sequence[Row]) -> None:
    """Lock the prices of markdowns, as whoever changes these has to."""
    await uow.rows(_LOCK, rows=[{name: row[name] for name in _NAMES} for row in markdowns])


async def _close(uow: UnitOfWork, ids: Sequence[UUID], ending: str) -> list[Row]:
    """Say of markdowns how they ended."""
    if not ids:
        return []
    closed: list[Any] = await uow.rows(_CLOSE, ids=list(ids), ending=ending, now=uow.now)
    for variant_id, list_id in {(row["variant_id"], row["price_list_id"]) for row in closed}:
        uow.record("markdown.ended", variant_id, price_list_id=list_id, ending=ending)
    return closed
