"""Revisions of orders as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.merchants.named_ids import actor_id
from api.merchants.words import ActorKind
from api.orders import kinds
from api.rows import lists_by
from api.scalars import DateTime, Money, Quantity, id_field, money
from domain.orders.edits.revisions import differences_of
from domain.orders.orders.lines import lines_by_ids


@strawberry.type
class OrderLineDifference:
    """A line before an edit and after it. Of one that was added, or taken away, nothing was, or is
    left."""

    line_id: strawberry.ID = id_field(kinds.ORDER_LINE, "order_line_id")
    title: str
    sku: str | None
    quantity_before: Quantity
    quantity: Quantity
    total_before: Money = money("total_before_minor")
    total: Money = money("total_minor")
    vat_before: Money = money("vat_before_minor")
    vat: Money = money("vat_minor")


async def _differences(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    currency = {parent["id"]: parent["currency"] for parent in parents}
    found = await differences_of(context.reading, list(currency))
    lines = await lines_by_ids(context.reading, [row["order_line_id"] for row in found])
    rows = [
        {
            **row,
            "title": lines[row["order_line_id"]]["title"],
            "sku": lines[row["order_line_id"]]["sku"],
            "currency": currency[row["revision_id"]],
        }
        for row in found
    ]
    return lists_by(rows, "revision_id", [parent["id"] for parent in parents])


@strawberry.enum
class OrderFact(Enum):
    """Where an order goes, how, and what its buyer was told of when."""

    ADDRESS = "address"
    PLACE = "location_id"
    DELIVERY_METHOD = "delivery_method_id"
    DELIVERY_WINDOW = "delivery_window"
    PROMISED_ON = "promised_on"


@strawberry.type
class OrderRevision:
    """An edit of an order that stood; it is never changed."""

    id: strawberry.ID = id_field(kinds.REVISION)
    number: int = strawberry.field(description="From 2 on: 1 is the order as it was placed.")
    return_id: strawberry.ID | None = id_field(kinds.RETURN, "return_id")
    reason: str
    amount: Money = computed(
        lambda row: (row["amount_minor"], row["currency"]),
        description="What is owed more for the order since, or less.",
    )
    vat: Money = computed(
        lambda row: (row["vat_minor"], row["currency"]), description="The VAT in that."
    )
    total: Money = computed(
        lambda row: (row["total_minor"], row["currency"]), description="What the order cost then."
    )
    differences: list[OrderLineDifference] = batch(_differences, items=5)
    changed: list[OrderFact] = column(
        "facts", description="What else of the order is another since."
    )
    actor: ActorKind
    actor_id: strawberry.ID | None = computed(actor_id)
    at: DateTime
