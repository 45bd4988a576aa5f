"""Reading price lists."""

import strawberry

from api.connections import Connection
from api.lists import listing, named
from api.pricing import kinds
from api.pricing.types import PriceList
from domain.catalog.queries import ListOf
from domain.pricing import tables

PRICE_LISTS = ListOf(tables.PriceList, {}, {"title": tables.PriceList.title_sort})


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
