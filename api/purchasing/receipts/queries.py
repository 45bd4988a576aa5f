"""Reading goods receipts."""

from functools import partial

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import root
from api.filters import read_where
from api.lists import found, paged
from api.purchasing import kinds
from api.purchasing.receipts.inputs import GoodsReceiptWhere
from api.purchasing.receipts.types import GoodsReceipt
from api.purchasing.suppliers.queries import READ
from api.references import ExternalIdInput, only_one
from domain.paging import PageRequest
from domain.purchasing import tables
from domain.purchasing.receipts.lists import count_receipts, list_receipts, receipts_seen


@strawberry.type
class GoodsReceiptQueries:
    """Root fields of goods receipts."""

    @root(permission=READ)
    async def goods_receipt(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> GoodsReceipt | None:
        """One goods receipt, by its id or external id."""
        only_one(id=id, externalId=external_id)
        db, principal = info.context.reading, info.context.principal
        row = await found(db, tables.GoodsReceipt, kinds.RECEIPT, id=id, external_id=external_id)
        seen = await receipts_seen(db, principal, [row["id"]] if row else [])
        return next(iter(seen.values()), None)  # type: ignore[return-value]

    @paged(permission=READ)
    async def goods_receipts(
        self, info: Info, page: PageRequest, where: GoodsReceiptWhere | None = None
    ) -> Connection[GoodsReceipt]:
        """Goods receipts, the newest first."""
        db, principal, asked = info.context.reading, info.context.principal, read_where(where)
        page_found = await list_receipts(db, principal, page, where=asked)
        return connection(page_found, partial(count_receipts, db, principal, where=asked))
