"""Lists of products: narrowed down, ordered, paged, searched, suggested; each shop's own only."""

from typing import Any

import pytest

from domain.catalog.tables import AttributeChoice
from tenants.ids import encode_id, new_id
from tests.api.catalog.conftest import TwoStalls
from tests.factories_catalog import (
    P,
    Shop,
    V,
    add_categories,
    add_collections,
    add_products,
    translate,
)

PRODUCTS = """
query Products($where: ProductWhere, $orderBy: [ProductOrder!], $first: Int, $after: String,
    $last: Int, $before: String) {
  products(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last,
      before: $before) {
    totalCount
    nodes { title }
    edges { cursor node { title } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
ASSORTMENT = (
    P("Сенча", [V("S-1", 30_000), V("S-2", 90_000)], brand="Удзи", categories=["Зелёный"],
      collections=["Новинки"], facts={"Страна": "Япония", "Крепость": 2_500}),
    P("Ассам", [V("A-1", 20_000, stock=0)], brand="Раджа", categories=["Чёрный"],
      facts={"Страна": "Индия", "Крепость": 4_000}),
    P("Гёкуро", [V("G-1", 150_000)], brand="Удзи", categories=["Зелёный"],
      collections=["Новинки"], facts={"Страна": "Япония", "Крепость": 3_000}),
    P("Чайник", [V("T-1", 400_000)], categories=["Посуда"]),
    P("Без цены", [V("N-1", None)], categories=["Посуда"]),
    P("Черновик", [V("D-1", 10)], status="draft", categories=["Зелёный"], collections=["Новинки"]),
)  # fmt: skip


async def stock(shop: Shop) -> None:
    await add_categories(shop, {"Чай": {"Зелёный": {}, "Чёрный": {}}, "Посуда": {}})
    await add_collections(shop, "Новинки")
    await add_products(shop, *ASSORTMENT)


async def both(stalls: TwoStalls) -> None:
    await stock(stalls.shop)
    await stock(stalls.neighbour.shop)


async def titles(stalls: TwoStalls, **variables: Any) -> list[str]:
    found = (await stalls.buyer.ask(PRODUCTS, **variables))["products"]
    assert found["totalCount"] == len(found["nodes"])
    return [one["title"] for one in found["nodes"]]


def by_title() -> list[dict[str, str]]:
    return [{"field": "TITLE"}]


async def test_products_are_narrowed_down(stalls: TwoStalls) -> None:
    await both(stalls)
    shop, order = stalls.shop, by_title()
    category = {title: encode_id("cat", id) for title, id in shop.categories.items()}
    brand = {title: encode_id("brd", id) for title, id in shop.brands.items()}

    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["Ассам", "Без цены", "Гёкуро", "Сенча", "Чайник"]),
        ({"category": {"eq": category["Чай"]}}, ["Ассам", "Гёкуро", "Сенча"]),
        (
            {"category": {"in": [category["Чёрный"], category["Посуда"]]}},
            ["Ассам", "Без цены", "Чайник"],
        ),
        ({"brand": {"eq": brand["Удзи"]}}, ["Гёкуро", "Сенча"]),
        (
            {"category": {"eq": category["Чай"]}, "brand": {"in": list(brand.values())}},
            ["Ассам", "Гёкуро", "Сенча"],
        ),
        (
            {
                "collection": {"eq": encode_id("col", shop.collections["Новинки"])},
                "category": {"eq": category["Чёрный"]},
            },
            [],
        ),
        ({"price": {"gte": "300", "lte": "1500.00"}}, ["Гёкуро", "Сенча"]),
        ({"price": {"gte": "1000"}}, ["Гёкуро", "Чайник"]),
        ({"price": {"lte": "250"}}, ["Ассам"]),
        (
            {"availableOnly": True, "category": {"eq": category["Чай"]}},
            ["Гёкуро", "Сенча"],
        ),
        ({"attributes": [{"code": "strana", "eq": "Япония"}]}, ["Гёкуро", "Сенча"]),
        (
            {"attributes": [{"code": "strana", "in": ["индия", "Китай"]}]},
            ["Ассам"],
        ),
        ({"attributes": [{"code": "krepost", "gte": "2.6", "lte": "4"}]}, ["Ассам", "Гёкуро"]),
        ({"attributes": [{"code": "krepost", "eq": "2.5"}]}, ["Сенча"]),
        (
            {
                "attributes": [
                    {"code": "strana", "eq": "Япония"},
                    {"code": "krepost", "gte": "3"},
                ]
            },
            ["Гёкуро"],
        ),
        # What matches nothing: empty lists, and what is not there.
        ({"brand": {"in": []}}, []),
        ({"category": {"in": []}}, []),
        ({"attributes": [{"code": "strana", "in": []}]}, []),
        ({"attributes": [{"code": "net-takogo", "in": ["Китай"]}]}, []),
        ({"brand": {"eq": encode_id("brd", new_id())}}, []),
        (
            {"category": {"eq": encode_id("cat", stalls.neighbour.shop.categories["Чай"])}},
            [],
        ),
        (
            {"category": {"in": [encode_id("cat", stalls.neighbour.shop.categories["Чай"])]}},
            [],
        ),
    ]
    for where, wanted in cases:
        assert await titles(stalls, where=where, orderBy=order) == wanted, where


async def test_products_come_in_the_order_asked_for(stalls: TwoStalls) -> None:
    await both(stalls)
    new = {"collection": {"eq": encode_id("col", stalls.shop.collections["Новинки"])}}

    assert await titles(stalls, where=new) == ["Сенча", "Гёкуро"]
    assert await titles(stalls, orderBy=[{"field": "PRICE"}]) == [
        "Ассам", "Сенча", "Гёкуро", "Чайник", "Без цены",
    ]  # fmt: skip
    dear = await titles(stalls, where=new, orderBy=[{"field": "PRICE", "direction": "DESC"}])
    assert dear == ["Гёкуро", "Сенча"]
    assert len(await titles(stalls, orderBy=[{"field": "PUBLISHED_AT"}])) == 5


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"where": {"category": {"eq": encode_id("prd", new_id())}}}, "cat_… is wanted"),
        ({"where": {"brand": {"in": ["17"]}}}, "brd_… is wanted"),
        ({"where": {"price": {"gte": "дорого"}}}, "price"),
        ({"where": {"price": {"gte": "1.005"}}}, "price"),
        ({"where": {"attributes": [{"code": "strana"}]}}, "either"),
        ({"where": {"attributes": [{"code": "strana", "gte": "1"}]}}, "no number"),
        ({"where": {"attributes": [{"code": "krepost", "eq": "крепкий"}]}}, "krepost"),
        ({"where": {"attributes": [{"code": "strana", "eq": "x"}] * 2}}, "twice"),
        ({"orderBy": [{"field": "TITLE", "direction": "DESC"}]}, "TITLE is ASC only"),
        ({"orderBy": [{"field": "RELEVANCE"}]}, "search"),
        ({"orderBy": [{"field": "TITLE"}, {"field": "PRICE"}]}, "one order"),
        ({"first": 101}, "100"),
        ({"first": 2, "last": 2}, "not both"),
        ({"after": "bm9uc2Vuc2U="}, "cursor"),
    ],
)
async def test_what_cannot_be_asked_for_is_refused(
    stalls: TwoStalls, variables: dict[str, Any], words: str
) -> None:
    await stock(stalls.shop)
    refused = await stalls.buyer.refused(PRODUCTS, **variables)
    assert refused["code"] == "BAD_USER_INPUT"
    assert words in refused["message"]


async def test_a_neighbours_cursor_is_a_place_in_our_own_list(stalls: TwoStalls) -> None:
    await stock(stalls.shop)
    await add_products(stalls.neighbour.shop, P("Вечер"), P("Гроза"), P("Дождь"))
    theirs = (await stalls.neighbour.buyer.ask(PRODUCTS, first=1, orderBy=by_title()))["products"]

    found = await stalls.buyer.ask(
        PRODUCTS, first=9, after=theirs["pageInfo"]["endCursor"], orderBy=by_title()
    )

    assert [one["title"] for one in found["products"]["nodes"]] == ["Гёкуро", "Сенча", "Чайник"]


async def test_paging_is_stable_both_ways_while_products_come(stalls: TwoStalls) -> None:
    await both(stalls)
    order = by_title()

    async def page(**variables: Any) -> Any:
        return (await stalls.buyer.ask(PRODUCTS, orderBy=order, **variables))["products"]

    first = await page(first=2)
    await add_products(stalls.shop, P("Аааа"), P("Вввв"), P("Яяяя"))
    second = await page(first=3, after=first["pageInfo"]["endCursor"])
    third = await page(first=3, after=second["pageInfo"]["endCursor"])
    back = await page(last=2, before=second["pageInfo"]["startCursor"])

    assert [one["title"] for one in first["nodes"]] == ["Ассам", "Без цены"]
    assert [one["title"] for one in second["nodes"]] == ["Вввв", "Гёкуро", "Сенча"]
    assert [one["title"] for one in third["nodes"]] == ["Чайник", "Яяяя"]
    assert third["pageInfo"]["hasNextPage"] is False
    assert back["nodes"] == first["nodes"]
    assert (back["pageInfo"]["hasPreviousPage"], back["pageInfo"]["hasNextPage"]) == (True, True)


FACETS = """
facets { kind code title unit values { value title number count } }
priceRange { min { amount currencyCode } max { amount } }
availability { available unavailable }
"""


async def test_facets_count_what_the_other_filters_leave(stalls: TwoStalls) -> None:
    await both(stalls)
    category = stalls.shop.categories
    query = f"query ($where: ProductWhere) {{ products(where: $where) {{ {FACETS} }} }}"
    where = {
        "category": {"eq": encode_id("cat", category["Чай"])},
        "attributes": [{"code": "strana", "eq": "япония"}],
        "price": {"lte": "1000"},
    }

    found = (await stalls.buyer.ask(query, where=where))["products"]

    facets = {facet["code"]: facet for facet in found["facets"]}
    counts = {
        code: {value["title"]: value["count"] for value in facet["values"]}
        for code, facet in facets.items()
    }
    assert counts["category"] == {"Чай": 1, "Зелёный": 1}
    assert counts["brand"] == {"Удзи": 1}
    assert counts["strana"] == {"Япония": 1, "Индия": 1}  # without its own choice
    assert counts["krepost"] == {"2.5": 1}
    assert facets["krepost"]["kind"] == "NUMBER"
    assert facets["krepost"]["values"][0]["number"] == "2.5"
    assert (facets["brand"]["kind"], facets["brand"]["title"]) == ("BRAND", "Brand")
    assert facets["brand"]["values"][0]["value"] == encode_id("brd", stalls.shop.brands["Удзи"])
    # Without regard to the filter of price.
    assert found["priceRange"] == {
        "min": {"amount": "300.00", "currencyCode": "RUB"},
        "max": {"amount": "1500.00"},
    }
    assert found["availability"] == {"available": 1, "unavailable": 0}


async def test_what_a_facet_gives_is_what_the_filter_takes(stalls: TwoStalls) -> None:
    await both(stalls)
    query = "{ products { facets { kind code values { value count } } } }"
    facets = (await stalls.buyer.ask(query))["products"]["facets"]
    assert {facet["code"] for facet in facets} == {"category", "brand", "strana", "krepost"}

    for facet in facets:
        for value in facet["values"]:
            where: dict[str, Any] = {
                "CATEGORY": {"category": {"eq": value["value"]}},
                "BRAND": {"brand": {"eq": value["value"]}},
            }.get(
                facet["kind"],
                {"attributes": [{"code": facet["code"], "eq": value["value"]}]},
            )
            assert len(await titles(stalls, where=where)) == value["count"], (facet, value)


async def test_shelves_tell_what_stands_on_each(stalls: TwoStalls) -> None:
    await both(stalls)
    told = """totalCount availability { available unavailable }
      priceRange { min { amount } max { amount } } facets { code values { title count } }"""
    query = f"{{ brands {{ nodes {{ id title products {{ {told} }} }} }} }}"
    alone = f"query ($id: ID!) {{ node(id: $id) {{ ... on Brand {{ products {{ {told} }} }} }} }}"

    brands = (await stalls.buyer.ask(query))["brands"]["nodes"]

    assert [(one["title"], one["products"]["availability"]) for one in brands] == [
        ("Раджа", {"available": 0, "unavailable": 1}),
        ("Удзи", {"available": 2, "unavailable": 0}),
    ]
    for one in brands:
        by_itself = (await stalls.buyer.ask(alone, id=one["id"]))["node"]["products"]
        assert one["products"] == by_itself
        countries = {facet["code"]: facet["values"] for facet in by_itself["facets"]}["strana"]
        assert len(countries) == 1
        assert countries[0]["count"] == by_itself["totalCount"]


SEARCH = """
query Search($query: String!, $where: ProductWhere, $orderBy: [ProductOrder!], $first: Int,
    $after: String) {
  search(query: $query, where: $where, orderBy: $orderBy, first: $first, after: $after) {
    totalCount correctedQuery usedLayout
    nodes { title }
    pageInfo { hasNextPage endCursor }
    facets { code values { title count } }
    priceRange { min { amount } max { amount } }
    availability { available unavailable }
  }
}
"""


async def test_products_are_found_by_words_articles_and_the_wrong_layout(
    stalls: TwoStalls,
) -> None:
    await both(stalls)

    async def search(query: str, **variables: Any) -> Any:
        return (await stalls.buyer.ask(SEARCH, query=query, **variables))["search"]

    plain = await search("сенча")
    assert ([one["title"] for one in plain["nodes"]], plain["totalCount"]) == (["Сенча"], 1)
    assert (plain["correctedQuery"], plain["usedLayout"]) == (None, None)
    assert plain["priceRange"] == {"min": {"amount": "300.00"}, "max": {"amount": "300.00"}}
    assert plain["availability"] == {"available": 1, "unavailable": 0}
    assert {facet["code"] for facet in plain["facets"]} >= {"category", "brand", "strana"}

    wrong_layout = await search("ctyxf")
    assert [one["title"] for one in wrong_layout["nodes"]] == ["Сенча"]
    assert (wrong_layout["correctedQuery"], wrong_layout["usedLayout"]) == ("сенча", "CYRILLIC")

    mistyped = await search("чайнек")
    assert [one["title"] for one in mistyped["nodes"]] == ["Чайник"]
    assert (mistyped["correctedQuery"], mistyped["usedLayout"]) == ("чайник", None)

    assert [one["title"] for one in (await search("G-1"))["nodes"]] == ["Гёкуро"]
    assert (await search("D-1"))["totalCount"] == 0
    assert (await search("нетничего"))["nodes"] == []

    tea = await search("удзи", orderBy=[{"field": "PRICE", "direction": "DESC"}], first=1)
    assert [one["title"] for one in tea["nodes"]] == ["Гёкуро"]
    assert (tea["totalCount"], tea["pageInfo"]["hasNextPage"]) == (2, True)
    rest = await search(
        "удзи",
        orderBy=[{"field": "PRICE", "direction": "DESC"}],
        first=1,
        after=tea["pageInfo"]["endCursor"],
    )
    assert [one["title"] for one in rest["nodes"]] == ["Сенча"]

    narrow = await search("удзи", where={"price": {"gte": "1000"}})
    assert [one["title"] for one in narrow["nodes"]] == ["Гёкуро"]
    refused = await stalls.buyer.refused(
        SEARCH, query="чай", orderBy=[{"field": "POSITION", "direction": "ASC"}]
    )
    assert refused["code"] == "BAD_USER_INPUT"


async def test_typing_leads_to_words_and_things(stalls: TwoStalls) -> None:
    await both(stalls)
    query = """query ($prefix: String!, $first: Int! = 5) { suggestions(prefix: $prefix,
      first: $first) { queries categories { title slug } brands { title }
      products { title priceRange { min { amount } } } } }"""

    found = (await stalls.buyer.ask(query, prefix="че"))["suggestions"]
    wrong_layout = (await stalls.buyer.ask(query, prefix="ct"))["suggestions"]

    assert [one["title"] for one in found["categories"]] == ["Чёрный"]
    assert found["products"] == []  # the draft is not there
    assert [one["title"] for one in wrong_layout["products"]] == ["Сенча"]
    assert wrong_layout["products"][0]["priceRange"] == {"min": {"amount": "300.00"}}
    for first in (0, 21):
        refused = await stalls.buyer.refused(query, prefix="ч", first=first)
        assert refused["code"] == "BAD_USER_INPUT"


async def test_facets_of_choices_are_told_in_the_language_asked_for(stalls: TwoStalls) -> None:
    await both(stalls)
    country = stalls.shop.attributes["Страна"]
    await translate(stalls.shop, "attribute", country, "en", title="Country")
    async with stalls.shop.scope.writing("test") as uow:
        japan = await uow.add(
            AttributeChoice, attribute_id=country, key="япония", title="Япония", position=0
        )
    await translate(stalls.shop, "attribute_choice", japan, "en", title="Japan")
    query = """query Q @inContext(language: "en") {
      products { facets { code title values { title } } } }"""

    facets = (await stalls.buyer.ask(query))["products"]["facets"]

    (facet,) = [one for one in facets if one["code"] == "strana"]
    assert facet["title"] == "Country"
    assert {value["title"] for value in facet["values"]} == {"Japan", "Индия"}
