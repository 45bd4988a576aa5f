"""What a list of goods costs: its lines, positions, VAT, and how each sum came about."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_types.variants import Variant
from api.engine.fields import column
from api.inputs import ReferenceInput, reference
from api.pricing import kinds
from api.pricing.types import PriceList
from api.pricing.vat_types import VatRate
from api.rows import in_table, one
from api.scalars import CurrencyCode, Money, MoneyInput, Quantity, money
from api.stock.ledger_types import VARIANT_READ
from domain.catalog.queries import variants_by_ids
from domain.pricing import tables


@strawberry.input
class QuoteLineInput:
    """So much of a variant."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    quantity: Quantity


@strawberry.input
class QuoteBuyerInput:
    """Whom prices are for; a stranger at the default channel, where nothing is said."""

    channel: ReferenceInput | None = reference(catalog_kinds.CHANNEL)
    customer_groups: list[ReferenceInput] | None = reference(kinds.CUSTOMER_GROUP)
    currency_code: CurrencyCode | None = strawberry.field(
        default=UNSET, description="That of the default price list, where left out."
    )


@strawberry.input
class PriceQuoteInput:
    """Up to 100 lines, whom they are for, and what is taken off all of them together."""

    lines: list[QuoteLineInput]
    buyer: QuoteBuyerInput | None = UNSET
    discount: MoneyInput | None = None


@strawberry.enum
class PriceStep(Enum):
    """PRICE: the price of one. QUANTITY_PRICE: that of one of so many. DISCOUNT: its part of it."""

    PRICE = "price"
    QUANTITY_PRICE = "quantity_price"
    DISCOUNT = "discount"


@strawberry.type
class PriceTraceStep:
    """What a line costs after a step."""

    step: PriceStep = column("kind")
    sum: Money = money("sum_minor")
    price_list: PriceList | None = one(
        in_table(tables.PriceList), by="price_list_id", description="Whose price it is."
    )


@strawberry.type
class ReceiptPosition:
    """Price times quantity is exactly the sum."""

    quantity: Quantity
    price: Money = money("price_minor")
    sum: Money = money("sum_minor")
    is_lot: bool = strawberry.field(
        description="True: no price for one makes the sum of what was weighed, so it is sold as "
        "one thing; say the weight in its name."
    )


@strawberry.type
class VatSum:
    """VAT at one rate."""

    rate: VatRate
    amount: Money = money("vat_minor")


@strawberry.type
class QuoteLine:
    """A line as it was asked for, and what is paid for it."""

    variant: Variant = one(variants_by_ids, by="variant_id", permission=VARIANT_READ)
    quantity: Quantity
    price_list: PriceList = one(in_table(tables.PriceList), by="price_list_id")
    price: Money = money("price_minor")
    compare_at: Money | None = money("compare_at_minor")
    discount: Money = money("discount_minor")
    total: Money = money("total_minor")
    vat: VatSum
    positions: list[ReceiptPosition]
    price_trace: list[PriceTraceStep]


@strawberry.type
class PriceQuote:
    """The total is the sum of the lines, and each line that of its positions."""

    lines: list[QuoteLine]
    discount: Money = money("discount_minor")
    total: Money = money("total_minor")
    vat: list[VatSum]
