"""What is in the tables of a shop, to see that a refusal changed nothing."""

from typing import Any

from sqlalchemy import select

from domain.catalog import tables
from domain.pricing.tables import Price, PriceList
from domain.stock.tables import Location, StockLevel, StockUnit, StockUnitEvent
from tenants.ledger import EventRow
from tests.factories_catalog import Shop

_TABLES: tuple[Any, ...] = (
    *(getattr(tables, name) for name in tables.__all__ if name not in ("SearchWord", "Facet")),
    Price,
    PriceList,
    StockLevel,
    Location,
    StockUnit,
    StockUnitEvent,
    EventRow,
)


async def everything(shop: Shop) -> list[Any]:
    """All rows of the catalogue, of prices and stock, and all events."""
    reading = shop.scope.reading
    rows = [await reading.rows(select(table)) for table in _TABLES]
    return [sorted(map(str, found)) for found in rows]
