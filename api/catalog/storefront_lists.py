"""Lists of products as connections: narrowed down, searched, with what they can be narrowed by.

The row of each has an item `counted`, a function: it gives the Found of all pages together.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import Any, Final, Generic, TypeVar

import strawberry

from api.catalog import kinds
from api.catalog.storefront_types import PriceRange, Product
from api.catalog.windows import window_of
from api.connections import Connection
from api.context import RequestContext
from api.engine.fields import batch
from api.scalars import Quantity
from domain.catalog.facets import BRAND, CATEGORY, Filters
from domain.catalog.search import Found, Order, search_products
from domain.catalog.window_lists import currency_of_prices, named_facets
from domain.paging import PageRequest
from tenants.ids import encode_id
from tenants.scope import Asking

COUNTED_COST: Final = 10
"""Of what is counted over all that was found."""

_PREFIXES: Final = {BRAND: kinds.BRAND, CATEGORY: kinds.CATEGORY}
_TITLES: Final = {
    (CATEGORY, "ru"): "Категория",
    (CATEGORY, "en"): "Category",
    (BRAND, "ru"): "Бренд",
    (BRAND, "en"): "Brand",
}


@strawberry.enum
class FacetKind(Enum):
    """What a facet is about, and so where its values go in `where`."""

    CATEGORY = "category"
    BRAND = "brand"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    DATE = "date"


@strawberry.enum
class KeyboardLayout(Enum):
    """What the keys of a keyboard are taken for."""

    CYRILLIC = "cyrillic"
    LATIN = "latin"


@strawberry.type
class FacetValue:
    """One choice, and how many products there would be with it."""

    value: str = strawberry.field(
        description="What to filter by: an id, or the attribute's value as text."
    )
    title: str
    number: Quantity | None = strawberry.field(description="Of a number: the value itself.")
    count: int = strawberry.field(
        description="With all filters that are set, but those of this facet."
    )


@strawberry.type
class Facet:
    """Something that the products found can be narrowed down by, most frequent values first."""

    kind: FacetKind
    code: str = strawberry.field(
        description="`category`, `brand`, or the code that `where.attributes` takes."
    )
    title: str
    unit: str | None = strawberry.field(description="What numbers are counted in.")
    values: list[FacetValue]


@strawberry.type
class Availability:
    """How many of the products found can be had now; the filter of stock does not count here."""

    available: int
    unavailable: int


T = TypeVar("T")


@dataclass
class Once(Generic[T]):
    """What several fields, or rows, have need of: found once, when the first of them asks."""

    find: Callable[[], Awaitable[T]]
    found: T | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self) -> T:
        async with self.turn:
            if self.found is None:
                self.found = await self.find()
            return self.found


async def search_in(reading: Asking, filters: Filters) -> Found:
    """Count all that a list shows: a search for no words, of which one product is enough."""
    return await search_products(reading, "", filters, Order.NEWEST, PageRequest(first=1))


async def _facets(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    counted = [(await parent["counted"]()).facets for parent in parents]
    lists = await named_facets(window_of(context), counted)
    for facet in chain.from_iterable(lists):
        prefix = _PREFIXES.get(facet["kind"])
        facet["title"] = facet["title"] or _title(facet["kind"], context.language)
        for value in facet["values"]:
            value["value"] = encode_id(prefix, value["key"]) if prefix else value["key"]
    return lists


def _title(kind: str, language: str) -> str:
    return _TITLES.get((kind, language.partition("-")[0])) or _TITLES[kind, "en"]


async def _price_ranges(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    currency = await currency_of_prices(window_of(context))
    ranges = []
    for parent in parents:
        found = await parent["counted"]()
        prices = {"price_min_minor": found.price_min, "price_max_minor": found.price_max}
        has_prices = found.price_min is not None and currency is not None
        ranges.append({**prices, "currency": currency} if has_prices else None)
    return ranges


async def _availability(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    counted = [await parent["counted"]() for parent in parents]
    return [{"available": one.available, "unavailable": one.unavailable} for one in counted]


@strawberry.type
class ProductConnection(Connection[Product]):
    """One page of products, and what is known of them all."""

    facets: list[Facet] = batch(
        _facets,
        cost=COUNTED_COST,
        description="What these products can be narrowed down by, with counts that respect the "
        "other filters.",
    )
    price_range: PriceRange | None = batch(
        _price_ranges,
        cost=COUNTED_COST,
        description="Of all that was found, without regard to the filter of price.",
    )
    availability: Availability = batch(_availability, cost=COUNTED_COST)


@strawberry.type
class SearchConnection(ProductConnection):
    """One page of what was found for words."""

    corrected_query: str | None = strawberry.field(
        description="What was searched for instead, where nothing was found for the words typed."
    )
    used_layout: KeyboardLayout | None = strawberry.field(
        description="The layout that the keys were taken for, where it was not the one typed in."
    )
