"""The jobs that take in and give out sheets of balances, with their file on this machine."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from domain.files.ports import FileStore, NoSuchFile
from domain.stock.sheets.import_runs import imports_by_ids, locked_import, refuse_import, set_import
from domain.stock.sheets.imports import ACTION, apply_import, check_import
from domain.stock.sheets.sheets import OpenSheet, SheetRefusal, SheetRefused
from tenants.jobs import MOST_FAILURES
from workers.runner import Course, LostJob


async def run_stock_import(
    course: Course, *, import_id: str, store: FileStore, open_sheet: OpenSheet
) -> None:
    """Job `stock.import`: check an import or apply it; its row says how that ended."""
    try:
        await _do(course, UUID(import_id), store, open_sheet)
    except LostJob:
        raise
    except Exception:
        if await course.failures() + 1 >= MOST_FAILURES:
            await _fail(course, UUID(import_id))
        raise


async def _do(course: Course, import_id: UUID, store: FileStore, open_sheet: OpenSheet) -> None:
    run = (await imports_by_ids(course.scope.reading, [import_id])).get(import_id)
    if run is None:
        return
    if run["status"] == "applying":
        await apply_import(course, import_id)
    elif run["status"] in ("queued", "checking"):
        with TemporaryDirectory(prefix="ryad-stock-") as folder:
            file = Path(folder, "sheet")
            try:
                await _copy(store.read(course.scope.tenant_id, run["file_key"]), file)
            except NoSuchFile:
                async with course.writing(ACTION) as uow:
                    gone = SheetRefused(SheetRefusal.FILE_GONE, "")
                    await refuse_import(uow, import_id, gone)
                return
            await check_import(course, import_id, file, open_sheet)


async def _copy(chunks: AsyncIterator[bytes], file: Path) -> None:
    with await asyncio.to_thread(file.open, "wb") as copy:
        async for chunk in chunks:
            copy.write(chunk)


async def _fail(course: Course, import_id: UUID) -> None:
    async with course.writing(ACTION) as uow:
        if (await locked_import(uow, import_id))["status"] in ("queued", "checking", "applying"):
            code = SheetRefusal.STOPPED.value
            await set_import(
                uow, import_id, status="failed", refusal_code=code, finished_at=uow.now
            )
