"""Reading statuses and colleagues."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import strawberry

from api.connections import Connection
from api.context import Info, RequestContext
from api.engine.fields import root
from api.lists import listing
from api.nodes import NodeKind
from api.orders import kinds
from api.orders.desk.inputs import OrderStatusWhere
from api.orders.desk.types import Colleague, OrderStatus
from api.orders.orders.queries import READ
from domain.orders import tables
from domain.orders.desk.colleagues import colleagues
from domain.orders.desk.statuses import STATUSES
from domain.row_sets import rows_by_id
from tenants.scope import Row


async def _load(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
    return await rows_by_id(context.reading, tables.OrderStatus, ids)


DESK_NODES = [NodeKind(kinds.STATUS, "OrderStatus", _load, READ)]


@strawberry.type
class OrderDeskQueries:
    """Root fields of the desk."""

    order_statuses: Connection[OrderStatus] = listing(
        STATUSES,
        where=OrderStatusWhere,
        usual=(("position", False),),
        permission=READ,
        description="Statuses of the shop's own, in the merchant's order.",
    )

    @root(permission=READ, items=20)
    async def colleagues(self, info: Info) -> list[Colleague]:
        """Who may see to an order or be mentioned: all active staff, by name."""
        found: Any = await colleagues(info.context.reading)
        return cast(list[Colleague], found)
