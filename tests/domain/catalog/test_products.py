"""Products: made whole or not at all, changed only where they differ, never twice at a slug."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.bulk import ErrorPolicy, Rejected, TooMany
from domain.catalog.barcodes import barcodes_of
from domain.catalog.bundles import set_parts
from domain.catalog.entities import Edit
from domain.catalog.filing import ListChange, categories_of
from domain.catalog.products import (
    archive_products,
    create_product,
    create_products,
    delete_products,
    update_product,
    update_products,
)
from domain.catalog.publications import publications_of
from domain.catalog.slugs import find_by_slug
from domain.catalog.tables import Barcode, Brand, Product, SlugRedirect, Variant
from domain.errors import Conflict, DomainError, InUse, NotFound, Taken
from domain.inputs import Required
from domain.merchants.plans import usage
from domain.references import ExternalId
from tenants.ids import new_id
from tenants.ledger import EventRow
from tenants.scope import TenantScope
from tests.domain.catalog.conftest import Shop, tea

pytestmark = pytest.mark.anyio

TITLES = select(Product.title, Product.slug).order_by(Product.id)
VARIANTS = select(Variant.id, Variant.sku, Variant.options_key).order_by(Variant.position)


async def everything(scope: TenantScope) -> list[Any]:
    """All products, variants, barcodes and events, to see whether anything changed."""
    tables: tuple[Any, ...] = (Product, Variant, Barcode, SlugRedirect, EventRow)
    return [await scope.reading.rows(select(table).order_by(table.id)) for table in tables]


async def test_a_product_comes_with_all_that_is_its_own(shop: Shop) -> None:
    reading = shop.scope.reading
    assert [tuple(row) for row in await reading.rows(TITLES)] == [("Чай Ассам", "chai-assam")]
    variants = await reading.rows(VARIANTS)
    assert [row["sku"] for row in variants] == ["A-100", "A-250"]
    codes = await barcodes_of(reading, [row["id"] for row in variants])
    assert [row["code"] for row in codes] == ["4600000000015", "4600000000022"]
    (filed,) = await categories_of(reading, [shop.product_id])
    assert (filed["category_id"], filed["is_main"]) == (shop.category_id, True)
    (publication,) = await publications_of(reading, [shop.product_id])
    assert publication["channel_id"] == shop.channel_id
    events = await reading.rows(select(EventRow.type, EventRow.entity_id))
    assert ("product.created", shop.product_id) in [tuple(row) for row in events]


async def test_a_product_without_variants_gets_one(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        product_id = await create_product(uow, {"title": "Чайник"})
    variants = await shop.scope.reading.rows(VARIANTS.where(Variant.product_id == product_id))
    assert [row["options_key"] for row in variants] == [""]


async def test_equal_titles_get_numbered_slugs_in_one_batch_and_after(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        await create_products(uow, [{"title": "Чай Ассам"}] * 12)
        await create_product(uow, {"title": "чай  АССАМ"})
    slugs = [row["slug"] for row in await shop.scope.reading.rows(TITLES)]
    assert slugs == ["chai-assam", *(f"chai-assam-{number}" for number in range(2, 15))]


async def test_titles_without_letters_of_ours_still_get_slugs(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        outcome = await create_products(uow, [{"title": "烏龍茶"}, {"title": "抹茶"}])
    rows = await shop.scope.reading.rows(TITLES.where(Product.id != shop.product_id))
    assert [row["slug"] for row in rows] == ["product", "product-2"]
    assert None not in outcome.ids


async def test_one_bad_row_keeps_all_out_and_says_where(shop: Shop, neighbour: TenantScope) -> None:
    before = await everything(shop.scope), await everything(neighbour)
    given = [
        tea(shop.brand_id, shop.category_id, variants=[{"barcodes": ["4600000000015"]}]),
        {"title": "Чашка", "slug": "Не слаг", "status": "sold"},
        {"title": " ", "brand": new_id(), "categories": ListChange(set=[new_id()])},
        {"title": "Ложка", "variants": [{}, {"weight_grams": -1, "barcodes": ["4600000000016"]}]},
        {"title": "Двойной", "variants": [{"options": {"A": "1"}}, {"options": {"A": "1"}}]},
        {"description_html": "без названия"},
    ]
    with pytest.raises(Rejected) as refused:
        async with shop.scope.writing("test") as uow:
            await create_products(uow, given)
    assert sorted({".".join(error.path) for error in refused.value.errors}) == [
        "products.0.variants.0.barcodes.0",
        "products.1.slug",
        "products.1.status",
        "products.2.brand",
        "products.2.categories",
        "products.2.title",
        "products.3.variants.1.barcodes.0",
        "products.3.variants.1.options",
        "products.3.variants.1.weightGrams",
        "products.4.variants.1.options",
        "products.5.title",
    ]
    assert (await everything(shop.scope), await everything(neighbour)) == before


async def test_failed_rows_are_skipped_when_asked(shop: Shop) -> None:
    given = [{"title": "Первый"}, {"title": ""}, {"title": "Третий", "slug": "chai-assam"}]
    async with shop.scope.writing("test") as uow:
        outcome = await create_products(uow, given, policy=ErrorPolicy.SKIP_FAILED)
    assert [one is not None for one in outcome.ids] == [True, False, False]
    assert [(type(error), error.path) for error in outcome.errors] == [
        (Required, ("products", "1", "title")),
        (Taken, ("products", "2", "slug")),
    ]
    assert len(await shop.scope.reading.rows(TITLES)) == 2


async def test_more_than_a_hundred_are_refused(shop: Shop) -> None:
    with pytest.raises(TooMany):
        async with shop.scope.writing("test") as uow:
            await create_products(uow, [{"title": "Чай"}] * 101)


async def test_a_hundred_products_take_no_more_statements_than_ten(shop: Shop) -> None:
    async def statements(count: int) -> int:
        async with shop.scope.writing("test") as uow:
            asked = 0

            def count_one(*_: object) -> None:
                nonlocal asked
                asked += 1

            uow.connection.add_query_logger(count_one)
            given = [
                tea(shop.brand_id, shop.category_id, variants=[{"sku": str(n)}])
                for n in range(count)
            ]
            await create_products(uow, given)
            uow.connection.remove_query_logger(count_one)
        return asked

    few, many = await statements(10), await statements(100)
    assert many <= few + 4


async def test_what_is_left_out_is_kept_and_null_clears(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        await update_product(uow, Edit(shop.product_id, {"seo_title": "Ассам", "country": "IN"}))
        await update_product(uow, Edit(shop.product_id, {"brand": None, "seo_title": None}))
    row = await shop.scope.reading.row(select(Product))
    assert row is not None
    assert (row["country"], row["seo_title"], row["brand_id"]) == ("IN", None, None)
    assert (row["title"], row["version"]) == ("Чай Ассам", 3)


async def test_writing_the_same_again_changes_nothing(shop: Shop) -> None:
    before = await everything(shop.scope)
    async with shop.scope.writing("test") as uow:
        same = {"title": "Чай Ассам", "brand": shop.brand_id, "main_category": shop.category_id}
        await update_product(uow, Edit(shop.product_id, same))
    assert await everything(shop.scope) == before


async def test_an_old_version_is_a_conflict(shop: Shop) -> None:
    before = await everything(shop.scope)
    async with shop.scope.writing("test") as uow:
        with pytest.raises(Conflict) as refused:
            await update_product(uow, Edit(shop.product_id, {"title": "Другой"}, 7))
    assert refused.value.facts == {"current_version": 1}
    assert await everything(shop.scope) == before


async def test_the_neighbours_things_do_not_exist(shop: Shop, neighbour: TenantScope) -> None:
    before = await everything(neighbour)
    theirs = await neighbour.reading.value(select(Product.id))
    their_brand = await neighbour.reading.value(select(Brand.id))
    refusals: list[DomainError] = []
    for edit in (
        Edit(theirs, {"title": "Мой"}),
        Edit(new_id(), {"title": "Мой"}),
        Edit(shop.product_id, {"brand": their_brand}),
        Edit(shop.product_id, {"brand": new_id()}),
    ):
        with pytest.raises(NotFound) as refused:
            async with shop.scope.writing("test") as uow:
                await update_product(uow, edit)
        refusals.append(refused.value)
    assert refusals[0].message("ru") == refusals[1].message("ru")
    assert refusals[2].message("ru") == refusals[3].message("ru")
    assert [error.path for error in refusals] == [("id",), ("id",), ("brand",), ("brand",)]
    assert await everything(neighbour) == before


async def test_an_external_id_stands_for_ours(shop: Shop) -> None:
    outside = ExternalId("erp", "77")
    async with shop.scope.writing("test") as uow:
        product_id = await create_product(uow, {"title": "Чашка", "external_id": outside})
        assert await update_product(uow, Edit(outside, {"title": "Кружка"})) == product_id
        with pytest.raises(Taken) as refused:
            await create_product(uow, {"title": "Миска", "external_id": outside})
    assert refused.value.path == ("externalId",)


async def test_an_old_slug_leads_on_until_another_takes_it(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        await update_product(uow, Edit(shop.product_id, {"slug": "assam"}))
    reading = shop.scope.reading
    found = await find_by_slug(reading, "product", "chai-assam")
    assert found == (shop.product_id, "assam", True)
    async with shop.scope.writing("test") as uow:
        made = await create_product(uow, {"title": "Чай Ассам"})
        chosen = await create_product(uow, {"title": "Третий", "slug": "chai-assam"})
    assert await find_by_slug(reading, "product", "chai-assam-2") == (made, "chai-assam-2", False)
    assert await find_by_slug(reading, "product", "chai-assam") == (chosen, "chai-assam", False)
    assert await find_by_slug(reading, "category", "chai-assam") is None


async def test_forty_at_once_get_forty_slugs_and_one_gets_the_barcode(shop: Shop) -> None:
    async def make(number: int) -> Exception | None:
        given = {"title": "Один на всех", "variants": [{"barcodes": ["4600000000039"]}]}
        plain = {"title": "Один на всех"}
        try:
            async with shop.scope.writing("test") as uow:
                await create_product(uow, given if number % 2 else plain)
        except DomainError as error:
            return error
        return None

    outcomes = await asyncio.gather(*(make(number) for number in range(40)))
    refused = [error for error in outcomes if error is not None]
    assert len(refused) == 19
    assert {type(error) for error in refused} == {Taken}
    rows = await shop.scope.reading.rows(TITLES.where(Product.title == "Один на всех"))
    assert len({row["slug"] for row in rows}) == len(rows) == 21


async def test_one_of_many_who_want_the_same_slug_gets_it(shop: Shop) -> None:
    async def take(number: int) -> tuple[str, ...] | None:
        try:
            async with shop.scope.writing("test") as uow:
                await create_product(uow, {"title": f"Чай {number}", "slug": "luchshii-chai"})
        except Taken as error:
            return error.path
        return None

    outcomes = await asyncio.gather(*(take(number) for number in range(20)))
    assert sorted(outcomes, key=bool) == [None, *[("slug",)] * 19]


async def test_html_is_cleaned_at_the_door(shop: Shop) -> None:
    hostile = '<p onclick="x()">Чай<script>alert(1)</script><a href="javascript:1">тут</a></p>'
    async with shop.scope.writing("test") as uow:
        await update_product(uow, Edit(shop.product_id, {"description_html": hostile}))
    shown = await shop.scope.reading.value(select(Product.description_html))
    assert shown == '<p>Чай<a rel="noopener noreferrer">тут</a></p>'


async def test_archived_products_come_back_with_their_first_day(shop: Shop) -> None:
    first = await shop.scope.reading.value(select(Product.published_at))
    async with shop.scope.writing("test") as uow:
        await archive_products(uow, [shop.product_id])
    assert await shop.scope.reading.value(select(Product.archived_at)) is not None
    async with shop.scope.writing("test") as uow:
        await update_products(uow, [Edit(shop.product_id, {"status": "active"})])
    row = await shop.scope.reading.row(select(Product.archived_at, Product.published_at))
    assert row is not None
    assert tuple(row) == (None, first)


async def test_a_deleted_product_leaves_nothing_and_gives_back_its_count(
    shop: Shop, neighbour: TenantScope
) -> None:
    theirs = await everything(neighbour)
    async with shop.scope.writing("test") as uow:
        await update_product(uow, Edit(shop.product_id, {"slug": "assam"}))
    async with shop.scope.writing("test") as uow:
        await delete_products(uow, [shop.product_id])
    for table in (Product, Variant, Barcode, SlugRedirect):
        assert await shop.scope.reading.value(select(func.count()).select_from(table)) == 0
    now = shop.scope.reading.now
    used = {row["what"]: row["used"] for row in await usage(shop.scope.reading, now=now)}
    assert (used["products"], used["variants"]) == (0, 0)
    assert await everything(neighbour) == theirs


async def test_a_part_of_a_bundle_cannot_go(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        bundle = await create_product(uow, {"title": "Набор", "kind": "bundle"})
        of_bundle = select(Variant.id).where(Variant.product_id == bundle)
        part = await uow.value(select(Variant.id).where(Variant.sku == "A-100"))
        await set_parts(uow, variant=await uow.value(of_bundle), parts=[(part, 2000)])
    with pytest.raises(InUse):
        async with shop.scope.writing("test") as uow:
            await delete_products(uow, [shop.product_id])
    async with shop.scope.writing("test") as uow:
        await delete_products(uow, [shop.product_id, bundle])
