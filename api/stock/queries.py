"""Reading locations, the ledger, holds."""

from datetime import UTC, datetime
from functools import partial
from typing import cast

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import root
from api.filters import ANY, DateTimeFilter, IdFilter, TextFilter, filtered, read_where
from api.lists import by_id, listing, named, paged, seen_listing
from api.rows import in_table
from api.scalars import BadInput, DateTime
from api.stock import kinds
from api.stock.holds.types import StockHold
from api.stock.ledger_types import (
    Lot,
    StockBalance,
    StockDifference,
    StockMovementKind,
)
from api.stock.markdowns.types import ExpiringLot
from api.stock.movement_types import StockMovement
from api.stock.types import Location
from domain.catalog.filters import Filter
from domain.catalog.queries import ListOf
from domain.paging import PageRequest
from domain.stock import tables
from domain.stock.balances import count_balances, count_movements, list_balances, list_movements
from domain.stock.integrity import find_differences
from domain.stock.lots import count_expiring, list_expiring

READ = "inventory:read"
CHECK_COST = 200
MOST_DAYS = 3_650
LOCATIONS = ListOf(tables.Location, {}, {"priority": tables.Location.priority})
HOLDS = ListOf(
    tables.StockHold,
    {"owner": Filter(tables.StockHold.owner), "state": Filter(tables.StockHold.state)},
    {},
)


@strawberry.input
class StockMovementKindFilter:
    """Kinds of movements."""

    eq: StockMovementKind | None = UNSET
    in_: list[StockMovementKind] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class StockMovementWhere:
    """Which movements are wanted; fields side by side must all hold."""

    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    location_id: IdFilter | None = filtered(kinds.LOCATION)
    lot_id: IdFilter | None = filtered(kinds.LOT)
    document_id: IdFilter | None = filtered(ANY)
    kind: StockMovementKindFilter | None = UNSET
    at: DateTimeFilter | None = UNSET


@strawberry.input
class StockBalanceWhere:
    """Which balances are wanted; fields side by side must all hold."""

    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    location_id: IdFilter | None = filtered(kinds.LOCATION)


@strawberry.input
class StockHoldWhere:
    """Which holds are wanted."""

    owner: TextFilter | None = UNSET


@strawberry.type
class StockQueries:
    """Root fields of the area."""

    location: Location | None = named(
        tables.Location,
        kinds.LOCATION,
        permission=READ,
        description="One location, by its id or external id.",
    )

    locations: Connection[Location] = listing(
        LOCATIONS,
        usual=[("priority", True)],
        permission=READ,
        description="All locations, the highest priority first.",
    )

    lot: Lot | None = by_id(
        in_table(tables.Lot), kinds.LOT, permission=READ, description="One lot."
    )

    stock_hold: StockHold | None = by_id(
        in_table(tables.StockHold), kinds.HOLD, permission=READ, description="One hold."
    )

    stock_holds: Connection[StockHold] = listing(
        HOLDS, where=StockHoldWhere, permission=READ, description="All holds, the newest first."
    )

    stock_movements: Connection[StockMovement] = seen_listing(
        list_movements,
        count_movements,
        where=StockMovementWhere,
        permission=READ,
        description="What came and went, the newest first, at the locations that the caller may "
        "see.",
    )

    @paged(permission=READ)
    async def stock_balances(
        self,
        info: Info,
        page: PageRequest,
        as_of: DateTime | None = None,
        where: StockBalanceWhere | None = None,
    ) -> Connection[StockBalance]:
        """What was on hand at an instant (now, where none is given), and what it had cost."""
        db, principal, asked = info.context.reading, info.context.principal, read_where(where)
        instant = as_of or datetime.now(UTC)
        found = await list_balances(db, principal, page, instant=instant, where=asked)
        return connection(found, partial(count_balances, db, principal, where=asked))

    @paged(permission=READ)
    async def expiring_lots(
        self, info: Info, page: PageRequest, within_days: int = 30
    ) -> Connection[ExpiringLot]:
        """What expires within so many days, or has already, by location; the soonest first."""
        if not 0 <= within_days <= MOST_DAYS:
            raise BadInput(f"withinDays must be from 0 to {MOST_DAYS}.", argument="withinDays")
        db, principal = info.context.reading, info.context.principal
        now = datetime.now(UTC)
        found = await list_expiring(db, principal, page, days=within_days, now=now)
        count = partial(count_expiring, db, principal, days=within_days, now=now)
        return connection(found, count)

    @root(permission=READ, cost=CHECK_COST)
    async def stock_integrity(self, info: Info) -> list[StockDifference]:
        """Each number that is not what the ledger adds up to; an empty list is as it should be.

        At most 1,000 of each check.
        """
        return cast("list[StockDifference]", await find_differences(info.context.reading))
