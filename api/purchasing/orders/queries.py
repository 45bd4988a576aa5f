"""Reading purchase orders."""

import strawberry

from api.connections import Connection
from api.lists import named, seen_listing
from api.purchasing import kinds
from api.purchasing.orders.inputs import PurchaseOrderWhere
from api.purchasing.orders.types import PurchaseOrder
from api.purchasing.suppliers.queries import READ
from domain.purchasing import tables
from domain.purchasing.orders.lists import count_orders, list_orders, orders_seen


@strawberry.type
class PurchaseOrderQueries:
    """Root fields of purchase orders."""

    purchase_order: PurchaseOrder | None = named(
        tables.PurchaseOrder,
        kinds.ORDER,
        seen=orders_seen,
        permission=READ,
        description="One purchase order, by its id or external id.",
    )

    purchase_orders: Connection[PurchaseOrder] = seen_listing(
        list_orders,
        count_orders,
        where=PurchaseOrderWhere,
        permission=READ,
        description="Purchase orders, the newest first; `where: {isOverdue: {eq: true}}` for the "
        "late ones.",
    )
