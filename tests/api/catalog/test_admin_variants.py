"""Variants, options and bundles at the admin's door."""

from typing import Any

import pytest

from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

ADD = """
mutation ($input: VariantsBulkCreateInput!) { variantsBulkCreate(input: $input) {
  variants { sku position options { name value } barcodes { code } externalId { id } }
  userErrors { code path } } }
"""
UPDATE = """
mutation ($id: ID!, $input: VariantUpdateInput!) { variantUpdate(id: $id, input: $input) {
  variant { sku title version barcodes { code kind } options { name value } }
  userErrors { code path } } }
"""
BULK_UPDATE = """
mutation ($input: VariantsBulkUpdateInput!) { variantsBulkUpdate(input: $input) {
  variants { sku version } userErrors { code path } } }
"""
DELETE = """
mutation ($ids: [ID!]!) { variantsDelete(ids: $ids) { variantIds userErrors { code path } } }
"""
TEA = P(
    "Чай",
    [
        V("T-50", options={"Вес": "50 г"}, barcodes=["4600000000015"]),
        V("T-100", options={"Вес": "100 г"}),
    ],
)


def of(desk: Desk, sku: str) -> str:
    return encode_id("var", desk.shop.variants[sku])


def tea(desk: Desk) -> dict[str, Any]:
    return {"id": encode_id("prd", desk.shop.products["Чай"])}


def options(value: str, name: str = "Вес") -> list[dict[str, str]]:
    return [{"name": name, "value": value}]


@pytest.fixture
async def shops(desks: TwoDesks) -> TwoDesks:
    await add_products(desks.ours.shop, TEA)
    await add_products(desks.neighbour.shop, TEA)
    return desks


async def test_variants_are_added_to_a_product(shops: TwoDesks) -> None:
    rows = [
        {"sku": "T-250", "options": options("250 г"), "externalId": {"source": "erp", "id": "3"}},
        {"sku": "T-1", "options": options("1 кг"), "barcodes": ["4600000000022"]},
    ]
    data = await shops.ours.admin.ask(ADD, input={"product": tea(shops.ours), "variants": rows})
    payload = data["variantsBulkCreate"]
    assert payload["userErrors"] == []
    assert [one["sku"] for one in payload["variants"]] == ["T-250", "T-1"]
    assert payload["variants"][0]["externalId"] == {"id": "3"}
    assert payload["variants"][1]["options"] == options("1 кг")


async def test_wrong_variants_are_refused_in_their_rows(shops: TwoDesks) -> None:
    before = await everything(shops.ours.shop)
    rows = [
        {"options": options("50 г")},
        {"options": options("лист", "Помол")},
        {"options": options("5 кг"), "barcodes": ["4600000000015"], "quantityStep": "-1"},
    ]
    data = await shops.ours.admin.ask(ADD, input={"product": tea(shops.ours), "variants": rows})
    assert data["variantsBulkCreate"]["variants"] is None
    assert sorted(refusals(data["variantsBulkCreate"])) == [
        ("INVALID", "variants.1.options"),
        ("INVALID", "variants.2.quantityStep"),
        ("TAKEN", "variants.0.options"),
        ("TAKEN", "variants.2.barcodes.0"),
    ]
    for product in (tea(shops.neighbour), {"id": encode_id("prd", new_id())}):
        data = await shops.ours.admin.ask(ADD, input={"product": product, "variants": [{}]})
        assert refusals(data["variantsBulkCreate"]) == [("NOT_FOUND", "product")]
    assert await everything(shops.ours.shop) == before


async def test_a_variant_changes_its_choice_and_codes(shops: TwoDesks) -> None:
    ask = shops.ours.admin.ask
    change: dict[str, Any] = {
        "options": options("60 г"),
        "barcodes": ["4600000000022", "96385074"],
        "sku": None,
    }
    data = await ask(UPDATE, id=of(shops.ours, "T-50"), input=change)
    assert data["variantUpdate"] == {
        "variant": {
            "sku": None,
            "title": "",
            "version": 2,
            "barcodes": [
                {"code": "4600000000022", "kind": "EAN13"},
                {"code": "96385074", "kind": "EAN8"},
            ],
            "options": options("60 г"),
        },
        "userErrors": [],
    }
    before = await everything(shops.ours.shop)
    for change, refused in (
        ({"options": options("100 г")}, ("TAKEN", "options")),
        ({"barcodes": ["4600000000016"]}, ("INVALID", "barcodes.0")),
        ({"weightGrams": -5}, ("INVALID", "weightGrams")),
        ({"expectedVersion": 9}, ("CONFLICT", "expectedVersion")),
    ):
        data = await ask(UPDATE, id=of(shops.ours, "T-50"), input=change)
        assert refusals(data["variantUpdate"]) == [refused]
    data = await ask(UPDATE, id=of(shops.neighbour, "T-50"), input={"sku": "X"})
    assert refusals(data["variantUpdate"]) == [("NOT_FOUND", "id")]
    assert await everything(shops.ours.shop) == before


async def test_failed_rows_of_a_bulk_are_skipped_when_asked(shops: TwoDesks) -> None:
    rows = [
        {"id": of(shops.ours, "T-50"), "sku": "NEW"},
        {"id": of(shops.ours, "T-100"), "minQuantity": "0"},
        {"id": of(shops.neighbour, "T-100"), "sku": "STOLEN"},
    ]
    data = await shops.ours.admin.ask(
        BULK_UPDATE, input={"variants": rows, "errorPolicy": "SKIP_FAILED"}
    )
    payload = data["variantsBulkUpdate"]
    assert payload["variants"] == [{"sku": "NEW", "version": 2}, None, None]
    assert refusals(payload) == [
        ("INVALID", "variants.1.minQuantity"),
        ("NOT_FOUND", "variants.2.id"),
    ]


