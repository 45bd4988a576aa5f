"""What a list of goods costs: its lines, positions, VAT, and how each sum came about."""

from enum import Enum

import strawberry

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_types.variants import Variant
from api.inputs import ReferenceInput, reference
from api.pricing.vat_types import VatRate
from api.rows import one
from api.scalars import Money, MoneyInput, Quantity, money
from api.stock.ledger_types import VARIANT_READ
from domain.catalog.queries import variants_by_ids


@strawberry.input
class QuoteLineInput:
    """So much of a variant."""

    variant: ReferenceInput = reference(catalog_kinds.VARIANT, required=True)
    quantity: Quantity


@strawberry.input
class PriceQuoteInput:
    """Up to 100 lines, and what is taken off all of them together."""

    lines: list[QuoteLineInput]
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

    step: PriceStep
    sum: Money = money("sum_minor")


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
    price: Money = money("price_minor")
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
