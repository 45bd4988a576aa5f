"""Locations and stock as the merchant sees them."""

from enum import Enum

import strawberry

from api.engine.fields import computed
from api.inventory import kinds
from api.nodes import Node
from api.rows import Edited, ExternalId, external_id, in_table, one
from api.scalars import Quantity, id_field
from domain.inventory import tables


@strawberry.enum
class LocationKind(Enum):
    """What a location is."""

    WAREHOUSE = "warehouse"
    STORE = "store"
    PICKUP_POINT = "pickup_point"
    SUPPLIER = "supplier"


@strawberry.type
class Location(Node, Edited):
    """A place that holds goods."""

    id: strawberry.ID = id_field(kinds.LOCATION)
    external_id: ExternalId | None = external_id()
    code: str
    title: str
    kind: LocationKind
    is_active: bool
    is_default: bool = strawberry.field(description="Whether it is for whoever names none.")
    priority: int


@strawberry.type
class StockLevel:
    """How much of a variant is at a location."""

    location: Location = one(in_table(tables.Location), by="location_id")
    on_hand: Quantity
    reserved: Quantity = strawberry.field(description="Spoken for by carts and orders.")
    available: Quantity = computed(
        lambda row: row["on_hand"] - row["reserved"], description="What can still be promised."
    )
