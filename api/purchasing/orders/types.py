"""Purchase orders as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.catalog.admin_types.variants import Variant
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.purchasing import kinds
from api.purchasing.planning.types import PurchaseReasons, explanations
from api.purchasing.suppliers.types import VARIANT_READ, Supplier
from api.rows import Edited, ExternalId, external_id, in_table, lists_by, one
from api.scalars import CurrencyCode, Date, DateTime, Money, Quantity, id_field, money
from api.stock.types import Location
from domain.catalog.queries import variants_by_ids
from domain.purchasing import tables
from domain.purchasing.amounts import worth
from domain.purchasing.orders.lines import lines_of, total_of
from domain.purchasing.orders.states import ORDERS, Action
from domain.stock.tables import Location as LocationRow

PurchaseOrderAction = strawberry.enum(
    Action, name="PurchaseOrderAction", description="What may be done with a purchase order."
)


@strawberry.enum
class PurchaseOrderState(Enum):
    """How far an order is. Its goods are expected from the approval until they have come."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@strawberry.type
class PurchaseOrderLine:
    """So much of a variant, at a price."""

    id: strawberry.ID = id_field(kinds.ORDER_LINE)
    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    quantity: Quantity
    received: Quantity = strawberry.field(description="What has come of it so far.")
    price: Money = money("price_minor")
    reasons: PurchaseReasons | None = strawberry.field(
        description="Of a line that was proposed: the sum that led to it."
    )
    explanation: list[str] | None = batch(
        explanations, description="The same in sentences, for people."
    )
    total: Money = computed(
        lambda row: (worth(row["price_minor"], row["quantity"]), row["currency"])
    )


async def _lines(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    """The lines of each order, in the order's currency."""
    currency = {parent["id"]: parent["currency"] for parent in parents}
    found = await lines_of(context.reading, list(currency))
    rows = [{**row, "currency": currency[row["order_id"]]} for row in found]
    return lists_by(rows, "order_id", [parent["id"] for parent in parents])


async def _totals(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    ids = [parent["id"] for parent in parents]
    lines = lists_by(await lines_of(context.reading, ids), "order_id", ids)
    return [(total_of(of), parent["currency"]) for of, parent in zip(lines, parents, strict=True)]


@strawberry.type
class PurchaseOrder(Node, Edited):
    """What is ordered of a supplier for one location."""

    id: strawberry.ID = id_field(kinds.ORDER)
    external_id: ExternalId | None = external_id()
    number: str = computed(
        lambda row: str(row["number"]), description="1, 2, 3: without gaps, for people."
    )
    supplier: Supplier = one(in_table(tables.Supplier), by="supplier_id")
    location: Location = one(in_table(LocationRow), by="location_id")
    state: PurchaseOrderState
    allowed_actions: list[PurchaseOrderAction] = computed(  # type: ignore[valid-type]
        lambda row: ORDERS.allowed_actions(row["state"])
    )
    currency_code: CurrencyCode = computed(lambda row: row["currency"])
    total: Money = batch(_totals)
    expected_on: Date | None
    is_overdue: bool = strawberry.field(
        description="Whether goods that should be here by now are still expected."
    )
    note: str | None
    approved_at: DateTime | None
    sent_at: DateTime | None
    received_at: DateTime | None = strawberry.field(description="When all of it had come.")
    ended_at: DateTime | None = strawberry.field(description="When it was closed or cancelled.")
    lines: list[PurchaseOrderLine] = batch(_lines, items=20)
