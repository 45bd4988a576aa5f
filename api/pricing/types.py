"""Price lists and prices as the merchant sees them."""

import strawberry

from api.catalog.admin_types.window import Channel
from api.engine.fields import computed
from api.nodes import Node
from api.pricing import kinds
from api.pricing.inputs import RANK
from api.rows import Edited, ExternalId, external_id, in_table, one
from api.scalars import CurrencyCode, DateTime, Money, Quantity, id_field, money
from domain.catalog import tables as catalog_tables
from domain.pricing import tables


@strawberry.type
class CustomerGroup(Node, Edited):
    """Customers who have prices or promotions of their own."""

    id: strawberry.ID = id_field(kinds.CUSTOMER_GROUP)
    external_id: ExternalId | None = external_id()
    code: str
    title: str


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
    rank: int | None = strawberry.field(description=RANK)
    channel: Channel | None = one(
        in_table(catalog_tables.Channel), by="channel_id", permission="products:read"
    )
    customer_group: CustomerGroup | None = one(
        in_table(tables.CustomerGroup), by="customer_group_id"
    )


@strawberry.type
class Price:
    """What one unit of a variant costs in a price list, tax included."""

    price_list: PriceList = one(in_table(tables.PriceList), by="price_list_id")
    amount: Money = money("amount_minor")
    compare_at: Money | None = money("compare_at_minor")
    min_quantity: Quantity = strawberry.field(description="From how much upwards it holds.")
    version: int
