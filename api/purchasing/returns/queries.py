"""Reading returns to suppliers."""

from functools import partial

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import root
from api.filters import read_where
from api.lists import found, paged
from api.purchasing import kinds
from api.purchasing.returns.inputs import SupplierReturnWhere
from api.purchasing.returns.types import SupplierReturn
from api.purchasing.suppliers.queries import READ
from api.references import ExternalIdInput, only_one
from domain.paging import PageRequest
from domain.purchasing import tables
from domain.purchasing.returns.lists import count_returns, list_returns, returns_seen


@strawberry.type
class SupplierReturnQueries:
    """Root fields of returns to suppliers."""

    @root(permission=READ)
    async def supplier_return(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> SupplierReturn | None:
        """One return to a supplier, by its id or external id."""
        only_one(id=id, externalId=external_id)
        db, principal = info.context.reading, info.context.principal
        row = await found(db, tables.SupplierReturn, kinds.RETURN, id=id, external_id=external_id)
        seen = await returns_seen(db, principal, [row["id"]] if row else [])
        return next(iter(seen.values()), None)  # type: ignore[return-value]

    @paged(permission=READ)
    async def supplier_returns(
        self, info: Info, page: PageRequest, where: SupplierReturnWhere | None = None
    ) -> Connection[SupplierReturn]:
        """Returns to suppliers, the newest first."""
        db, principal, asked = info.context.reading, info.context.principal, read_where(where)
        rows = await list_returns(db, principal, page, where=asked)
        return connection(rows, partial(count_returns, db, principal, where=asked))
