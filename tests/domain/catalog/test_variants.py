"""Variants: one for each choice, one for each barcode, one at least."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from domain.bulk import ErrorPolicy, Rejected
from domain.catalog.barcodes import barcodes_of, find_variant_by_barcode
from domain.catalog.bundles import parts_of, set_parts
from domain.catalog.entities import Edit
from domain.catalog.options import (
    add_option,
    choices_by_variant,
    delete_option,
    options_of,
    rename_option_value,
    values_of,
)
from domain.catalog.products import create_product
from domain.catalog.tables import Variant
from domain.catalog.variants import (
    create_variants,
    delete_variants,
    update_variant,
    update_variants,
)
from domain.errors import Conflict, DomainError, InUse, Invalid, NotAllowed, Taken
from domain.pricing.prices import PriceChange, prices_of, set_prices
from domain.stock.seen_levels import stock_of
from domain.stock.stock import StockChanged, StockSet, set_stock
from tenants.scope import TenantScope
from tests.domain.catalog.conftest import Shop

pytestmark = pytest.mark.anyio

FIRST, SECOND = "4600000000015", "4600000000022"


async def variants(shop: Shop) -> list[Any]:
    """The two variants of the shop's tea."""
    mine = select(Variant).where(Variant.product_id == shop.product_id)
    return await shop.scope.reading.rows(mine.order_by(Variant.position))


