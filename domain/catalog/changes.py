"""What follows when products change: collections that have a rule, then the listing."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from domain.catalog.collection_rules import refill_for
from domain.catalog.facet_bits import gather_facets
from domain.catalog.listing import recount_words, refresh_listing
from domain.courses import Course
from tenants.jobs import enqueue
from tenants.scope import UnitOfWork

SETTLING: Final = timedelta(minutes=2)


async def products_changed(uow: UnitOfWork, product_ids: Iterable[UUID]) -> None:
    """Bring collections and the listing up to date with these products, in this unit of work.

    To be called last: what is shown is made from what is written when this runs.
    """
    if ids := sorted(set(product_ids)):
        await refill_for(uow, ids)
        await refresh_listing(uow, ids)
        await settle_soon(uow)


async def settle_soon(uow: UnitOfWork) -> None:
    """Have the listing's sums gathered once the changes of the next minutes are in, too."""
    await enqueue(uow, "listing.settle", key="settle", run_at=uow.now + SETTLING)


async def settle_listing(course: Course) -> dict[str, int]:
    """Job `listing.settle`: gather facets into bits and count the words; how many listings.

    Until it has run, what changed is counted row by row: slower, and just as right.
    """
    gathered = 0
    while True:
        async with course.writing("listing.settle") as uow:
            found = await gather_facets(uow)
        gathered += found
        if not found:
            break
    async with course.writing("listing.settle") as uow:
        await recount_words(uow)
    return {"gathered": gathered}
