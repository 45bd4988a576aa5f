"""Reading orders."""

from typing import Any, cast

import strawberry

from api.connections import Connection
from api.context import Info
from api.engine.fields import root
from api.filters import read_where
from api.lists import named, seen_listing
from api.nodes import seen_kind
from api.orders import kinds
from api.orders.desk.types import OrderStatus
from api.orders.orders.inputs import OrderListOrder, OrderWhere
from api.orders.orders.types import Order
from api.orders.words import OrderState
from api.refusals import told
from api.rows import in_table, one
from domain.orders import tables
from domain.orders.orders.lists import count_by_state, count_orders, list_orders, orders_seen

READ = "orders:read"

ORDER_NODES = [seen_kind(kinds.ORDER, "Order", orders_seen, READ)]


@strawberry.type
class OrderCount:
    """How many orders are in a state and of a status."""

    state: OrderState
    status: OrderStatus | None = one(in_table(tables.OrderStatus), by="status_id")
    count: int


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
        order_by=OrderListOrder,
        permission=READ,
        description="Orders of all sources, the newest first.",
    )

    @root(permission=READ, cost=10, items=10)
    async def order_counts(self, info: Info, where: OrderWhere | None = None) -> list[OrderCount]:
        """How many of these orders are in each state and of each status; none where there are
        none."""
        context = info.context
        with told(context):
            asked = read_where(where)
            found: Any = await count_by_state(context.reading, context.principal, where=asked)
        return cast(list[OrderCount], found)