async def test_a_new_variant_chooses_what_its_siblings_choose(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        outcome = await create_variants(
            uow,
            product=shop.product_id,
            given=[
                {"options": {"Вес": "500 г"}},
                {"options": {"Вес": "100 г"}},
                {"options": {"Цвет": "белый"}},
                {},
            ],
            policy=ErrorPolicy.SKIP_FAILED,
        )
    assert [one is not None for one in outcome.ids] == [True, False, False, False]
    assert [(type(error), error.path) for error in outcome.errors] == [
        (Taken, ("variants", "1", "options")),
        (Invalid, ("variants", "2", "options")),
        (Invalid, ("variants", "3", "options")),
    ]
    (option,) = await options_of(shop.scope.reading, [shop.product_id])
    values = await values_of(shop.scope.reading, [option["id"]])
    assert [row["title"] for row in values] == ["100 г", "250 г", "500 г"]


async def test_one_of_many_who_add_the_same_choice_does(shop: Shop) -> None:
    async def add(number: int) -> bool:
        try:
            async with shop.scope.writing("test") as uow:
                given = [{"options": {"Вес": "1 кг"}, "barcodes": [f"46000000{number:04}"]}]
                await create_variants(uow, product=shop.product_id, given=given)
        except DomainError:
            return False
        return True

    # The codes are no EANs, being too short, so they are free codes and all different.
    assert sum(await asyncio.gather(*(add(number) for number in range(15)))) == 1


async def test_variants_exchange_their_barcodes_in_one_request(shop: Shop) -> None:
    one, other = await variants(shop)
    async with shop.scope.writing("test") as uow:
        await update_variants(
            uow, [Edit(one["id"], {"barcodes": [SECOND]}), Edit(other["id"], {"barcodes": [FIRST]})]
        )
    assert await find_variant_by_barcode(shop.scope.reading, FIRST) == other["id"]
    rows = await barcodes_of(shop.scope.reading, [one["id"], other["id"]])
    assert {(row["variant_id"], row["code"]) for row in rows} == {
        (one["id"], SECOND),
        (other["id"], FIRST),
    }


async def test_a_barcode_of_another_is_refused_and_changes_nothing(
    shop: Shop, neighbour: TenantScope
) -> None:
    one, other = await variants(shop)
    with pytest.raises(Taken) as refused:
        async with shop.scope.writing("test") as uow:
            await update_variant(uow, Edit(one["id"], {"sku": "new", "barcodes": [SECOND]}))
    assert refused.value.path == ("barcodes", "0")
    assert await variants(shop) == [one, other]
    theirs = await find_variant_by_barcode(neighbour.reading, SECOND)
    assert theirs not in (None, one["id"], other["id"])


async def test_a_choice_changes_where_it_stays_the_only_one(shop: Shop) -> None:
    one, _ = await variants(shop)
    with pytest.raises(Taken):
        async with shop.scope.writing("test") as uow:
            await update_variant(uow, Edit(one["id"], {"options": {"Вес": "250 г"}}))
    async with shop.scope.writing("test") as uow:
        await update_variant(uow, Edit(one["id"], {"options": {"Вес": "150 г"}}))
    chosen = await choices_by_variant(shop.scope.reading, [one["id"]])
    assert chosen[one["id"]] == {"Вес": "150 г"}


async def test_an_option_added_later_is_chosen_by_all(shop: Shop) -> None:
    async with shop.scope.writing("test") as uow:
        option_id = await add_option(uow, shop.product_id, title="Упаковка", value="пачка")
        more = [{"options": {"Вес": "100 г", "Упаковка": "жесть"}}]
        await create_variants(uow, product=shop.product_id, given=more)
    with pytest.raises(InUse):
        async with shop.scope.writing("test") as uow:
            await delete_option(uow, option_id)
    one, other, third = await variants(shop)
    async with shop.scope.writing("test") as uow:
        await delete_variants(uow, [third["id"]])
        await delete_option(uow, option_id)
    chosen = await choices_by_variant(shop.scope.reading, [one["id"], other["id"]])
    assert list(chosen.values()) == [{"Вес": "100 г"}, {"Вес": "250 г"}]


async def test_a_value_is_renamed_unless_another_is_called_so(shop: Shop) -> None:
    (option,) = await options_of(shop.scope.reading, [shop.product_id])
    first, _ = await values_of(shop.scope.reading, [option["id"]])
    with pytest.raises(Taken):
        async with shop.scope.writing("test") as uow:
            await rename_option_value(uow, first["id"], title="250 г")
    async with shop.scope.writing("test") as uow:
        await rename_option_value(uow, first["id"], title="сто граммов")


async def test_the_last_variant_stays(shop: Shop) -> None:
    before = await variants(shop)
    with pytest.raises(NotAllowed):
        async with shop.scope.writing("test") as uow:
            await delete_variants(uow, [row["id"] for row in before])
    assert await variants(shop) == before


async def test_bundles_are_made_of_what_is_no_bundle(shop: Shop) -> None:
    one, other = await variants(shop)
    async with shop.scope.writing("test") as uow:
        bundle = await create_product(uow, {"title": "Набор", "kind": "bundle"})
        of_bundle = await uow.value(select(Variant.id).where(Variant.product_id == bundle))
        await set_parts(uow, variant=of_bundle, parts=[(one["id"], 2_000), (other["id"], 500)])
    parts = await parts_of(shop.scope.reading, [of_bundle])
    assert [row["quantity"] for row in parts] == [2_000, 500]
    for variant, part, refusal in (
        (one["id"], other["id"], NotAllowed),
        (of_bundle, of_bundle, Invalid),
    ):
        with pytest.raises(refusal):
            async with shop.scope.writing("test") as uow:
                await set_parts(uow, variant=variant, parts=[(part, 1_000)])


async def test_prices_are_written_where_they_differ(shop: Shop) -> None:
    one, other = await variants(shop)
    changes = [
        PriceChange(one["id"], 12_000, 15_000),
        PriceChange(one["id"], 11_000, min_quantity=10_000),
        PriceChange(other["id"], 25_000),
    ]
    async with shop.scope.writing("test") as uow:
        await set_prices(uow, price_list=shop.price_list_id, changes=changes)
    before = await prices_of(shop.scope.reading, [one["id"], other["id"]])
    changes[2] = PriceChange(other["id"], None)
    async with shop.scope.writing("test") as uow:
        await set_prices(uow, price_list=shop.price_list_id, changes=changes)
    after = await prices_of(shop.scope.reading, [one["id"], other["id"]])
    assert after == before[:2]
    mine = await prices_of(shop.scope.reading, [one["id"]])
    assert [(row["min_quantity"], row["amount_minor"]) for row in mine] == [
        (1, 12_000),
        (10_000, 11_000),
    ]


async def test_a_bad_price_keeps_all_out(shop: Shop, neighbour: TenantScope) -> None:
    one, _ = await variants(shop)
    theirs = await neighbour.reading.value(select(Variant.id))
    changes = [PriceChange(one["id"], 100), PriceChange(one["id"], -1), PriceChange(theirs, 1)]
    with pytest.raises(Rejected) as refused:
        async with shop.scope.writing("test") as uow:
            await set_prices(uow, price_list=shop.price_list_id, changes=changes)
    assert {error.path for error in refused.value.errors} == {
        ("prices", "1", "amountMinor"),
        ("prices", "1", "variantId"),
        ("prices", "2", "variantId"),
    }
    assert await prices_of(shop.scope.reading, [one["id"]]) == []


async def test_stock_is_set_by_who_knows_what_he_replaces(shop: Shop) -> None:
    one, _ = await variants(shop)

    async def put(on_hand: int, replaces: int | None) -> None:
        async with shop.scope.writing("test") as uow:
            level = StockSet(one["id"], on_hand, replaces)
            await set_stock(uow, location=shop.location_id, levels=[level], path=None)

    await put(5_000, 0)
    with pytest.raises(StockChanged) as refused:
        await put(9_000, 0)
    assert refused.value.facts["on_hand"] == 5_000
    await put(7_000, 5_000)
    (level,) = await stock_of(shop.scope.reading, [one["id"]])
    assert (level["on_hand"], level["reserved"]) == (7_000, 0)


async def test_one_of_many_who_replace_the_same_number_does(shop: Shop) -> None:
    one, _ = await variants(shop)

    async def put(number: int) -> bool:
        try:
            async with shop.scope.writing("test") as uow:
                level = StockSet(one["id"], 1_000 + number, 0)
                await set_stock(uow, location=shop.location_id, levels=[level], path=None)
        except StockChanged:
            return False
        return True

    assert sum(await asyncio.gather(*(put(number) for number in range(20)))) == 1


async def test_an_old_version_is_a_conflict(shop: Shop) -> None:
    one, _ = await variants(shop)
    async with shop.scope.writing("test") as uow:
        await update_variant(uow, Edit(one["id"], {"weight_grams": 110}, 1))
        with pytest.raises(Conflict):
            await update_variant(uow, Edit(one["id"], {"weight_grams": 120}, 1))
