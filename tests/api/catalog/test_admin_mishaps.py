"""What goes wrong on a merchant's day: words with nothing in them, things that others take away."""

import asyncio
from typing import Any

import pytest

from tenants.ids import encode_id
from tests.api.answers import refusals
from tests.api.catalog.test_admin_groups import ADD_MEDIA, COLLECT, PICK, product
from tests.api.client import Client, make_key
from tests.api.conftest import TwoDesks
from tests.factories_catalog import P, V, add_collections, add_products

pytestmark = pytest.mark.anyio

CREATE = """
mutation ($input: ProductCreateInput!) { productCreate(input: $input) {
  product { id variants { id } } userErrors { code path } } }
"""


@pytest.mark.parametrize("title", ["\u200b", " \u2060\ufeff ", "\u202e"])
async def test_a_title_that_shows_nothing_is_none(desks: TwoDesks, title: str) -> None:
    data = await desks.ours.admin.ask(CREATE, input={"title": title})
    assert refusals(data["productCreate"]) == [("REQUIRED", "title")]


async def test_letters_of_all_directions_and_joined_signs_are_kept(desks: TwoDesks) -> None:
    for title in ("شاي \u200fأخضر", "Чай 👨\u200d👩\u200d👧", "茶"):
        data = await desks.ours.admin.ask(CREATE, input={"title": title})
        made = data["productCreate"]["product"]["id"]
        shown = await desks.ours.admin.ask(
            "query ($id: ID) { product(id: $id) { title } }", id=made
        )
        assert shown["product"]["title"] == title


async def test_one_option_is_not_chosen_twice(desks: TwoDesks) -> None:
    twice = [{"name": "Цвет", "value": "белый"}, {"name": " Цвет ", "value": "синий"}]
    data = await desks.ours.admin.ask(
        CREATE, input={"title": "Чашка", "variants": [{"options": twice}]}
    )
    assert refusals(data["productCreate"]) == [("TAKEN", "variants.0.options.1")]


@pytest.mark.parametrize("days", ["²", "9" * 5_000, "-1", "0", ""])
async def test_days_of_a_rule_are_a_number(desks: TwoDesks, days: str) -> None:
    rule = {"conditions": [{"field": "NEW_WITHIN_DAYS", "values": [days]}]}
    data = await desks.ours.admin.ask(
        COLLECT, input={"title": "Новинки", "kind": "RULE", "rule": rule}
    )
    assert refusals(data["collectionCreate"]) == [("INVALID", "rule.conditions.0.values")]


async def test_a_null_filter_filters_nothing(desks: TwoDesks) -> None:
    await add_products(desks.ours.shop, P("Чай"))
    data = await desks.ours.admin.ask(
        "{ products(where: {or: null, and: null, not: null, title: null}) { totalCount } }"
    )
    assert data["products"]["totalCount"] == 1


async def test_products_that_are_put_in_another_order_are_shown_in_it(desks: TwoDesks) -> None:
    shop, titles = desks.ours.shop, ["Ассам", "Байховый", "Цейлон"]
    await add_products(shop, *(P(title) for title in titles))
    await add_collections(shop, "Чаи")
    named = {"id": encode_id("col", shop.collections["Чаи"])}
    for order in (titles, titles[::-1], [titles[1], titles[0], titles[2]]):
        picked = {"set": [product(desks.ours, title) for title in order]}
        await desks.ours.admin.ask(PICK, input={"collection": named, "products": picked})
        assert await shelf(desks, named["id"]) == order


async def shelf(desks: TwoDesks, collection_id: str) -> list[str]:
    """Titles of a collection as buyers see it."""
    query = "query ($id: ID) { collection(id: $id) { products { nodes { title } } } }"
    key = await make_key(desks.ours.platform_pool, desks.ours.shop.scope.tenant_id, "publishable")
    data = await Client(desks.ours.admin.app, key).ask(query, id=collection_id)
    return [one["title"] for one in data["collection"]["products"]["nodes"]]


