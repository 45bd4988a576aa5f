"""S3Files: a FileStore in a bucket of an S3-compatible store, a prefix for each tenant."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import obstore
from obstore.store import S3Store

from domain.files.ports import NoSuchFile, check_name

CHUNK_BYTES: Final = 256 * 1024
PART_BYTES: Final = 8 * 1024 * 1024
_PATIENCE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class S3Address:
    """A bucket and the prefix in it that is ours; `endpoint` is empty for the usual one."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str


@dataclass(frozen=True, slots=True)
class S3Files:
    """Objects named `<prefix>/<tenant>/<name>`; a large one travels in parts of 8 MiB."""

    store: S3Store

    @classmethod
    def at(cls, address: S3Address) -> "S3Files":
        """The store at an address; nothing is sent yet."""
        return cls(
            S3Store(
                address.bucket,
                prefix=address.prefix or None,
                config={
                    **({"endpoint": address.endpoint} if address.endpoint else {}),
                    "region": address.region,
                    "access_key_id": address.access_key,
                    "secret_access_key": address.secret_key,
                    "virtual_hosted_style_request": not address.endpoint,
                },
                client_options={
                    "allow_http": address.endpoint.startswith("http://"),
                    "connect_timeout": timedelta(seconds=5),
                    "timeout": _PATIENCE,
                },
                retry_config={"max_retries": 3, "retry_timeout": _PATIENCE},
            )
        )

    async def save(self, tenant_id: UUID, name: str, chunks: AsyncIterator[bytes]) -> int:
        """Send the parts, and only then let the object be seen."""
        size = 0
        async with obstore.open_writer_async(
            self.store, _path(tenant_id, name), buffer_size=PART_BYTES
        ) as file:
            async for chunk in chunks:
                await file.write(chunk)
                size += len(chunk)
        return size

    async def read(self, tenant_id: UUID, name: str) -> AsyncGenerator[bytes]:
        """The object in chunks of 256 KiB or more. Raises NoSuchFile."""
        try:
            found = await obstore.get_async(self.store, _path(tenant_id, name))
        except FileNotFoundError:
            raise NoSuchFile(name) from None
        async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(chunk)

    async def size(self, tenant_id: UUID, name: str) -> int:
        """The object's length in bytes. Raises NoSuchFile."""
        try:
            return int((await obstore.head_async(self.store, _path(tenant_id, name)))["size"])
        except FileNotFoundError:
            raise NoSuchFile(name) from None

    async def remove(self, tenant_id: UUID, name: str) -> None:
        """Remove an object, if it is there."""
        try:
            await obstore.delete_async(self.store, _path(tenant_id, name))
        except FileNotFoundError:
            return

    async def remove_all(self, tenant_id: UUID) -> None:
        """Remove every object under a tenant's prefix, a thousand at a time."""
        async for listed in obstore.list(self.store, f"{tenant_id}/", chunk_size=1_000):
            await obstore.delete_async(self.store, [item["path"] for item in listed])


def _path(tenant_id: UUID, name: str) -> str:
    return f"{tenant_id}/{check_name(name)}"
