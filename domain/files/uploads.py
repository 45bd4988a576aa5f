"""Uploads: a promise of a file, a signed link for it, its bytes, and what may use it then.

What was promised (length, kind, digest) is checked while the bytes pass. An upload is there to be
used within KEPT; what uses it later than that keeps a copy of its own.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import select, update

from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.files.ports import FileStore
from domain.files.stored_files import (
    announce_file,
    files_by_ids,
    keep_until,
    locked_file,
    settle_file,
)
from domain.files.tables import StoredFile
from domain.inputs import text
from tenants.ids import encode_id, new_id
from tenants.scope import Asking, Row, TenantScope, UnitOfWork

UploadPurpose = Literal["picture", "price_list", "sheet", "customer_file"]
Refusal = Literal["gone", "busy", "type", "length", "too_long", "digest", "content"]

LINK_GOOD_FOR: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=7)
LONGEST_FILENAME: Final = 200
_HEAD: Final = 12

_SEND_AGAIN: Final = (
    update(StoredFile).where(StoredFile.status == "receiving").values(status="awaited")
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What may be uploaded for one purpose."""

    most_bytes: int
    content_types: frozenset[str]


KINDS: Final[dict[UploadPurpose, Kind]] = {
    "picture": Kind(
        20 * 1024 * 1024, frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
    ),
    "price_list": Kind(
        500 * 1024 * 1024,
        frozenset(
            {
                "application/xml",
                "text/xml",
                "application/yaml",  # what browsers take a .yml price list for
                "application/x-yaml",
                "text/yaml",
                "application/octet-stream",
            }
        ),
    ),
    "sheet": Kind(
        50 * 1024 * 1024,
        frozenset(
            {
                "text/csv",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.ms-excel",  # what browsers on Windows take a .csv for
                "application/octet-stream",
            }
        ),
    ),
    "customer_file": Kind(
        20 * 1024 * 1024,
        frozenset(
            {
                "application/pdf",
                "image/jpeg",
                "image/png",
                "image/webp",
                "text/plain",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            }
        ),
    ),
}


PRIVATE: Final = frozenset({"customer_file"})
"""Purposes whose uploads only they see who have to do with them."""


class UploadRefused(Exception):
    """The bytes are not those that were promised, or nobody waits for them (any more)."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file on its way in: what its sender says of it, and its bytes. No length: not said."""

    content_type: str
    length: int | None
    chunks: AsyncIterator[bytes]


async def create_upload(
    uow: UnitOfWork,
    *,
    purpose: UploadPurpose,
    filename: str,
    content_type: str,
    bytes: int,
    sha256: bytes | None = None,
) -> UUID:
    """Wait for a file of exactly `bytes` bytes for LINK_GOOD_FOR; its id.

    Raises Invalid, LimitReached.
    """
    kind = KINDS[purpose]
    if not 1 <= bytes <= kind.most_bytes:
        raise Invalid(
            "bytes",
            en=f"must be from 1 to {kind.most_bytes} for this purpose",
            ru=f"для этого назначения — от 1 до {kind.most_bytes}",
        )
    content_type = content_type.strip().lower()
    if content_type not in kind.content_types:
        listed = ", ".join(sorted(kind.content_types))
        raise Invalid("contentType", en=f"must be one of: {listed}", ru=f"одно из: {listed}")
    upload_id = new_id()
    await announce_file(
        uow,
        upload_id,
        purpose=purpose,
        name=f"uploads/{encode_id('upl', upload_id)}",
        filename=_filename(filename),
        content_type=content_type,
        bytes=bytes,
        status="awaited",
        sha256=sha256,
    )
    uow.record("upload.created", upload_id, purpose=purpose)
    return upload_id


def link_ends_at(upload: Row) -> datetime:
    """When the link that an upload's bytes are sent by is over."""
    created_at: datetime = upload["created_at"]
    return created_at + LINK_GOOD_FOR


