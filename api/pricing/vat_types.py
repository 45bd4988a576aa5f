"""VAT: the rate of a product on a day, and what a day would change."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.catalog.admin_words import VatCategory
from api.context import RequestContext
from api.engine.fields import computed
from api.refusals import told
from api.scalars import Date
from domain.pricing.shop_vat import seller_of
from domain.pricing.vat import VatRate as Rate


@strawberry.type
class VatRate:
    """A rate of VAT, and how receipts name it."""

    percent: int | None = computed(
        lambda rate: rate.percent, description="Null: it is sold without VAT."
    )
    fiscal_code: int = computed(
        lambda rate: rate.fiscal_code, description="Tag 1199 of a receipt of a sale."
    )
    calculated_code: int = computed(
        lambda rate: rate.calculated_code,
        description="The same of a prepayment, which has the VAT in it: 22/122.",
    )


@strawberry.type
class VatOfCategory:
    """What the shop's products of a category are sold at, on a day and today."""

    category: VatCategory | None = computed(
        lambda one: one.category, description="Null: of which none is said."
    )
    products: int = computed(lambda one: one.products, description="How many, archived ones apart.")
    rate: VatRate = computed(lambda one: one.rate, description="On the day that was asked for.")
    today: VatRate = computed(lambda one: one.today)
    changes: bool = computed(lambda one: one.rate != one.today)


async def vat_of(
    parents: Sequence[Any], context: RequestContext, on: Date | None = None
) -> list[Rate]:
    """The rates of products on a day."""
    seller = await seller_of(context.reading)
    with told(context):
        return [seller.rate_of(parent["vat_category"], on) for parent in parents]
