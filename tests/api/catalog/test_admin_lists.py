"""The admin's lists: filtered, ordered, paged, and read in a fixed number of statements."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from api import admin
from api.app import open_services
from api.credentials import admin_context
from api.transport import graphql_endpoint
from tenants.ids import encode_id, new_id
from tenants.roles import RoleUrls
from tests.api.client import Client, CountingPool, settings_for
from tests.api.conftest import ADMIN, TwoDesks
from tests.conftest import Servers
from tests.factories_catalog import P, V, add_categories, add_products

pytestmark = pytest.mark.anyio

LIST = """
query ($where: ProductWhere, $orderBy: [ProductOrder!], $first: Int, $after: String, $last: Int,
       $before: String) {
  products(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last,
           before: $before) {
    nodes { title } edges { cursor } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
BY_TITLE = [{"field": "TITLE"}]


@pytest.fixture
async def stocked(desks: TwoDesks) -> TwoDesks:
    for desk in (desks.ours, desks.neighbour):
        await add_categories(desk.shop, {"Чай": {"Чёрный": {}}, "Посуда": {}})
        await add_products(
            desk.shop,
            P("Ассам", [V("A-1", barcodes=["4600000000015"])], categories=["Чёрный"], brand="Гора"),
            P("Чашка", [V("C-1")], categories=["Посуда"], status="draft"),
            P("Чайник", [V("C-2")], categories=["Посуда"], external_id="K-1"),
            P("Пуэр", [V("P-1")], categories=["Чай"], status="archived"),
        )
    return desks


async def titles(desks: TwoDesks, where: Any = None, **more: Any) -> list[str]:
    data = await desks.ours.admin.ask(LIST, where=where, orderBy=BY_TITLE, **more)
    return [row["title"] for row in data["products"]["nodes"]]


async def test_products_are_filtered_by_all_that_they_are(stocked: TwoDesks) -> None:
    shop = stocked.ours.shop
    tea, brand = encode_id("cat", shop.categories["Чай"]), encode_id("brd", shop.brands["Гора"])
    for where, expected in (
        ({}, ["Ассам", "Пуэр", "Чайник", "Чашка"]),
        ({"status": {"eq": "DRAFT"}}, ["Чашка"]),
        ({"status": {"in": ["DRAFT", "ARCHIVED"]}}, ["Пуэр", "Чашка"]),
        ({"status": {"in": []}}, []),
        ({"categoryId": {"eq": tea}}, ["Ассам", "Пуэр"]),
        ({"brandId": {"eq": brand}}, ["Ассам"]),
        ({"brandId": {"isNull": True}}, ["Пуэр", "Чайник", "Чашка"]),
        ({"title": {"startsWith": "ЧА"}}, ["Чайник", "Чашка"]),
        ({"sku": {"in": ["C-1", "P-1"]}}, ["Пуэр", "Чашка"]),
        ({"externalId": {"eq": "K-1"}}, ["Чайник"]),
        ({"not": {"status": {"eq": "ACTIVE"}}}, ["Пуэр", "Чашка"]),
        ({"or": [{"sku": {"eq": "A-1"}}, {"title": {"eq": "пуэр"}}]}, ["Ассам", "Пуэр"]),
        ({"and": [{"categoryId": {"eq": tea}}, {"status": {"eq": "ACTIVE"}}]}, ["Ассам"]),
    ):
        assert await titles(stocked, where) == expected, where


async def test_a_neighbours_ids_filter_nothing_in(stocked: TwoDesks) -> None:
    theirs = stocked.neighbour.shop
    for where in (
        {"categoryId": {"eq": encode_id("cat", theirs.categories["Чай"])}},
        {"brandId": {"in": [encode_id("brd", theirs.brands["Гора"])]}},
        {"id": {"eq": encode_id("prd", theirs.products["Ассам"])}},
        {"categoryId": {"eq": encode_id("cat", new_id())}},
    ):
        assert await titles(stocked, where) == []


async def test_wrong_filters_are_bad_input(stocked: TwoDesks) -> None:
    refused = stocked.ours.admin.refused
    for where in (
        {"categoryId": {"eq": encode_id("brd", new_id())}},
        {"brandId": {"eq": "гора"}},
        {"id": {"eq": None}},
    ):
        assert (await refused(LIST, where=where))["code"] == "BAD_USER_INPUT"
    deep: dict[str, Any] = {"status": {"eq": "DRAFT"}}
    for _ in range(8):
        deep = {"not": deep}
    assert (await refused(LIST, where=deep))["code"] == "BAD_USER_INPUT"
    assert (await refused(LIST, after="курсор"))["code"] == "BAD_USER_INPUT"
    assert (await refused(LIST, first=3, last=3))["code"] == "BAD_USER_INPUT"


async def test_pages_go_forward_and_backward(stocked: TwoDesks) -> None:
    ask = stocked.ours.admin.ask
    first = (await ask(LIST, orderBy=BY_TITLE, first=3))["products"]
    assert [row["title"] for row in first["nodes"]] == ["Ассам", "Пуэр", "Чайник"]
    assert first["totalCount"] == 4
    assert first["pageInfo"]["hasNextPage"]
    end = first["pageInfo"]["endCursor"]
    rest = (await ask(LIST, orderBy=BY_TITLE, first=3, after=end))["products"]
    assert [row["title"] for row in rest["nodes"]] == ["Чашка"]
    assert not rest["pageInfo"]["hasNextPage"]
    start = rest["pageInfo"]["startCursor"]
    back = (await ask(LIST, orderBy=BY_TITLE, last=2, before=start))["products"]
    assert [row["title"] for row in back["nodes"]] == ["Пуэр", "Чайник"]
    other = await stocked.ours.admin.refused(LIST, first=3, after=end)
    assert other["code"] == "BAD_USER_INPUT"


async def test_the_newest_come_first_unless_an_order_is_asked_for(stocked: TwoDesks) -> None:
    data = await stocked.ours.admin.ask(LIST)
    shown = [row["title"] for row in data["products"]["nodes"]]
    assert shown == ["Пуэр", "Чайник", "Чашка", "Ассам"]
    falling = [{"field": "TITLE", "direction": "DESC"}]
    data = await stocked.ours.admin.ask(LIST, orderBy=falling)
    shown = [row["title"] for row in data["products"]["nodes"]]
    assert shown == ["Чашка", "Чайник", "Пуэр", "Ассам"]


async def test_products_of_any_status_are_searched(stocked: TwoDesks) -> None:
    text = """
    query ($query: String!, $first: Int, $after: String) {
      productSearch(query: $query, first: $first, after: $after) {
        nodes { title } totalCount pageInfo { hasNextPage endCursor } } }
    """
    ask = stocked.ours.admin.ask
    for words, expected in (
        ("чашки", ["Чашка"]),
        ("C-2", ["Чайник"]),
        ("4600000000015", ["Ассам"]),
        ("feth", []),
        ("xfirf", ["Чашка"]),
        ("пуэр", ["Пуэр"]),
    ):
        data = await ask(text, query=words)
        assert [row["title"] for row in data["productSearch"]["nodes"]] == expected, words
        assert data["productSearch"]["totalCount"] == len(expected)
    first = (await ask(text, query="посуда", first=1))["productSearch"]
    rest = await ask(text, query="посуда", first=1, after=first["pageInfo"]["endCursor"])
    shown = [row["title"] for row in first["nodes"] + rest["productSearch"]["nodes"]]
    assert sorted(shown) == ["Чайник", "Чашка"]
    refused = await stocked.ours.admin.refused(text, query="ча", after="курсор")
    assert refused["code"] == "BAD_USER_INPUT"


async def test_variants_are_filtered(stocked: TwoDesks) -> None:
    query = "query ($where: VariantWhere) { variants(where: $where) { nodes { sku } } }"
    product = encode_id("prd", stocked.ours.shop.products["Чашка"])
    for where, expected in (
        ({"sku": {"startsWith": "C-"}}, ["C-2", "C-1"]),
        ({"barcode": {"eq": "4600000000015"}}, ["A-1"]),
        ({"productId": {"eq": product}}, ["C-1"]),
        ({"isActive": {"eq": False}}, []),
        ({"weightGrams": {"isNull": True}, "stockPolicy": {"eq": "TRACKED"}}, None),
    ):
        data = await stocked.ours.admin.ask(query, where=where)
        shown = [row["sku"] for row in data["variants"]["nodes"]]
        assert shown == expected if expected is not None else len(shown) == 4


async def test_nodes_of_many_kinds_come_in_the_order_asked_for(stocked: TwoDesks) -> None:
    shop, theirs = stocked.ours.shop, stocked.neighbour.shop
    ids = [
        encode_id("cat", shop.categories["Чай"]),
        encode_id("prd", theirs.products["Ассам"]),
        encode_id("prd", shop.products["Ассам"]),
        encode_id("prl", shop.price_list),
        encode_id("prd", new_id()),
    ]
    query = """
    query ($ids: [ID!]!) { nodes(ids: $ids) {
      id ... on Product { title } ... on Category { slug } ... on PriceList { currencyCode } } }
    """
    data = await stocked.ours.admin.ask(query, ids=ids)
    assert data["nodes"] == [
        {"id": ids[0], "slug": "chai"},
        None,
        {"id": ids[2], "title": "Ассам"},
        {"id": ids[3], "currencyCode": "RUB"},
        None,
    ]
    clerk = await stocked.ours.clerk("products:read")
    assert (await clerk.refused(query, ids=ids))["code"] == "FORBIDDEN"
    assert len((await clerk.ask(query, ids=ids[:3]))["nodes"]) == 3


EVERYTHING = """
{ products(first: 20) { totalCount nodes {
    title brand { title } categories { title } mainCategory { title }
    options { title values { title } } media { url } attributes { value }
    publications { channel { code } } related { title } translations(language: "en") { value }
    variants {
      sku options { name value } barcodes { code } bundleItems { quantity }
      prices { amount { amount } priceList { code } } stock { onHand location { code } }
    }
} } }
"""


async def test_a_longer_list_takes_no_more_statements(
    desks: TwoDesks, database: RoleUrls, servers: Servers
) -> None:
    shop = desks.ours.shop
    await add_categories(shop, {"Чай": {}})

    def some(count: int, start: int) -> list[P]:
        return [
            P(
                f"Товар {number}",
                [V(f"S-{number}-{size}", options={"Вес": str(size)}) for size in range(3)],
                categories=["Чай"],
                brand=f"Марка {number}",
                images=1,
            )
            for number in range(start, start + count)
        ]

    async with open_services(settings_for(database, servers.redis_url)) as services:
        pool: Any = CountingPool(services.pool)
        door = graphql_endpoint(
            admin.SCHEMA, open_context=admin_context(replace(services, pool=pool))
        )
        client = Client(door, desks.ours.admin.key, ADMIN)
        await add_products(shop, *some(2, 0))
        await client.ask(EVERYTHING)
        few = len(pool.statements)
        await add_products(shop, *some(18, 2))
        await client.ask(EVERYTHING)
        many = len(pool.statements) - few
    assert many == few
    assert few <= 24


async def test_the_explorers_examples_answer(stocked: TwoDesks) -> None:
    for example in admin.EXAMPLES:
        data = await stocked.ours.admin.ask(example.query, **orjson.loads(example.variables))
        for payload in data.values():
            assert payload.get("userErrors", []) == []
