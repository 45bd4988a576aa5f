"""Reading goods receipts."""

import strawberry

from api.connections import Connection
from api.lists import named, seen_listing
from api.purchasing import kinds
from api.purchasing.receipts.inputs import GoodsReceiptWhere
from api.purchasing.receipts.types import GoodsReceipt
from api.purchasing.suppliers.queries import READ
from domain.purchasing import tables
from domain.purchasing.receipts.lists import count_receipts, list_receipts, receipts_seen


@strawberry.type
class GoodsReceiptQueries:
    """Root fields of goods receipts."""

    goods_receipt: GoodsReceipt | None = named(
        tables.GoodsReceipt,
        kinds.RECEIPT,
        seen=receipts_seen,
        permission=READ,
        description="One goods receipt, by its id or external id.",
    )

    goods_receipts: Connection[GoodsReceipt] = seen_listing(
        list_receipts,
        count_receipts,
        where=GoodsReceiptWhere,
        permission=READ,
        description="Goods receipts, the newest first.",
    )
