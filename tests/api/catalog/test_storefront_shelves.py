"""What a buyer sees of categories, brands, collections, menus and pages."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from domain.catalog.tables import Menu, MenuItem, Page, SlugRedirect
from tenants.ids import encode_id, new_id
from tests.api.catalog.conftest import TwoStalls
from tests.factories_catalog import (
    P,
    Shop,
    add_categories,
    add_collections,
    add_products,
    translate,
)

TREE = {"Чай": {"Зелёный": {"Сенча": {}}, "Чёрный": {}}, "Посуда": {}, "Архив": {"Старое": {}}}


async def plant(shop: Shop) -> None:
    await add_categories(shop, TREE, hidden=["Архив"])
    await add_products(
        shop,
        P("Сенча Асамуси", categories=["Сенча", "Зелёный"]),
        P("Кимун", categories=["Чёрный", "Старое"]),
        P("Черновик", categories=["Чёрный"], status="draft"),
        P("Чайник", categories=["Посуда"]),
    )


async def test_the_tree_is_read_from_its_roots_with_counts(stalls: TwoStalls) -> None:
    await plant(stalls.shop)
    await plant(stalls.neighbour.shop)

    data = await stalls.buyer.ask(
        """{ categories { title slug depth productCount
             children { title productCount children { title parent { title } } } } }"""
    )

    assert data["categories"] == [
        {
            "title": "Чай",
            "slug": "chai",
            "depth": 0,
            "productCount": 2,
            "children": [
                {
                    "title": "Зелёный",
                    "productCount": 1,
                    "children": [{"title": "Сенча", "parent": {"title": "Зелёный"}}],
                },
                {"title": "Чёрный", "productCount": 1, "children": []},
            ],
        },
        {"title": "Посуда", "slug": "posuda", "depth": 0, "productCount": 1, "children": []},
    ]


async def test_a_category_knows_its_way_from_the_root(stalls: TwoStalls) -> None:
    await plant(stalls.shop)
    data = await stalls.buyer.ask('{ category(slug: "sencha") { ancestors { title } } }')
    assert data["category"]["ancestors"] == [{"title": "Чай"}, {"title": "Зелёный"}]


async def test_a_product_tells_where_it_is_filed(stalls: TwoStalls) -> None:
    await plant(stalls.shop)
    query = """query ($slug: String!) {
      product(slug: $slug) { mainCategory { title } categories { title } } }"""

    sencha = await stalls.buyer.ask(query, slug="sencha-asamusi")
    keemun = await stalls.buyer.ask(query, slug="kimun")

    assert sencha["product"]["mainCategory"] == {"title": "Сенча"}
    assert [one["title"] for one in sencha["product"]["categories"]] == ["Сенча", "Зелёный"]
    assert keemun["product"]["categories"] == [{"title": "Чёрный"}]


@pytest.mark.parametrize("kind", ["category", "brand", "collection", "page"])
async def test_what_is_hidden_or_foreign_is_answered_like_what_never_was(
    stalls: TwoStalls, kind: str
) -> None:
    await plant(stalls.shop)
    hidden = {
        "category": stalls.shop.categories["Старое"],
        "collection": await _hidden_collection(stalls.shop),
        "page": await _page(stalls.shop, "Скрытое", "skrytoe", is_visible=False),
        "brand": new_id(),
    }[kind]
    slugs = {"category": "staroe", "collection": "skrytoe", "page": "skrytoe", "brand": "x"}
    foreign = await _everything(stalls.neighbour.shop)
    prefix = {"category": "cat", "brand": "brd", "collection": "col", "page": "pag"}[kind]
    query = f"query ($id: ID, $slug: String) {{ {kind}(id: $id, slug: $slug) {{ id title }} }}"

    for one in (hidden, foreign[kind], new_id()):
        assert await stalls.buyer.ask(query, id=encode_id(prefix, one)) == {kind: None}
        node = await stalls.buyer.ask(
            "query ($id: ID!) { node(id: $id) { id } }", id=encode_id(prefix, one)
        )
        assert node == {"node": None}
    assert await stalls.buyer.ask(query, slug=slugs[kind]) == {kind: None}
    assert await stalls.buyer.ask(query, slug="chuzhoe") == {kind: None}
    refused = await stalls.buyer.refused(query, id=encode_id("prd", new_id()))
    assert refused["message"] == f"An id {prefix}_… is wanted; this is a prd_…"


@pytest.mark.parametrize("kind", ["category", "brand", "collection", "page"])
async def test_an_old_slug_leads_to_the_new_one(stalls: TwoStalls, kind: str) -> None:
    made = (await _everything(stalls.shop))[kind]
    async with stalls.shop.scope.writing("test") as uow:
        await uow.add(SlugRedirect, entity_kind=kind, entity_id=made, slug="ranshe")

    data = await stalls.buyer.ask(f'{{ {kind}(slug: "ranshe") {{ slug redirectedFrom }} }}')

    assert data[kind] == {"slug": "chuzhoe", "redirectedFrom": "ranshe"}


async def test_brands_collections_and_pages_are_paged_by_title_both_ways(
    stalls: TwoStalls,
) -> None:
    titles = ["Ахмад", "ёлочка", "Жасмин", "Кертис", "Липтон"]
    await add_collections(stalls.shop, *reversed(titles))
    await add_collections(stalls.neighbour.shop, *titles)
    query = """query ($first: Int, $after: String, $last: Int, $before: String) {
      collections(first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { title } edges { cursor node { title } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""

    first = (await stalls.buyer.ask(query, first=2))["collections"]
    await add_collections(stalls.shop, "Аааа", "Яяяя")  # nothing twice, nothing left out
    second = (await stalls.buyer.ask(query, first=2, after=first["pageInfo"]["endCursor"]))[
        "collections"
    ]
    back = (await stalls.buyer.ask(query, last=2, before=second["pageInfo"]["startCursor"]))[
        "collections"
    ]

    assert first["totalCount"] == 5
    assert [one["title"] for one in first["nodes"]] == ["Ахмад", "ёлочка"]
    assert [one["title"] for one in second["nodes"]] == ["Жасмин", "Кертис"]
    assert back["nodes"] == first["nodes"]
    assert first["edges"][1]["cursor"] == first["pageInfo"]["endCursor"]
    assert second["pageInfo"]["hasNextPage"] is True
    for wrong in ({"first": 1, "last": 1}, {"after": "что-то"}, {"first": 0}, {"first": 101}):
        assert (await stalls.buyer.refused(query, **wrong))["code"] == "BAD_USER_INPUT"


async def test_a_menu_is_a_tree_that_leads_to_things_in_the_window(stalls: TwoStalls) -> None:
    made = await _everything(stalls.shop)
    (draft,) = await add_products(stalls.shop, P("Черновик", status="draft"))
    async with stalls.shop.scope.writing("test") as uow:
        menu = await uow.add(Menu, title="Главное", code="main")
        goods = await uow.add(
            MenuItem, menu_id=menu, position=0, title="Товары", target_kind="none"
        )
        links: list[Mapping[str, Any]] = [
            {"title": kind, "target_kind": kind, "target_id": made[kind], "parent_id": goods}
            for kind in ("category", "brand", "collection", "product", "page")
        ]
        for position, link in enumerate(links):
            await uow.add(MenuItem, menu_id=menu, position=position, **link)
        await uow.add(
            MenuItem, menu_id=menu, position=1, title="Скоро", target_kind="product",
            target_id=draft,
        )  # fmt: skip
        mail = await uow.add(
            MenuItem, menu_id=menu, position=2, title="Почта", target_kind="url",
            url="mailto:tea@example.ru",
        )  # fmt: skip
    await translate(stalls.shop, "menu_item", mail, "en", title="Mail")
    query = """query Q %s { menu(code: "main") { title items { title kind url
      target { __typename }
      items { title kind target { __typename
        ... on Category { slug } ... on Brand { slug } ... on Collection { slug }
        ... on Product { slug } ... on Page { slug } } } } } }"""

    menu = (await stalls.buyer.ask(query % ""))["menu"]
    english = (await stalls.buyer.ask(query % '@inContext(language: "en")'))["menu"]

    assert [one["title"] for one in menu["items"]] == ["Товары", "Скоро", "Почта"]
    goods_item, soon, mail_item = menu["items"]
    assert (goods_item["kind"], goods_item["target"]) == ("NONE", None)
    assert [(one["kind"], one["target"]["__typename"]) for one in goods_item["items"]] == [
        ("CATEGORY", "Category"),
        ("BRAND", "Brand"),
        ("COLLECTION", "Collection"),
        ("PRODUCT", "Product"),
        ("PAGE", "Page"),
    ]
    assert {one["target"]["slug"] for one in goods_item["items"]} == {"chuzhoe"}
    assert soon["target"] is None
    assert mail_item["url"] == "mailto:tea@example.ru"
    assert [one["title"] for one in english["items"]] == ["Товары", "Скоро", "Mail"]
    assert await stalls.neighbour.buyer.ask(query % "") == {"menu": None}


async def test_nodes_of_all_kinds_come_in_the_order_asked_for(stalls: TwoStalls) -> None:
    made = await _everything(stalls.shop)
    prefixes = {"page": "pag", "product": "prd", "brand": "brd", "category": "cat"}
    ids = [encode_id(prefix, made[kind]) for kind, prefix in prefixes.items()]
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"

    data = await stalls.buyer.ask(query, ids=[*ids, encode_id("prd", new_id()), ids[0]])

    assert [node and node["__typename"] for node in data["nodes"]] == [
        "Page", "Product", "Brand", "Category", None, "Page",
    ]  # fmt: skip
    assert [node["id"] for node in data["nodes"] if node] == [*ids, ids[0]]
    assert await stalls.buyer.ask(query, ids=[]) == {"nodes": []}
    refused = await stalls.buyer.refused(query, ids=[encode_id("ord", new_id())])
    assert refused["code"] == "BAD_USER_INPUT"
    assert "prd_…" in refused["message"]
    many = await stalls.buyer.refused(query, ids=[ids[0]] * 101)
    assert (many["code"], "100" in many["message"]) == ("BAD_USER_INPUT", True)


async def _everything(shop: Shop) -> dict[str, UUID]:
    """One of each, at the slug `chuzhoe`."""
    await add_categories(shop, {"Чужое": {}})
    await add_collections(shop, "Чужое")
    product_id, _ = await add_products(
        shop, P("Чужое", brand="Чужое"), P("Рядом", categories=["Чужое"], collections=["Чужое"])
    )
    return {
        "category": shop.categories["Чужое"],
        "collection": shop.collections["Чужое"],
        "brand": shop.brands["Чужое"],
        "product": product_id,
        "page": await _page(shop, "Чужое", "chuzhoe"),
    }


async def _page(shop: Shop, title: str, slug: str, *, is_visible: bool = True) -> UUID:
    async with shop.scope.writing("test") as uow:
        return await uow.add(Page, title=title, slug=slug, is_visible=is_visible)


async def _hidden_collection(shop: Shop) -> UUID:
    await add_collections(shop, "Скрытое", is_visible=False)
    return shop.collections["Скрытое"]


PICKED = """query ($first: Int, $after: String, $last: Int, $before: String) {
  collections { nodes { title products(first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }
}"""


async def test_each_collection_pages_its_products_in_the_merchants_order(
    stalls: TwoStalls,
) -> None:
    for stall in (stalls.ours, stalls.neighbour):
        await add_collections(stall.shop, "Новинки", "Подарки", "Пусто")
        await add_products(
            stall.shop,
            P("Я — первый", collections=["Новинки"]),
            P("Не опубликован", collections=["Новинки"], is_published=False),
            P("Третий", collections=["Новинки", "Подарки"]),
            P("А — последний", collections=["Новинки"]),
        )

    new, gifts, empty = await _picked(stalls, first=2)
    assert [new["title"], gifts["title"], empty["title"]] == ["Новинки", "Подарки", "Пусто"]
    assert [one["title"] for one in new["products"]["nodes"]] == ["Я — первый", "Третий"]
    assert new["products"]["totalCount"] == 3
    assert new["products"]["pageInfo"]["hasNextPage"] is True
    assert [one["title"] for one in gifts["products"]["nodes"]] == ["Третий"]
    assert gifts["products"]["pageInfo"]["hasNextPage"] is False
    assert (empty["products"]["nodes"], empty["products"]["totalCount"]) == ([], 0)

    rest = (await _picked(stalls, first=2, after=new["products"]["pageInfo"]["endCursor"]))[0]
    assert [one["title"] for one in rest["products"]["nodes"]] == ["А — последний"]
    back = (await _picked(stalls, last=2, before=rest["products"]["pageInfo"]["startCursor"]))[0]
    assert back["products"]["nodes"] == new["products"]["nodes"]
    refused = await stalls.buyer.refused(PICKED, first=2, after="bm9uc2Vuc2U=")
    assert refused["code"] == "BAD_USER_INPUT"


async def _picked(stalls: TwoStalls, **arguments: Any) -> list[Any]:
    data = await stalls.buyer.ask(PICKED, **arguments)
    picked: list[Any] = data["collections"]["nodes"]
    return picked


async def test_the_shop_tells_what_it_is_called_and_speaks(stalls: TwoStalls) -> None:
    data = await stalls.buyer.ask(
        "{ shop { name currencyCode language languages country timeZone contact { email } } }"
    )
    assert data["shop"] == {
        "name": "Чайная",
        "currencyCode": "RUB",
        "language": "ru",
        "languages": ["ru", "en"],
        "country": "RU",
        "timeZone": "Europe/Moscow",
        "contact": {"email": "chai@example.ru"},
    }
