"""Edits of what belongs to a thing are edits of the thing: they heed its version and raise it."""

from typing import Any

import pytest

from tenants.ids import encode_id
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import TwoDesks
from tests.factories_catalog import P, V, add_collections, add_products

pytestmark = pytest.mark.anyio

WORTH = "query ($id: ID!) { node(id: $id) { ... on %s { version updatedAt } } }"
LEAF = """mutation { attributeCreate(input: {title: "Лист", code: "leaf", kind: CHOICE,
  choices: ["a"]}) { attribute { id choices { id } } } }"""
MENU = 'mutation { menuCreate(input: {title: "Меню", code: "main"}) { menu { id } } }'
PICTURES = """mutation { mediaAdd(input: {product: {id: "%s"}, media: [
  {sourceUrl: "https://example.com/1.jpg"}, {sourceUrl: "https://example.com/2.jpg"}]}) {
  media { id } } }"""


async def edits(desks: TwoDesks) -> list[tuple[str, str, str]]:
    """The owner's type and id, and a mutation of what belongs to it, `%s` being its version."""
    shop = desks.ours.shop
    cups = [V("S", options={"Цвет": "белый"}), V("T", options={"Цвет": "синий"})]
    await add_products(shop, P("Чай", cups), P("Набор", [V("N")], kind="bundle"), P("Кофе"))
    await add_collections(shop, "Полка")
    tea, coffee = (encode_id("prd", shop.products[title]) for title in ("Чай", "Кофе"))
    part, bundle = (encode_id("var", shop.variants[sku]) for sku in ("S", "N"))
    shelf = encode_id("col", shop.collections["Полка"])
    ask = desks.ours.admin.ask
    attribute = (await ask(LEAF))["attributeCreate"]["attribute"]
    leaf, choice = attribute["id"], attribute["choices"][0]["id"]
    menu = (await ask(MENU))["menuCreate"]["menu"]["id"]
    first, second = (one["id"] for one in (await ask(PICTURES % tea))["mediaAdd"]["media"])
    options = "query ($id: ID) { product(id: $id) { options { id values { id } } } }"
    (option,) = (await ask(options, id=tea))["product"]["options"]
    named, value = f'product: {{id: "{tea}"}}', option["values"][0]["id"]
    v = "expectedVersion: %s"
    return [
        ("Product", tea, f'optionAdd(input: {{{named}, title: "Вес", value: "1", {v}}})'),
        ("Product", tea, f'optionUpdate(id: "{option["id"]}", input: {{title: "Тон", {v}}})'),
        ("Product", tea, f'optionValueUpdate(id: "{value}", input: {{title: "бел", {v}}})'),
        ("Product", tea, f'mediaReorder(input: {{{named}, mediaIds: ["{second}"], {v}}})'),
        ("Product", tea, f'mediaUpdate(id: "{first}", input: {{alt: "Чашка", {v}}})'),
        ("Product", tea, f'mediaDelete(id: "{first}", {v})'),
        ("Product", tea, f'mediaAdd(input: {{{named}, {v}, '
         f'media: [{{sourceUrl: "https://example.com/3.jpg"}}]}})'),
        ("Product", tea, f'productRelatedSet(input: {{{named}, '
         f'related: [{{id: "{coffee}"}}], {v}}})'),
        ("Product", tea, f'attributeValuesSet(input: {{{named}, {v}, '
         f'facts: [{{attribute: {{id: "{leaf}"}}, values: ["a"]}}]}})'),
        ("Variant", bundle, f'bundleItemsSet(input: {{variant: {{id: "{bundle}"}}, {v}, '
         f'parts: [{{variant: {{id: "{part}"}}, quantity: "1"}}]}})'),
        ("Collection", shelf, f'collectionProductsChange(input: {{collection: {{id: "{shelf}"}}, '
         f'products: {{add: [{{id: "{tea}"}}]}}, {v}}})'),
        ("Menu", menu, f'menuItemsSet(input: {{menuId: "{menu}", {v}, '
         f'links: [{{title: "Чай"}}]}})'),
        ("Attribute", leaf, f'attributeChoicesAdd(input: {{attribute: {{id: "{leaf}"}}, {v}, '
         f'choices: ["b"]}})'),
        ("Attribute", leaf, f'attributeChoiceRename(id: "{choice}", title: "A", {v})'),
    ]  # fmt: skip


async def test_what_belongs_to_a_thing_is_changed_at_the_version_that_was_seen(
    desks: TwoDesks,
) -> None:
    async def worth(kind: str, id: str) -> Any:
        return (await desks.ours.admin.ask(WORTH % kind, id=id))["node"]

    async def sent(edit: str, version: int) -> Any:
        text = "mutation { %s { userErrors { code path } } }" % (edit % version)
        (payload,) = (await desks.ours.admin.ask(text)).values()
        return refusals(payload)

    for kind, owner, edit in await edits(desks):
        before, rows = await worth(kind, owner), await everything(desks.ours.shop)
        stale = await sent(edit, before["version"] + 1)
        assert [code for code, path in stale if path.endswith("expectedVersion")] == ["CONFLICT"], (
            edit
        )
        assert await everything(desks.ours.shop) == rows, edit
        assert await sent(edit, before["version"]) == [], edit
        after = await worth(kind, owner)
        assert after["version"] == before["version"] + 1, edit
        assert after["updatedAt"] > before["updatedAt"], edit


async def test_the_same_barcodes_again_are_no_edit(desks: TwoDesks) -> None:
    await add_products(desks.ours.shop, P("Чай", [V("A")]))
    text = """mutation ($id: ID!, $codes: [String!]) {
      variantUpdate(id: $id, input: {barcodes: $codes}) { variant { version } } }"""
    variant = encode_id("var", desks.ours.shop.variants["A"])
    versions = []
    for codes in (["4600000000015"], ["4600000000015"], []):
        data = await desks.ours.admin.ask(text, id=variant, codes=codes)
        versions.append(data["variantUpdate"]["variant"]["version"])
    assert versions[0] == versions[1] == versions[2] - 1


async def test_a_product_is_deleted_only_as_it_was_seen(desks: TwoDesks) -> None:
    await add_products(desks.ours.shop, P("Чай", [V(stock=0)]))
    product = encode_id("prd", desks.ours.shop.products["Чай"])
    text = """mutation ($id: ID!, $seen: Int) { productDelete(id: $id, expectedVersion: $seen) {
      productId userErrors { code path } } }"""
    data = await desks.ours.admin.ask(text, id=product, seen=7)
    assert refusals(data["productDelete"]) == [("CONFLICT", "expectedVersion")]
    data = await desks.ours.admin.ask(text, id=product, seen=1)
    assert data["productDelete"] == {"productId": product, "userErrors": []}
