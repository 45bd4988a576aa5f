"""FileStore: where files are kept, one folder of names for each tenant."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final, Protocol
from uuid import UUID

_PART: Final = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
_NAME: Final = re.compile(rf"{_PART}(?:/{_PART}){{0,7}}")


class NoSuchFile(Exception):
    """The tenant has no file of this name, or has it no more."""


class FileStore(Protocol):
    """Keeps bytes under a tenant and a name (`check_name`)."""

    async def save(self, tenant_id: UUID, name: str, chunks: AsyncIterator[bytes]) -> int:
        """Write a file as a whole, in place of an older one; its size in bytes.

        When `chunks` raises, nothing of it is kept.
        """
        ...

    def read(self, tenant_id: UUID, name: str) -> AsyncGenerator[bytes]:
        """The file in chunks; who stops early closes it. Raises NoSuchFile."""
        ...

    async def size(self, tenant_id: UUID, name: str) -> int:
        """The file's length in bytes. Raises NoSuchFile."""
        ...

    async def remove(self, tenant_id: UUID, name: str) -> None:
        """Remove a file, if it is there."""
        ...

    async def remove_all(self, tenant_id: UUID) -> None:
        """Remove every file of a tenant."""
        ...


def check_name(name: str) -> str:
    """The name, if it stays inside its tenant's folder. Raises ValueError."""
    if not _NAME.fullmatch(name) or ".." in name:
        raise ValueError(f"{name!r} is not the name of a file.")
    return name
