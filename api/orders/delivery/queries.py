"""Reading ways of delivery."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import strawberry

from api.connections import Connection
from api.context import RequestContext
from api.lists import listing
from api.nodes import NodeKind
from api.orders import kinds
from api.orders.delivery.inputs import DeliveryMethodWhere
from api.orders.delivery.types import DeliveryMethod
from domain.orders import tables
from domain.orders.delivery.methods import METHODS
from domain.row_sets import rows_by_id
from tenants.scope import Row

READ = "settings:read"


async def _load(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
    return await rows_by_id(context.reading, tables.DeliveryMethod, ids)


DELIVERY_NODES = [NodeKind(kinds.DELIVERY_METHOD, "DeliveryMethod", _load, READ)]


@strawberry.type
class DeliveryQueries:
    """Root fields of ways of delivery."""

    delivery_methods: Connection[DeliveryMethod] = listing(
        METHODS,
        where=DeliveryMethodWhere,
        usual=(("position", False),),
        permission=READ,
        description="Ways of delivery, in the merchant's order.",
    )
