"""The job that takes in a price list: out of the store onto this machine, and read there."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import select

from domain.feeds.imports import import_price_list
from domain.feeds.ports import PriceListReading
from domain.feeds.tables import ImportRun
from domain.files.ports import FileStore
from workers.runner import Course

OpenPriceList = Callable[[Path], AbstractContextManager[PriceListReading]]


async def run_import(
    course: Course, *, run_id: str, store: FileStore, open_price_list: OpenPriceList
) -> None:
    """Job `feeds.import`: do a run; its row says how it ended. A cancelled run has no file left."""
    tenant_id = course.scope.tenant_id
    key = await course.scope.reading.value(
        select(ImportRun.file_key).where(ImportRun.id == UUID(run_id))
    )
    if key is None:
        return
    with TemporaryDirectory(prefix="ryad-import-") as folder:
        file = Path(folder, "price-list")
        with await asyncio.to_thread(file.open, "wb") as copy:
            async for chunk in store.read(tenant_id, key):
                copy.write(chunk)
        await import_price_list(course, UUID(run_id), lambda: open_price_list(file))
