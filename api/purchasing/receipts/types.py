"""Goods receipts as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.purchasing import kinds
from api.purchasing.orders.types import PurchaseOrder
from api.purchasing.suppliers.queries import READ
from api.purchasing.suppliers.types import VARIANT_READ, Supplier
from api.rows import ExternalId, external_id, in_table, lists_by, many, one
from api.scalars import (
    CurrencyCode,
    Date,
    DateTime,
    Decimal,
    Money,
    Quantity,
    id_field,
    money,
)
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.purchasing import tables
from domain.purchasing.amounts import format_rate
from domain.purchasing.orders.lists import orders_by_ids
from domain.purchasing.receipts.lists import extra_costs_of, receipt_lines_of
from domain.stock.tables import Location as LocationRow


@strawberry.enum
class ExtraCostSpread(Enum):
    """By what an extra cost is spread over the lines."""

    VALUE = "value"
    WEIGHT = "weight"


@strawberry.type
class ExtraCost:
    """What a receipt cost beside its goods."""

    title: str
    amount: Money = money("amount_minor")
    spread_by: ExtraCostSpread


@strawberry.type
class GoodsReceiptLine:
    """So much of a variant that came, of one lot."""

    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    quantity: Quantity
    price: Money = money("price_minor")
    extra: Money = money("extra_minor", "shop_currency")
    value: Money = computed(
        lambda row: (row["value_minor"], row["shop_currency"]),
        description="What it is worth in stock: its price and its part of the extra costs.",
    )
    lot_number: str | None
    made_on: Date | None
    expires_on: Date | None


async def _values(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    """The value of each receipt's lines together; a receipt has one at least."""
    ids = [parent["id"] for parent in parents]
    lists = lists_by(await receipt_lines_of(context.reading, ids), "receipt_id", ids)
    return [(sum(row["value_minor"] for row in rows), rows[0]["shop_currency"]) for rows in lists]


@strawberry.type
class GoodsReceipt(Node):
    """Goods that came, as they were put into stock; it never changes."""

    id: strawberry.ID = id_field(kinds.RECEIPT)
    external_id: ExternalId | None = external_id()
    number: str = computed(
        lambda row: str(row["number"]), description="1, 2, 3: without gaps, for people."
    )
    order: PurchaseOrder | None = one(orders_by_ids, by="order_id", permission=READ)
    supplier: Supplier | None = one(in_table(tables.Supplier), by="supplier_id", permission=READ)
    location: Location = one(in_table(LocationRow), by="location_id")
    supplier_number: str | None = strawberry.field(
        description="What the supplier calls this delivery: the number of its invoice."
    )
    currency_code: CurrencyCode = computed(
        lambda row: row["currency"], description="What prices are in."
    )
    exchange_rate: Decimal | None = computed(
        lambda row: None if row["rate"] is None else format_rate(row["rate"]),
        description="What one unit of that was worth in the shop's currency, where it is another.",
    )
    value: Money = batch(_values, description="What all of it is worth in stock.")
    note: str | None
    received_at: DateTime
    lines: list[GoodsReceiptLine] = many(receipt_lines_of, of="receipt_id", items=20)
    extra_costs: list[ExtraCost] = many(extra_costs_of, of="receipt_id", items=2)
