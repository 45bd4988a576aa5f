"""Everything around products: each noun made, changed, refused and removed, next to a neighbour."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.catalog.attribute_values import Fact, facts_of, set_facts
from domain.catalog.attributes import (
    add_choices,
    choices_of_attributes,
    create_attribute,
    delete_attribute,
    delete_choice,
    rename_choice,
)
from domain.catalog.brands import create_brand, delete_brand, update_brand
from domain.catalog.categories import create_category
from domain.catalog.channels import create_channel, delete_channel, update_channel
from domain.catalog.collections import (
    create_collection,
    delete_collection,
    pick_products,
    update_collection,
)
from domain.catalog.entities import Edit
from domain.catalog.fields import define_field, delete_field
from domain.catalog.filing import ListChange
from domain.catalog.media import add_media, delete_media, media_of, update_media
from domain.catalog.menus import Link, create_menu, items_of, set_items
from domain.catalog.pages import create_page, delete_page, update_page
from domain.catalog.products import create_product, update_product
from domain.catalog.publications import publications_of, publish_products, withdraw_products
from domain.catalog.relations import related_of, set_related
from domain.catalog.synonyms import create_synonym
from domain.catalog.tables import (
    Attribute,
    AttributeValue,
    Brand,
    Channel,
    CollectionProduct,
    Product,
    Synonym,
    Translation,
    Variant,
)
from domain.catalog.translations import translate, translations_of
from domain.errors import Conflict, DomainError, InUse, Invalid, NotAllowed, NotFound, Taken
from domain.inputs import Required
from domain.pricing.price_lists import create_price_list, delete_price_list, update_price_list
from domain.stock.places.locations import create_location, delete_location
from domain.stock.tables import Location
from tenants.scope import TenantScope, UnitOfWork
from tests.domain.catalog.conftest import Shop

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def refused(shop: Shop, kind: type[DomainError], *path: str) -> AsyncIterator[UnitOfWork]:
    """The block is refused, at this path."""
    with pytest.raises(kind) as error:
        async with shop.scope.writing("test") as uow:
            yield uow
    assert error.value.path == path


async def test_brands_do_not_differ_in_capitals_alone(shop: Shop, neighbour: TenantScope) -> None:
    async with refused(shop, Taken, "title") as uow:
        await create_brand(uow, {"title": "ЧАЙНАЯ ГОРА"})
    async with refused(shop, InUse, "id") as uow:
        await delete_brand(uow, shop.brand_id)
    async with shop.scope.writing("test") as uow:
        await update_brand(uow, Edit(shop.brand_id, {"title": "Гора"}))
        await update_product(uow, Edit(shop.product_id, {"brand": None}))
        await delete_brand(uow, shop.brand_id, expected_version=2)
    assert await shop.scope.reading.value(select(func.count()).select_from(Brand)) == 0
    assert await neighbour.reading.value(select(Brand.title)) == "Чайная гора"


async def test_attributes_hold_values_of_their_kind(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        ids = {
            kind: await create_attribute(uow, {"title": kind, "code": kind, "kind": kind})
            for kind in ("text", "number", "boolean", "date")
        }
        color = {"title": "Цвет", "code": "color", "kind": "choice", "choices": ["Белый", "Жёлтый"]}
        ids["choice"] = await create_attribute(uow, color)
        facts = [
            Fact(ids["text"], ["Ёлка", "ёлка"]),
            Fact(ids["number"], ["2.5"]),
            Fact(ids["boolean"], [True]),
            Fact(ids["date"], ["2026-01-31"]),
            Fact(ids["choice"], ["желтый"]),
        ]
        await set_facts(uow, product=shop.product_id, facts=facts)
    rows = await facts_of(shop.scope.reading, [shop.product_id])
    shown = {row["kind"]: (row["key"], row["text"], row["number"]) for row in rows}
    assert len(rows) == 5
    assert shown == {
        "text": ("елка", "Ёлка", None),
        "number": ("2500", None, 2_500),
        "boolean": ("true", None, None),
        "date": ("2026-01-31", None, None),
        "choice": ("желтый", "Жёлтый", None),
    }
    for kind, value in (("number", "1.2345"), ("date", "31.01.2026"), ("choice", "синий")):
        error: type[DomainError] = NotFound if kind == "choice" else Invalid
        async with refused(shop, error, "facts", "0", "values", "0") as uow:
            await set_facts(uow, product=shop.product_id, facts=[Fact(ids[kind], [value])])
    assert await facts_of(shop.scope.reading, [shop.product_id]) == rows
    choices = await choices_of_attributes(shop.scope.reading, [ids["choice"]])
    async with refused(shop, InUse, "id") as uow:
        await delete_choice(uow, choices[1]["id"])
    async with refused(shop, Taken, "choices", "1") as uow:
        await add_choices(uow, ids["choice"], ["Синий", "БЕЛЫЙ"])
    async with shop.scope.writing("test") as uow:
        await rename_choice(uow, choices[1]["id"], title="Золотой")
        await delete_attribute(uow, ids["text"])
        await set_facts(uow, product=shop.product_id, facts=[Fact(ids["number"], [])])
    left = await facts_of(shop.scope.reading, [shop.product_id])
    assert {row["text"] for row in left} == {None, "Золотой"}
    assert {row["kind"] for row in left} == {"boolean", "date", "choice"}


async def test_a_neighbours_attribute_is_none(shop: Shop, neighbour: TenantScope) -> None:
    async with neighbour.writing("test") as uow:
        theirs = await create_attribute(uow, {"title": "Сорт", "code": "sort", "kind": "text"})
    async with refused(shop, NotFound, "facts", "0", "attribute") as uow:
        await set_facts(uow, product=shop.product_id, facts=[Fact(theirs, ["высший"])])
    for table in (Attribute, AttributeValue):
        assert await shop.scope.reading.value(select(func.count()).select_from(table)) == 0


async def test_a_collection_by_hand_keeps_its_order(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        other = await create_product(uow, {"title": "Чашка"})
        picked = await create_collection(uow, {"title": "Выбор", "kind": "manual"})
        await pick_products(
            uow, collection=picked, products=ListChange(set=[other, shop.product_id])
        )
        await pick_products(uow, collection=picked, products=ListChange(remove=[other]))
    rows = await shop.scope.reading.rows(
        select(CollectionProduct.product_id, CollectionProduct.collection_id)
    )
    assert [tuple(row) for row in rows] == [(shop.product_id, picked)]
    async with refused(shop, Required, "rule") as uow:
        await create_collection(uow, {"title": "Без правила", "kind": "rule"})
    async with shop.scope.writing("test") as uow:
        await delete_collection(uow, picked)


async def test_a_collection_by_rule_follows_what_products_become(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        child = await create_category(uow, {"title": "Зелёный", "parent": shop.category_id})
        tea = {"field": "category", "values": [str(shop.category_id)]}
        indian = {"field": "country", "values": ["IN"]}
        rule = {"match": "all", "conditions": [tea, indian]}
        ruled = await create_collection(uow, {"title": "Индия", "kind": "rule", "rule": rule})

    async def members() -> list[Any]:
        rows = await shop.scope.reading.rows(select(CollectionProduct))
        return [row["collection_id"] for row in rows]

    assert await members() == []
    async with shop.scope.writing("test") as uow:
        change = {"country": "IN", "main_category": child}
        await update_product(uow, Edit(shop.product_id, change))
    assert await members() == [ruled]
    async with shop.scope.writing("test") as uow:
        await update_product(uow, Edit(shop.product_id, {"country": "CN"}))
    assert await members() == []
    async with shop.scope.writing("test") as uow:
        anything = {"match": "any", "conditions": [tea, indian]}
        await update_collection(uow, Edit(ruled, {"rule": anything}))
    assert await members() == [ruled]
    async with refused(shop, NotAllowed, "collectionId") as uow:
        await pick_products(uow, collection=ruled, products=ListChange(set=[]))
    async with refused(shop, Invalid, "rule", "conditions", "0", "values") as uow:
        bad = {"conditions": [{"field": "category", "values": ["чай"]}]}
        await create_collection(uow, {"title": "Плохо", "kind": "rule", "rule": bad})


async def test_pictures_are_kept_in_order(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        given = [{"source_url": f"https://pictures.example/{n}.jpg"} for n in range(3)]
        first, second, third = await add_media(uow, product=shop.product_id, given=given)
        await update_media(uow, third, position=0, alt="Пачка чая")
        await delete_media(uow, second)
    rows = await media_of(shop.scope.reading, [shop.product_id])
    assert [(row["id"], row["alt"]) for row in rows] == [(third, "Пачка чая"), (first, "")]
    for url in ("ftp://pictures.example/1.jpg", "https://a b", f"https://{'a' * 3_000}"):
        async with refused(shop, Invalid, "media", "0", "sourceUrl") as uow:
            await add_media(uow, product=shop.product_id, given=[{"source_url": url}])


async def test_products_are_shown_in_channels_for_a_time(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        market = await create_channel(uow, {"title": "Рынок", "code": "market"})
        begins = datetime(2026, 12, 1, tzinfo=UTC)
        await publish_products(
            uow, products=[shop.product_id], channel=market, published_from=begins
        )
    rows = await publications_of(shop.scope.reading, [shop.product_id])
    assert [(row["code"], row["published_from"]) for row in rows] == [
        ("site", None),
        ("market", begins),
    ]
    async with refused(shop, Invalid, "publishedUntil") as uow:
        await publish_products(
            uow,
            products=[shop.product_id],
            channel=market,
            published_from=begins,
            published_until=begins - timedelta(days=1),
        )
    async with refused(shop, InUse, "id") as uow:
        await delete_channel(uow, market)
    async with shop.scope.writing("test") as uow:
        await withdraw_products(uow, products=[shop.product_id], channel=market)
        await update_channel(uow, Edit(market, {"is_default": True}))
    default = select(Channel.id).where(Channel.is_default)
    assert [row["id"] for row in await shop.scope.reading.rows(default)] == [market]
    async with refused(shop, NotAllowed, "id") as uow:
        await delete_channel(uow, market)


async def test_one_price_list_and_one_location_are_the_default(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        wholesale = {"title": "Опт", "code": "wholesale", "currency": "RUB", "is_default": True}
        await create_price_list(uow, wholesale)
        await create_location(uow, {"title": "Лавка", "code": "store", "is_default": True})
        await delete_price_list(uow, shop.price_list_id)
        await delete_location(uow, shop.location_id)
    locations = await shop.scope.reading.rows(select(Location))
    assert [(row["code"], row["is_default"]) for row in locations] == [("store", True)]
    async with refused(shop, Invalid, "currency") as uow:
        await create_price_list(uow, {"title": "Т", "code": "t", "currency": "рубли"})
    async with shop.scope.writing("test") as uow:
        euro = await create_price_list(uow, {"title": "Е", "code": "e", "currency": "EUR"})
    async with refused(shop, Invalid, "currency") as uow:
        await update_price_list(uow, Edit(euro, {"currency": "USD"}))


async def test_related_goods_are_others(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        cup = await create_product(uow, {"title": "Чашка"})
        await set_related(uow, product=shop.product_id, kind="accessory", related=[cup])
    (row,) = await related_of(shop.scope.reading, [shop.product_id])
    assert (row["kind"], row["related_product_id"]) == ("accessory", cup)
    async with refused(shop, Invalid, "related", "0") as uow:
        await set_related(uow, product=shop.product_id, kind="related", related=[shop.product_id])


async def test_words_are_translated_field_by_field(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        words = {"title": "Assam tea", "description_html": "<p onclick=x>Strong</p>"}
        await translate(uow, kind="product", entity_id=shop.product_id, language="EN", words=words)
    rows = await translations_of(shop.scope.reading, [shop.product_id], language="en")
    assert {row["field"]: row["value"] for row in rows} == {
        "title": "Assam tea",
        "description_html": "<p>Strong</p>",
    }
    for language, words, path in (
        ("xx-YY", {"title": "x"}, ("language",)),
        ("en", {"slug": "x"}, ("words", "slug")),
        ("en", {"title": "x\x00"}, ("words", "title")),
    ):
        async with refused(shop, Invalid, *path) as uow:
            await translate(
                uow, kind="product", entity_id=shop.product_id, language=language, words=words
            )
    async with shop.scope.writing("test") as uow:
        cleared = {"description_html": None}
        await translate(
            uow, kind="product", entity_id=shop.product_id, language="en", words=cleared
        )
    assert await shop.scope.reading.value(select(func.count()).select_from(Translation)) == 1


async def test_fields_of_the_merchants_own_are_typed(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        for code, kind in (("made", "date"), ("grade", "choice"), ("share", "number")):
            given: dict[str, Any] = {"title": code, "entity_kind": "product", "code": code}
            given["kind"] = kind
            given |= {"choices": ["A", "B"]} if kind == "choice" else {}
            field_id = await define_field(uow, given)
        values = {"made": "2026-01-31", "grade": "A", "share": "0.50"}
        await update_product(uow, Edit(shop.product_id, {"fields": values}))
        await update_product(uow, Edit(shop.product_id, {"fields": {"grade": None}}))
    kept = await shop.scope.reading.value(select(Product.fields))
    assert kept == {"made": "2026-01-31", "share": "0.5"}
    for values, name in (({"grade": "C"}, "grade"), ({"colour": "x"}, "colour")):
        async with refused(shop, Invalid, "fields", name) as uow:
            await update_product(uow, Edit(shop.product_id, {"fields": values}))
    async with shop.scope.writing("test") as uow:
        must = {"title": "Сорт", "entity_kind": "product", "code": "sort", "kind": "text"}
        await define_field(uow, {**must, "is_required": True})
        await delete_field(uow, field_id)
    async with refused(shop, Required, "fields", "sort") as uow:
        await create_product(uow, {"title": "Без сорта"})


async def test_menus_lead_to_things_of_the_shop(shop: Shop, neighbour: TenantScope) -> None:
    async with shop.scope.writing("test") as uow:
        menu = await create_menu(uow, {"title": "Главное", "code": "main"})
        under = [Link("Ассам", "product", shop.product_id), Link("Блог", "url", url="/blog")]
        await set_items(
            uow, menu=menu, links=[Link("Чай", "category", shop.category_id, under=under)]
        )
    rows = await items_of(shop.scope.reading, [menu])
    assert {(row["title"], row["parent_id"] is None) for row in rows} == {
        ("Чай", True),
        ("Ассам", False),
        ("Блог", False),
    }
    theirs = await neighbour.reading.value(select(Product.id))
    async with refused(shop, NotFound, "links", "0", "under", "0", "target") as uow:
        links = [Link("А", under=[Link("Чужое", "product", theirs)])]
        await set_items(uow, menu=menu, links=links)
    async with refused(shop, Invalid, "links", "0", "url") as uow:
        await set_items(uow, menu=menu, links=[Link("Плохо", "url", url="javascript:alert(1)")])
    assert len(await items_of(shop.scope.reading, [menu])) == 3


async def test_pages_are_cleaned_and_versioned(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        body = "<h2>Доставка</h2><script>alert(1)</script>"
        page = await create_page(uow, {"title": "Доставка", "body_html": body})
        await update_page(uow, Edit(page, {"is_visible": True}, 1))
    async with refused(shop, Conflict, "expectedVersion") as uow:
        await update_page(uow, Edit(page, {"is_visible": False}, 1))
    async with refused(shop, Taken, "slug") as uow:
        await create_page(uow, {"title": "Ещё", "slug": "dostavka"})
    async with shop.scope.writing("test") as uow:
        await delete_page(uow, page)


async def test_synonyms_are_two_words_at_least(shop: Shop, neighbour: TenantScope) -> None:
    async with shop.scope.writing("test") as uow:
        await create_synonym(uow, {"words": ["Чай", "чаёк", "ЧАЙ"]})
    async with refused(shop, Invalid, "words") as uow:
        await create_synonym(uow, {"words": ["чай", "Чай"]})
    (group,) = await shop.scope.reading.rows(select(Synonym))
    assert group["words"] == ["чай", "чаёк"]
    assert await neighbour.reading.rows(select(Synonym)) == []


async def test_a_picture_of_a_variant_is_of_its_product(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        other = await create_product(uow, {"title": "Чашка"})
        cup = await uow.value(select(Variant.id).where(Variant.product_id == other))
    async with refused(shop, NotFound, "media", "0", "variant") as uow:
        given = [{"source_url": "https://pictures.example/1.jpg", "variant": cup}]
        await add_media(uow, product=shop.product_id, given=given)
