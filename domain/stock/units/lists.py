"""Units as they are looked for: by a code, page by page, with what became of each."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, any_, select

from domain.catalog.filters import Filter, Where, conditions
from domain.merchants.points import at_points, at_seen_points
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS
from domain.stock.tables import StockUnit, StockUnitEvent
from domain.stock.units.rows import identities_of, known_units
from tenants.principal import Principal
from tenants.scope import Asking, Row

_UNITS: Final = select(StockUnit)
_BY_ID: Final = _UNITS.where(StockUnit.id == any_(IDS))
_FILTERS: Final = {
    "variantId": Filter(StockUnit.variant_id),
    "lotId": Filter(StockUnit.lot_id),
    "locationId": Filter(StockUnit.location_id),
    "state": Filter(StockUnit.state),
    "serial": Filter(StockUnit.serial),
}
_OLDEST: Final = (Sort("id", StockUnit.id),)
_HISTORY: Final = (
    select(StockUnitEvent)
    .where(StockUnitEvent.unit_id == any_(IDS))
    .order_by(StockUnitEvent.unit_id, StockUnitEvent.at, StockUnitEvent.id)
)
_MOVED: Final = (
    select(StockUnit, StockUnitEvent.movement_id)
    .join(StockUnitEvent, StockUnitEvent.unit_id == StockUnit.id)
    .where(StockUnitEvent.movement_id == any_(IDS))
    .order_by(StockUnitEvent.movement_id, StockUnit.id)
)


async def find_unit(db: Asking, principal: Principal, code: bytes) -> Row | None:
    """The unit by this code, whichever scanner has read it; at a point that the caller may see."""
    ids = [row["id"] for row in (await known_units(db, identities_of(code))).values()]
    return next(iter(await units_by_ids(db, principal, ids)), None) if ids else None


async def units_by_ids(db: Asking, principal: Principal, ids: Sequence[UUID]) -> list[Row]:
    """Whole rows of units, at the points that the caller may see."""
    return at_seen_points(principal, await db.rows(_BY_ID, ids=list(ids)))


async def list_units(
    db: Asking, principal: Principal, request: PageRequest, *, where: Where | None = None
) -> Page:
    """A page of units at the points that the caller may see, in the order in which they came."""
    return await page_of(db, _asked(principal, where), _OLDEST, request)


async def count_units(db: Asking, principal: Principal, *, where: Where | None = None) -> int:
    """How many units that list has."""
    return await count_of(db, _asked(principal, where))


async def history_of(db: Asking, unit_ids: Sequence[UUID]) -> list[Row]:
    """`unit_id`, `state`, `location_id`, `movement_id`, `actor`, `at`: what became of units, the
    oldest first."""
    return await db.rows(_HISTORY, ids=list(unit_ids))


async def units_moved_by(db: Asking, movement_ids: Sequence[UUID]) -> list[Row]:
    """Whole rows of the units that these movements moved, each with its `movement_id`."""
    return await db.rows(_MOVED, ids=list(movement_ids))


def _asked(principal: Principal, where: Where | None) -> Select[Any]:
    asked = _UNITS.where(conditions(_FILTERS, where))
    return at_points(asked, principal, StockUnit.location_id)
