"""What a list of goods costs: its lines, positions, VAT, and how each sum came about."""

from enum import Enum

import strawberry
from strawberry import UNSET

from api.catalog import kinds as catalog_kinds
from api.catalog.admin_types.variants import Variant
from api.customers.kinds import CUSTOMER
from api.engine.fields import column, computed
from api.inputs import ReferenceInput, reference
from api.pricing import kinds
from api.pricing.promotions.types import Promotion
from api.pricing.promotions.words import NotApplied
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
    customer: ReferenceInput | None = reference(CUSTOMER)
    customer_groups: list[ReferenceInput] | None = reference(kinds.CUSTOMER_GROUP)
    currency_code: CurrencyCode | None = strawberry.field(
        default=UNSET, description="That of the default price list, where left out."
    )
    is_first_order: bool = strawberry.field(
        default=False, description="Whether the customer has ordered nothing yet."
    )
    visitor: str | None = strawberry.field(
        default=UNSET, description="By whom an offer of his own was started."
    )


@strawberry.input
class PriceQuoteInput:
    """Up to 100 lines, whom they are for, and what is taken off all of them together."""

    lines: list[QuoteLineInput]
    buyer: QuoteBuyerInput | None = UNSET
    codes: list[str] = strawberry.field(default_factory=list, description="Up to 10.")
    points: int = strawberry.field(
        default=0, description="Of the customer's, a minor unit each: as many as his level allows."
    )
    discount: MoneyInput | None = strawberry.field(
        default=None, description="By hand, behind all promotions."
    )


@strawberry.enum
class PriceStep(Enum):
    """PRICE: the price of one. QUANTITY_PRICE: that of one of so many. PROMOTION: what one has left
    of it. GIFT: it is one. DISCOUNT: by hand. POINTS: the customer's. EDIT: a price that was
    named when the order stood already.
    """

    PRICE = "price"
    QUANTITY_PRICE = "quantity_price"
    PROMOTION = "promotion"
    GIFT = "gift"
    DISCOUNT = "discount"
    POINTS = "points"
    EDIT = "edit"


@strawberry.type
class PriceTraceStep:
    """What a line costs after a step."""

    step: PriceStep = column("kind")
    sum: Money = money("sum_minor")
    price_list: PriceList | None = one(
        in_table(tables.PriceList), by="price_list_id", description="Whose price it is."
    )
    promotion: Promotion | None = one(
        in_table(tables.Promotion), by="promotion_id", permission="promotions:read"
    )
    code: str | None = strawberry.field(description="By which the promotion came to apply.")


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
    is_gift: bool
    price_list: PriceList | None = one(
        in_table(tables.PriceList), by="price_list_id", description="Null: of a gift."
    )
    price: Money = money("price_minor")
    compare_at: Money | None = money("compare_at_minor")
    discount: Money = money("discount_minor")
    total: Money = money("total_minor")
    vat: VatSum
    positions: list[ReceiptPosition]
    price_trace: list[PriceTraceStep]


@strawberry.type
class CodeAnswer:
    """What came of a code."""

    code: str = strawberry.field(description="As it was given.")
    promotion: Promotion | None = one(
        in_table(tables.Promotion), by="promotion_id", permission="promotions:read"
    )
    applies: bool = computed(lambda row: row["reason"] is None)
    reason: NotApplied | None = strawberry.field(  # type: ignore[valid-type]
        description="Why it does not apply."
    )
    excluded_by: Promotion | None = one(
        in_table(tables.Promotion), by="excluded_by", permission="promotions:read"
    )


@strawberry.type
class AppliedPromotion:
    """A promotion that took part."""

    promotion: Promotion | None = one(
        in_table(tables.Promotion), by="promotion_id", permission="promotions:read"
    )
    code: str | None
    discount: Money = money("discount_minor")
    free_delivery: bool


@strawberry.type
class PriceQuote:
    """The total is the sum of the lines, and each line that of its positions."""

    lines: list[QuoteLine] = strawberry.field(description="Gifts behind what was asked for.")
    discount: Money = money("discount_minor")
    total: Money = money("total_minor")
    vat: list[VatSum]
    points: int = strawberry.field(description="Those that are taken.")
    free_delivery: bool
    promotions: list[AppliedPromotion] = strawberry.field(
        description="Those that apply, in the order in which they were reckoned with."
    )
    codes: list[CodeAnswer] = strawberry.field(description="In the order given.")