async def test_a_product_keeps_its_last_variant(shops: TwoDesks) -> None:
    ask = shops.ours.admin.ask
    await add_products(shops.ours.shop, P("Мате", [V("M-1", stock=0), V("M-2", stock=0)]))
    first, second = of(shops.ours, "M-1"), of(shops.ours, "M-2")
    data = await ask(DELETE, ids=[first, second])
    assert refusals(data["variantsDelete"]) == [("NOT_ALLOWED", "ids")]
    data = await ask(DELETE, ids=[first])
    assert data["variantsDelete"] == {"variantIds": [first], "userErrors": []}
    data = await ask(DELETE, ids=[first])
    assert refusals(data["variantsDelete"]) == [("NOT_FOUND", "ids.0")]
    data = await ask(DELETE, ids=[of(shops.neighbour, "T-50")])
    assert refusals(data["variantsDelete"]) == [("NOT_FOUND", "ids.0")]


async def test_options_are_added_renamed_and_taken_away(shops: TwoDesks) -> None:
    ask = shops.ours.admin.ask
    add = """
    mutation ($input: OptionAddInput!) { optionAdd(input: $input) {
      option { id title values { id title } } userErrors { code path } } }
    """
    data = await ask(add, input={"product": tea(shops.ours), "title": "Помол", "value": "лист"})
    option = data["optionAdd"]["option"]
    assert (option["title"], [one["title"] for one in option["values"]]) == ("Помол", ["лист"])
    again = await ask(add, input={"product": tea(shops.ours), "title": "Помол", "value": "пыль"})
    assert refusals(again["optionAdd"]) == [("TAKEN", "title")]

    rename = """
    mutation ($id: ID!) {
      optionUpdate(id: $id, input: {title: "Лист"}) { option { title } userErrors { code path } }
    }
    """
    assert (await ask(rename, id=option["id"]))["optionUpdate"]["option"] == {"title": "Лист"}
    rename_value = """
    mutation ($id: ID!) { optionValueUpdate(id: $id, input: {title: "целый"}) {
      optionValue { title } userErrors { code path } } }
    """
    data = await ask(rename_value, id=option["values"][0]["id"])
    assert data["optionValueUpdate"]["optionValue"] == {"title": "целый"}
    absent = await ask(rename_value, id=encode_id("opv", new_id()))
    assert refusals(absent["optionValueUpdate"]) == [("NOT_FOUND", "id")]

    delete = "mutation ($id: ID!) { optionDelete(id: $id) { optionId userErrors { code path } } }"
    assert (await ask(delete, id=option["id"]))["optionDelete"]["optionId"] == option["id"]
    assert refusals((await ask(delete, id=option["id"]))["optionDelete"]) == [("NOT_FOUND", "id")]


async def test_a_bundle_is_made_of_parts(shops: TwoDesks) -> None:
    shop, ask = shops.ours.shop, shops.ours.admin.ask
    await add_products(shop, P("Набор", [V("SET")], kind="bundle"))
    text = """
    mutation ($input: BundleItemsSetInput!) { bundleItemsSet(input: $input) {
      variant { bundleItems { quantity variant { sku } } } userErrors { code path } } }
    """
    bundle = {"id": of(shops.ours, "SET")}
    parts = [
        {"variant": {"id": of(shops.ours, "T-50")}, "quantity": "2"},
        {"variant": {"id": of(shops.ours, "T-100")}, "quantity": "0.5"},
    ]
    data = await ask(text, input={"variant": bundle, "parts": parts})
    assert data["bundleItemsSet"]["variant"]["bundleItems"] == [
        {"quantity": "2", "variant": {"sku": "T-50"}},
        {"quantity": "0.5", "variant": {"sku": "T-100"}},
    ]
    before = await everything(shop)
    theirs = {"variant": {"id": of(shops.neighbour, "T-50")}, "quantity": "1"}
    for whole, given, refused in (
        (bundle, [parts[0], theirs], ("NOT_FOUND", "parts.1.variant")),
        (bundle, [parts[0], parts[0]], ("INVALID", "parts.1")),
        (bundle, [{**parts[0], "quantity": "0"}], ("INVALID", "parts.0.quantity")),
        (bundle, [{"variant": bundle, "quantity": "1"}], ("INVALID", "parts.0")),
        ({"id": of(shops.ours, "T-50")}, [parts[1]], ("NOT_ALLOWED", "variant")),
    ):
        data = await ask(text, input={"variant": whole, "parts": given})
        assert refusals(data["bundleItemsSet"]) == [refused]
    assert await everything(shop) == before


async def test_a_scanned_code_finds_its_variant(shops: TwoDesks) -> None:
    query = "query ($code: String) { variant(barcode: $code) { sku } }"
    ask = shops.ours.admin.ask
    assert await ask(query, code="4600000000015") == {"variant": {"sku": "T-50"}}
    assert await ask(query, code="4600000000022") == {"variant": None}
    assert (await shops.ours.admin.refused(query, code="4600000000016"))["code"] == "BAD_USER_INPUT"
