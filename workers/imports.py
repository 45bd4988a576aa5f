"""The job that takes in a price list: fetched or from the store, onto this machine, and read."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from sqlalchemy import select

from domain.feeds.fetching import fetch_price_list
from domain.feeds.imports import ACTION, import_price_list
from domain.feeds.ports import PriceListReading, StopCode
from domain.feeds.runs import UNDER_WAY, fail_run, runs_by_ids
from domain.files.fetching import Fetcher
from domain.files.ports import FileStore, NoSuchFile
from tenants.jobs import MOST_FAILURES, Job
from workers.runner import Course, LostJob

OpenPriceList = Callable[[Path], AbstractContextManager[PriceListReading]]


async def run_import(
    course: Course,
    *,
    run_id: str,
    store: FileStore,
    fetcher: Fetcher,
    open_price_list: OpenPriceList,
) -> None:
    """Job `feeds.import`: do a run; its row says how it ended, also when the job gives up."""
    is_last_try = await _failures(course) + 1 >= MOST_FAILURES
    try:
        await _do(course, UUID(run_id), store, fetcher, open_price_list, is_last_try=is_last_try)
    except LostJob:
        raise
    except Exception:
        if is_last_try:
            await _fail(course, UUID(run_id), StopCode.BROKEN)
        raise


async def _do(
    course: Course,
    run_id: UUID,
    store: FileStore,
    fetcher: Fetcher,
    open_price_list: OpenPriceList,
    *,
    is_last_try: bool,
) -> None:
    run = (await runs_by_ids(course.scope.reading, [run_id])).get(run_id)
    if run is None or run["status"] not in UNDER_WAY:
        return
    seen: dict[str, Any] | None = None
    with TemporaryDirectory(prefix="ryad-import-") as folder:
        file = Path(folder, "price-list")
        if run["file_key"] is None:
            seen = await fetch_price_list(course, fetcher, run_id, file, is_last_try=is_last_try)
            if seen is None:
                return
        else:
            try:
                await _copy(store.read(course.scope.tenant_id, run["file_key"]), file)
            except NoSuchFile:
                await _fail(course, run_id, StopCode.FILE_GONE)
                return
        await import_price_list(course, run_id, lambda: open_price_list(file), seen=seen)


async def _copy(chunks: AsyncIterator[bytes], file: Path) -> None:
    with await asyncio.to_thread(file.open, "wb") as copy:
        async for chunk in chunks:
            copy.write(chunk)


async def _failures(course: Course) -> int:
    """How often the job failed before."""
    asked = select(Job.failures).where(Job.id == course.job_id)
    return int(await course.scope.reading.value(asked) or 0)


async def _fail(course: Course, run_id: UUID, code: StopCode) -> None:
    async with course.writing(ACTION) as uow:
        await fail_run(uow, run_id, code=code)
