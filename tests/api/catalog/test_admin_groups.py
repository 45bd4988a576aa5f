"""The category tree, collections, attributes, menus, words and pictures at the admin's door."""

from typing import Any

import pytest
from sqlalchemy import select

from tenants.ids import encode_id, new_id
from tenants.jobs import Job
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_categories, add_collections, add_products

pytestmark = pytest.mark.anyio

MOVE = """
mutation ($id: ID!, $input: CategoryMoveInput!) { categoryMove(id: $id, input: $input) {
  category { depth parent { title } ancestors { title } children { title ancestors { title } } }
  userErrors { code path } } }
"""
COLLECT = """
mutation ($input: CollectionCreateInput!) { collectionCreate(input: $input) {
  collection { id rule { match conditions { field values } } } userErrors { code path } } }
"""
PICK = """
mutation ($input: CollectionProductsInput!) { collectionProductsChange(input: $input) {
  collection { title } userErrors { code path } } }
"""
SET_FACTS = """
mutation ($input: AttributeValuesSetInput!) { attributeValuesSet(input: $input) {
  product { attributes { code value unit key attribute { title } } } userErrors { code path } } }
"""
SET_LINKS = """
mutation ($input: MenuItemsSetInput!) { menuItemsSet(input: $input) {
  menu { items { title kind url targetId items { title kind } } } userErrors { code path } } }
"""
TRANSLATE = """
mutation ($input: TranslationsSetInput!) { translationsSet(input: $input) {
  translations { field value } userErrors { code path } } }
"""
ADD_MEDIA = """
mutation ($input: MediaAddInput!) { mediaAdd(input: $input) {
  media { id position alt status url sourceUrl variantId } userErrors { code path } } }
"""


def category(desk: Desk, title: str) -> str:
    return encode_id("cat", desk.shop.categories[title])


def product(desk: Desk, title: str) -> dict[str, str]:
    return {"id": encode_id("prd", desk.shop.products[title])}


async def test_a_category_moves_with_all_below_it(desks: TwoDesks) -> None:
    await add_categories(desks.ours.shop, {"Чай": {"Чёрный": {"Ассам": {}}}, "Индия": {}})
    await add_categories(desks.neighbour.shop, {"Чай": {}})
    ask, ours = desks.ours.admin.ask, desks.ours

    under = {"parent": {"id": category(ours, "Индия")}}
    data = await ask(MOVE, id=category(ours, "Чёрный"), input=under)
    assert data["categoryMove"]["category"] == {
        "depth": 1,
        "parent": {"title": "Индия"},
        "ancestors": [{"title": "Индия"}],
        "children": [{"title": "Ассам", "ancestors": [{"title": "Индия"}, {"title": "Чёрный"}]}],
    }
    data = await ask(MOVE, id=category(ours, "Чёрный"), input={"parent": None})
    assert data["categoryMove"]["category"]["parent"] is None

    before = await everything(ours.shop)
    for parent, refused in (
        (category(ours, "Ассам"), ("INVALID", "parent")),
        (category(desks.neighbour, "Чай"), ("NOT_FOUND", "parent")),
        (encode_id("cat", new_id()), ("NOT_FOUND", "parent")),
    ):
        data = await ask(MOVE, id=category(ours, "Чёрный"), input={"parent": {"id": parent}})
        assert refusals(data["categoryMove"]) == [refused]
    delete = (
        "mutation ($id: ID!) { categoryDelete(id: $id) { categoryId userErrors { code path } } }"
    )
    data = await ask(delete, id=category(ours, "Чёрный"))
    assert refusals(data["categoryDelete"]) == [("IN_USE", "id")]
    assert await everything(ours.shop) == before


async def test_a_collection_follows_its_rule(desks: TwoDesks) -> None:
    shop, ask = desks.ours.shop, desks.ours.admin.ask
    await add_categories(shop, {"Чай": {"Чёрный": {}}, "Кофе": {}})
    await add_products(shop, P("Ассам", categories=["Чёрный"]), P("Арабика", categories=["Кофе"]))
    rule = {"conditions": [{"field": "CATEGORY", "values": [category(desks.ours, "Чай")]}]}
    data = await ask(COLLECT, input={"title": "Чаи", "kind": "RULE", "rule": rule})
    made = data["collectionCreate"]["collection"]
    assert made["rule"] == {"match": "ALL", **rule}
    held = await ask(
        "query ($id: ID!) { products(where: {collectionId: {eq: $id}}) { nodes { title } } }",
        id=made["id"],
    )
    assert held["products"]["nodes"] == [{"title": "Ассам"}]

    picked = {"collection": {"id": made["id"]}, "products": {"add": [product(desks.ours, "Ассам")]}}
    data = await ask(PICK, input=picked)
    assert refusals(data["collectionProductsChange"]) == [("NOT_ALLOWED", "collection")]
    wrong = {
        "conditions": [{"field": "COUNTRY", "values": ["IN"]}, {"field": "BRAND", "values": []}]
    }
    data = await ask(COLLECT, input={"title": "X", "kind": "RULE", "rule": wrong})
    assert refusals(data["collectionCreate"]) == [("INVALID", "rule.conditions.1.values")]
    wrong = {"conditions": [{"field": "BRAND", "values": [category(desks.ours, "Чай")]}]}
    refused = await desks.ours.admin.refused(
        COLLECT, input={"title": "X", "kind": "RULE", "rule": wrong}
    )
    assert refused["code"] == "BAD_USER_INPUT"


