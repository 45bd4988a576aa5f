"""A price list from its source's address: bytes on this machine, or why there are none."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import update

from domain.courses import Course
from domain.feeds.report import forget_problems
from domain.feeds.runs import UNDER_WAY, begin_run, fail_run, leave_run, locked_run
from domain.feeds.tables import ImportRun, PriceListSource
from domain.files.fetching import Bounds, Fetched, Fetcher, FetchFailed, FetchRefused, Seen
from domain.files.uploads import KINDS
from domain.row_sets import rows_by_id
from tenants.scope import UnitOfWork

ACTION: Final = "fetchPriceList"
BOUNDS: Final = Bounds(KINDS["price_list"].most_bytes, timedelta(minutes=20))
"""Of any type: suppliers' servers call their lists whatever they like; the reader looks inside."""
SIGN_OF_LIFE_SECONDS: Final = 20


async def fetch_price_list(
    course: Course, fetcher: Fetcher, run_id: UUID, to: Path, *, is_last_try: bool
) -> dict[str, Any] | None:
    """Store in `to` what the source's address has; what its server said of it.

    None: there is nothing to import, and the run says why: its server has nothing new or nothing
    for us, or the run was cancelled. Raises FetchFailed where another try may fare better; the
    last one is told like the rest.
    """
    async with course.writing(ACTION) as uow:
        url, seen = await _begin(uow, run_id)
    if url is None:
        return None
    try:
        async with fetcher.fetch(url, BOUNDS, seen=seen) as fetched:
            if not fetched.is_unchanged:
                await _save(course, fetched, to)
    except (FetchRefused, FetchFailed) as error:
        if isinstance(error, FetchFailed) and not is_last_try:
            raise
        async with course.writing(ACTION) as uow:
            await fail_run(uow, run_id, code=f"fetch.{error.reason}", detail=url)
        return None
    if fetched.is_unchanged:
        async with course.writing(ACTION) as uow:
            await leave_run(uow, run_id)
        return None
    return {"url": url, "etag": fetched.seen.etag, "last_modified": fetched.seen.last_modified}


async def _begin(uow: UnitOfWork, run_id: UUID) -> tuple[str | None, Seen]:
    """Where to ask, and what its server said last; no address when the run is not wanted."""
    run = await locked_run(uow, run_id)
    if run["status"] not in UNDER_WAY:
        return None, Seen()
    await begin_run(uow, run_id)
    # An earlier try may have taken in half of a file that is another one by now.
    counts = {name: count for name, count in run["counts"].items() if name != "products_same"}
    await uow.execute(
        update(ImportRun).where(ImportRun.id == run_id).values(applied_to=None, counts=counts)
    )
    await forget_problems(uow, run_id)
    source = (await rows_by_id(uow, PriceListSource, [run["source_id"]]))[run["source_id"]]
    said = source["seen"] or {}
    if said.get("url") != source["url"]:
        return source["url"], Seen()
    return source["url"], Seen(said["etag"], said["last_modified"])


async def _save(course: Course, fetched: Fetched, to: Path) -> None:
    told, size = time.monotonic(), 0
    with await asyncio.to_thread(to.open, "wb") as file:
        async for chunk in fetched.chunks:
            file.write(chunk)
            size += len(chunk)
            if time.monotonic() - told > SIGN_OF_LIFE_SECONDS:
                told = time.monotonic()
                await course.progress(phase="fetching", done=size)
