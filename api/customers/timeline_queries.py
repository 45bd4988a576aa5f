"""What happened to a customer."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

import strawberry

from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.customers import kinds
from api.customers.card_types import CustomerComment
from api.customers.event_types import TitledEvent
from api.customers.types import CUSTOMER_READ, ORDER_READ
from api.engine.fields import batch
from api.lists import paged
from api.orders.orders.types import Order
from api.scalars import wanted_id
from domain.customers import tables
from domain.customers.timeline import count_timeline, list_timeline, order_of
from domain.orders.orders.lists import orders_seen
from domain.paging import PageRequest
from domain.row_sets import rows_by_id

TIMELINE_COST = 10


async def _orders(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    named = [order_of(parent) for parent in parents]
    ids = sorted({one for one in named if one is not None})
    found = await orders_seen(context.reading, context.principal, ids) if ids else {}
    return [found.get(one) if one else None for one in named]


async def _comments(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    named = [parent["payload"].get("customer_comment_id") for parent in parents]
    ids = sorted({UUID(one) for one in named if one})
    found = await rows_by_id(context.reading, tables.CustomerComment, ids) if ids else {}
    return [found.get(UUID(one)) if one else None for one in named]


@strawberry.type
class CustomerEvent(TitledEvent):
    """Something that happened to a customer."""

    order: Order | None = batch(
        _orders,
        reads=["type", "entity_id", "payload"],
        permission=ORDER_READ,
        description="The order that it was about.",
    )
    comment: CustomerComment | None = batch(
        _comments, reads=["payload"], description="What was written, unless it was removed."
    )


@strawberry.type
class TimelineQueries:
    """Root fields of timelines."""

    @paged(permission=CUSTOMER_READ, cost=TIMELINE_COST)
    async def customer_timeline(
        self, info: Info, page: PageRequest, customer_id: strawberry.ID
    ) -> Connection[CustomerEvent]:
        """What happened to a customer, the newest first: to his card, his consents and points, and,
        for who may see orders, to those and their papers."""
        context, id = info.context, wanted_id(customer_id, kinds.CUSTOMER)
        found = await list_timeline(context.reading, context.principal, id, page)
        return connection(found, partial(count_timeline, context.reading, context.principal, id))
