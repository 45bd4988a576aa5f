"""Reading returns."""

import strawberry

from api.connections import Connection
from api.lists import seen_listing
from api.nodes import seen_kind
from api.orders import kinds
from api.orders.orders.queries import READ
from api.orders.returns.inputs import OrderReturnWhere
from api.orders.returns.types import OrderReturn
from domain.orders.returns.lists import count_returns, list_returns, returns_seen

RETURN_NODES = [seen_kind(kinds.RETURN, "OrderReturn", returns_seen, READ)]


@strawberry.type
class OrderReturnQueries:
    """Root fields of returns."""

    order_returns: Connection[OrderReturn] = seen_listing(
        list_returns,
        count_returns,
        where=OrderReturnWhere,
        permission=READ,
        description="Returns of all orders, the newest first.",
    )
