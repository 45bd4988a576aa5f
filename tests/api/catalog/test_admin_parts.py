"""What hangs on a thing, as the merchant reads it: a collection's products, a variant's facts."""

import pytest

from tenants.ids import encode_id
from tests.api.answers import refusals
from tests.api.catalog.test_admin_groups import PICK, product
from tests.api.conftest import TwoDesks
from tests.factories_catalog import P, V, add_collections, add_products

pytestmark = pytest.mark.anyio

HELD = """
query ($id: ID, $first: Int, $after: String) { collection(id: $id) {
  products(first: $first, after: $after) {
    nodes { title } totalCount pageInfo { hasNextPage endCursor } } } }
"""
LEAF = """
mutation { attributeCreate(input: {title: "Лист", code: "leaf", kind: TEXT}) { attribute { id } } }
"""
SAY = """
mutation ($input: AttributeValuesSetInput!) { attributeValuesSet(input: $input) {
  product { attributes { value } variants { sku attributes { code value } } }
  userErrors { code path } } }
"""


async def test_a_collections_products_are_read_page_by_page_in_its_order(desks: TwoDesks) -> None:
    order = ["Цейлон", "Ассам", "Байховый"]
    for desk in (desks.ours, desks.neighbour):
        await add_products(desk.shop, *(P(title) for title in sorted(order)))
        await add_products(desk.shop, P("Черновик", status="draft"))
        await add_collections(desk.shop, "Чаи")
    order.append("Черновик")
    collection = encode_id("col", desks.ours.shop.collections["Чаи"])
    picked = {"set": [product(desks.ours, title) for title in order]}
    ask = desks.ours.admin.ask
    await ask(PICK, input={"collection": {"id": collection}, "products": picked})

    first = (await ask(HELD, id=collection, first=3))["collection"]["products"]
    after = first["pageInfo"]["endCursor"]
    rest = (await ask(HELD, id=collection, after=after))["collection"]["products"]
    assert [one["title"] for one in first["nodes"] + rest["nodes"]] == order
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (4, True)
    assert rest["pageInfo"]["hasNextPage"] is False
    theirs = encode_id("col", desks.neighbour.shop.collections["Чаи"])
    assert (await ask(HELD, id=theirs))["collection"] is None


async def test_a_cursor_of_another_list_is_refused(desks: TwoDesks) -> None:
    await add_collections(desks.ours.shop, "Чаи")
    collection = encode_id("col", desks.ours.shop.collections["Чаи"])
    refused = await desks.ours.admin.refused(HELD, id=collection, after="nonsense")
    assert refused["code"] == "BAD_USER_INPUT"


async def test_a_variants_facts_are_its_own(desks: TwoDesks) -> None:
    sizes = [V("A", options={"Вес": "1"}), V("B", options={"Вес": "2"})]
    await add_products(desks.ours.shop, P("Чай", sizes))
    ask, shop = desks.ours.admin.ask, desks.ours.shop
    leaf = (await ask(LEAF))["attributeCreate"]["attribute"]["id"]
    said = {"product": product(desks.ours, "Чай")}
    for variant, value in ((None, "крупный"), ("B", "мелкий")):
        facts = [{"attribute": {"id": leaf}, "values": [value]}]
        one = variant and {"id": encode_id("var", shop.variants[variant])}
        data = await ask(SAY, input={**said, "variant": one, "facts": facts})
        assert refusals(data["attributeValuesSet"]) == []
    assert data["attributeValuesSet"]["product"] == {
        "attributes": [{"value": "крупный"}],
        "variants": [
            {"sku": "A", "attributes": []},
            {"sku": "B", "attributes": [{"code": "leaf", "value": "мелкий"}]},
        ],
    }
