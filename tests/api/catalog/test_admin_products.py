"""Products at the admin's door: made, read, changed, put away; and every way to be refused."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.catalog.tables import Product
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_categories, add_products

pytestmark = pytest.mark.anyio

CREATE = """
mutation ($input: ProductCreateInput!) {
  productCreate(input: $input) {
    product {
      id version title slug status kind unit country isAdult descriptionHtml metadata fields
      externalId { source id } brand { title } categories { title } mainCategory { title }
      options { title values { title } } publications { channel { code } }
      variants { sku barcodes { code kind } options { name value } minQuantity stockPolicy }
    }
    userErrors { message code path }
  }
}
"""
UPDATE = """
mutation ($id: ID!, $input: ProductUpdateInput!) {
  productUpdate(id: $id, input: $input) {
    product { id version title slug status publishedAt brand { title } categories { title } }
    userErrors { message code path ... on ConflictError { currentVersion } }
  }
}
"""
BULK_CREATE = """
mutation ($input: ProductsBulkCreateInput!) {
  productsBulkCreate(input: $input) { products { title slug } userErrors { code path } }
}
"""
BULK_UPDATE = """
mutation ($input: ProductsBulkUpdateInput!) {
  productsBulkUpdate(input: $input) { products { title version } userErrors { code path } }
}
"""
COUNT = select(func.count()).select_from(Product)


def spelled(ids: list[Any]) -> list[str]:
    return [encode_id("prd", one) for one in ids]


async def count(desk: Desk) -> int:
    return int(await desk.shop.scope.reading.value(COUNT))


async def test_a_product_is_made_with_all_that_is_its_own(desks: TwoDesks) -> None:
    await add_categories(desks.ours.shop, {"Чай": {"Чёрный": {}}})
    await add_products(desks.ours.shop, P("Иной", brand="Чайная гора"))
    shop = desks.ours.shop

    made = await desks.ours.admin.ask(
        CREATE,
        input={
            "title": "Чай Ассам",
            "externalId": {"source": "erp", "id": "T-1"},
            "status": "ACTIVE",
            "descriptionHtml": "<p>Крепкий<script>alert(1)</script></p>",
            "brand": {"id": encode_id("brd", shop.brands["Чайная гора"])},
            "mainCategory": {"id": encode_id("cat", shop.categories["Чёрный"])},
            "categories": {"add": [{"id": encode_id("cat", shop.categories["Чай"])}]},
            "country": "IN",
            "metadata": {"public": {"badge": "Хит"}},
            "variants": [
                {
                    "sku": "A-100",
                    "options": [{"name": "Вес", "value": "100 г"}],
                    "barcodes": ["4600000000015"],
                },
                {"options": [{"name": "Вес", "value": "250 г"}], "minQuantity": "0.5"},
            ],
        },
    )

    product = made["productCreate"]["product"]
    assert made["productCreate"]["userErrors"] == []
    assert product.pop("id").startswith("prd_")
    assert product == {
        "version": 1,
        "title": "Чай Ассам",
        "slug": "chai-assam",
        "status": "ACTIVE",
        "kind": "SIMPLE",
        "unit": "PIECE",
        "country": "IN",
        "isAdult": False,
        "descriptionHtml": "<p>Крепкий</p>",
        "metadata": {"public": {"badge": "Хит"}},
        "fields": {},
        "externalId": {"source": "erp", "id": "T-1"},
        "brand": {"title": "Чайная гора"},
        "categories": [{"title": "Чёрный"}, {"title": "Чай"}],
        "mainCategory": {"title": "Чёрный"},
        "options": [{"title": "Вес", "values": [{"title": "100 г"}, {"title": "250 г"}]}],
        "publications": [{"channel": {"code": "site"}}],
        "variants": [
            {
                "sku": "A-100",
                "barcodes": [{"code": "4600000000015", "kind": "EAN13"}],
                "options": [{"name": "Вес", "value": "100 г"}],
                "minQuantity": "1",
                "stockPolicy": "TRACKED",
            },
            {
                "sku": None,
                "barcodes": [],
                "options": [{"name": "Вес", "value": "250 г"}],
                "minQuantity": "0.5",
                "stockPolicy": "TRACKED",
            },
        ],
    }


async def test_each_refusal_says_where_and_nothing_is_made(desks: TwoDesks) -> None:
    await add_products(
        desks.ours.shop, P("Есть", [V("E-1", barcodes=["4600000000015"])], external_id="T-1")
    )
    before = await everything(desks.ours.shop)
    wrong = {
        "title": "",
        "slug": "Не слаг",
        "country": "Россия",
        "externalId": {"source": "erp", "id": "T-1"},
        "brand": {"externalId": {"source": "erp", "id": "нет"}},
        "mainCategory": {"id": encode_id("cat", new_id())},
        "channels": [{"id": encode_id("chn", new_id())}],
        "fields": {"no_such": 1},
        "variants": [
            {
                "options": [{"name": "Вес", "value": "1 кг"}, {"name": "Цвет", "value": " "}],
                "barcodes": ["4600000000015", "4600000000016"],
                "weightGrams": -1,
            },
            {"options": [{"name": "Помол", "value": "лист"}]},
        ],
    }
    payload = (await desks.ours.admin.ask(CREATE, input=wrong))["productCreate"]

    assert payload["product"] is None
    assert {
        ("REQUIRED", "title"),
        ("INVALID", "slug"),
        ("INVALID", "country"),
        ("NOT_FOUND", "brand"),
        ("NOT_FOUND", "mainCategory"),
        ("NOT_FOUND", "channels.0"),
        ("INVALID", "fields.no_such"),
        ("REQUIRED", "variants.0.options.1"),
        ("TAKEN", "variants.0.barcodes.0"),
        ("INVALID", "variants.0.barcodes.1"),
        ("INVALID", "variants.0.weightGrams"),
        ("INVALID", "variants.1.options"),
    } <= set(refusals(payload))
    taken = {"title": "Ещё", "slug": "est", "externalId": {"source": "erp", "id": "T-1"}}
    payload = (await desks.ours.admin.ask(CREATE, input=taken))["productCreate"]
    assert sorted(refusals(payload)) == [("TAKEN", "externalId"), ("TAKEN", "slug")]
    assert await everything(desks.ours.shop) == before


async def test_what_is_left_out_stays_and_null_clears(desks: TwoDesks) -> None:
    shop = desks.ours.shop
    await add_categories(shop, {"Чай": {}, "Подарки": {}})
    product = P("Ассам", brand="Гора", categories=["Чай"], status="draft")
    (product_id,) = spelled(await add_products(shop, product))
    ask = desks.ours.admin.ask
    gifts = {"id": encode_id("cat", shop.categories["Подарки"])}

    filed = await ask(
        UPDATE,
        id=product_id,
        input={"categories": {"add": [gifts]}, "status": "ACTIVE", "expectedVersion": 1},
    )
    assert filed["productUpdate"]["userErrors"] == []
    one = filed["productUpdate"]["product"]
    assert one["brand"] == {"title": "Гора"}
    assert one["categories"] == [{"title": "Чай"}, {"title": "Подарки"}]
    assert (one["status"], one["version"]) == ("ACTIVE", 2)
    assert one["publishedAt"] is not None

    cleared = await ask(UPDATE, id=product_id, input={"brand": None, "categories": {"set": []}})
    one = cleared["productUpdate"]["product"]
    assert (one["brand"], one["categories"], one["title"]) == (None, [], "Ассам")

    same = await ask(UPDATE, id=product_id, input={"title": "Ассам"})
    assert same["productUpdate"]["product"]["version"] == one["version"]


async def test_an_old_slug_goes_on_leading_to_its_product(desks: TwoDesks) -> None:
    (product_id,) = spelled(await add_products(desks.ours.shop, P("Ассам")))
    await desks.ours.admin.ask(UPDATE, id=product_id, input={"slug": "assam-2"})
    query = "query ($slug: String) { product(slug: $slug) { id slug } }"
    for slug in ("assam", "assam-2"):
        data = await desks.ours.admin.ask(query, slug=slug)
        assert data == {"product": {"id": product_id, "slug": "assam-2"}}
    assert await desks.ours.admin.ask(query, slug="нет") == {"product": None}


async def test_an_edit_of_what_was_changed_meanwhile_is_a_conflict(desks: TwoDesks) -> None:
    (product_id,) = spelled(await add_products(desks.ours.shop, P("Ассам")))
    before = await everything(desks.ours.shop)
    data = await desks.ours.admin.ask(
        UPDATE, id=product_id, input={"title": "Дарджилинг", "expectedVersion": 4}
    )
    (error,) = data["productUpdate"]["userErrors"]
    assert (error["code"], error["path"]) == ("CONFLICT", ["expectedVersion"])
    assert error["currentVersion"] == 1
    assert await everything(desks.ours.shop) == before


async def test_two_who_saw_the_same_version_do_not_both_win(desks: TwoDesks) -> None:
    (product_id,) = spelled(await add_products(desks.ours.shop, P("Ассам")))
    answers = await asyncio.gather(
        *(
            desks.ours.admin.ask(
                UPDATE, id=product_id, input={"title": title, "expectedVersion": 1}
            )
            for title in ("Один", "Два")
        )
    )
    codes = sorted(str(refusals(answer["productUpdate"])) for answer in answers)
    assert codes == ["[('CONFLICT', 'expectedVersion')]", "[]"]


async def test_products_are_archived_and_deleted(desks: TwoDesks) -> None:
    titles, none = ("Один", "Два", "Три"), [V(stock=0)]
    first, second, third = spelled(
        await add_products(desks.ours.shop, *(P(title, none) for title in titles))
    )
    ask = desks.ours.admin.ask
    archived = await ask(
        "mutation ($id: ID!) { productArchive(id: $id) { product { status archivedAt } } }",
        id=first,
    )
    assert archived["productArchive"]["product"]["status"] == "ARCHIVED"
    both = await ask(
        "mutation ($ids: [ID!]!) { productsBulkArchive(ids: $ids) "
        "{ products { status } userErrors { code } } }",
        ids=[second, third],
    )
    assert both["productsBulkArchive"]["products"] == [{"status": "ARCHIVED"}] * 2
    gone = await ask(
        "mutation ($id: ID!) { productDelete(id: $id) { productId userErrors { code } } }", id=first
    )
    assert gone["productDelete"] == {"productId": first, "userErrors": []}
    more = await ask(
        "mutation ($ids: [ID!]!) { productsBulkDelete(ids: $ids) "
        "{ productIds userErrors { code path } } }",
        ids=[second, first],
    )
    assert refusals(more["productsBulkDelete"]) == [("NOT_FOUND", "ids.1")]
    assert await count(desks.ours) == 2


async def test_what_there_was_some_of_keeps_its_history(desks: TwoDesks) -> None:
    shop = desks.ours.shop
    await add_products(shop, P("Чай", [V("T", stock=1_000)]))
    before = await everything(shop)
    data = await desks.ours.admin.ask(
        "mutation ($id: ID!) { productDelete(id: $id) { productId userErrors { code path } } }",
        id=encode_id("prd", shop.products["Чай"]),
    )
    assert refusals(data["productDelete"]) == [("IN_USE", "id")]
    assert await everything(shop) == before


async def test_a_part_of_a_bundle_is_not_deleted(desks: TwoDesks) -> None:
    shop = desks.ours.shop
    await add_products(shop, P("Чай", [V("T")]))
    await add_products(shop, P("Набор", [V("N", parts={"T": 2_000})], kind="bundle"))
    before = await everything(shop)
    data = await desks.ours.admin.ask(
        "mutation ($id: ID!) { productDelete(id: $id) { productId userErrors { code path } } }",
        id=encode_id("prd", shop.products["Чай"]),
    )
    assert refusals(data["productDelete"]) == [("IN_USE", "id")]
    assert data["productDelete"]["productId"] is None
    assert await everything(shop) == before


async def test_a_bulk_is_all_or_nothing_unless_failed_rows_are_skipped(desks: TwoDesks) -> None:
    rows = [{"title": "Первый"}, {"title": ""}, {"title": "Третий", "country": "Китай"}]
    ask = desks.ours.admin.ask
    wrong = [("REQUIRED", "products.1.title"), ("INVALID", "products.2.country")]

    refused = (await ask(BULK_CREATE, input={"products": rows}))["productsBulkCreate"]
    assert refused["products"] is None
    assert refusals(refused) == wrong
    assert await count(desks.ours) == 0

    kept = await ask(BULK_CREATE, input={"products": rows, "errorPolicy": "SKIP_FAILED"})
    kept = kept["productsBulkCreate"]
    assert kept["products"] == [{"title": "Первый", "slug": "pervyi"}, None, None]
    assert refusals(kept) == wrong
    assert await count(desks.ours) == 1


async def test_a_bulk_update_names_its_rows_by_either_id(desks: TwoDesks) -> None:
    await add_products(desks.ours.shop, P("Один", external_id="1"), P("Два"))
    theirs = spelled(await add_products(desks.neighbour.shop, P("Чужой", external_id="9")))[0]
    rows = [
        {"externalId": {"source": "erp", "id": "1"}, "title": "Раз"},
        {"id": encode_id("prd", desks.ours.shop.products["Два"]), "title": "Двойка"},
        {"id": theirs, "title": "Взлом"},
        {"externalId": {"source": "erp", "id": "9"}, "title": "Взлом"},
    ]
    payload = (
        await desks.ours.admin.ask(
            BULK_UPDATE, input={"products": rows, "errorPolicy": "SKIP_FAILED"}
        )
    )["productsBulkUpdate"]
    assert payload["products"] == [
        {"title": "Раз", "version": 2},
        {"title": "Двойка", "version": 2},
        None,
        None,
    ]
    assert refusals(payload) == [
        ("NOT_FOUND", "products.2.id"),
        ("NOT_FOUND", "products.3.externalId"),
    ]


async def test_a_hundred_and_one_rows_are_too_many(desks: TwoDesks) -> None:
    rows = [{"title": "Чай"}] * 101
    payload = (await desks.ours.admin.ask(BULK_CREATE, input={"products": rows}))[
        "productsBulkCreate"
    ]
    assert refusals(payload) == [("TOO_MANY", "products")]
    assert await count(desks.ours) == 0


async def test_a_hundred_real_rows_fit_into_one_request(desks: TwoDesks) -> None:
    rows = [
        {
            "title": f"Чай листовой № {number}",
            "descriptionHtml": "<p>" + "Собран вручную, высушен на солнце. " * 20 + "</p>",
            "externalId": {"source": "erp", "id": str(number)},
            "variants": [{"sku": f"S-{number}", "options": [{"name": "Вес", "value": "100 г"}]}],
        }
        for number in range(100)
    ]
    payload = (await desks.ours.admin.ask(BULK_CREATE, input={"products": rows}))[
        "productsBulkCreate"
    ]
    assert payload["userErrors"] == []
    assert await count(desks.ours) == 100


async def test_two_sendings_at_once_under_one_key_make_one_product(desks: TwoDesks) -> None:
    keyed = desks.ours.keyed("sent-twice")
    first, second = await asyncio.gather(
        *(keyed.ask(CREATE, input={"title": "Ассам"}) for _ in range(2))
    )
    assert first == second
    assert await count(desks.ours) == 1
    other = await keyed.refused(CREATE, input={"title": "Дарджилинг"})
    assert other["code"] == "IDEMPOTENCY_CONFLICT"


async def test_a_repeated_bulk_repeats_what_it_skipped(desks: TwoDesks) -> None:
    keyed = desks.ours.keyed("bulk")
    rows = {"products": [{"title": "Чай"}, {"title": ""}], "errorPolicy": "SKIP_FAILED"}
    first = await keyed.ask(BULK_CREATE, input=rows)
    assert first["productsBulkCreate"]["products"][1] is None
    assert await keyed.ask(BULK_CREATE, input=rows) == first
    assert await count(desks.ours) == 1


async def test_a_refusal_is_no_outcome_so_the_key_serves_again(desks: TwoDesks) -> None:
    keyed = desks.ours.keyed("mended")
    refused = await keyed.ask(CREATE, input={"title": ""})
    assert refusals(refused["productCreate"]) == [("REQUIRED", "title")]
    made = await keyed.ask(CREATE, input={"title": "Чай"})
    assert made["productCreate"]["userErrors"] == []


async def test_a_rehearsal_shows_the_product_and_keeps_nothing(desks: TwoDesks) -> None:
    before = await everything(desks.ours.shop)
    text = CREATE.replace("!) {", "!) @dryRun {", 1)
    data = await desks.ours.admin.ask(text, input={"title": "Ассам", "variants": [{"sku": "A"}]})
    assert data["productCreate"]["product"]["slug"] == "assam"
    assert data["productCreate"]["product"]["variants"][0]["sku"] == "A"
    assert await everything(desks.ours.shop) == before


async def test_products_are_published_by_channel_and_date(desks: TwoDesks) -> None:
    shop, ask = desks.ours.shop, desks.ours.admin.ask
    (product_id,) = spelled(await add_products(shop, P("Ассам", is_published=False)))
    channel = {"id": encode_id("chn", shop.channel)}
    publish = """
    mutation ($input: ProductsPublishInput!) { productsPublish(input: $input) {
      products { publications { channel { code } publishedFrom publishedUntil } }
      userErrors { code path } } }
    """
    span = {"publishedFrom": "2026-03-01T00:00:00Z", "publishedUntil": "2026-04-01T00:00:00Z"}
    asked = {"products": [{"id": product_id}], "channel": channel}
    shown = (await ask(publish, input={**asked, **span}))["productsPublish"]
    assert shown["products"][0]["publications"] == [{"channel": {"code": "site"}, **span}]

    before = await everything(shop)
    turned = {"publishedFrom": span["publishedUntil"], "publishedUntil": span["publishedFrom"]}
    for change, code, path in (
        (turned, "INVALID", "publishedUntil"),
        (
            {"channel": {"id": encode_id("chn", desks.neighbour.shop.channel)}},
            "NOT_FOUND",
            "channel",
        ),
        ({"products": [{"id": encode_id("prd", new_id())}]}, "NOT_FOUND", "products.0"),
    ):
        payload = (await ask(publish, input={**asked, **change}))["productsPublish"]
        assert refusals(payload) == [(code, path)]
    assert await everything(shop) == before

    withdrawn = await ask(
        "mutation ($input: ProductsWithdrawInput!) { productsWithdraw(input: $input) "
        "{ products { publications { channel { code } } } } }",
        input=asked,
    )
    assert withdrawn["productsWithdraw"]["products"] == [{"publications": []}]


async def test_related_products_are_set_in_order(desks: TwoDesks) -> None:
    tea, cup, pot = spelled(await add_products(desks.ours.shop, P("Чай"), P("Чашка"), P("Чайник")))
    text = """
    mutation ($input: ProductRelatedSetInput!) { productRelatedSet(input: $input) {
      product { related(kind: ACCESSORY) { title } } userErrors { code path } } }
    """
    asked = {"product": {"id": tea}, "kind": "ACCESSORY"}
    ask = desks.ours.admin.ask
    both = await ask(text, input={**asked, "related": [{"id": pot}, {"id": cup}]})
    assert both["productRelatedSet"]["product"]["related"] == [
        {"title": "Чайник"},
        {"title": "Чашка"},
    ]
    for related, code in ((tea, "INVALID"), (encode_id("prd", new_id()), "NOT_FOUND")):
        payload = await ask(text, input={**asked, "related": [{"id": cup}, {"id": related}]})
        assert refusals(payload["productRelatedSet"]) == [(code, "related.1")]


async def test_prices_and_stock_of_products_need_their_own_permissions(desks: TwoDesks) -> None:
    await add_products(desks.ours.shop, P("Чай"))
    clerk = await desks.ours.clerk("products:read")
    assert await clerk.ask("{ products { nodes { variants { sku } } } }")
    for field in ("prices { amount { amount } }", "stock { onHand }"):
        refused = await clerk.refused(f"{{ products {{ nodes {{ variants {{ {field} }} }} }} }}")
        assert refused["code"] == "FORBIDDEN"
