"""LocalFiles: a FileStore in a folder of this machine, a sub-folder for each tenant."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from domain.files.ports import NoSuchFile, check_name

CHUNK_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """Files below `root`, which only this process's user can read."""

    root: Path

    async def save(self, tenant_id: UUID, name: str, chunks: AsyncIterator[bytes]) -> int:
        """Write beside, then move in place: nobody ever sees half a file."""
        path = self._path(tenant_id, name)
        await asyncio.to_thread(self._make_folders, path.parent)
        handle, unfinished = await asyncio.to_thread(
            tempfile.mkstemp, dir=path.parent, prefix=".unfinished-"
        )
        size = 0
        try:
            with os.fdopen(handle, "wb") as file:
                async for chunk in chunks:
                    await asyncio.to_thread(file.write, chunk)
                    size += len(chunk)
                await asyncio.to_thread(_settle, file)
            await asyncio.to_thread(os.replace, unfinished, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(unfinished)
            raise
        return size

    async def read(self, tenant_id: UUID, name: str) -> AsyncGenerator[bytes]:
        """The file in chunks of 256 KiB. Raises NoSuchFile."""
        try:
            file = await asyncio.to_thread(self._path(tenant_id, name).open, "rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NoSuchFile(name) from None
        with file:
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield chunk

    async def size(self, tenant_id: UUID, name: str) -> int:
        """The file's length in bytes. Raises NoSuchFile."""
        path = self._path(tenant_id, name)
        if not await asyncio.to_thread(path.is_file):
            raise NoSuchFile(name)
        return (await asyncio.to_thread(path.stat)).st_size

    async def remove(self, tenant_id: UUID, name: str) -> None:
        """Remove a file, if it is there."""
        await asyncio.to_thread(self._path(tenant_id, name).unlink, missing_ok=True)

    async def remove_all(self, tenant_id: UUID) -> None:
        """Remove a tenant's whole folder."""
        # What cannot be removed is an error: somebody relies on its being gone.
        with suppress(FileNotFoundError):
            await asyncio.to_thread(shutil.rmtree, self.root / str(tenant_id))

    def _make_folders(self, folder: Path) -> None:
        """Each for this user alone; `parents=True` would leave those above open."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        inner = self.root
        for part in folder.relative_to(self.root).parts:
            inner = inner / part
            inner.mkdir(mode=0o700, exist_ok=True)

    def _path(self, tenant_id: UUID, name: str) -> Path:
        return self.root / str(tenant_id) / check_name(name)


def _settle(file: BinaryIO) -> None:
    """Bring the bytes to the disk before the name points at them."""
    file.flush()
    os.fsync(file.fileno())
