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
    """Prices in one currency. Among the lists that apply, the highest priority wins."""

    id: strawberry.ID = id_field(kinds.PRICE_LIST)
    external_id: ExternalId | None = external_id()
    code: str
    title: str
    currency_code: CurrencyCode = computed(lambda row: row["currency"])
    is_default: bool = strawberry.field(description="Whether it is for whoever asks for none.")
    priority: int
    valid_from: DateTime | None
    valid_until: DateTime | None


@strawberry.type
class Price:
    """What one unit of a variant costs in a price list, tax included."""

    price_list: PriceList = one(in_table(tables.PriceList), by="price_list_id")
    amount: Money = money("amount_minor")
    compare_at: Money | None = money("compare_at_minor")
    min_quantity: Quantity = strawberry.field(description="From how much upwards it holds.")
    version: int