async def test_products_are_picked_in_order(desks: TwoDesks) -> None:
    shop, ask = desks.ours.shop, desks.ours.admin.ask
    await add_collections(shop, "Осень")
    await add_products(shop, P("Один"), P("Два"))
    await add_products(desks.neighbour.shop, P("Чужой"))
    autumn = {"id": encode_id("col", shop.collections["Осень"])}
    one, two = product(desks.ours, "Один"), product(desks.ours, "Два")
    data = await ask(PICK, input={"collection": autumn, "products": {"set": [two, one]}})
    assert data["collectionProductsChange"]["userErrors"] == []
    before = await everything(shop)
    theirs = product(desks.neighbour, "Чужой")
    data = await ask(PICK, input={"collection": autumn, "products": {"add": [theirs]}})
    ((code, path),) = refusals(data["collectionProductsChange"])
    assert (code, path.split(".")[0]) == ("NOT_FOUND", "products")
    assert await everything(shop) == before


async def test_facts_are_said_of_products(desks: TwoDesks) -> None:
    await add_products(desks.ours.shop, P("Чай", [V("T")]))
    ask = desks.ours.admin.ask
    make = """
    mutation ($input: AttributeCreateInput!) { attributeCreate(input: $input) {
      attribute { id choices { id key title } } userErrors { code path } } }
    """
    ids = {}
    for code, kind, more in (
        ("strength", "NUMBER", {"unit": "°"}),
        ("organic", "BOOLEAN", {}),
        ("picked", "DATE", {}),
        ("leaf", "CHOICE", {"choices": ["Целый", "Резаный"]}),
    ):
        given = {"code": code, "title": code.title(), "kind": kind, **more}
        made = (await ask(make, input=given))["attributeCreate"]
        assert made["userErrors"] == []
        ids[code] = {"id": made["attribute"]["id"]}
    tea = product(desks.ours, "Чай")
    facts: list[dict[str, Any]] = [
        {"attribute": ids["strength"], "values": ["3.5"]},
        {"attribute": ids["organic"], "values": [True]},
        {"attribute": ids["picked"], "values": ["2026-04-01"]},
        {"attribute": ids["leaf"], "values": ["целый", "Резаный"]},
    ]
    data = await ask(SET_FACTS, input={"product": tea, "facts": facts})
    assert data["attributeValuesSet"]["userErrors"] == []
    shown = data["attributeValuesSet"]["product"]["attributes"]
    assert [(one["code"], one["value"]) for one in shown] == [
        ("strength", "3.5"),
        ("organic", "true"),
        ("picked", "2026-04-01"),
        ("leaf", "Целый"),
        ("leaf", "Резаный"),
    ]
    assert shown[0]["unit"] == "°"

    before = await everything(desks.ours.shop)
    absent = {"id": encode_id("att", new_id())}
    for wrong, refused in (
        ({"attribute": ids["strength"], "values": ["много"]}, ("INVALID", "facts.1.values.0")),
        ({"attribute": ids["organic"], "values": ["да"]}, ("INVALID", "facts.1.values.0")),
        (
            {"attribute": ids["leaf"], "values": ["Целый", "пыль"]},
            ("NOT_FOUND", "facts.1.values.1"),
        ),
        ({"attribute": absent, "values": ["1"]}, ("NOT_FOUND", "facts.1.attribute")),
    ):
        data = await ask(SET_FACTS, input={"product": tea, "facts": [facts[0], wrong]})
        assert refusals(data["attributeValuesSet"]) == [refused]
    assert await everything(desks.ours.shop) == before


