"""What follows when products change: collections that have a rule, then the listing."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from domain.catalog.collection_rules import find_overstayed, first_end_of_all, refill_for
from domain.catalog.facet_bits import gather_facets
from domain.catalog.listing import BEGINNING, rebuild_listing, recount_words, refresh_listing
from domain.courses import Course
from tenants.jobs import enqueue
from tenants.scope import UnitOfWork

SETTLING: Final = timedelta(minutes=2)
CLOCKS_APART: Final = timedelta(seconds=2)
"""A worker's clock may run before the database's, which prices and dates go by."""
PRODUCTS_AT_ONCE: Final = 500
MANY: Final = 1_000
"""Listings that, come at once, make the planner's statistics of a shop's tables worthless."""

REFILL: Final = "collections.refill"
LEARN: Final = select(func.platform.learn_listing())


async def products_changed(uow: UnitOfWork, product_ids: Iterable[UUID]) -> None:
    """Bring collections and the listing up to date with these products, in this unit of work.

    To be called last: what is shown is made from what is written when this runs.
    """
    if ids := sorted(set(product_ids)):
        end = await refill_for(uow, ids)
        await refresh_listing(uow, ids)
        await settle_soon(uow)
        await refill_on(uow, end)


async def settle_soon(uow: UnitOfWork) -> None:
    """Have the listing's sums gathered once the changes of the next minutes are in, too."""
    # By the minute: who asks at the same time asks for the same date, and need not change it.
    due = (uow.now + SETTLING).replace(second=0, microsecond=0)
    await enqueue(uow, "listing.settle", key="settle", run_at=due)


async def settle_now(uow: UnitOfWork) -> None:
    """Have them gathered as soon as this unit is kept: an import is in, and no more will follow."""
    await enqueue(uow, "listing.settle", key="now")


async def settle_listing(course: Course) -> dict[str, int]:
    """Job `listing.settle`: gather facets into bits and count the words; how many listings.

    Until it has run, what changed is counted row by row: slower, and just as right. After many it
    has the statistics of the tables gathered, too: autovacuum would come to it in a minute or so.
    """
    gathered = 0
    while True:
        async with course.writing("listing.settle") as uow:
            found = await gather_facets(uow)
        gathered += found
        if not found:
            break
    async with course.writing("listing.settle") as uow:
        if await recount_words(uow):
            uow.record("listing.settled", None)  # what typing is completed to is another now
    if gathered >= MANY:
        async with course.writing("listing.settle") as uow:
            await uow.execute(LEARN)
    return {"gathered": gathered}


async def refill_on(uow: UnitOfWork, end: datetime | None) -> None:
    """Have collections refilled once the days of a product in one of them are over."""
    if end is not None:
        await enqueue(uow, REFILL, key="days", run_at=end + CLOCKS_APART)


async def refill_collections(course: Course) -> dict[str, int]:
    """Job `collections.refill`: let products go whose days in a collection are over; how many left.

    Then it waits for the next of them.
    """
    left = 0
    while True:
        async with course.writing(REFILL) as uow:
            gone = await find_overstayed(uow, most=PRODUCTS_AT_ONCE)
            await products_changed(uow, set().union(*gone.values()))
            for collection_id, products in gone.items():
                left += len(products)
                uow.record("collection.refilled", collection_id, left=len(products))
            if not gone:
                await refill_on(uow, await first_end_of_all(uow))
                return {"left": left}


async def relist_soon(uow: UnitOfWork, at: datetime | None = None) -> None:
    """Have every product's listing written anew, now or as soon as it is `at`.

    For what concerns them all: another price list, one that comes into force, a location's end.
    """
    run_at = at + CLOCKS_APART if at else None
    await enqueue(uow, "listing.relist", run_at=run_at)


async def relist(course: Course) -> None:
    """Job `listing.relist`: write the whole listing anew, some products a unit."""
    after: UUID | None = BEGINNING
    while after is not None:
        async with course.writing("listing.relist") as uow:
            after = await rebuild_listing(uow, after=after, most=PRODUCTS_AT_ONCE)
    async with course.writing("listing.relist") as uow:
        # What was kept of the shop until now, by a tag that its events move, is out of date.
        uow.record("listing.rewritten", None)
        await settle_soon(uow)
