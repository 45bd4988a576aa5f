"""Reading locations."""

import strawberry

from api.connections import Connection
from api.context import Info
from api.engine.fields import root
from api.inventory import kinds
from api.inventory.types import Location
from api.lists import found, listed
from api.references import ExternalIdInput
from domain.catalog.queries import ListOf
from domain.inventory import tables

LOCATIONS = ListOf(tables.Location, {}, {"priority": tables.Location.priority})


@strawberry.type
class InventoryQueries:
    """Root fields of the area."""

    @root(permission="inventory:read")
    async def location(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Location | None:
        """One location, by its id or external id."""
        return await found(  # type: ignore[no-any-return]
            info, tables.Location, kinds.LOCATION, id=id, external_id=external_id
        )

    @root(permission="inventory:read", page_size=("first", "last"))
    async def locations(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Location]:
        """All locations, the highest priority first."""
        return await listed(  # type: ignore[no-any-return]
            info,
            LOCATIONS,
            first=first,
            after=after,
            last=last,
            before=before,
            usual=[("priority", True)],
        )
