"""Reading orders."""

import strawberry

from api.connections import Connection
from api.lists import named, seen_listing
from api.nodes import seen_kind
from api.orders import kinds
from api.orders.orders.inputs import OrderWhere
from api.orders.orders.types import Order
from domain.orders import tables
from domain.orders.orders.lists import count_orders, list_orders, orders_seen

READ = "orders:read"

ORDER_NODES = [seen_kind(kinds.ORDER, "Order", orders_seen, READ)]


@strawberry.type
class OrderQueries:
    """Root fields of orders."""

    order: Order | None = named(
        tables.Order,
        kinds.ORDER,
        seen=orders_seen,
        permission=READ,
        description="One order, by its id or external id.",
    )

    orders: Connection[Order] = seen_listing(
        list_orders,
        count_orders,
        where=OrderWhere,
        permission=READ,
        description="Orders of all sources, the newest first.",
    )
