"""Reading trusted documents."""

from functools import partial
from typing import Any

import strawberry
from sqlalchemy import select

from api.connections import Connection, connection
from api.context import Info
from api.documents.types import TrustedDocument
from api.engine.fields import root
from domain.documents import tables
from domain.documents.trusted import list_documents
from domain.paging import PageRequest, count_of


@strawberry.type
class DocumentQueries:
    """Root fields of the area."""

    @root(permission="settings:read", page_size=("first", "last"))
    async def trusted_documents(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[TrustedDocument]:
        """The documents that this shop's keys may send by id, newest first."""
        db = info.context.reading
        page = await list_documents(db, PageRequest(first, after, last, before))
        counted: Any = connection(page, partial(count_of, db, select(tables.TrustedDocument.id)))
        return counted  # type: ignore[no-any-return]
