"""Reading trusted documents."""

from functools import partial

import strawberry
from sqlalchemy import select

from api.connections import Connection, connection
from api.context import Info
from api.documents.types import TrustedDocument
from api.lists import paged
from domain.documents import tables
from domain.documents.trusted import list_documents
from domain.paging import PageRequest, count_of


@strawberry.type
class DocumentQueries:
    """Root fields of the area."""

    @paged(permission="settings:read")
    async def trusted_documents(self, info: Info, page: PageRequest) -> Connection[TrustedDocument]:
        """The documents that this shop's keys may send by id, newest first."""
        db = info.context.reading
        every = select(tables.TrustedDocument.id)
        return connection(await list_documents(db, page), partial(count_of, db, every))
