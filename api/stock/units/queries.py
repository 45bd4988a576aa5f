"""Looking for goods that are known one by one."""

from typing import cast

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.connections import Connection
from api.context import Info
from api.engine.fields import root
from api.filters import IdFilter, TextFilter, filtered
from api.inputs import ScannedCodeInput
from api.lists import seen_listing
from api.stock import kinds
from api.stock.units.types import StockUnit, StockUnitState
from domain.stock.units.lists import count_units, find_unit, list_units

READ = "inventory:read"


@strawberry.input
class StockUnitStateFilter:
    """States of units."""

    eq: StockUnitState | None = UNSET
    in_: list[StockUnitState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class StockUnitWhere:
    """Which units are wanted; fields side by side must all hold."""

    variant_id: IdFilter | None = filtered(catalog_kinds.VARIANT)
    lot_id: IdFilter | None = filtered(kinds.LOT)
    location_id: IdFilter | None = filtered(kinds.LOCATION)
    state: StockUnitStateFilter | None = UNSET
    serial: TextFilter | None = UNSET


@strawberry.type
class StockUnitQueries:
    """Root fields of units."""

    @root(permission=READ)
    async def stock_unit(self, info: Info, code: ScannedCodeInput) -> StockUnit | None:
        """The piece that a code is on, whichever scanner has read it."""
        found = await find_unit(info.context.reading, info.context.principal, code.code)
        return cast("StockUnit | None", found)

    stock_units: Connection[StockUnit] = seen_listing(
        list_units,
        count_units,
        where=StockUnitWhere,
        permission=READ,
        description="Pieces that are known by codes, in the order in which they came.",
    )
