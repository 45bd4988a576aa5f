"""Import of a price list into the tenant's own catalogue: read to its end, then taken in slices.

The file is read outside of any transaction. Each slice is a unit of work that also says how far
it came, so a run that was cut short goes on from there when its job is done again; a file that
says what the catalogue has already writes nothing.
"""

import asyncio
from collections import Counter
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select, update

from domain.catalog.changes import products_changed, settle_now
from domain.catalog.channels import find_default_channel
from domain.catalog.tables import Variant
from domain.errors import LimitReached
from domain.feeds.imported_categories import import_categories
from domain.feeds.ports import PriceListRefused
from domain.feeds.runs import (
    UNDER_WAY,
    begin_run,
    fail_run,
    finish_run,
    locked_run,
    note_progress,
    refuse_run,
)
from domain.feeds.slices import apply_slice
from domain.feeds.spool import OpenList, Spool
from domain.feeds.tables import ImportedProduct, ImportedVariant, PriceListSource
from domain.feeds.work import Target
from domain.inventory.locations import find_default_location
from domain.pricing.price_lists import find_default_price_list
from domain.pricing.tables import PriceList
from domain.row_sets import IDS, lock_rows, rows_by_id
from tenants.jobs import enqueue
from tenants.scope import UnitOfWork

PRODUCTS_AT_ONCE: Final = 1_000
ACTION: Final = "importPriceList"

_KEYS: Final = bindparam("keys", type_=ARRAY(Text()))
_PUT_AWAY: Final = (
    update(Variant)
    .where(
        Variant.external_source == bindparam("source"),
        Variant.external_id == any_(_KEYS),
        Variant.is_active,
    )
    .values(is_active=False, version=Variant.version + 1, updated_at=bindparam("now"))
    .returning(Variant.id, Variant.product_id)
)
# Should it come back, it is news, even when the file says just what it said before.
_FORGET_VARIANTS: Final = (
    update(ImportedVariant).where(ImportedVariant.variant_id == any_(IDS)).values(content_hash=b"")
)
_FORGET_PRODUCTS: Final = (
    update(ImportedProduct).where(ImportedProduct.product_id == any_(IDS)).values(row_hash=b"")
)


class Units(Protocol):
    """Units of work of one tenant, one after another: a scope has them, and so has a job."""

    def writing(self, action: str, /) -> AbstractAsyncContextManager[UnitOfWork]: ...


class Stopped(Exception):
    """The run is no longer to be worked on."""


async def import_price_list(units: Units, run_id: UUID, open_list: OpenList) -> None:
    """Do a run: `open_list` opens its file, from the beginning each time it is called.

    How it ended is in the run's row: done, refused (the file cannot be trusted; nothing was
    taken), failed (the plan's limit; what was taken before it stays) or cancelled.
    """
    try:
        async with units.writing(ACTION) as uow:
            target, applied_to, counts = await _begin(uow, run_id)
    except Stopped:
        return
    try:
        spool = await asyncio.to_thread(Spool.read, open_list)
    except PriceListRefused as refusal:
        async with units.writing(ACTION) as uow:
            await refuse_run(uow, run_id, refusal)
        return
    try:
        await _take_in(units, run_id, target, spool, applied_to, counts)
    except Stopped:
        return
    except LimitReached as error:
        async with units.writing(ACTION) as uow:
            await fail_run(uow, run_id, code=error.code.value, detail=error.message("en"))
    finally:
        spool.close()


async def _begin(uow: UnitOfWork, run_id: UUID) -> tuple[Target, str, Counter[str]]:
    """Where the run's rows go, the last key that is in already, and what was counted so far."""
    run = await locked_run(uow, run_id)
    if run["status"] not in UNDER_WAY:
        raise Stopped
    await begin_run(uow, run_id)
    sources = await rows_by_id(uow, PriceListSource, [run["source_id"]])
    source = sources[run["source_id"]]
    price_list = (
        await uow.row(select(PriceList).where(PriceList.id == source["price_list_id"]))
        if source["price_list_id"]
        else await find_default_price_list(uow)
    )
    target = Target(
        source_id=source["id"],
        source=source["code"],
        price_list_id=price_list["id"] if price_list else None,
        currency=price_list["currency"] if price_list else None,
        location_id=source["location_id"] or await find_default_location(uow),
        channel_id=source["channel_id"] or await find_default_channel(uow),
        new_status=source["new_status"],
        categories={},
    )
    return target, run["applied_to"] or "", Counter(run["counts"])


async def _take_in(
    units: Units,
    run_id: UUID,
    target: Target,
    spool: Spool,
    after: str,
    counts: Counter[str],
) -> None:
    async with units.writing(ACTION) as uow:
        await _still_wanted(uow, run_id, target)
        ids, written = await import_categories(
            uow, target.source_id, target.source, spool.categories
        )
        target.categories.update(ids)
        counts += Counter(categories_written=written)
    while groups := await asyncio.to_thread(spool.next_groups, after, PRODUCTS_AT_ONCE):
        async with units.writing(ACTION) as uow:
            await _still_wanted(uow, run_id, target)
            counts += await apply_slice(uow, target, groups, spool.problems)
            after = groups[-1].key
            await note_progress(uow, run_id, to=after, counts=counts)
    async with units.writing(ACTION) as uow:
        await _still_wanted(uow, run_id, target)
        counts += Counter(variants_put_away=await _put_away(uow, target.source, spool.gone()))
        await finish_run(uow, run_id, counts=counts, problems=spool.problems)
        if counts["products_new"] or counts["products_changed"]:
            await enqueue(uow, "media.store", key="all")
            await settle_now(uow)


async def _still_wanted(uow: UnitOfWork, run_id: UUID, target: Target) -> None:
    """Hold the source for this unit alone, and stop when the run was cancelled meanwhile."""
    await lock_rows(uow, PriceListSource, [target.source_id])
    run = await locked_run(uow, run_id)
    if run["status"] != "running":
        raise Stopped


async def _put_away(uow: UnitOfWork, source: str, offer_ids: list[str]) -> int:
    """Variants whose offers the supplier has taken back can no longer be bought."""
    if not offer_ids:
        return 0
    rows = await uow.rows(_PUT_AWAY, source=source, keys=offer_ids, now=uow.now)
    products = sorted({row["product_id"] for row in rows})
    await uow.execute(_FORGET_VARIANTS, ids=[row["id"] for row in rows])
    await uow.execute(_FORGET_PRODUCTS, ids=products)
    for product_id in products:
        uow.record("product.updated", product_id, changed=["variants"])
    await products_changed(uow, products)
    return len(rows)
