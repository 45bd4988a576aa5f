"""How many SQL statements a page takes: a few, whatever stands on it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from api import storefront
from api.app import open_services
from api.credentials import storefront_context
from api.transport import graphql_endpoint
from tenants.database import open_pool
from tenants.roles import RoleUrls
from tests.api.catalog.conftest import TwoStalls
from tests.api.client import Client, CountingPool, settings_for
from tests.conftest import Servers
from tests.factories_catalog import P, V, add_categories, add_collections, add_products


@dataclass
class Counted:
    """A buyer whose statements are counted."""

    buyer: Client
    pool: CountingPool

    async def statements(self, query: str, **variables: Any) -> int:
        before = len(self.pool.statements)
        await self.buyer.ask(query, **variables)
        return len(self.pool.statements) - before


@pytest.fixture
async def counted(
    database: RoleUrls, servers: Servers, stalls: TwoStalls
) -> AsyncIterator[Counted]:
    """One connection for all: a request that wants a second one while it holds it fails."""
    async with (
        open_services(settings_for(database, servers.redis_url)) as services,
        open_pool(database.app, size=1) as only,
    ):
        pool: Any = CountingPool(only)
        counting = replace(services, pool=pool)
        door = graphql_endpoint(storefront.SCHEMA, open_context=storefront_context(counting))
        yield Counted(replace(stalls.buyer, app=door), pool)


PRODUCT = """
fragment Card on Product {
  id slug title available priceRange { min { amount currencyCode } max { amount } }
  options { name values }
  images { url(width: 320) alt }
  variants {
    id sku title available price { amount currencyCode } compareAtPrice { amount }
    options { name value }
  }
}
"""
LISTING = (
    """{ products(first: 24, orderBy: [{field: TITLE}]) {
      edges { cursor node { ...Card } } pageInfo { hasNextPage endCursor } } }"""
    + PRODUCT
)
NARROWED = """{ products(first: 24) { totalCount nodes { title image { url } variants { sku } }
  facets { code title values { title count } } priceRange { min { amount } }
  availability { available } } }"""
SEARCH = (
    """{ search(query: "чай", first: 24) { totalCount correctedQuery nodes { ...Card }
      facets { code title values { value title count } } priceRange { min { amount } } } }"""
    + PRODUCT
)
WRONG_LAYOUT = '{ search(query: "xfq", first: 24) { correctedQuery nodes { title } } }'
SUGGESTIONS = """{ suggestions(prefix: "ча") { queries categories { title } brands { title }
  products { title image { url } priceRange { min { amount } } } } }"""
SHELVES = (
    "{ collections(first: 4) { nodes { title products(first: 8) {"
    " totalCount nodes { ...Card } } } } }" + PRODUCT
)
PAGE = (
    """query ($slug: String!) { product(slug: $slug) { ...Card descriptionHtml brand { title }
      mainCategory { title ancestors { title } } attributes { name value }
      related { ...Card } } }"""
    + PRODUCT
)
TREE = "{ categories { title productCount children { title productCount } } }"


def goods(number: int) -> P:
    weights = [
        V(f"T{number}-{grams}", grams * 100, options={"Вес": f"{grams} г", "Сорт": "высший"})
        for grams in (25, 50, 100, 250, 1000)
    ]
    return P(
        f"Чай № {number}",
        weights,
        brand="Мастерская",
        images=3,
        categories=["Чай"],
        collections=[f"Полка {number % 3}"],
        facts={"Страна": "Китай"},
        related=["Чай № 0"] if number else [],
    )


async def stock(stalls: TwoStalls) -> None:
    await add_categories(stalls.shop, {"Чай": {"Зелёный": {}}})
    await add_collections(stalls.shop, "Полка 0", "Полка 1", "Полка 2")
    await add_products(stalls.shop, goods(0))
    await add_products(stalls.shop, *(goods(number) for number in range(1, 24)))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (LISTING, 6),
        (NARROWED, 10),
        (SEARCH, 10),
        (WRONG_LAYOUT, 4),
        (SUGGESTIONS, 5),
        (SHELVES, 8),
        (PAGE, 16),
        (TREE, 4),
    ],
    ids=["listing", "facets", "search", "layout", "suggestions", "shelves", "page", "tree"],
)
async def test_a_page_takes_a_few_statements(
    stalls: TwoStalls, counted: Counted, query: str, count: int
) -> None:
    await stock(stalls)
    slug = {"slug": "chai-no-5"} if query is PAGE else {}
    assert await counted.statements(query, **slug) == count


async def test_more_products_take_no_more_statements(stalls: TwoStalls, counted: Counted) -> None:
    await stock(stalls)
    few = await counted.statements(LISTING.replace("first: 24", "first: 2"))
    many = await counted.statements(LISTING)
    assert few == many


async def test_ordinary_pages_cost_little_of_what_one_request_may(stalls: TwoStalls) -> None:
    await stock(stalls)
    costs = {}
    for name, query in {"listing": LISTING, "search": SEARCH, "shelves": SHELVES}.items():
        body = (await stalls.buyer.send(query)).json()
        costs[name] = body["extensions"]["cost"]["requested"]
    assert max(costs.values()) <= 400, costs
