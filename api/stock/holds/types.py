"""Holds as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.rows import in_table, lists_by, one
from api.scalars import DateTime, Money, Quantity, id_field
from api.stock import kinds
from api.stock.ledger_types import VARIANT_READ
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.merchants.points import at_seen_points
from domain.merchants.shop_facts import shop_currency
from domain.stock import tables
from domain.stock.holds.allocation import Strategy
from domain.stock.holds.returns import costs_of
from domain.stock.holds.rows import kept, lines_of

StockStrategy = strawberry.enum(
    Strategy,
    name="StockStrategy",
    description="Which places give first: those of higher PRIORITY, as few as can be, or those "
    "where goods expire first.",
)


@strawberry.enum
class StockHoldState(Enum):
    """How a hold stands; one past its time keeps nothing, though it may be called HELD a while.

    PARTLY_SHIPPED: the rest is kept. SHIPPED: all of it went out. RELEASED and EXPIRED: nothing
    more is kept; each line says how much had gone out.
    """

    HELD = "held"
    PARTLY_SHIPPED = "partly_shipped"
    RELEASED = "released"
    SHIPPED = "shipped"
    EXPIRED = "expired"


async def _costs(parents: Sequence[Any], context: RequestContext) -> list[tuple[int, str]]:
    costs = await costs_of(context.reading, [parent["id"] for parent in parents])
    currency = await shop_currency(context.reading)
    return [
        (parent["cost_minor"], parent["cost_currency"])
        if parent["cost_currency"]
        else (costs.get(parent["id"], 0), currency)
        for parent in parents
    ]


@strawberry.type
class StockHoldLine:
    """What a hold keeps, or has kept, at one location."""

    id: strawberry.ID = id_field(kinds.HOLD_LINE)
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    location: Location = one(in_table(tables.Location), by="location_id")
    quantity: Quantity
    kept: Quantity = computed(
        lambda row: kept(row) if row["is_open"] else 0, description="What is held still."
    )
    backordered: Quantity = computed(
        lambda row: row["backordered"] if row["is_open"] and not row["is_drop_shipped"] else 0,
        description="How much of that is not there yet, and cannot be shipped before it is.",
    )
    shipped: Quantity
    returned: Quantity = strawberry.field(description="How much of what was shipped came back.")
    is_drop_shipped: bool = strawberry.field(
        description="Whether it is the supplier's, who sends it to the buyer."
    )
    cost: Money = batch(
        _costs,
        description="What the goods that went out, and did not come back, had cost; of what a "
        "supplier sends, in his currency.",
    )


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
