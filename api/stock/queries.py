"""Reading locations."""

import strawberry

from api.connections import Connection
from api.lists import listing, named
from api.stock import kinds
from api.stock.types import Location
from domain.catalog.queries import ListOf
from domain.stock import tables

LOCATIONS = ListOf(tables.Location, {}, {"priority": tables.Location.priority})


@strawberry.type
class StockQueries:
    """Root fields of the area."""

    location: Location | None = named(
        tables.Location,
        kinds.LOCATION,
        permission="inventory:read",
        description="One location, by its id or external id.",
    )

    locations: Connection[Location] = listing(
        LOCATIONS,
        usual=[("priority", True)],
        permission="inventory:read",
        description="All locations, the highest priority first.",
    )