async def test_choices_are_added_renamed_and_kept_while_chosen(desks: TwoDesks) -> None:
    await add_products(desks.ours.shop, P("Чай"))
    ask = desks.ours.admin.ask
    made = await ask(
        'mutation { attributeCreate(input: {code: "leaf", title: "Лист", kind: CHOICE}) '
        "{ attribute { id } } }"
    )
    leaf = {"id": made["attributeCreate"]["attribute"]["id"]}
    add = """
    mutation ($input: AttributeChoicesAddInput!) { attributeChoicesAdd(input: $input) {
      choices { id title position } userErrors { code path } } }
    """
    data = await ask(add, input={"attribute": leaf, "choices": ["Целый", "Пыль"]})
    whole, dust = data["attributeChoicesAdd"]["choices"]
    data = await ask(add, input={"attribute": leaf, "choices": ["Новый", "ЦЕЛЫЙ"]})
    assert refusals(data["attributeChoicesAdd"]) == [("TAKEN", "choices.1")]

    tea = product(desks.ours, "Чай")
    fact = {"attribute": leaf, "values": ["Целый"]}
    await ask(SET_FACTS, input={"product": tea, "facts": [fact]})
    rename = """
    mutation ($id: ID!) { attributeChoiceRename(id: $id, title: "Цельный") {
      choice { title } userErrors { code path } } }
    """
    assert (await ask(rename, id=whole["id"]))["attributeChoiceRename"]["choice"] == {
        "title": "Цельный"
    }
    shown = await ask(
        "query ($id: ID!) { product(id: $id) { attributes { value } } }", id=tea["id"]
    )
    assert shown["product"]["attributes"] == [{"value": "Цельный"}]
    delete = """
    mutation ($id: ID!) { attributeChoiceDelete(id: $id) { choiceId userErrors { code path } } }
    """
    data = await ask(delete, id=whole["id"])
    assert refusals(data["attributeChoiceDelete"]) == [("IN_USE", "id")]
    data = await ask(delete, id=dust["id"])
    assert data["attributeChoiceDelete"] == {"choiceId": dust["id"], "userErrors": []}


async def test_fields_of_the_merchants_own_are_typed(desks: TwoDesks) -> None:
    ask = desks.ours.admin.ask
    await ask(
        'mutation { fieldDefinitionCreate(input: {owner: PRODUCT, code: "cost_price", '
        'title: "Закупка", kind: NUMBER}) { fieldDefinition { id } } }'
    )
    listed = await ask("{ fieldDefinitions(owner: PRODUCT) { code owner kind } }")
    assert listed["fieldDefinitions"] == [
        {"code": "cost_price", "owner": "PRODUCT", "kind": "NUMBER"}
    ]
    text = """
    mutation ($input: ProductCreateInput!) { productCreate(input: $input) {
      product { fields } userErrors { code path } } }
    """
    data = await ask(text, input={"title": "Чай", "fields": {"cost_price": "120.50"}})
    assert data["productCreate"]["product"]["fields"] == {"cost_price": "120.5"}
    data = await ask(text, input={"title": "Чай", "fields": {"cost_price": "дорого"}})
    assert refusals(data["productCreate"]) == [("INVALID", "fields.cost_price")]


async def test_a_menu_is_made_of_links(desks: TwoDesks) -> None:
    await add_categories(desks.ours.shop, {"Чай": {}})
    await add_categories(desks.neighbour.shop, {"Чай": {}})
    ask = desks.ours.admin.ask
    made = await ask(
        'mutation { menuCreate(input: {code: "main", title: "Главное"}) { menu { id } } }'
    )
    menu_id = made["menuCreate"]["menu"]["id"]
    tea = category(desks.ours, "Чай")
    links: list[dict[str, Any]] = [
        {
            "title": "Каталог",
            "under": [{"title": "Чай", "kind": "CATEGORY", "target": {"id": tea}}],
        },
        {"title": "О нас", "kind": "URL", "url": "/about"},
    ]
    data = await ask(SET_LINKS, input={"menuId": menu_id, "links": links})
    assert data["menuItemsSet"]["menu"]["items"] == [
        {
            "title": "Каталог",
            "kind": "NONE",
            "url": None,
            "targetId": None,
            "items": [{"title": "Чай", "kind": "CATEGORY"}],
        },
        {"title": "О нас", "kind": "URL", "url": "/about", "targetId": None, "items": []},
    ]
    before = await everything(desks.ours.shop)
    for target in (category(desks.neighbour, "Чай"), encode_id("cat", new_id())):
        wrong = {"title": "Чай", "kind": "CATEGORY", "target": {"id": target}}
        given = {"menuId": menu_id, "links": [links[1], {"title": "Меню", "under": [wrong]}]}
        data = await ask(SET_LINKS, input=given)
        assert refusals(data["menuItemsSet"]) == [("NOT_FOUND", "links.1.under.0.target")]
    script = {"title": "Чай", "kind": "URL", "url": "javascript:alert(1)"}
    data = await ask(SET_LINKS, input={"menuId": menu_id, "links": [script]})
    assert refusals(data["menuItemsSet"]) == [("INVALID", "links.0.url")]
    assert await everything(desks.ours.shop) == before


