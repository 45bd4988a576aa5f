"""Returns to suppliers as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.purchasing import kinds
from api.purchasing.suppliers.types import VARIANT_READ, Supplier
from api.rows import Edited, ExternalId, external_id, in_table, lists_by, one
from api.scalars import CurrencyCode, DateTime, Money, Quantity, id_field, money
from api.stock.ledger_types import Lot
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.purchasing import tables
from domain.purchasing.amounts import worth
from domain.purchasing.orders.lines import total_of
from domain.purchasing.returns.lines import return_lines_of
from domain.purchasing.returns.returns import RETURNS, Action
from domain.stock.tables import Location as LocationRow
from domain.stock.tables import Lot as LotRow

SupplierReturnAction = strawberry.enum(
    Action, name="SupplierReturnAction", description="What may be done with a return."
)


@strawberry.enum
class SupplierReturnState(Enum):
    """How far a return is. SHIPPED: its goods have left the stock."""

    DRAFT = "draft"
    APPROVED = "approved"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


@strawberry.type
class SupplierReturnLine:
    """So much of a variant that goes back: what the supplier gives for it, and what it had cost."""

    id: strawberry.ID = id_field(kinds.RETURN_LINE)
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    lot: Lot | None = one(
        in_table(LotRow), by="lot_id", description="Null: of the lots that expire first."
    )
    quantity: Quantity
    price: Money = money("price_minor")
    total: Money = computed(
        lambda row: (worth(row["price_minor"], row["quantity"]), row["currency"])
    )
    cost: Money | None = computed(
        lambda row: (
            None if row["value_minor"] is None else (row["value_minor"], row["shop_currency"])
        ),
        description="What it had cost in stock, once it is shipped.",
    )


async def _lines(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    ids = [parent["id"] for parent in parents]
    return lists_by(await return_lines_of(context.reading, ids), "return_id", ids)


async def _totals(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    lists = await _lines(parents, context)
    return [
        (total_of(lines), parent["currency"]) for lines, parent in zip(lists, parents, strict=True)
    ]


async def _costs(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    lists = await _lines(parents, context)
    return [
        (sum(line["value_minor"] for line in lines), lines[0]["shop_currency"])
        if lines and parent["state"] == "shipped"
        else None
        for lines, parent in zip(lists, parents, strict=True)
    ]


@strawberry.type
class SupplierReturn(Node, Edited):
    """Goods that go back to a supplier from one location."""

    id: strawberry.ID = id_field(kinds.RETURN)
    external_id: ExternalId | None = external_id()
    number: str = computed(
        lambda row: str(row["number"]), description="1, 2, 3: without gaps, for people."
    )
    supplier: Supplier = one(in_table(tables.Supplier), by="supplier_id")
    location: Location = one(in_table(LocationRow), by="location_id")
    state: SupplierReturnState
    allowed_actions: list[SupplierReturnAction] = computed(  # type: ignore[valid-type]
        lambda row: RETURNS.allowed_actions(row["state"])
    )
    currency_code: CurrencyCode = computed(lambda row: row["currency"])
    supplier_number: str | None = strawberry.field(description="What the supplier calls it.")
    note: str | None
    total: Money = batch(_totals, description="What the supplier gives back.")
    cost: Money | None = batch(
        _costs, description="What the goods had cost in stock, once they are shipped."
    )
    approved_at: DateTime | None
    shipped_at: DateTime | None
    ended_at: DateTime | None = strawberry.field(description="When it was shipped or cancelled.")
    lines: list[SupplierReturnLine] = batch(_lines, items=20)
