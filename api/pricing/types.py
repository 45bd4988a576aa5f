"""Price lists and prices as the merchant sees them."""

import strawberry

from api.engine.fields import computed
from api.nodes import Node
from api.pricing import kinds
from api.rows import Edited, ExternalId, external_id, in_table, one
from api.scalars import CurrencyCode, DateTime, Money, Quantity, id_field, money
from domain.pricing import tables


@strawberry.type
class PriceList(Node, Edited):
    """Prices in one currency. The shop window shows those of the default list, in its dates."""

    id: strawberry.ID = id_field(kinds.PRICE_LIST)
    external_id: ExternalId | None = external_id()
    code: str
    title: str
    currency_code: CurrencyCode = computed(lambda row: row["currency"])
    is_default: bool = strawberry.field(description="Whether the shop window shows it.")
    valid_from: DateTime | None = strawberry.field(
        description="Null: as long as there is the list. Out of its dates it gives no price."
    )
    valid_until: DateTime | None = strawberry.field(description="Null: without end.")


@strawberry.type
class Price:
    """What one unit of a variant costs in a price list, tax included."""

    price_list: PriceList = one(in_table(tables.PriceList), by="price_list_id")
    amount: Money = money("amount_minor")
    compare_at: Money | None = money("compare_at_minor")
    min_quantity: Quantity = strawberry.field(description="From how much upwards it holds.")
    version: int