async def uploads_by_ids(asking: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Uploads that somebody may still send or use, by id; not the private ones."""
    found = await files_by_ids(asking, ids)
    seen = KINDS.keys() - PRIVATE
    return {file_id: row for file_id, row in found.items() if row["purpose"] in seen}


async def receive(
    scope: TenantScope, store: FileStore, upload_id: UUID, arriving: Arriving
) -> None:
    """Store the bytes of an upload. Raises UploadRefused; then it may be tried again.

    One sender at a time: a second one is told `busy`. What `arriving.chunks` raises goes through.
    """
    async with scope.writing("upload.receive") as uow:
        upload = await _begin(uow, upload_id, arriving)
    digest = hashlib.sha256()
    try:
        await store.save(scope.tenant_id, upload["name"], _checked(upload, arriving, digest))
        if upload["sha256"] not in (None, digest.digest()):
            raise UploadRefused("digest")
    except BaseException:
        await asyncio.shield(_wait_again(scope, upload_id))
        raise
    async with scope.writing("upload.receive") as uow:
        if await settle_file(uow, upload_id, sha256=digest.digest(), expires_at=uow.now + KEPT):
            uow.record("upload.stored", upload_id, purpose=upload["purpose"])
            return
    await store.remove(scope.tenant_id, upload["name"])
    raise UploadRefused("gone")


async def use_upload(
    uow: UnitOfWork, upload_id: UUID, *path: str | int, purpose: UploadPurpose
) -> Row:
    """The row of a stored upload, kept for KEPT from now. Raises NotFound, NotAllowed at `path`."""
    row = await locked_file(uow, upload_id)
    if row is None or row["purpose"] != purpose or row["status"] == "removing":
        raise NotFound(*path, what="upload")
    if row["status"] != "stored":
        raise NotAllowed(
            *path,
            en="nothing was sent by this upload's link yet",
            ru="по ссылке этой загрузки ещё ничего не отправлено",
        )
    await keep_until(uow, upload_id, uow.now + KEPT)
    return row


async def _begin(uow: UnitOfWork, upload_id: UUID, arriving: Arriving) -> Row:
    """Hold the place of the one who sends."""
    row = await uow.row(select(StoredFile).where(StoredFile.id == upload_id).with_for_update())
    if row is None or row["status"] in ("stored", "removing") or row["purpose"] not in KINDS:
        raise UploadRefused("gone")
    if row["status"] == "receiving":
        raise UploadRefused("busy")
    if arriving.content_type.partition(";")[0].strip().lower() != row["content_type"]:
        raise UploadRefused("type")
    if arriving.length not in (None, row["size_bytes"]):
        raise UploadRefused("too_long" if (arriving.length or 0) > row["size_bytes"] else "length")
    await uow.execute(
        update(StoredFile).where(StoredFile.id == upload_id).values(status="receiving")
    )
    return row


async def _checked(upload: Row, arriving: Arriving, digest: Any) -> AsyncIterator[bytes]:
    """The bytes as they pass, as many as were promised and of the kind that was promised."""
    head, size = b"", 0
    async for chunk in arriving.chunks:
        size += len(chunk)
        if size > upload["size_bytes"]:
            raise UploadRefused("too_long")
        if len(head) < _HEAD:
            head += chunk[:_HEAD]
            if len(head) >= _HEAD and not _begins_as(upload["content_type"], head):
                raise UploadRefused("content")
        digest.update(chunk)
        yield chunk
    if size != upload["size_bytes"]:
        raise UploadRefused("length")
    if not _begins_as(upload["content_type"], head):
        raise UploadRefused("content")


def _begins_as(content_type: str, head: bytes) -> bool:
    """Whether a picture or a PDF begins as such do; other kinds are looked at when used."""
    match content_type:
        case "image/jpeg":
            return head.startswith(b"\xff\xd8\xff")
        case "image/png":
            return head.startswith(b"\x89PNG\r\n\x1a\n")
        case "image/gif":
            return head.startswith((b"GIF87a", b"GIF89a"))
        case "application/pdf":
            return head.startswith(b"%PDF-")
        case "image/webp":
            return head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return True


async def _wait_again(scope: TenantScope, upload_id: UUID) -> None:
    async with scope.writing("upload.receive") as uow:
        await uow.execute(_SEND_AGAIN.where(StoredFile.id == upload_id))


def _filename(given: str) -> str:
    """The last part of what the sender calls it; folders are his own affair."""
    last = given.replace("\\", "/").rpartition("/")[2]
    try:
        return str(text(LONGEST_FILENAME)(last))
    except DomainError as error:
        raise error.at("filename") from None
