"""SKIP_FAILED, and another transaction that is quicker: one row is lost, and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.bulk import ErrorPolicy, Outcome
from domain.catalog.barcodes import find_variant_by_barcode
from domain.catalog.entities import Edit
from domain.catalog.products import create_product, create_products, update_products
from domain.catalog.tables import Product, Variant
from domain.catalog.variants import create_variants, update_variants
from domain.errors import Taken
from domain.merchants.plans import usage
from domain.references import ExternalId
from tenants.ledger import EventRow
from tenants.scope import UnitOfWork
from tests.domain.catalog.conftest import Shop

pytestmark = pytest.mark.anyio

WANTED, FREE = "4600000000039", "4600000000046"
SUPPLIER = "supplier"
SKIP = ErrorPolicy.SKIP_FAILED

_MADE = select(func.count(EventRow.id)).where(EventRow.type == "variant.created")
_WAITING = """
    SELECT count(*) FROM pg_locks
    WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


async def overtaken(
    shop: Shop,
    first: Callable[[UnitOfWork], Awaitable[Any]],
    second: Callable[[UnitOfWork], Awaitable[Outcome]],
) -> Outcome:
    """What comes of `second`, which looks while `first` has written and not yet committed."""

    async def late() -> Outcome:
        async with shop.scope.writing("second") as uow:
            return await second(uow)

    async with shop.scope.writing("first") as uow:
        await first(uow)
        waiting = asyncio.create_task(late())
        async with asyncio.timeout(20):
            while not await uow.connection.fetchval(_WAITING):
                assert not waiting.done()
                await asyncio.sleep(0.01)
    return await waiting


async def counted_right(shop: Shop) -> bool:
    """Whether the plan's counters say how many products and variants there are."""
    used = {
        one["what"]: one["used"] for one in await usage(shop.scope.reading, now=datetime.now(UTC))
    }
    there = {
        what: await shop.scope.reading.value(select(func.count(table.id)))
        for what, table in (("products", Product), ("variants", Variant))
    }
    return there == {what: used[what] for what in there}


def refusals(outcome: Outcome) -> list[tuple[type, tuple[str, ...]]]:
    return [(type(error), error.path) for error in outcome.errors]


async def with_the_barcode(uow: UnitOfWork) -> None:
    await create_product(uow, {"title": "Быстрый", "variants": [{"barcodes": [WANTED]}]})


async def test_new_variants_lose_the_one_whose_barcode_is_gone(shop: Shop) -> None:
    before = await shop.scope.reading.value(_MADE)
    given = [
        {"options": {"Вес": "500 г"}, "barcodes": [FREE, WANTED]},
        {"options": {"Вес": "1 кг"}, "barcodes": ["4600000000053"]},
    ]
    outcome = await overtaken(
        shop,
        with_the_barcode,
        lambda uow: create_variants(uow, product=shop.product_id, given=given, policy=SKIP),
    )
    assert refusals(outcome) == [(Taken, ("variants", "0", "barcodes", "1"))]
    assert outcome.ids[0] is None
    assert outcome.ids[1] == await find_variant_by_barcode(shop.scope.reading, "4600000000053")
    assert await find_variant_by_barcode(shop.scope.reading, FREE) is None
    assert await shop.scope.reading.value(_MADE) == before + 2  # the quick one's, and one of ours
    assert await counted_right(shop)


async def test_new_products_lose_the_one_whose_barcode_is_gone(shop: Shop) -> None:
    given = [
        {"title": "Другой", "variants": [{"barcodes": [FREE]}]},
        {"title": "Поздний", "variants": [{"barcodes": [WANTED]}]},
    ]
    outcome = await overtaken(
        shop, with_the_barcode, lambda uow: create_products(uow, given, policy=SKIP)
    )
    assert refusals(outcome) == [(Taken, ("products", "1", "variants", "0", "barcodes", "0"))]
    assert [one is None for one in outcome.ids] == [False, True]
    assert await counted_right(shop)


async def test_new_products_lose_the_one_whose_variant_has_an_external_id_that_is_gone(
    shop: Shop,
) -> None:
    wanted = {"external_id": ExternalId(SUPPLIER, "17"), "options": {"Вес": "2 кг"}}
    given: list[dict[str, Any]] = [
        {"title": "Поздний", "variants": [{"options": {"Вес": "1 кг"}}, wanted]},
        {"title": "Другой", "variants": [{"external_id": ExternalId(SUPPLIER, "18")}]},
    ]
    outcome = await overtaken(
        shop,
        lambda uow: create_product(uow, {"title": "Быстрый", "variants": [wanted]}),
        lambda uow: create_products(uow, given, policy=SKIP),
    )
    assert refusals(outcome) == [(Taken, ("products", "0", "variants", "1", "externalId"))]
    assert [one is None for one in outcome.ids] == [True, False]
    late = select(Product.id).where(Product.title == "Поздний")
    assert await shop.scope.reading.row(late) is None
    assert await counted_right(shop)


async def test_changed_variants_lose_the_one_whose_barcode_is_gone(shop: Shop) -> None:
    rows = await shop.scope.reading.rows(
        select(Variant).where(Variant.product_id == shop.product_id).order_by(Variant.position)
    )
    edits = [
        Edit(rows[0]["id"], {"sku": "new", "barcodes": [WANTED]}),
        Edit(rows[1]["id"], {"sku": "newer"}),
    ]
    outcome = await overtaken(
        shop, with_the_barcode, lambda uow: update_variants(uow, edits, policy=SKIP)
    )
    assert refusals(outcome) == [(Taken, ("variants", "0", "barcodes", "0"))]
    skus = select(Variant.sku).where(Variant.product_id == shop.product_id)
    now = await shop.scope.reading.rows(skus.order_by(Variant.position))
    assert [row["sku"] for row in now] == [rows[0]["sku"], "newer"]


async def test_changed_products_lose_the_one_whose_slug_is_gone(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        other = await create_product(uow, {"title": "Другой"})
    edits = [Edit(shop.product_id, {"slug": "chai"}), Edit(other, {"title": "Второй"})]
    outcome = await overtaken(
        shop,
        lambda uow: create_product(uow, {"title": "Быстрый", "slug": "chai"}),
        lambda uow: update_products(uow, edits, policy=SKIP),
    )
    assert refusals(outcome) == [(Taken, ("products", "0", "slug"))]
    titles = select(Product.title).where(Product.id == other)
    assert await shop.scope.reading.value(titles) == "Второй"


async def test_rows_that_are_skipped_are_not_counted(shop: Shop) -> None:
    taken = ExternalId(SUPPLIER, "17")
    async with shop.scope.writing("test") as uow:
        product = {"title": "Чай", "external_id": taken, "variants": [{"external_id": taken}]}
        await create_product(uow, product)
        given: list[dict[str, Any]] = [
            {"title": "Ещё", "external_id": taken},
            {"title": "И ещё", "variants": [{"external_id": taken}]},
        ]
        outcome = await create_products(uow, given, policy=SKIP)
        more = [{"options": {"Вес": "1 кг"}, "external_id": taken}]
        await create_variants(uow, product=shop.product_id, given=more, policy=SKIP)
    assert outcome.ids == [None, None]
    assert refusals(outcome) == [
        (Taken, ("products", "0", "externalId")),
        (Taken, ("products", "1", "variants", "0", "externalId")),
    ]
    assert await counted_right(shop)
