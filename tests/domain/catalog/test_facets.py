"""Facet counts against counting by hand, on random goods: by bits, one by one, and both mixed."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import any_, delete, func, insert, select, update

from domain.catalog.facet_bits import gather_facets
from domain.catalog.facets import BRAND, CATEGORY, Chosen, Filters
from domain.catalog.listing import refresh_listing
from domain.catalog.listing_sources import IDS
from domain.catalog.listing_tables import SEGMENT, FacetNumbering, Listing
from domain.catalog.search import Found, Order, search_products
from domain.catalog.tables import Product
from domain.paging import PageRequest
from tenants.database import Pool
from tests.domain.catalog.goods import Shop, make_shop
from tests.factories import make_tenant

pytestmark = pytest.mark.anyio

COLOURS = ("белый", "серый", "синий", "алый")


@dataclass(frozen=True)
class Asked:
    """Some filters, and which goods pass them."""

    brands: frozenset[str]
    colours: frozenset[str]
    low: int | None
    stocked: bool

    def filters(self, shop: Shop) -> Filters:
        brands = [str(shop.brands[name]) for name in self.brands if name in shop.brands]
        chosen = [Chosen(BRAND, brands)] if self.brands else []
        if self.colours:
            chosen.append(Chosen(str(shop.attributes["Цвет"]), list(self.colours)))
        return Filters(chosen=chosen, price_from=self.low, available_only=self.stocked)

    def passes(self, one: Mapping[str, Any], *, but: str = "") -> bool:
        fails = {
            "brand": self.brands and one["brand"] not in self.brands,
            "colour": self.colours and one["facts"]["Цвет"] not in self.colours,
            "price": self.low is not None and one["price"] < self.low,
            "stock": self.stocked and one["stock"] == 0,
        }
        return not any(failed for name, failed in fails.items() if name != but)


ASKED = some.builds(
    Asked,
    brands=some.frozensets(some.sampled_from("АБВГ"), max_size=2),
    colours=some.frozensets(some.sampled_from(COLOURS), max_size=2),
    low=some.sampled_from((None, 300, 500)),
    stocked=some.booleans(),
)


def agrees(shop: Shop, goods: Mapping[str, Mapping[str, Any]], asked: Asked, found: Found) -> None:
    """Assert that everything counted is what counting by hand gives."""
    left = {
        name: [one for one in goods.values() if asked.passes(one, but=name)]
        for name in ("", "brand", "colour", "price", "stock")
    }
    seen = {one.facet: {value.key: value.count for value in one.values} for one in found.facets}
    filed = Counter(one["categories"][0] for one in left[""])
    filed["Всё"] = filed.total()
    brands = Counter(str(shop.brands[one["brand"]]) for one in left["brand"])
    colours = Counter(one["facts"]["Цвет"] for one in left["colour"])
    prices = [one["price"] for one in left["price"]]
    assert found.total == len(left[""])
    assert seen.get(BRAND, {}) == brands
    assert seen.get(str(shop.attributes["Цвет"]), {}) == colours
    assert seen.get(CATEGORY, {}) == {
        str(shop.categories[name]): count for name, count in filed.items() if count
    }
    assert found.price_min == min(prices, default=None)
    assert found.price_max == max(prices, default=None)
    assert found.available == sum(one["stock"] > 0 for one in left["stock"])
    assert found.unavailable == sum(one["stock"] == 0 for one in left["stock"])


async def search(shop: Shop, asked: Asked) -> Found:
    return await search_products(
        shop.scope.reading, "чай", asked.filters(shop), Order.NEWEST, PageRequest(first=10)
    )


def random_goods(chance: random.Random) -> dict[str, Any]:
    return {
        "brand": chance.choice("АБВГ"),
        "categories": [chance.choice(("Всё", "Лист", "Трава"))],
        "facts": {"Цвет": chance.choice(COLOURS)},
        "price": chance.choice((100, 300, 500, 900)),
        "stock": chance.choice((0, 1_000)),
    }


async def filled_shop(pool: Pool, tenant_id: UUID, goods: Mapping[str, Mapping[str, Any]]) -> Shop:
    shop = await make_shop(pool, tenant_id)
    await shop.category("Всё")
    await shop.category("Лист", under="Всё")
    await shop.category("Трава", under="Всё")
    await shop.attribute("Цвет")
    await shop.stock(goods)
    return shop


async def gather(shop: Shop) -> int:
    async with shop.scope.writing("test") as uow:
        return await gather_facets(uow)


@dataclass
class Counted:
    """A shop, and what is in it."""

    shop: Shop
    goods: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
async def mixed(pool: Pool, platform_pool: Pool) -> Counted:
    """400 products gathered into bits; since then some were added, changed, and taken away."""
    chance = random.Random(20_26)
    goods = {f"Чай {number}": random_goods(chance) for number in range(400)}
    shop = await filled_shop(pool, await make_tenant(platform_pool), goods)
    assert await gather(shop) == 400
    assert await gather(shop) == 0
    later = {f"Чай {number}": random_goods(chance) for number in range(400, 420)}
    await shop.stock(later)
    goods |= later
    async with shop.scope.writing("test") as uow:
        changed = []
        for title in chance.sample(sorted(goods), 30):
            goods[title]["brand"] = "Б"
            changed.append(shop.products[title])
        await uow.execute(
            update(Product).where(Product.id == any_(IDS)).values(brand_id=shop.brands["Б"]),
            ids=changed,
        )
        await refresh_listing(uow, changed)
        empty = [title for title in sorted(goods) if not goods[title]["stock"]]
        gone = chance.sample(empty, 10)
        for title in gone:
            del goods[title]
        await uow.execute(
            delete(Product).where(Product.id == any_(IDS)),
            ids=[shop.products[title] for title in gone],
        )
    return Counted(shop, goods)


@given(asked=ASKED)
@settings(max_examples=60, deadline=None)
async def test_counts_are_those_of_counting_by_hand(mixed: Counted, asked: Asked) -> None:
    agrees(mixed.shop, mixed.goods, asked, await search(mixed.shop, asked))


@given(asked=ASKED)
@settings(max_examples=20, deadline=None)
async def test_few_matches_are_counted_one_by_one(
    pool: Pool, platform_pool: Pool, asked: Asked
) -> None:
    chance = random.Random(repr(asked))
    goods = {f"Чай {number}": random_goods(chance) for number in range(12)}
    shop = await filled_shop(pool, await make_tenant(platform_pool), goods)
    agrees(shop, goods, asked, await search(shop, asked))


async def test_numbering_begins_anew_when_most_ordinals_are_dead(
    pool: Pool, platform_pool: Pool
) -> None:
    chance = random.Random(7)
    goods = {f"Чай {number}": random_goods(chance) for number in range(310)}
    shop = await filled_shop(pool, await make_tenant(platform_pool), goods)
    await gather(shop)
    async with shop.scope.writing("test") as uow:
        await uow.execute(update(FacetNumbering).values(given=SEGMENT + 2 * 310 + 1))
    assert await gather(shop) == 310
    highest = select(func.max(Listing.ordinal))
    assert await shop.scope.reading.value(highest) == 309
    asked = Asked(frozenset("А"), frozenset(), None, False)
    agrees(shop, goods, asked, await search(shop, asked))


async def test_ordinals_of_several_segments_are_counted_together(
    pool: Pool, platform_pool: Pool
) -> None:
    chance = random.Random(8)
    goods = {f"Чай {number}": random_goods(chance) for number in range(320)}
    shop = await filled_shop(pool, await make_tenant(platform_pool), goods)
    async with shop.scope.writing("test") as uow:
        await uow.execute(
            insert(FacetNumbering).values(
                tenant_id=uow.tenant_id, channel_id=shop.channel, given=SEGMENT - 100
            )
        )
    await gather(shop)
    asked = Asked(frozenset(), frozenset({"белый"}), 300, False)
    agrees(shop, goods, asked, await search(shop, asked))