async def test_a_variant_goes_and_leaves_its_picture(desks: TwoDesks) -> None:
    sizes = [{"options": [{"name": "Вес", "value": value}]} for value in ("50 г", "100 г")]
    data = await desks.ours.admin.ask(CREATE, input={"title": "Чай", "variants": sizes})
    made = data["productCreate"]["product"]
    pictures = [
        {"sourceUrl": "https://example.com/1.jpg", "variant": {"id": made["variants"][0]["id"]}}
    ]
    await desks.ours.admin.ask(ADD_MEDIA, input={"product": {"id": made["id"]}, "media": pictures})
    delete = "mutation ($ids: [ID!]!) { variantsDelete(ids: $ids) { userErrors { code path } } }"
    data = await desks.ours.admin.ask(delete, ids=[made["variants"][0]["id"]])
    assert data["variantsDelete"]["userErrors"] == []
    left = await desks.ours.admin.ask(
        "query ($id: ID) { product(id: $id) { variants { id } media { variantId } } }",
        id=made["id"],
    )
    assert left["product"] == {
        "variants": [{"id": made["variants"][1]["id"]}],
        "media": [{"variantId": None}],
    }


async def test_what_is_pointed_to_may_go_away_at_the_same_time(desks: TwoDesks) -> None:
    ask = desks.ours.admin.ask
    data = await ask('mutation { brandCreate(input: {title: "Марка"}) { brand { id } } }')
    brand = {"id": data["brandCreate"]["brand"]["id"]}
    delete = "mutation ($id: ID) { brandDelete(id: $id) { userErrors { code path } } }"

    async def make(number: int) -> Any:
        data = await ask(CREATE, input={"title": f"Чай {number}", "brand": brand})
        return refusals(data["productCreate"])

    gone, *made = await asyncio.gather(ask(delete, id=brand["id"]), *map(make, range(6)))
    if refusals(gone["brandDelete"]):
        assert refusals(gone["brandDelete"]) == [("IN_USE", "id")]
        assert made.count([]) > 0
    else:
        assert made == [[("NOT_FOUND", "brand")]] * 6


async def test_a_location_goes_with_its_zeros_but_not_with_its_history(desks: TwoDesks) -> None:
    await add_products(desks.ours.shop, P("Чай", [V("A", stock=0)]))
    create = """mutation ($code: String!) { locationCreate(input: {title: $code, code: $code}) {
      location { id } } }"""
    counted = """mutation ($input: StockSetInput!) { stockSet(input: $input) {
      userErrors { code path } } }"""
    delete = "mutation ($id: ID) { locationDelete(id: $id) { userErrors { code path } } }"
    variant = {"id": encode_id("var", desks.ours.shop.variants["A"])}
    for code, counts, refused in (
        ("never", ("0",), []),
        ("once", ("1", "0"), [{"code": "IN_USE", "path": ["id"]}]),
    ):
        made = await desks.ours.admin.ask(create, code=code)
        location = made["locationCreate"]["location"]["id"]
        seen = "0"
        for count in counts:
            row = {"variant": variant, "onHand": count, "replaces": seen}
            data = await desks.ours.keyed(f"{code} {count}").ask(
                counted, input={"location": {"id": location}, "levels": [row]}
            )
            assert data["stockSet"]["userErrors"] == []
            seen = count
        data = await desks.ours.admin.ask(delete, id=location)
        assert data["locationDelete"]["userErrors"] == refused


async def test_a_price_list_ends_after_it_begins(desks: TwoDesks) -> None:
    create = """mutation ($input: PriceListCreateInput!) { priceListCreate(input: $input) {
      priceList { id } userErrors { code path } } }"""
    list_of = {"title": "Опт", "code": "bulk", "currencyCode": "RUB"}
    early, late = "2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z"
    wrong = {**list_of, "validFrom": late, "validUntil": early}
    data = await desks.ours.admin.ask(create, input=wrong)
    assert refusals(data["priceListCreate"]) == [("INVALID", "validUntil")]
    data = await desks.ours.admin.ask(create, input={**list_of, "validFrom": late})
    made = data["priceListCreate"]["priceList"]["id"]
    end = """mutation ($id: ID, $until: DateTime) {
      priceListUpdate(id: $id, input: {validUntil: $until}) { userErrors { code path } } }"""
    data = await desks.ours.admin.ask(end, id=made, until=early)
    assert refusals(data["priceListUpdate"]) == [("INVALID", "validUntil")]
