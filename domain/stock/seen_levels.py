"""Levels as they are read: how much of a variant is where, with what may be promised of it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import and_, any_, case, func, select

from domain.row_sets import IDS
from domain.stock.tables import Location, StockLevel, SupplierShelf
from tenants.scope import Asking, Row

LEVELS: Final = (
    select(
        StockLevel.id,
        StockLevel.variant_id,
        StockLevel.location_id,
        StockLevel.on_hand,
        StockLevel.reserved,
        StockLevel.spoilt,
        StockLevel.backordered,
        # What a supplier told too long ago is not to be reckoned with.
        case(
            (SupplierShelf.stale_at <= func.now(), StockLevel.backordered),
            else_=StockLevel.backorder_limit,
        ).label("backorder_limit"),
        (Location.kind == "supplier").label("is_suppliers"),
        StockLevel.minimum,
    )
    .join(Location, Location.id == StockLevel.location_id)
    .outerjoin(
        SupplierShelf,
        and_(
            SupplierShelf.variant_id == StockLevel.variant_id,
            SupplierShelf.location_id == StockLevel.location_id,
        ),
    )
)
"""`id`, `variant_id`, `location_id`, `on_hand`, `reserved`, `spoilt`, `backordered`,
`backorder_limit`, `is_suppliers` and `minimum` of levels."""

_OF_VARIANTS: Final = LEVELS.where(StockLevel.variant_id == any_(IDS), Location.is_active).order_by(
    StockLevel.variant_id, Location.priority.desc(), Location.id
)


async def stock_of(db: Asking, variant_ids: Sequence[UUID]) -> list[Row]:
    """The levels of many variants, wherever locations are at work."""
    return await db.rows(_OF_VARIANTS, ids=list(variant_ids))


def on_shelf(level: Row) -> int:
    """How much of what is on hand can be promised."""
    return max(int(level["on_hand"] - level["reserved"] - level["spoilt"]), 0)


def sellable(level: Row) -> int:
    """The same, and what may be promised before it is there."""
    return on_shelf(level) + int(level["backorder_limit"] - level["backordered"])
