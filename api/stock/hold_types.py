"""Holds as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch
from api.nodes import Node
from api.rows import in_table, lists_by, one
from api.scalars import DateTime, Quantity, id_field
from api.stock import kinds
from api.stock.ledger_types import VARIANT_READ
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.merchants.points import at_seen_points
from domain.stock import tables
from domain.stock.allocation import Strategy
from domain.stock.hold_rows import lines_of

StockStrategy = strawberry.enum(
    Strategy,
    name="StockStrategy",
    description="Which places give first: those of higher PRIORITY, as few as can be, or those "
    "where goods expire first.",
)


@strawberry.enum
class StockHoldState(Enum):
    """How a hold stands; one past its time keeps nothing, though it may be called HELD a while."""

    HELD = "held"
    RELEASED = "released"
    SHIPPED = "shipped"
    EXPIRED = "expired"


@strawberry.type
class StockHoldLine:
    """What a hold keeps, or has kept, at one location."""

    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    location: Location = one(in_table(tables.Location), by="location_id")
    quantity: Quantity


async def _lines(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    ids = [parent["id"] for parent in parents]
    rows = at_seen_points(context.principal, await lines_of(context.reading, ids))
    return lists_by(rows, "hold_id", ids)


@strawberry.type
class StockHold(Node):
    """Goods kept for a cart or an order, until they are shipped or their time is over."""

    id: strawberry.ID = id_field(kinds.HOLD)
    owner: str = strawberry.field(description="Whom they are kept for: a key of the maker's own.")
    state: StockHoldState
    strategy: StockStrategy  # type: ignore[valid-type]
    expires_at: DateTime | None = strawberry.field(description="Null: until it is shipped.")
    created_at: DateTime
    ended_at: DateTime | None
    lines: list[StockHoldLine] = batch(
        _lines, items=2, description="Where they are kept; bundles as their parts."
    )
