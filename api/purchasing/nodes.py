"""Which things of purchasing `node(id:)` finds for the merchant."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from api.context import RequestContext
from api.nodes import NodeKind, seen_kind
from api.purchasing import kinds
from api.purchasing.suppliers.queries import READ
from api.rows import ById, in_table
from domain.purchasing import tables
from domain.purchasing.offers import offers_by_ids
from domain.purchasing.orders.lists import orders_seen
from domain.purchasing.receipts.lists import receipts_seen
from domain.purchasing.returns.lists import returns_seen
from tenants.scope import Row


def _node(prefix: str, name: str, rows: ById) -> NodeKind:
    async def load(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
        return await rows(context.reading, ids)

    return NodeKind(prefix, name, load, READ)


NODES: Final = [
    _node(kinds.SUPPLIER, "Supplier", in_table(tables.Supplier)),
    _node(kinds.OFFER, "SupplierOffer", offers_by_ids),
    seen_kind(kinds.ORDER, "PurchaseOrder", orders_seen, READ),
    seen_kind(kinds.RECEIPT, "GoodsReceipt", receipts_seen, READ),
    seen_kind(kinds.RETURN, "SupplierReturn", returns_seen, READ),
]
