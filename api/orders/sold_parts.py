"""Parts of orders' lines that were handed over or came back, at their positions."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, computed
from api.orders import kinds
from api.orders.sums import positions, vat_of_line
from api.pricing.quote_types import ReceiptPosition, VatSum
from api.rows import lists_by
from api.scalars import Money, Quantity, id_field, money
from domain.orders.orders.lines import lines_by_ids
from tenants.scope import Asking, Row


@strawberry.type
class SoldPart:
    """A part of an order's line. Its sums are told once it is settled, and then for good."""

    line_id: strawberry.ID = id_field(kinds.ORDER_LINE, "order_line_id")
    title: str
    sku: str | None
    quantity: Quantity
    total: Money | None = money("total_minor")
    vat: VatSum | None = computed(vat_of_line)
    positions: list[ReceiptPosition] = computed(
        positions, description="As a receipt says it: price times quantity is the sum."
    )


def sold_parts(
    load: Callable[[Asking, Sequence[Any]], Awaitable[Sequence[Row]]], *, of: str
) -> Any:
    """The parts of each parent, with what their order's lines say of them."""

    async def parts(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
        ids = [parent["id"] for parent in parents]
        currency = {parent["id"]: parent["currency"] for parent in parents}
        found = await load(context.reading, ids)
        lines = await lines_by_ids(context.reading, [row["order_line_id"] for row in found])
        rows = [
            {
                **_said(lines[row["order_line_id"]]),
                **row,
                "positions": row["positions"] or [],
                "currency": currency[row[of]],
            }
            for row in found
        ]
        return lists_by(rows, of, ids)

    return batch(parts, items=5)


def _said(line: Row) -> dict[str, Any]:
    names = ("title", "sku", "vat_percent", "vat_code", "vat_prepaid_code")
    return {name: line[name] for name in names}
