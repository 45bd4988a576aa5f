"""Reading carriers and shipments."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import strawberry

from api.connections import Connection
from api.context import RequestContext
from api.lists import listing, seen_listing
from api.nodes import NodeKind, seen_kind
from api.orders import kinds
from api.orders.delivery.queries import READ as SETTINGS_READ
from api.orders.orders.queries import READ
from api.orders.shipments.inputs import CarrierWhere, ShipmentWhere
from api.orders.shipments.types import Carrier, Shipment
from domain.orders import tables
from domain.orders.shipments.carriers import CARRIERS
from domain.orders.shipments.lists import count_shipments, list_shipments, shipments_seen
from domain.row_sets import rows_by_id
from tenants.scope import Row


async def _carriers(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Row]:
    return await rows_by_id(context.reading, tables.Carrier, ids)


SHIPMENT_NODES = [
    NodeKind(kinds.CARRIER, "Carrier", _carriers, SETTINGS_READ),
    seen_kind(kinds.SHIPMENT, "Shipment", shipments_seen, READ),
]


@strawberry.type
class ShipmentQueries:
    """Root fields of carriers and shipments."""

    carriers: Connection[Carrier] = listing(
        CARRIERS,
        where=CarrierWhere,
        usual=(("title", False),),
        permission=SETTINGS_READ,
        description="Carriers by their titles.",
    )
    shipments: Connection[Shipment] = seen_listing(
        list_shipments,
        count_shipments,
        where=ShipmentWhere,
        permission=READ,
        description="Shipments of all orders, the newest first; those that FAILED wait for staff.",
    )
