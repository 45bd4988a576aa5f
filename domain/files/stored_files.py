"""The rows of files: written before the bytes, settled after them, removed on their day.

A file whose making was cut short stays `receiving` until its day, and is then removed like any
other. Removal is a dated job; a file that was given a later day meanwhile is left to a later job.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import DateTime, any_, bindparam, delete, select, update

from domain.courses import Course
from domain.files.ports import FileStore, check_name
from domain.files.tables import StoredFile
from domain.merchants import plans
from domain.row_sets import IDS
from tenants.jobs import enqueue
from tenants.scope import Asking, Row, UnitOfWork

Purpose: TypeAlias = Literal[
    "picture", "price_list", "sheet", "customer_file", "original", "export"
]

REMOVE: Final = "files.remove"
"""The kind of job that removes a file on its day."""
UNFINISHED_KEPT: Final = timedelta(hours=2)
UNCOUNTED: Final = frozenset({"export"})
"""What a merchant gets of his own data does not count against his plan."""

_DUE: Final = bindparam("due", type_=DateTime(timezone=True))
_BY_IDS: Final = select(StoredFile).where(StoredFile.id == any_(IDS))
_CLAIM: Final = (
    update(StoredFile)
    .where(StoredFile.id == any_(IDS), StoredFile.expires_at <= _DUE)
    .values(status="removing")
    .returning(StoredFile.name, StoredFile.companions)
)
_DELETE: Final = (
    delete(StoredFile)
    .where(StoredFile.id == any_(IDS), StoredFile.status == "removing")
    .returning(StoredFile.purpose, StoredFile.size_bytes)
)


async def announce_file(
    uow: UnitOfWork,
    file_id: UUID,
    *,
    purpose: Purpose,
    name: str,
    filename: str,
    content_type: str,
    bytes: int,
    status: Literal["awaited", "receiving"] = "receiving",
    companions: Sequence[str] = (),
    facts: dict[str, Any] | None = None,
    sha256: bytes | None = None,
) -> None:
    """Say that a file will be stored under `name`, taking up `bytes` with its companions.

    Unless it is settled it is removed after UNFINISHED_KEPT. Raises LimitReached.
    """
    if purpose not in UNCOUNTED and bytes:
        await plans.take(uow, "storage_bytes", bytes)
    await uow.add(
        StoredFile,
        id=file_id,
        purpose=purpose,
        status=status,
        name=check_name(name),
        companions=list(companions),
        filename=filename,
        content_type=content_type,
        size_bytes=bytes,
        sha256=sha256,
        facts=facts or {},
        created_at=uow.now,
        expires_at=uow.now + UNFINISHED_KEPT,
    )
    await _remove_at(uow, file_id, uow.now + UNFINISHED_KEPT)


async def settle_file(
    uow: UnitOfWork,
    file_id: UUID,
    *,
    sha256: bytes,
    expires_at: datetime | None,
    bytes: int | None = None,
) -> bool:
    """Say that a file is stored, until `expires_at` or for good; False when it is gone already.

    `bytes` is for an uncounted file, whose size was not known before.
    """
    settled = await uow.execute(
        update(StoredFile)
        .where(StoredFile.id == file_id, StoredFile.status == "receiving")
        .values(
            status="stored",
            sha256=sha256,
            expires_at=expires_at,
            **({} if bytes is None else {"size_bytes": bytes}),
        )
    )
    if settled and expires_at is not None:
        await _remove_at(uow, file_id, expires_at)
    return bool(settled)


async def keep_until(uow: UnitOfWork, file_id: UUID, expires_at: datetime | None) -> None:
    """Give a file another day to be removed on, or none. The caller holds its row."""
    await uow.execute(
        update(StoredFile).where(StoredFile.id == file_id).values(expires_at=expires_at)
    )
    if expires_at is not None:
        await _remove_at(uow, file_id, expires_at)


async def drop_file(uow: UnitOfWork, file_id: UUID) -> None:
    """Have a file removed once this unit has committed."""
    await keep_until(uow, file_id, uow.now)


async def files_by_ids(asking: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Rows of files that are not being removed, by id."""
    rows = await asking.rows(_BY_IDS, ids=list(ids))
    return {row["id"]: row for row in rows if row["status"] != "removing"}


async def locked_file(uow: UnitOfWork, file_id: UUID) -> Row | None:
    """The row of a file, held to the end of the unit."""
    return await uow.row(select(StoredFile).where(StoredFile.id == file_id).with_for_update())


async def remove_file(course: Course, store: FileStore, *, file_id: str, due: str) -> None:
    """Remove a file whose day was `due` (an ISO instant) at the latest, bytes first.

    The day that the job was made for is compared, not a clock: clocks differ.
    """
    asked: dict[str, Any] = {"ids": [UUID(file_id)], "due": datetime.fromisoformat(due)}
    async with course.writing(REMOVE) as uow:
        claimed = await uow.row(_CLAIM, **asked)
    if claimed is None:
        return
    for name in (*claimed["companions"], claimed["name"]):
        await store.remove(course.scope.tenant_id, name)
    async with course.writing(REMOVE) as uow:
        gone = await uow.row(_DELETE, ids=asked["ids"])
        if gone and gone["purpose"] not in UNCOUNTED and gone["size_bytes"]:
            await plans.release(uow, "storage_bytes", gone["size_bytes"])


async def _remove_at(uow: UnitOfWork, file_id: UUID, due: datetime) -> None:
    # The day is part of the key: the job of an earlier day may be running just now.
    text = due.isoformat()
    await enqueue(uow, REMOVE, key=f"{file_id}:{text}", run_at=due, file_id=str(file_id), due=text)
