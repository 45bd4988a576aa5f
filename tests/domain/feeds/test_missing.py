"""What a whole price list no longer has is left, hidden or archived, as its source says."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from domain.catalog.entities import Edit
from domain.catalog.products import archive_products
from domain.catalog.tables import Product, Variant
from domain.catalog.variants import update_variant
from tests.domain.feeds.conftest import Importer
from tests.domain.feeds.price_lists import File, Offer

pytestmark = pytest.mark.anyio

OFFERS = [
    *(Offer(f"o{number}", title=f"Чай {number}") for number in range(8)),
    *(
        Offer(f"s{size}", title=f"Чашка {size}", group="cup", parameters=[("Размер", size)])
        for size in "ML"
    ),
]
FILE = File(OFFERS)


def without(*gone: str) -> File:
    return File([offer for offer in OFFERS if offer.id not in gone])


async def on_sale(importer: Importer) -> set[str]:
    rows = await importer.scope.reading.rows(
        select(Variant.external_id)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.external_source == "opt", Variant.is_active, Product.status == "active")
    )
    return {row["external_id"] for row in rows}


async def statuses(importer: Importer) -> dict[str, str]:
    rows = await importer.scope.reading.rows(
        select(Product.external_id, Product.status).where(Product.external_source == "opt")
    )
    return {row["external_id"]: row["status"] for row in rows}


EVERY = {offer.id for offer in OFFERS}


async def test_left_alone_unless_the_source_says_otherwise(importer: Importer) -> None:
    await importer.run(FILE.opened())
    run = await importer.run(without("o1", "sM").opened())
    assert (run["counts"]["offers_missing"], run["counts"]["products_same"]) == (2, 7)
    assert "variants_put_away" not in run["counts"]
    assert await on_sale(importer) == EVERY


async def test_hidden_until_they_come_back(importer: Importer) -> None:
    await importer.set(on_missing="hide")
    await importer.run(FILE.opened())
    run = await importer.run(without("o1", "sM").opened())
    assert (run["counts"]["offers_missing"], run["counts"]["variants_put_away"]) == (2, 2)
    assert await on_sale(importer) == EVERY - {"o1", "sM"}
    assert set((await statuses(importer)).values()) == {"active"}
    again = await importer.run(without("o1", "sM").opened())
    assert "offers_missing" not in again["counts"], "what was put away is not missing any more"
    await importer.run(FILE.opened())
    assert await on_sale(importer) == EVERY


async def test_archived_where_nothing_is_left_until_they_come_back(importer: Importer) -> None:
    await importer.set(on_missing="archive")
    await importer.run(FILE.opened())
    run = await importer.run(without("o1", "sM").opened())
    assert (run["counts"]["variants_put_away"], run["counts"]["products_archived"]) == (2, 1)
    assert {key for key, one in (await statuses(importer)).items() if one == "archived"} == {"o1"}
    await importer.run(FILE.opened())
    assert await on_sale(importer) == EVERY


async def test_what_the_merchant_put_away_stays_so(importer: Importer) -> None:
    await importer.set(on_missing="archive")
    await importer.run(FILE.opened())
    reading = importer.scope.reading
    product_id = await reading.value(select(Product.id).where(Product.external_id == "o1"))
    variant_id = await reading.value(select(Variant.id).where(Variant.external_id == "o2"))
    async with importer.scope.writing("test") as uow:
        await archive_products(uow, [product_id])
        await update_variant(uow, Edit(variant_id, {"is_active": False}))
    await importer.run(without("o1", "o2").opened())
    changed = [replace(one, title=one.title + " новый") for one in OFFERS]
    await importer.run(File(changed).opened())
    assert await on_sale(importer) == EVERY - {"o1", "o2"}


async def test_too_many_gone_at_once_are_told_and_left(importer: Importer) -> None:
    await importer.set(on_missing="hide", most_missing_percent=30)
    await importer.run(FILE.opened())
    file = without("o0", "o1", "o2", "o3")
    run = await importer.run(file.opened())
    assert run["status"] == "done"
    assert await importer.problems(run["id"]) == [("too_many_missing", None, "4 / 10")]
    assert await on_sale(importer) == EVERY
    await importer.set(most_missing_percent=40)
    run = await importer.run(file.opened())
    assert await importer.problems(run["id"]) == []
    assert len(await on_sale(importer)) == 6


async def test_a_row_that_was_refused_is_not_missing(importer: Importer) -> None:
    await importer.set(on_missing="hide")
    await importer.run(FILE.opened())
    run = await importer.run(FILE.with_offer("o1", price="-5").opened())
    assert await importer.problems(run["id"]) == [("negative_price", "o1", "-5")]
    assert await on_sale(importer) == EVERY


async def test_goods_of_another_source_are_none_of_its_business(importer: Importer) -> None:
    await importer.set(on_missing="archive", most_missing_percent=100)
    await importer.run(FILE.opened())
    own = select(Product.status).where(Product.external_source.is_(None))
    before = await importer.scope.reading.rows(own)
    await importer.run(File([Offer("new")]).opened())
    assert await importer.scope.reading.rows(own) == before
    assert await on_sale(importer) == {"new"}
