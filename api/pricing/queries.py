"""Reading price lists, groups of customers, and rates of VAT."""

from typing import cast

import strawberry

from api.connections import Connection
from api.context import Info
from api.engine.fields import root
from api.lists import listing, named
from api.pricing import kinds
from api.pricing.types import CustomerGroup, PriceList
from api.pricing.vat_types import VatOfCategory
from api.refusals import told
from api.scalars import Date
from domain.catalog.queries import ListOf
from domain.pricing import tables
from domain.pricing.shop_vat import vat_by_category

PRICE_LISTS = ListOf(tables.PriceList, {}, {"title": tables.PriceList.title_sort})
GROUPS = ListOf(tables.CustomerGroup, {}, {"title": tables.CustomerGroup.title_sort})


@strawberry.type
class PricingQueries:
    """Root fields of the area."""

    price_list: PriceList | None = named(
        tables.PriceList,
        kinds.PRICE_LIST,
        permission="prices:read",
        description="One price list, by its id or external id.",
    )

    price_lists: Connection[PriceList] = listing(
        PRICE_LISTS,
        usual=[("title", False)],
        permission="prices:read",
        description="All price lists, by title.",
    )

    customer_group: CustomerGroup | None = named(
        tables.CustomerGroup,
        kinds.CUSTOMER_GROUP,
        permission="prices:read",
        description="One group of customers, by its id or external id.",
    )

    customer_groups: Connection[CustomerGroup] = listing(
        GROUPS,
        usual=[("title", False)],
        permission="prices:read",
        description="All groups of customers, by title.",
    )

    @root(permission="prices:read", items=7)
    async def vat_rates(self, info: Info, on: Date | None = None) -> list[VatOfCategory]:
        """At which rates the shop sells on a day, and where that differs from today.

        A day to come shows what is law already: gross prices stay, the VAT in them moves.
        """
        with told(info.context):
            rates = await vat_by_category(info.context.reading, on)
        return cast(list[VatOfCategory], rates)
