"""Import of a price list into the tenant's own catalogue: read to its end, then taken in slices.

The file is read outside of any transaction. Each slice is a unit of work that also says how far
it came, so a run that was cut short goes on from there when its job is done again; a file that
says what the catalogue has already writes nothing.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy import select

from domain.catalog.changes import settle_now
from domain.catalog.channels import find_default_channel
from domain.errors import LimitReached
from domain.feeds.imported_categories import import_categories
from domain.feeds.missing import OFFERS_AT_ONCE, find_missing, put_away
from domain.feeds.ports import PriceListRefused, StopCode
from domain.feeds.report import go_on_with, write_problems
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
from domain.feeds.sources import note_seen
from domain.feeds.spool import OpenList, Spool
from domain.feeds.tables import PriceListSource
from domain.feeds.work import Target
from domain.pricing.price_lists import find_default_price_list
from domain.pricing.tables import PriceList
from domain.row_sets import lock_rows, rows_by_id
from domain.stock.places.locations import find_default_location
from tenants.jobs import enqueue
from tenants.scope import Row, UnitOfWork

PRODUCTS_AT_ONCE: Final = 1_000
SIGN_OF_LIFE: Final = timedelta(seconds=20)
ACTION: Final = "importPriceList"


class Units(Protocol):
    """Units of work of one tenant, one after another: a scope has them, and so has a job."""

    def writing(self, action: str, /) -> AbstractAsyncContextManager[UnitOfWork]: ...


class Stopped(Exception):
    """The run is no longer to be worked on."""


async def import_price_list(
    units: Units, run_id: UUID, open_list: OpenList, *, seen: dict[str, Any] | None = None
) -> None:
    """Do a run: `open_list` opens its file, from the beginning each time it is called.

    How it ended is in the run's row: done, refused (the file cannot be trusted; nothing was
    taken), failed (the plan's limit; what was taken before it stays) or cancelled. `seen` is what
    its server said of the file, kept once it is in.
    """
    try:
        async with units.writing(ACTION) as uow:
            run, target = await _begin(uow, run_id)
        spool = await _read(units, run_id, open_list)
    except Stopped:
        return
    except PriceListRefused as refusal:
        async with units.writing(ACTION) as uow:
            await refuse_run(uow, run_id, refusal)
        return
    try:
        await _Intake(units, run, target, spool, Counter(run["counts"])).take_in(seen)
    except Stopped:
        return
    except LimitReached as error:
        async with units.writing(ACTION) as uow:
            await write_problems(uow, run_id, spool.problems)
            await fail_run(
                uow, run_id, code=StopCode.LIMIT_REACHED, detail=f"{error.facts['limit']}"
            )
    finally:
        spool.close()


async def _begin(uow: UnitOfWork, run_id: UUID) -> tuple[Row, Target]:
    """The run as it was left, and where its rows go."""
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
    return run, Target(
        source_id=source["id"],
        source=source["code"],
        price_list_id=price_list["id"] if price_list else None,
        currency=price_list["currency"] if price_list else None,
        location_id=source["location_id"] or await find_default_location(uow),
        channel_id=source["channel_id"] or await find_default_channel(uow),
        new_status=source["new_status"],
        on_missing=source["on_missing"],
        most_missing_percent=source["most_missing_percent"],
        categories={},
    )


async def _read(units: Units, run_id: UUID, open_list: OpenList) -> Spool:
    """The whole list, read beside the loop; a sign of life now and then, for it may take minutes.

    Raises PriceListRefused and Stopped.
    """
    unwanted = threading.Event()
    reading = asyncio.ensure_future(
        asyncio.to_thread(Spool.read, open_list, lambda: not unwanted.is_set())
    )
    try:
        while not (await asyncio.wait({reading}, timeout=SIGN_OF_LIFE.total_seconds()))[0]:
            async with units.writing(ACTION) as uow:
                if (await locked_run(uow, run_id))["status"] != "running":
                    raise Stopped
    except BaseException:
        unwanted.set()
        raise
    return reading.result()


class _Intake:
    """A list that was read, on its way into the catalogue, unit by unit."""

    def __init__(
        self, units: Units, run: Row, target: Target, spool: Spool, counts: Counter[str]
    ) -> None:
        self._units, self._run, self._target, self._spool = units, run, target, spool
        self._counts = counts

    async def take_in(self, seen: dict[str, Any] | None) -> None:
        """All of it. Raises Stopped, LimitReached."""
        await self._take_categories()
        await self._take_products(self._run["applied_to"] or "")
        await self._put_missing_away()
        async with self._unit() as uow:
            await finish_run(
                uow, self._run["id"], counts=self._counts, problems=self._spool.problems
            )
            if seen is not None:
                await note_seen(uow, self._target.source_id, seen)
            if self._counts["products_new"] or self._counts["products_changed"]:
                await enqueue(uow, "media.store", key="all")
                await settle_now(uow)

    async def _take_categories(self) -> None:
        async with self._unit() as uow:
            await go_on_with(uow, self._run, self._spool.problems)
            ids, written = await import_categories(
                uow, self._target.source_id, self._target.source, self._spool.categories
            )
            self._target.categories.update(ids)
            self._counts += Counter(categories_written=written)
            await write_problems(uow, self._run["id"], self._spool.problems)

    async def _take_products(self, after: str) -> None:
        next_groups = self._spool.next_groups
        while groups := await asyncio.to_thread(next_groups, after, PRODUCTS_AT_ONCE):
            async with self._unit() as uow:
                self._counts += await apply_slice(uow, self._target, groups, self._spool.problems)
                after = groups[-1].key
                await note_progress(
                    uow,
                    self._run["id"],
                    to=after,
                    counts=self._counts,
                    problems=self._spool.problems,
                )

    async def _put_missing_away(self) -> None:
        async with self._unit() as uow:
            found = await find_missing(uow, self._target, self._spool, self._spool.problems)
        after = ""
        while offer_ids := self._spool.next_away(after, OFFERS_AT_ONCE):
            async with self._unit() as uow:
                self._counts += await put_away(uow, self._target, offer_ids)
            after = offer_ids[-1]
        self._counts += found

    @asynccontextmanager
    async def _unit(self) -> AsyncIterator[UnitOfWork]:
        """A unit that has the source for itself. Raises Stopped when the run was cancelled."""
        async with self._units.writing(ACTION) as uow:
            await lock_rows(uow, PriceListSource, [self._target.source_id])
            if (await locked_run(uow, self._run["id"]))["status"] != "running":
                raise Stopped
            yield uow