async def test_texts_are_put_into_other_languages(desks: TwoDesks) -> None:
    await add_products(desks.ours.shop, P("Чай"))
    await add_products(desks.neighbour.shop, P("Чай"))
    ask = desks.ours.admin.ask
    tea = product(desks.ours, "Чай")["id"]
    words: list[dict[str, Any]] = [
        {"name": "title", "value": "Tea"},
        {"name": "seoTitle", "value": "Buy tea"},
    ]
    data = await ask(TRANSLATE, input={"id": tea, "language": "en", "words": words})
    shown = data["translationsSet"]["translations"]
    assert sorted((one["field"], one["value"]) for one in shown) == [
        ("seoTitle", "Buy tea"),
        ("title", "Tea"),
    ]
    words = [{"name": "seoTitle", "value": None}]
    await ask(TRANSLATE, input={"id": tea, "language": "en", "words": words})
    read = await ask(
        'query ($id: ID!) { product(id: $id) { translations(language: "en") { field } } }', id=tea
    )
    assert read["product"]["translations"] == [{"field": "title"}]

    before = await everything(desks.ours.shop)
    theirs = product(desks.neighbour, "Чай")["id"]
    good = [{"name": "title", "value": "Tea"}]
    for given, refused in (
        ({"id": theirs, "language": "en", "words": good}, ("NOT_FOUND", "id")),
        ({"id": tea, "language": "эльфийский", "words": good}, ("INVALID", "language")),
        (
            {"id": tea, "language": "en", "words": [*good, {"name": "slug", "value": "tea"}]},
            ("INVALID", "words.1"),
        ),
    ):
        data = await ask(TRANSLATE, input=given)
        assert refusals(data["translationsSet"]) == [refused]
    other = {"id": encode_id("prl", new_id()), "language": "en", "words": good}
    assert (await desks.ours.admin.refused(TRANSLATE, input=other))["code"] == "BAD_USER_INPUT"
    assert await everything(desks.ours.shop) == before


async def test_pictures_are_added_moved_and_taken_away(desks: TwoDesks) -> None:
    shop, ask = desks.ours.shop, desks.ours.admin.ask
    await add_products(shop, P("Чай", [V("T")]))
    await add_products(desks.neighbour.shop, P("Чай", [V("T")]))
    tea, variant = product(desks.ours, "Чай"), encode_id("var", shop.variants["T"])
    media: list[dict[str, Any]] = [
        {"sourceUrl": "https://pictures.example/1.jpg", "alt": "Пачка"},
        {"sourceUrl": "https://pictures.example/2.jpg", "variant": {"id": variant}},
    ]
    data = await ask(ADD_MEDIA, input={"product": tea, "media": media})
    assert data["mediaAdd"]["userErrors"] == []
    first, second = data["mediaAdd"]["media"]
    assert (first["alt"], first["status"], first["url"]) == (
        "Пачка",
        "WAITING",
        "https://pictures.example/1.jpg",
    )
    assert second["variantId"] == variant
    kinds = await shop.scope.reading.rows(select(Job.kind).where(Job.kind == "media.store"))
    assert len(kinds) == 1

    change = """
    mutation ($id: ID!) { mediaUpdate(id: $id, input: {position: 0, alt: "Спереди"}) {
      media { position alt } userErrors { code path } } }
    """
    data = await ask(change, id=second["id"])
    assert data["mediaUpdate"]["media"] == {"position": 0, "alt": "Спереди"}
    before = await everything(shop)
    theirs = {"id": encode_id("var", desks.neighbour.shop.variants["T"])}
    for given, refused in (
        ({"sourceUrl": "ftp://pictures.example/1.jpg"}, ("INVALID", "media.0.sourceUrl")),
        ({}, ("INVALID", "media.0.sourceUrl")),
        ({**media[0], "variant": theirs}, ("NOT_FOUND", "media.0.variant")),
        ({"uploadId": encode_id("upl", new_id())}, ("NOT_FOUND", "media.0.uploadId")),
    ):
        data = await ask(ADD_MEDIA, input={"product": tea, "media": [given]})
        assert refusals(data["mediaAdd"]) == [refused]
    data = await ask(ADD_MEDIA, input={"product": product(desks.neighbour, "Чай"), "media": media})
    assert refusals(data["mediaAdd"]) == [("NOT_FOUND", "product")]
    assert await everything(shop) == before

    delete = "mutation ($id: ID!) { mediaDelete(id: $id) { mediaId userErrors { code path } } }"
    data = await ask(delete, id=first["id"])
    assert data["mediaDelete"] == {"mediaId": first["id"], "userErrors": []}
    assert refusals((await ask(delete, id=first["id"]))["mediaDelete"]) == [("NOT_FOUND", "id")]
