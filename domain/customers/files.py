"""Files on a card: private, few, and gone with the person."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, delete, func, select

from domain.bulk import TooMany
from domain.customers.parts import lock_card
from domain.customers.tables import CustomerFile
from domain.errors import NotFound
from domain.files.stored_files import drop_file, files_by_ids, keep_until
from domain.files.tables import StoredFile
from domain.files.uploads import use_upload
from domain.inputs import line_or_none, located
from domain.references import Ref
from domain.row_sets import IDS, rows_by_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_FILES: Final = 50
LONGEST_TITLE: Final = 200

_STORED: Final = (
    StoredFile.filename,
    StoredFile.content_type,
    StoredFile.size_bytes,
    StoredFile.status,
)
_OF: Final = (
    select(CustomerFile, *_STORED)
    .join(StoredFile, StoredFile.id == CustomerFile.file_id)
    .where(CustomerFile.customer_id == any_(IDS))
    .order_by(CustomerFile.customer_id, CustomerFile.id)
)
_BY_IDS: Final = (
    select(CustomerFile, *_STORED)
    .join(StoredFile, StoredFile.id == CustomerFile.file_id)
    .where(CustomerFile.id == any_(IDS))
)
_COUNT: Final = select(func.count()).where(CustomerFile.customer_id == bindparam("customer"))
_KEPT: Final = select(CustomerFile.file_id).where(CustomerFile.customer_id == any_(IDS))


async def add_file(
    uow: UnitOfWork, customer: Ref, *, upload_id: UUID, title: str | None = None
) -> UUID:
    """Put an upload on a card, for good; the id of the card's file. Its title is the file's name
    where none is given. Raises NotFound ("customer", "uploadId"), NotAllowed, Invalid, TooMany.
    """
    card = await lock_card(uow, customer, "customer")
    if await uow.value(_COUNT, customer=card["id"]) >= MOST_FILES:
        raise TooMany(most=MOST_FILES)
    with located("title"):
        called = line_or_none(LONGEST_TITLE)(title)
    upload = await use_upload(uow, upload_id, "uploadId", purpose="customer_file")
    if upload["expires_at"] is None:
        raise NotFound("uploadId", what="upload")  # it is on a card already
    await keep_until(uow, upload_id, None)
    added = await uow.add(
        CustomerFile,
        customer_id=card["id"],
        file_id=upload_id,
        title=called or upload["filename"],
        created_at=uow.now,
    )
    uow.record("customer.file_added", card["id"], customer_file_id=str(added))
    return added


async def remove_file(uow: UnitOfWork, id: UUID) -> UUID:
    """Take a file off its card, and have it destroyed; the card's id.

    Raises NotFound, NotAllowed.
    """
    row = (await rows_by_id(uow, CustomerFile, [id])).get(id)
    if row is None:
        raise NotFound("id", what="customer_file")
    await lock_card(uow, row["customer_id"], "id")
    if not await uow.execute(delete(CustomerFile).where(CustomerFile.id == id)):
        raise NotFound("id", what="customer_file")  # it went while we waited
    await drop_file(uow, row["file_id"])
    customer_id: UUID = row["customer_id"]
    uow.record("customer.file_removed", customer_id, customer_file_id=str(id))
    return customer_id


async def drop_files_of(uow: UnitOfWork, customer_ids: Sequence[UUID]) -> None:
    """Have all files of these cards destroyed; whoever calls deletes their rows."""
    for row in await uow.rows(_KEPT, ids=list(customer_ids)):  # at most 50 of a card
        await drop_file(uow, row["file_id"])


async def files_of(db: Asking, customer_ids: Sequence[UUID]) -> list[Row]:
    """The files of many cards in the order in which they came, with what the store knows."""
    return await db.rows(_OF, ids=list(customer_ids))


async def customer_files_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The same by their own ids."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


async def uploads_for_cards(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Uploads that are meant for cards, by id."""
    found = await files_by_ids(db, ids)
    return {id: row for id, row in found.items() if row["purpose"] == "customer_file"}
