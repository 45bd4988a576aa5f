"""What buyers and staff see alike of an order's lines."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, computed
from api.orders import kinds
from api.orders.sums import LinePriceStep, positions, steps, vat_of_line
from api.orders.words import LineAttribute, OrderLineKind, attributes_of
from api.pricing.quote_types import ReceiptPosition, VatSum
from api.rows import ManyRows, lists_by
from api.scalars import Money, Quantity, id_field, money
from domain.orders.orders.lines import lines_of


@strawberry.type
class FrozenLine:
    """Frozen when it was priced, however the catalogue changes."""

    kind: OrderLineKind
    title: str
    sku: str | None
    quantity: Quantity
    attributes: list[LineAttribute] = computed(attributes_of)
    note: str | None
    price: Money = money("price_minor")
    discount: Money = money("discount_minor")
    total: Money = money("total_minor")
    vat: VatSum = computed(vat_of_line)
    positions: list[ReceiptPosition] = computed(
        positions, description="As a receipt says it: price times quantity is the sum."
    )
    price_trace: list[LinePriceStep] = computed(lambda row: steps(row["trace"], row["currency"]))


@strawberry.type
class LineFields(FrozenLine):
    """A line of an order."""

    id: strawberry.ID = id_field(kinds.ORDER_LINE)
    handed_over: Quantity = strawberry.field(description="How much of it is the buyer's already.")
    returned: Quantity = strawberry.field(description="How much of that came back.")


def order_lines(load: ManyRows = lines_of, *, of: str = "order_id") -> Any:
    """The lines of each order, or of what `load` reads the lines of, in its currency."""

    async def lines(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
        currency = {parent["id"]: parent["currency"] for parent in parents}
        found = await load(context.reading, list(currency))
        rows = [{**row, "currency": currency[row[of]]} for row in found]
        return lists_by(rows, of, [parent["id"] for parent in parents])

    return batch(lines, items=5)
