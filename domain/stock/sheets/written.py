"""Sheets as files: announced, written by a job, kept a week for who has their link."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.courses import Course
from domain.files.ports import FileStore
from domain.files.stored_files import announce_file, locked_file, settle_file
from domain.stock.sheets.sheets import SheetFormat, WriteSheet
from tenants.scope import UnitOfWork

KEPT: Final = timedelta(days=7)
CHUNK: Final = 256 * 1024
CONTENT_TYPES: Final[dict[str, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Written(NamedTuple):
    """A file that is there: its `size` in bytes, and what its bytes are."""

    size: int
    sha256: bytes


async def announce_sheet(uow: UnitOfWork, file_id: UUID, name: str, format: SheetFormat) -> None:
    """Say that a file will be written, unless that is said."""
    if await locked_file(uow, file_id) is None:
        await announce_file(
            uow,
            file_id,
            purpose="export",
            name=f"exports/{name}",
            filename=name,
            content_type=CONTENT_TYPES[format],
            bytes=0,
        )


async def save_sheet(
    course: Course,
    name: str,
    format: SheetFormat,
    rows: Sequence[Sequence[str]],
    *,
    store: FileStore,
    write_sheet: WriteSheet,
) -> Written:
    """Write the file; the head is the first row."""
    digest = hashlib.sha256()
    with TemporaryDirectory(prefix="ryad-sheet-") as folder:
        file = Path(folder, "sheet")
        await asyncio.to_thread(write_sheet, format, rows, file)
        size = await store.save(course.scope.tenant_id, f"exports/{name}", _chunks(file, digest))
    return Written(size, digest.digest())


async def settle_sheet(uow: UnitOfWork, file_id: UUID, written: Written) -> datetime:
    """Say that it is there; until when."""
    ends: datetime = uow.now + KEPT
    await settle_file(uow, file_id, sha256=written.sha256, expires_at=ends, bytes=written.size)
    return ends


async def _chunks(file: Path, digest: Any) -> AsyncIterator[bytes]:
    with file.open("rb") as stream:
        while chunk := await asyncio.to_thread(stream.read, CHUNK):
            digest.update(chunk)
            yield chunk
