"""What happened to an order."""

from functools import partial

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.customers.event_types import TitledEvent
from api.lists import paged
from api.orders import kinds
from api.orders.desk.types import Colleague
from api.orders.orders.queries import READ
from api.rows import one
from api.scalars import wanted_id
from domain.errors import NotFound
from domain.orders.desk.colleagues import colleagues_by_ids
from domain.orders.orders.history import count_timeline, list_timeline
from domain.orders.orders.lists import orders_seen
from domain.paging import PageRequest

TIMELINE_COST = 10


@strawberry.type
class OrderEvent(TitledEvent):
    """Something that happened to an order, its draft, hand-overs, parcels or returns."""

    author: Colleague | None = one(
        colleagues_by_ids, by="actor_id", description="Null: it was no member of staff."
    )


@strawberry.type
class OrderTimelineQueries:
    """Root fields of orders' timelines."""

    @paged(permission=READ, cost=TIMELINE_COST)
    async def order_timeline(
        self, info: Info, page: PageRequest, order_id: strawberry.ID
    ) -> Connection[OrderEvent]:
        """What happened to an order and its papers, the newest first."""
        db, id = info.context.reading, wanted_id(order_id, kinds.ORDER)
        if id not in await orders_seen(db, info.context.principal, [id]):
            raise NotFound("orderId", what="order")
        return connection(await list_timeline(db, id, page), partial(count_timeline, db, id))
