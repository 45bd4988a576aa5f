"""How many SQL statements a page takes: a few, whatever stands on it."""

import pytest

from tests.api.catalog.conftest import TwoStalls
from tests.api.catalog.counting import Counted, stock

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
    await stock(stalls.shop)
    slug = {"slug": "chai-no-5"} if query is PAGE else {}
    assert await counted.statements(query, **slug) == count


async def test_more_products_take_no_more_statements(stalls: TwoStalls, counted: Counted) -> None:
    await stock(stalls.shop)
    few = await counted.statements(LISTING.replace("first: 24", "first: 2"))
    many = await counted.statements(LISTING)
    assert few == many


async def test_ordinary_pages_cost_little_of_what_one_request_may(stalls: TwoStalls) -> None:
    await stock(stalls.shop)
    costs = {}
    for name, query in {"listing": LISTING, "search": SEARCH, "shelves": SHELVES}.items():
        body = (await stalls.buyer.send(query)).json()
        costs[name] = body["extensions"]["cost"]["requested"]
    assert max(costs.values()) <= 400, costs


async def test_columns_that_no_field_reads_are_not_asked_for(
    counted: Counted, stalls: TwoStalls
) -> None:
    await stock(stalls.shop)
    text = "{ products(first: 5) { nodes { title variants { sku } %s } } }"

    async def sent(more: str) -> str:
        before = len(counted.pool.statements)
        await counted.buyer.ask(text % more)
        return "\n".join(counted.pool.statements[before:])

    unread = ("seo_title", "country", "weight_grams", "metadata")
    without = await sent("")
    assert not [name for name in unread if name in without]
    assert "product.seo_title" in await sent("seo { title }")
    assert "variant.weight_grams" in await sent("variants { weightGrams }")
