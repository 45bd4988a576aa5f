"""Reading purchase orders."""

from functools import partial

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import root
from api.filters import read_where
from api.lists import found, paged
from api.purchasing import kinds
from api.purchasing.orders.inputs import PurchaseOrderWhere
from api.purchasing.orders.types import PurchaseOrder
from api.purchasing.suppliers.queries import READ
from api.references import ExternalIdInput, only_one
from domain.paging import PageRequest
from domain.purchasing import tables
from domain.purchasing.orders.lists import count_orders, list_orders, orders_seen


@strawberry.type
class PurchaseOrderQueries:
    """Root fields of purchase orders."""

    @root(permission=READ)
    async def purchase_order(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> PurchaseOrder | None:
        """One purchase order, by its id or external id."""
        only_one(id=id, externalId=external_id)
        db, principal = info.context.reading, info.context.principal
        row = await found(db, tables.PurchaseOrder, kinds.ORDER, id=id, external_id=external_id)
        seen = await orders_seen(db, principal, [row["id"]] if row else [])
        return next(iter(seen.values()), None)  # type: ignore[return-value]

    @paged(permission=READ)
    async def purchase_orders(
        self, info: Info, page: PageRequest, where: PurchaseOrderWhere | None = None
    ) -> Connection[PurchaseOrder]:
        """Purchase orders, the newest first; `where: {isOverdue: {eq: true}}` for the late ones."""
        db, principal, asked = info.context.reading, info.context.principal, read_where(where)
        page_found = await list_orders(db, principal, page, where=asked)
        return connection(page_found, partial(count_orders, db, principal, where=asked))
