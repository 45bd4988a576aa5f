"""What a buyer sees of one product; and that what is not in the window is not there at all."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from domain.catalog.tables import Media, ProductOption, ProductOptionValue
from tenants.ids import encode_id, new_id
from tests.api.catalog.conftest import TwoStalls
from tests.factories_catalog import P, V, add_products, translate

TEA = P(
    "Чай «Ассам» крупнолистовой",
    [
        V("AS-50", 45_000, 50_000, options={"Вес": "50 г", "Помол": "лист"}, stock=3_000),
        V("AS-100", 80_000, options={"Вес": "100 г", "Помол": "лист"}, stock=0),
        V("AS-1", None, options={"Вес": "1 кг", "Помол": "лист"}, stock=None),
        V("AS-OLD", 1, options={"Вес": "25 г", "Помол": "лист"}, is_active=False),
    ],
    description="<p>Индийский чёрный</p>",
    brand="Чайная мастерская",
    images=2,
    facts={"Страна": "Индия", "Крепость": 3_500, "Органик": True},
    metadata={"public": {"badge": "Хит"}, "cost": "secret"},
    external_id="T-1",
)
PRODUCT = """
query ($slug: String) {
  product(slug: $slug) {
    slug title descriptionHtml kind unit available publishedAt metadata
    brand { title slug }
    seo { title description }
    priceRange { min { amount currencyCode } max { amount } }
    compareAtPrice { amount }
    options { name values }
    image { alt url }
    images { url(width: 300) alt width }
    attributes { code name kind value values }
    variants {
      sku title price { amount currencyCode } compareAtPrice { amount }
      options { name value } available availableQuantity barcodes unit minQuantity
    }
  }
}
"""


async def test_a_product_page_shows_all_of_it(stalls: TwoStalls) -> None:
    (product_id,) = await add_products(stalls.shop, TEA)
    await add_products(stalls.neighbour.shop, TEA)

    data = await stalls.buyer.ask(PRODUCT, slug="chai-assam-krupnolistovoi")

    product = data["product"]
    assert product["title"] == "Чай «Ассам» крупнолистовой"
    assert product["descriptionHtml"] == "<p>Индийский чёрный</p>"
    assert product["metadata"] == {"badge": "Хит"}
    assert product["brand"] == {"title": "Чайная мастерская", "slug": "chainaya-masterskaya"}
    assert product["seo"] == {"title": "Чай «Ассам» крупнолистовой", "description": None}
    assert product["priceRange"] == {
        "min": {"amount": "450.00", "currencyCode": "RUB"},
        "max": {"amount": "800.00"},
    }
    assert product["compareAtPrice"] == {"amount": "500.00"}
    assert product["options"] == [
        {"name": "Вес", "values": ["50 г", "100 г", "1 кг", "25 г"]},
        {"name": "Помол", "values": ["лист"]},
    ]
    assert product["image"] == {
        "alt": "Вид 1",
        "url": f"https://pictures.example/{product_id}/0.jpg",
    }
    assert [image["alt"] for image in product["images"]] == ["Вид 1", "Вид 2"]
    assert product["attributes"] == [
        {"code": "strana", "name": "Страна", "kind": "TEXT", "value": "Индия", "values": ["Индия"]},
        {
            "code": "krepost",
            "name": "Крепость",
            "kind": "NUMBER",
            "value": "3.5",
            "values": ["3.5"],
        },
        {
            "code": "organik",
            "name": "Органик",
            "kind": "BOOLEAN",
            "value": "true",
            "values": ["true"],
        },
    ]
    assert [one["sku"] for one in product["variants"]] == ["AS-50", "AS-100", "AS-1"]
    assert product["variants"][0] == {
        "sku": "AS-50",
        "title": "",
        "price": {"amount": "450.00", "currencyCode": "RUB"},
        "compareAtPrice": {"amount": "500.00"},
        "options": [{"name": "Вес", "value": "50 г"}, {"name": "Помол", "value": "лист"}],
        "available": True,
        "availableQuantity": "3",
        "barcodes": [],
        "unit": "PIECE",
        "minQuantity": "1",
    }
    sold_out, endless = product["variants"][1:]
    assert (sold_out["available"], sold_out["availableQuantity"]) == (False, "0")
    assert (endless["available"], endless["availableQuantity"], endless["price"]) == (
        True, None, None,
    )  # fmt: skip


FIND = """
query ($id: ID, $slug: String, $externalId: ExternalIdInput) {
  product(id: $id, slug: $slug, externalId: $externalId) { id slug redirectedFrom title }
}
"""


async def test_a_product_is_found_by_each_of_its_names(stalls: TwoStalls) -> None:
    await add_products(stalls.shop, replace(TEA, old_slugs=["assam"]))

    by_slug = (await stalls.buyer.ask(FIND, slug="chai-assam-krupnolistovoi"))["product"]
    by_id = (await stalls.buyer.ask(FIND, id=by_slug["id"]))["product"]
    by_name_outside = (await stalls.buyer.ask(FIND, externalId={"source": "erp", "id": "T-1"}))[
        "product"
    ]
    by_old_slug = (await stalls.buyer.ask(FIND, slug="assam"))["product"]

    assert by_slug == by_id == by_name_outside
    assert by_slug["redirectedFrom"] is None
    assert by_old_slug == {**by_slug, "redirectedFrom": "assam"}


@pytest.mark.parametrize(
    "hidden",
    [
        P("Тайный чай", status="draft"),
        P("Тайный чай", status="archived"),
        P("Тайный чай", is_published=False),
        P("Тайный чай", shown_from=datetime(2099, 1, 1, tzinfo=UTC)),
        P("Тайный чай", shown_until=datetime(2020, 1, 1, tzinfo=UTC)),
    ],
    ids=["draft", "archived", "unpublished", "to come", "over"],
)
async def test_what_is_not_in_the_window_is_answered_like_what_never_was(
    stalls: TwoStalls, hidden: P
) -> None:
    secret = replace(
        hidden,
        variants=[V("SECRET", images=1)],
        external_id="S-1",
        old_slugs=["byvshiy"],
        images=1,
    )
    (hidden_id,) = await add_products(stalls.shop, secret)
    (foreign_id,) = await add_products(stalls.neighbour.shop, P("Тайный чай", [V("SECRET")]))
    (seen_id,) = await add_products(stalls.shop, P("Обычный чай", related=["Тайный чай"]))

    for product_id in (hidden_id, foreign_id, new_id()):
        assert await stalls.buyer.ask(FIND, id=encode_id("prd", product_id)) == {"product": None}
    for slug in ("tainyi-chai", "byvshiy", "nikogda-ne-bylo"):
        assert await stalls.buyer.ask(FIND, slug=slug) == {"product": None}
    for outside in ("S-1", "never"):
        assert await stalls.buyer.ask(FIND, externalId={"source": "erp", "id": outside}) == {
            "product": None
        }
    variants = [stalls.shop.variants["SECRET"], stalls.neighbour.shop.variants["SECRET"], new_id()]
    images = await stalls.shop.scope.reading.rows(
        select(Media.id).where(Media.product_id == hidden_id)
    )
    assert len(images) == 2
    ids = [encode_id("prd", hidden_id), encode_id("prd", foreign_id)]
    ids += [encode_id("var", one) for one in variants]
    ids += [encode_id("med", row["id"]) for row in images]
    nodes = await stalls.buyer.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert nodes == {"nodes": [None] * len(ids)}
    related = await stalls.buyer.ask(
        "query ($id: ID!) { product(id: $id) { related { id } } }", id=encode_id("prd", seen_id)
    )
    assert related == {"product": {"related": []}}


async def test_an_id_of_another_kind_is_refused_with_the_kind_wanted(stalls: TwoStalls) -> None:
    category = encode_id("cat", new_id())
    assert await stalls.buyer.refused(FIND, id=category) == {
        "code": "BAD_USER_INPUT",
        "message": "An id prd_… is wanted; this is a cat_…",
    }
    refused = await stalls.buyer.refused(FIND, id="17")
    assert refused["code"] == "BAD_USER_INPUT"
    assert refused["message"] == "An id prd_… is wanted; this is not an id."


async def test_a_product_is_asked_for_by_one_name_at_a_time(stalls: TwoStalls) -> None:
    for names in ({}, {"slug": "a", "id": encode_id("prd", new_id())}):
        refused = await stalls.buyer.refused(FIND, **names)
        assert refused["code"] == "BAD_USER_INPUT"
        assert "exactly one" in refused["message"]


async def test_related_products_come_in_the_merchants_order(stalls: TwoStalls) -> None:
    await add_products(stalls.shop, P("Чайник"), P("Гайвань"), P("Чабань"))
    await add_products(stalls.shop, P("Улун", related=["Чабань", "Чайник", "Гайвань"]))

    data = await stalls.buyer.ask(
        '{ product(slug: "ulun") { related { title variants { sku } } } }'
    )

    assert [one["title"] for one in data["product"]["related"]] == ["Чабань", "Чайник", "Гайвань"]


async def test_a_bundle_tells_its_parts_and_is_sold_while_there_is_enough_of_each(
    stalls: TwoStalls,
) -> None:
    await add_products(
        stalls.shop,
        P("Пуэр", [V("PU", stock=7_000)]),
        P("Чашка", [V("CUP", stock=4_000)], is_published=False),
    )
    parts = {"PU": 1_000, "CUP": 2_000}
    await add_products(
        stalls.shop,
        P("Набор", [V("SET", 300_000, stock=0, parts=parts)], kind="bundle"),
        P("Большой набор", [V("BIG", 900_000, parts={"CUP": 5_000})], kind="bundle"),
    )
    query = """
    query ($slug: String!) { product(slug: $slug) { kind available variants {
      available availableQuantity
      bundleItems { title sku quantity unit variant { sku product { slug } } } } } }
    """

    small = (await stalls.buyer.ask(query, slug="nabor"))["product"]
    big = (await stalls.buyer.ask(query, slug="bolshoi-nabor"))["product"]

    assert (small["kind"], small["available"]) == ("BUNDLE", True)
    (variant,) = small["variants"]
    assert (variant["available"], variant["availableQuantity"]) == (True, "2")
    assert variant["bundleItems"] == [
        {
            "title": "Пуэр",
            "sku": "PU",
            "quantity": "1",
            "unit": "PIECE",
            "variant": {"sku": "PU", "product": {"slug": "puer"}},
        },
        {"title": "Чашка", "sku": "CUP", "quantity": "2", "unit": "PIECE", "variant": None},
    ]
    assert (big["available"], big["variants"][0]["available"]) == (False, False)


async def test_texts_come_in_the_language_asked_for_where_they_are_translated(
    stalls: TwoStalls,
) -> None:
    (product_id,) = await add_products(stalls.shop, replace(TEA, variants=TEA.variants[:1]))
    (foreign_id,) = await add_products(stalls.neighbour.shop, TEA)
    await translate(stalls.shop, "product", product_id, "en", title="Assam tea")
    await translate(stalls.shop, "product", product_id, "en-GB", seo_title="Assam, ta")
    await translate(stalls.neighbour.shop, "product", foreign_id, "en", title="Foreign tea")
    options = await stalls.shop.scope.reading.rows(select(ProductOption))
    values = await stalls.shop.scope.reading.rows(select(ProductOptionValue))
    for row in options:
        if row["title"] == "Вес":
            await translate(stalls.shop, "product_option", row["id"], "en", title="Weight")
    for row in values:
        if row["title"] == "50 г":
            await translate(stalls.shop, "product_option_value", row["id"], "en", title="50 g")
    strength = stalls.shop.attributes["Крепость"]
    await translate(stalls.shop, "attribute", strength, "en", title="Strength")
    query = """
    query Q %s { product(slug: "chai-assam-krupnolistovoi") {
      title descriptionHtml seo { title } attributes { name } options { name values }
      variants { options { name value } } } }
    """

    plain = (await stalls.buyer.ask(query % ""))["product"]
    english = (await stalls.buyer.ask(query % '@inContext(language: "en")'))["product"]
    british = (await stalls.buyer.ask(query % '@inContext(language: "en-GB")'))["product"]
    german = (await stalls.buyer.ask(query % '@inContext(language: "de")'))["product"]

    assert plain["title"] == TEA.title
    assert english == {
        "title": "Assam tea",
        "descriptionHtml": "<p>Индийский чёрный</p>",
        "seo": {"title": "Assam tea"},
        "attributes": [{"name": "Страна"}, {"name": "Strength"}, {"name": "Органик"}],
        "options": [
            {"name": "Weight", "values": ["50 g"]},
            {"name": "Помол", "values": ["лист"]},
        ],
        "variants": [
            {
                "options": [
                    {"name": "Weight", "value": "50 g"},
                    {"name": "Помол", "value": "лист"},
                ]
            }
        ],
    }
    assert british == {**english, "seo": {"title": "Assam, ta"}}
    assert german == plain
    refused = await stalls.buyer.refused(query % '@inContext(language: "elvish")')
    assert refused["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("width", "wanted"), [(None, "pic-1600.webp"), (300, "pic-320.webp"), (9_000, "pic-1600.webp")]
)
async def test_a_stored_picture_comes_in_the_size_that_fits(
    stalls: TwoStalls, width: int | None, wanted: str
) -> None:
    await add_products(stalls.shop, P("Сенча", images=2))
    sizes = [{"width": w, "height": w, "key": f"pic-{w}.webp"} for w in (160, 320, 1600)]
    async with stalls.shop.scope.writing("test") as uow:
        stored = {"status": "stored", "storage_key": "pictures/pic", "sizes": sizes}
        uploaded = {"status": "waiting", "storage_key": "pictures/new", "source_url": None}
        await uow.execute(update(Media).where(Media.position == 0).values(stored))
        await uow.execute(update(Media).where(Media.position == 1).values(uploaded))
    query = 'query ($w: Int) { product(slug: "sencha") { images { url(width: $w) } } }'

    images = (await stalls.buyer.ask(query, w=width))["product"]["images"]

    tenant = encode_id("shop", stalls.shop.scope.tenant_id)
    # One that was uploaded and is not drawn yet has no address, so it is not there yet.
    assert [image["url"] for image in images] == [f"http://127.0.0.1:8000/media/{tenant}/{wanted}"]
