"""Registering documents, finding them by their id, and taking them back."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from domain.documents.tables import TrustedDocument
from domain.errors import LimitReached, NotFound
from domain.paging import Page, PageRequest, Sort, page_of
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_DOCUMENTS: Final = 1_000

_COLUMNS: Final = (
    TrustedDocument.id,
    TrustedDocument.hash,
    TrustedDocument.name,
    TrustedDocument.text,
    TrustedDocument.created_at,
)
_COUNT: Final = select(func.count()).select_from(TrustedDocument)
_BY_HASH: Final = select(TrustedDocument.text).where(TrustedDocument.hash == bindparam("hash"))
_BY_IDS: Final = select(*_COLUMNS).where(
    TrustedDocument.id == any_(bindparam("ids", type_=ARRAY(Uuid())))
)


async def register_document(uow: UnitOfWork, *, name: str, text: str) -> UUID:
    """Trust `text`; its row's id. A text that is trusted already keeps its id and gets the name.

    Raises LimitReached past 1,000 documents.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    used = await uow.value(_COUNT)
    if used >= MOST_DOCUMENTS:
        raise LimitReached("documents", what="documents", limit=MOST_DOCUMENTS, used=used)
    document_id: UUID = await uow.value(
        insert(TrustedDocument)
        .values(
            tenant_id=uow.tenant_id,
            id=new_id(),
            hash=digest,
            name=name,
            text=text,
            created_at=uow.now,
        )
        .on_conflict_do_update(index_elements=["tenant_id", "hash"], set_={"name": name})
        .returning(TrustedDocument.id)
    )
    uow.record("document.registered", document_id, hash=digest, name=name)
    return document_id


async def forget_document(uow: UnitOfWork, document_id: UUID) -> None:
    """Stop trusting a document. Raises NotFound."""
    gone = await uow.execute(delete(TrustedDocument).where(TrustedDocument.id == document_id))
    if not gone:
        raise NotFound("id", what="document")
    uow.record("document.forgotten", document_id)


async def find_text(db: Asking, digest: str) -> str | None:
    """The trusted text with this sha-256 (hex)."""
    text: str | None = await db.value(_BY_HASH, hash=digest)
    return text


async def documents_by_ids(db: Asking, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
    """Rows by id."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


async def list_documents(db: Asking, request: PageRequest) -> Page:
    """A page, newest first."""
    order = (Sort("created", TrustedDocument.id, descending=True),)
    return await page_of(db, select(*_COLUMNS), order, request)
