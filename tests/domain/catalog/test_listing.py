"""The listing is what its sources say, lists walk along it, and writers do not spoil it."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import any_, delete, select, update

from domain.catalog.facets import BRAND, CATEGORY, Chosen, Filters
from domain.catalog.listing import find_stale, rebuild_listing, recount_words, refresh_listing
from domain.catalog.listing_sources import IDS
from domain.catalog.product_lists import ListOrder, count_products, list_products
from domain.catalog.tables import (
    AttributeValue,
    Barcode,
    Brand,
    BundleItem,
    Collection,
    CollectionProduct,
    Listing,
    ListingShelf,
    Media,
    Product,
    ProductCategory,
    Publication,
    SearchWord,
    Translation,
    Variant,
)
from domain.paging import PageRequest
from domain.pricing.tables import Price
from domain.stock.tables import StockLevel
from tenants.database import Pool
from tenants.ids import new_id
from tenants.scope import UnitOfWork
from tests.conftest import TwoTenants
from tests.domain.catalog.goods import Shop, make_shop

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shop(pool: Pool, tenants: TwoTenants) -> Shop:
    return await make_shop(pool, tenants.ours)


async def listed(shop: Shop, title: str) -> Any:
    row = await shop.scope.reading.row(
        select(*Listing.__table__.c).where(Listing.product_id == shop.products[title])
    )
    assert row is not None
    return row


async def page(
    shop: Shop, order: ListOrder = ListOrder.TITLE, first: int = 100, **where: Any
) -> list[str]:
    found = await list_products(
        shop.scope.reading, Filters(**where), order, PageRequest(first=first)
    )
    return shop.titles([row["product_id"] for row in found.rows])


Write = Callable[[UnitOfWork, UUID, random.Random], Awaitable[Any]]


def _writes(shop: Shop) -> list[Write]:
    """One small change each, of one product or of its only variant."""

    async def variant_of(uow: UnitOfWork, product: UUID) -> UUID:
        found = await uow.value(select(Variant.id).where(Variant.product_id == product).limit(1))
        return UUID(str(found))

    async def rename(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        title = chance.choice(("Чай", "Кофе", "Ёлка", "Болт 4х25"))
        await uow.execute(update(Product).where(Product.id == product).values(title=title))

    async def restate(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        status = chance.choice(("draft", "active", "archived"))
        await uow.execute(update(Product).where(Product.id == product).values(status=status))

    async def rebrand(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        brand = chance.choice([None, *shop.brands.values()])
        await uow.execute(update(Product).where(Product.id == product).values(brand_id=brand))

    async def republish(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        await uow.execute(delete(Publication).where(Publication.product_id == product))
        if chance.random() < 0.7:
            start = uow.now + timedelta(days=chance.randrange(-9, 9))
            await uow.add(
                Publication, product_id=product, channel_id=shop.channel, published_from=start,
                published_until=chance.choice((None, start + timedelta(days=9))),
            )  # fmt: skip

    async def reprice(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        variant = await variant_of(uow, product)
        await uow.execute(delete(Price).where(Price.variant_id == variant))
        for least in chance.sample((1, 500, 1_000, 5_000), chance.randrange(3)):
            await uow.add(
                Price, variant_id=variant, price_list_id=shop.price_list, min_quantity=least,
                amount_minor=chance.randrange(900), compare_at_minor=chance.choice((None, 500)),
            )  # fmt: skip

    async def restock(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        variant = await variant_of(uow, product)
        await uow.execute(delete(StockLevel).where(StockLevel.variant_id == variant))
        await uow.add(
            StockLevel, variant_id=variant, location_id=shop.location, on_hand=5, reserved=5
            if chance.random() < 0.5 else 0,
        )  # fmt: skip

    async def refile(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        await uow.execute(delete(ProductCategory).where(ProductCategory.product_id == product))
        for category in chance.sample([*shop.categories.values()], chance.randrange(2)):
            await uow.add(ProductCategory, product_id=product, category_id=category)

    async def redescribe(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        await uow.execute(delete(AttributeValue).where(AttributeValue.product_id == product))
        for attribute in shop.attributes.values():
            value = chance.choice(("алый", "белый"))
            await uow.add(
                AttributeValue, product_id=product, attribute_id=attribute, key=value, text=value
            )

    async def another(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        variant = await uow.add(
            Variant, product_id=product, position=1, sku=f"A-{chance.random()}",
            options_key=str(new_id()), is_active=chance.random() < 0.5,
        )  # fmt: skip
        code = f"{chance.randrange(10**12)}"
        await uow.add(Barcode, variant_id=variant, code=code, kind="ean13", position=0)
        await uow.add(Media, product_id=product, position=0, source_url="https://example.com/a")

    async def collect(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        collection = await uow.add(Collection, title="Хиты", slug=str(new_id()), kind="manual")
        await uow.add(CollectionProduct, collection_id=collection, product_id=product, position=3)

    async def translate(uow: UnitOfWork, product: UUID, chance: random.Random) -> None:
        await uow.execute(delete(Translation).where(Translation.entity_id == product))
        await uow.add(
            Translation, entity_kind="product", entity_id=product, language="en", field="title",
            value=chance.choice(("Tea", "Coffee")),
        )  # fmt: skip

    return [rename, restate, rebrand, republish, reprice, restock, refile, redescribe, another,
            collect, translate]  # fmt: skip


async def test_after_any_writes_the_listing_is_as_if_made_anew(shop: Shop) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    await shop.category("А")
    await shop.category("Б", under="А")
    await shop.attribute("Цвет")
    await shop.attribute("Тайный", is_filterable=False)
    async with shop.scope.writing("test") as uow:
        shop.brands = {name: await uow.add(Brand, title=name, slug=name) for name in ("Ёж", "Уж")}
    await shop.stock({f"Товар {number}": {} for number in range(8)})
    products = list(shop.products.values())
    writes = _writes(shop)
    for _ in range(120):
        write, product = chance.choice(writes), chance.choice(products)
        async with shop.scope.writing("test") as uow:
            await write(uow, product, chance)
            await refresh_listing(uow, [product])
    assert await find_stale(shop.scope.reading, products) == set()


async def test_each_kind_of_write_is_noticed_when_nobody_refreshed(shop: Shop) -> None:
    await shop.category("А")
    await shop.attribute("Цвет")
    for number, write in enumerate(_writes(shop)):
        title = f"Товар {number}"
        product = await shop.sell(title, price=5, stock=5)
        stale: set[UUID] = set()
        for seed in range(20):
            async with shop.scope.writing("test") as uow:
                await write(uow, product, random.Random(seed))
            stale |= await find_stale(shop.scope.reading, [product])
        expected = set() if write.__name__ == "rebrand" else {product}
        assert stale == expected, write.__name__


async def test_a_rebuild_mends_everything(shop: Shop) -> None:
    await shop.stock({f"Чай {number}": {} for number in range(5)})
    products = list(shop.products.values())
    async with shop.scope.writing("test") as uow:
        await uow.execute(update(Product).values(title="Кофе"))
        await uow.execute(delete(ListingShelf).where(ListingShelf.product_id == products[0]))
        await uow.execute(delete(Listing).where(Listing.product_id == products[1]))
        await uow.add(Product, title="Какао", slug="cocoa")
    assert await find_stale(shop.scope.reading, products) == set(products)
    after: UUID | None = UUID(int=0)
    rounds = 0
    while after is not None:
        async with shop.scope.writing("test") as uow:
            after = await rebuild_listing(uow, after=after, most=2)
            rounds += 1
    async with shop.scope.writing("test") as uow:
        await recount_words(uow)
    assert rounds == 4
    assert await find_stale(shop.scope.reading, products) == set()
    words = await shop.scope.reading.rows(select(SearchWord.word, SearchWord.count))
    assert {row["word"]: row["count"] for row in words} == {"кофе": 5}


async def test_a_price_is_that_of_the_least_quantity(shop: Shop) -> None:
    product = await shop.sell("Чай", price=None)
    assert (await listed(shop, "Чай"))["price_min_minor"] is None
    async with shop.scope.writing("test") as uow:
        variant = await uow.value(select(Variant.id).where(Variant.product_id == product))
        for least, amount in ((1, 900), (1_000, 800), (2_000, 100)):
            await uow.add(
                Price, variant_id=variant, price_list_id=shop.price_list, min_quantity=least,
                amount_minor=amount, compare_at_minor=950,
            )  # fmt: skip
        await refresh_listing(uow, [product])
    row = await listed(shop, "Чай")
    assert (row["price_min_minor"], row["price_max_minor"], row["currency"]) == (800, 800, "RUB")
    assert (row["compare_at_minor"], row["is_discounted"]) == (950, True)


async def test_a_bundle_is_there_while_all_of_its_parts_are(shop: Shop) -> None:
    part = await shop.sell("Чашка", stock=3_000)
    bundle = await shop.sell("Сервиз", stock=0)

    async def variant_of(product: UUID) -> UUID:
        query = select(Variant.id).where(Variant.product_id == product)
        return UUID(str(await shop.scope.reading.value(query)))

    cup = await variant_of(part)
    async with shop.scope.writing("test") as uow:
        await uow.add(
            BundleItem, variant_id=await variant_of(bundle), part_variant_id=cup, quantity=2_000,
            position=0,
        )  # fmt: skip
        await refresh_listing(uow, [bundle])
    assert (await listed(shop, "Сервиз"))["is_available"]
    async with shop.scope.writing("test") as uow:
        await uow.execute(
            update(StockLevel).where(StockLevel.variant_id == cup).values(reserved=1_500)
        )
        await refresh_listing(uow, [part])
    assert (await listed(shop, "Чашка"))["is_available"]
    assert not (await listed(shop, "Сервиз"))["is_available"]


async def test_writers_of_one_product_do_not_lose_each_others_changes(shop: Shop) -> None:
    product = await shop.sell("Чай", price=100, stock=0)
    variant = await shop.scope.reading.value(
        select(Variant.id).where(Variant.product_id == product)
    )
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def reprice() -> None:
        async with shop.scope.writing("test") as uow:
            await uow.execute(update(Price).values(amount_minor=500))
            await refresh_listing(uow, [product])
            written.set()
            await may_commit.wait()

    async def restock() -> None:
        await written.wait()
        async with shop.scope.writing("test") as uow:
            await uow.add(StockLevel, variant_id=variant, location_id=shop.location, on_hand=1)
            may_commit.set()
            await refresh_listing(uow, [product])

    await asyncio.gather(reprice(), restock())
    row = await listed(shop, "Чай")
    assert (row["price_min_minor"], row["is_available"]) == (500, True)


async def test_a_deleted_product_leaves_nothing_behind(shop: Shop) -> None:
    product = await shop.sell("Чай", stock=0)
    async with shop.scope.writing("test") as uow:
        await uow.execute(delete(Product).where(Product.id == product))
        await refresh_listing(uow, [product])
    assert await page(shop) == []
    assert await find_stale(shop.scope.reading, [product]) == set()


async def test_lists_are_by_shelf_and_filter(shop: Shop) -> None:
    await shop.category("Напитки")
    await shop.category("Чай", under="Напитки")
    await shop.category("Прочее")
    await shop.attribute("Цвет")
    await shop.attribute("Вес", "number")
    await shop.sell(
        "Улун", brand="А", categories=["Чай"], price=300,
        facts={"Цвет": "Белый", "Вес": 100},
    )  # fmt: skip
    await shop.sell("Пуэр", brand="Б", categories=["Чай"], price=200, stock=0)
    await shop.sell("Сок", brand="Б", categories=["Напитки"], price=100, facts={"Вес": 900})
    await shop.sell("Мыло", categories=["Прочее"], price=None)
    await shop.sell("Черновик", status="draft", categories=["Чай"])
    weight, colour = (str(shop.attributes[name]) for name in ("Вес", "Цвет"))
    assert await page(shop) == ["Мыло", "Пуэр", "Сок", "Улун"]
    assert await page(shop, within=shop.categories["Чай"]) == ["Пуэр", "Улун"]
    assert await page(shop, within=shop.categories["Напитки"]) == ["Пуэр", "Сок", "Улун"]
    assert await page(shop, within=shop.brands["Б"]) == ["Пуэр", "Сок"]
    assert await page(shop, ListOrder.PRICE) == ["Сок", "Пуэр", "Улун", "Мыло"]
    assert await page(shop, price_from=150) == ["Пуэр", "Улун"]
    assert await page(shop, price_to=150) == ["Сок"]
    assert await page(shop, available_only=True) == ["Мыло", "Сок", "Улун"]
    assert await page(shop, chosen=[Chosen(colour, ["белый"])]) == ["Улун"]
    assert await page(shop, chosen=[Chosen(weight, number_from=100, number_to=899)]) == ["Улун"]
    both = [Chosen(BRAND, [str(shop.brands["Б"])]), Chosen(weight, number_from=1)]
    assert await page(shop, chosen=both) == ["Сок"]
    tea = [Chosen(CATEGORY, [str(shop.categories["Чай"])])]
    assert await page(shop, chosen=tea, within=shop.categories["Напитки"]) == ["Пуэр", "Улун"]
    assert await page(shop, chosen=[Chosen(colour)]) == []
    assert await count_products(shop.scope.reading, Filters(chosen=tea)) == 2


async def test_pages_of_every_order_hold_everything_once(shop: Shop) -> None:
    await shop.category("Чай")
    now = datetime.now(UTC)
    for number in range(13):
        await shop.sell(
            f"Чай {number % 4}-{number}", price=number % 3 * 100, categories=["Чай"],
            shown_from=now - timedelta(hours=number % 5),
        )  # fmt: skip
    where = Filters(within=shop.categories["Чай"])
    for order in ListOrder:
        seen, after = [], None
        while True:
            found = await list_products(
                shop.scope.reading, where, order, PageRequest(first=5, after=after)
            )
            seen += [row["product_id"] for row in found.rows]
            if not found.has_next:
                break
            after = found.cursors[-1]
        assert sorted(seen) == sorted(shop.products.values()), order


async def test_a_neighbours_shelf_is_empty_to_us(
    pool: Pool, tenants: TwoTenants, shop: Shop
) -> None:
    other = await make_shop(pool, tenants.neighbour)
    await other.category("Чай")
    theirs = await other.sell("Чай", categories=["Чай"])
    await shop.sell("Кофе")
    assert await page(shop) == ["Кофе"]
    assert await page(shop, within=other.categories["Чай"]) == []
    async with shop.scope.writing("test") as uow:
        await uow.execute(delete(ListingShelf).where(ListingShelf.product_id == any_(IDS)),
                          ids=[theirs])  # fmt: skip
        await refresh_listing(uow, [theirs])
    assert await page(other) == ["Чай"]
