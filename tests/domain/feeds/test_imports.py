"""Imports: what the file says is in the catalogue, once, and what it does not say is untouched."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select, update

from domain.catalog.brands import create_brand
from domain.catalog.categories import update_category
from domain.catalog.entities import Edit
from domain.catalog.options import choices_by_variant
from domain.catalog.products import (
    archive_products,
    create_product,
    delete_products,
    update_product,
)
from domain.catalog.tables import (
    Attribute,
    AttributeValue,
    Barcode,
    Brand,
    Category,
    CategoryAncestor,
    Media,
    Product,
    ProductCategory,
    ProductOption,
    ProductOptionValue,
    Publication,
    Variant,
    VariantOptionValue,
)
from domain.errors import NotAllowed
from domain.feeds import imports
from domain.feeds.grouping import MOST_FACTS, VARIANT_OPTION
from domain.feeds.imports import import_price_list
from domain.feeds.ports import (
    FeedCategory,
    FeedOffer,
    PriceList,
    PriceListRefused,
    ProblemLog,
    RefusalCode,
)
from domain.feeds.report import list_problems
from domain.feeds.runs import cancel_import
from domain.feeds.tables import ImportedProduct, ImportedVariant
from domain.merchants.tables import UsageCounter
from domain.paging import PageRequest
from domain.pricing.tables import Price
from domain.stock.tables import StockLevel
from tenants.database import Pool
from tenants.roles import RoleUrls
from tenants.scope import TenantScope, UnitOfWork
from tests.domain.feeds.conftest import Importer, open_importer
from tests.domain.feeds.price_lists import (
    File,
    Offer,
    barcode,
    many_categories,
    many_offers,
    open_bytes,
)
from tests.factories import make_tenant

pytestmark = pytest.mark.anyio

CATALOGUE: tuple[Any, ...] = (
    Product, Variant, Barcode, Brand, Category, CategoryAncestor, ProductCategory, ProductOption,
    ProductOptionValue, VariantOptionValue, Attribute, AttributeValue, Media, Publication, Price,
    StockLevel, ImportedProduct, ImportedVariant,
)  # fmt: skip

TEA = Offer("t1", barcodes=[barcode(7)], parameters=[("Сорт", "высший"), ("Вес", "100 г")])
SHIRTS = [
    Offer(
        f"s-{color}-{size}",
        title=f"Рубашка льняная {color} {size}",
        group="shirt",
        category="2",
        barcodes=[barcode(10 + at)],
        parameters=[("Материал", "лён"), ("Цвет", color), ("Размер", size)],
        pictures=[f"https://pictures.example/{color}.jpg"],
    )
    for at, (color, size) in enumerate([("белый", "M"), ("белый", "L"), ("синий", "M")])
]
FILE = File([TEA, *SHIRTS])


async def product(importer: Importer, key: str) -> Any:
    found = await importer.scope.reading.row(select(Product).where(Product.external_id == key))
    assert found is not None
    return found


async def test_a_file_becomes_a_catalogue(importer: Importer) -> None:
    run = await importer.run(FILE.opened())
    assert (run["status"], run["refusal_code"]) == ("done", None)
    assert run["counts"]["products_new"] == 2
    assert run["counts"]["variants_new"] == 4
    tea, shirt = await product(importer, "t1"), await product(importer, "group:shirt")
    assert (tea["title"], tea["slug"], tea["status"]) == ("Чай чёрный", "chai-chernyi", "active")
    assert shirt["title"] == "Рубашка льняная"
    reading = importer.scope.reading
    rows = await reading.rows(
        select(Variant).where(Variant.product_id == shirt["id"]).order_by(Variant.position)
    )
    chosen = await choices_by_variant(reading, [row["id"] for row in rows])
    assert [chosen[row["id"]] for row in rows] == [
        {"Цвет": "белый", "Размер": "M"},
        {"Цвет": "белый", "Размер": "L"},
        {"Цвет": "синий", "Размер": "M"},
    ]
    facts = await reading.rows(
        select(Attribute.title, AttributeValue.text, AttributeValue.variant_id)
        .join(Attribute, Attribute.id == AttributeValue.attribute_id)
        .where(AttributeValue.product_id == shirt["id"])
    )
    assert [tuple(row) for row in facts] == [("Материал", "лён", None)]
    pictures = select(Media.source_url, Media.alt).where(Media.product_id == shirt["id"])
    assert [tuple(row) for row in await reading.rows(pictures.order_by(Media.position))] == [
        ("https://pictures.example/белый.jpg", "Рубашка льняная"),
        ("https://pictures.example/синий.jpg", "Рубашка льняная"),
    ]
    price = await reading.row(
        select(Price.amount_minor)
        .join(Variant, Variant.id == Price.variant_id)
        .where(Variant.external_id == "t1")
    )
    assert price is not None
    assert price["amount_minor"] == 10_000
    levels = select(StockLevel.on_hand).join(Variant, Variant.id == StockLevel.variant_id)
    level = await reading.value(levels.where(Variant.external_id == "t1"))
    assert level == 5_000
    filed = (
        select(Category.title, CategoryAncestor.depth)
        .join(CategoryAncestor, CategoryAncestor.ancestor_id == Category.id)
        .join(ProductCategory, ProductCategory.category_id == CategoryAncestor.category_id)
        .where(ProductCategory.product_id == shirt["id"])
        .order_by(CategoryAncestor.depth)
    )
    assert [tuple(row) for row in await reading.rows(filed)] == [("Чёрный чай", 0), ("Чай", 1)]


async def test_the_same_file_again_writes_nothing(importer: Importer, neighbour: Importer) -> None:
    file = File(many_offers(400), many_categories(60))
    await neighbour.run(file.opened())
    await importer.run(file.opened())
    before, theirs = await importer.versions(CATALOGUE), await neighbour.versions(CATALOGUE)
    run = await importer.run(file.opened())
    assert run["counts"] == {"products_same": 200}
    assert await importer.versions(CATALOGUE) == before
    assert await neighbour.versions(CATALOGUE) == theirs


async def test_rows_that_only_moved_in_the_file_are_the_same(importer: Importer) -> None:
    await importer.run(FILE.opened())
    before = await importer.versions(CATALOGUE)
    await importer.run(replace(FILE, offers=FILE.offers[::-1]).opened())
    assert await importer.versions(CATALOGUE) == before


async def test_changed_prices_write_prices_only(importer: Importer) -> None:
    offers = many_offers(400)
    await importer.run(File(offers).opened())
    before = await importer.versions(CATALOGUE)
    changed = [replace(one, price="7.77") if at % 20 == 0 else one for at, one in enumerate(offers)]
    run = await importer.run(File(changed).opened())
    assert run["counts"]["prices_written"] == 20
    after = await importer.versions(CATALOGUE)
    written = {name for name in before if before[name] != after[name]}
    assert written == {"price", "imported_product", "imported_variant"}
    assert len({*after["price"]} - {*before["price"]}) == 20


async def test_words_of_the_merchants_own_are_kept(importer: Importer) -> None:
    await importer.run(FILE.opened())
    async with importer.scope.writing("test") as uow:
        tea, shirt = await product(importer, "t1"), await product(importer, "group:shirt")
        await update_product(uow, Edit(tea["id"], {"title": "Наш чай", "brand": None}))
        await update_product(uow, Edit(shirt["id"], {"description_html": "<p>Наша</p>"}))
    changed = FILE.with_offer("t1", title="Чай другой", description="Иной.", price="5.00")
    for shirt_offer in SHIRTS:
        changed = changed.with_offer(shirt_offer.id, description="Чужая.", brand="Лён и Ко")
    await importer.run(changed.opened())
    tea, shirt = await product(importer, "t1"), await product(importer, "group:shirt")
    assert (tea["title"], tea["description_html"], tea["brand_id"]) == ("Наш чай", "Иной.", None)
    assert shirt["description_html"] == "<p>Наша</p>"
    brand = await importer.scope.reading.value(
        select(Brand.title).where(Brand.id == shirt["brand_id"])
    )
    assert brand == "Лён и Ко"


async def test_a_category_that_the_merchant_moved_stays_there(importer: Importer) -> None:
    await importer.run(FILE.opened())
    reading = importer.scope.reading
    child = select(Category).where(Category.external_id == "2")
    moved = await reading.row(child)
    assert moved is not None
    async with importer.scope.writing("test") as uow:
        await update_category(uow, Edit(moved["id"], {"parent": importer.shop.category_id}))
    renamed = replace(FILE, categories=[("1", None, "Чай"), ("2", "1", "Чёрные сорта")])
    await importer.run(renamed.opened())
    after = await reading.row(child)
    assert after is not None
    assert (after["title"], after["parent_id"]) == ("Чёрные сорта", importer.shop.category_id)


async def test_a_moved_category_takes_its_branch_along(importer: Importer) -> None:
    tree = [("1", None, "А"), ("2", "1", "Б"), ("3", "2", "В"), ("4", None, "Г")]
    await importer.run(replace(FILE, categories=tree).opened())
    tree[1] = ("2", "4", "Б")
    await importer.run(replace(FILE, categories=tree).opened())
    rows = await importer.scope.reading.rows(
        select(Category.title, Category.depth, Category.path)
        .where(Category.external_source == "opt")
        .order_by(Category.external_id)
    )
    assert [(row["title"], row["depth"]) for row in rows] == [
        ("А", 0),
        ("Б", 1),
        ("В", 2),
        ("Г", 0),
    ]
    assert rows[2]["path"].startswith(rows[3]["path"])


async def test_barcodes_of_others_are_left_to_them(importer: Importer) -> None:
    taken = "4600000000015"  # a variant of the shop's own has it
    run = await importer.run(FILE.with_offer("t1", barcodes=[taken, barcode(7)]).opened())
    assert run["problem_counts"] == {"bad_barcode.warning": 1}
    page = await list_problems(importer.scope.reading, run["id"], PageRequest())
    assert [(row["external_id"], row["value"]) for row in page.rows] == [("t1", taken)]
    owner = select(Variant.sku).join(Barcode, Barcode.variant_id == Variant.id)
    assert await importer.scope.reading.value(owner.where(Barcode.code == taken)) == "A-100"
    assert await importer.scope.reading.value(owner.where(Barcode.code == barcode(7))) == "t1"


async def test_a_brand_in_other_capitals_is_the_same_brand(importer: Importer) -> None:
    async with importer.scope.writing("test") as uow:
        brand_id = await create_brand(uow, {"title": "ЁЛКИ"})
    await importer.run(FILE.with_offer("t1", brand="елки").opened())
    assert (await product(importer, "t1"))["brand_id"] == brand_id


async def test_offers_that_are_gone_can_no_longer_be_bought_until_they_come_back(
    importer: Importer,
) -> None:
    await importer.run(FILE.opened())
    active = select(Variant.is_active).where(Variant.external_id == "t1")
    await importer.run(FILE.with_offer("t1", is_deleted=True).opened())
    assert await importer.scope.reading.value(active) is False
    await importer.run(FILE.opened())
    assert await importer.scope.reading.value(active) is True


async def test_a_lonely_offer_that_joins_a_group_stays_the_same_variant(importer: Importer) -> None:
    lonely = replace(SHIRTS[0], group=None)
    await importer.run(File([lonely]).opened())
    reading = importer.scope.reading
    variant = select(Variant).where(Variant.external_id == lonely.id)
    before = await reading.row(variant)
    await importer.run(File(SHIRTS).opened())
    after = await reading.row(variant)
    assert before is not None
    assert after is not None
    assert (after["id"], after["product_id"]) == (before["id"], before["product_id"])
    shirt = await product(importer, "group:shirt")
    assert shirt["id"] == before["product_id"]
    count = select(func.count()).where(Variant.product_id == shirt["id"])
    assert await reading.value(count) == 3
    unchanged = await importer.versions(CATALOGUE)
    await importer.run(File(SHIRTS).opened())
    assert await importer.versions(CATALOGUE) == unchanged


async def test_an_offer_that_leaves_its_group_becomes_a_product(importer: Importer) -> None:
    await importer.run(File(SHIRTS).opened())
    left = [replace(SHIRTS[0], group=None), *SHIRTS[1:]]
    await importer.run(File(left).opened())
    alone, shirt = await product(importer, SHIRTS[0].id), await product(importer, "group:shirt")
    owners = select(Variant.external_id, Variant.product_id).where(Variant.external_id.is_not(None))
    rows = {row[0]: row[1] for row in await importer.scope.reading.rows(owners)}
    assert rows[SHIRTS[0].id] == alone["id"]
    assert rows[SHIRTS[1].id] == rows[SHIRTS[2].id] == shirt["id"]


async def test_two_variants_may_change_places(importer: Importer) -> None:
    await importer.run(File(SHIRTS).opened())
    first, second = SHIRTS[0].parameters, SHIRTS[1].parameters
    swapped = [
        replace(SHIRTS[0], parameters=second),
        replace(SHIRTS[1], parameters=first),
        SHIRTS[2],
    ]
    run = await importer.run(File(swapped).opened())
    assert (run["status"], run["counts"]["variants_changed"]) == ("done", 2)


async def test_offers_that_differ_in_nothing_are_told_apart_by_title(importer: Importer) -> None:
    same = [Offer(f"x{n}", title=f"Пуэр {n}", group="x", parameters=[]) for n in range(3)]
    await importer.run(File(same).opened())
    values = (
        select(ProductOptionValue.title)
        .join(ProductOption, ProductOption.id == ProductOptionValue.option_id)
        .where(ProductOption.title == VARIANT_OPTION)
        .order_by(ProductOptionValue.position)
    )
    titles = [row["title"] for row in await importer.scope.reading.rows(values)]
    assert titles == ["Пуэр 0", "Пуэр 1", "Пуэр 2"]


async def test_archived_stays_archived_and_deleted_comes_back(importer: Importer) -> None:
    file = FILE
    for one in SHIRTS:  # what there was some of has a history, and is not deleted
        file = file.with_offer(one.id, stock=None, is_available=False)
    await importer.run(file.opened())
    tea, shirt = await product(importer, "t1"), await product(importer, "group:shirt")
    async with importer.scope.writing("test") as uow:
        await archive_products(uow, [tea["id"]])
        await delete_products(uow, [shirt["id"]])
    run = await importer.run(file.with_offer("t1", price="1.00").opened())
    assert (await product(importer, "t1"))["status"] == "archived"
    assert run["counts"]["products_new"] == 1
    assert run["counts"]["variants_new"] == 3


async def test_a_refused_file_leaves_no_trace(importer: Importer) -> None:
    before = await importer.versions(CATALOGUE)
    broken = partial(open_bytes, FILE.written()[:-60])  # it breaks off behind its last offer
    run = await importer.run(broken)
    assert (run["status"], run["refusal_code"]) == ("refused", RefusalCode.TRUNCATED.value)
    assert await importer.versions(CATALOGUE) == before


async def test_a_run_that_was_cut_short_goes_on(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third slice fails; the job is done again, and goes on behind the second."""
    monkeypatch.setattr(imports, "PRODUCTS_AT_ONCE", 20)
    file = File(many_offers(200), many_categories(60))
    run_id = await importer.start()
    with pytest.raises(OSError, match="power"):
        await import_price_list(CutShort(importer.scope, units=4), run_id, file.opened())
    row = await importer.row(run_id)
    assert (row["status"], row["counts"]["products_new"]) == ("running", 40)
    await import_price_list(importer.scope, run_id, file.opened())
    row = await importer.row(run_id)
    assert (row["status"], row["counts"]["products_new"]) == ("done", 100)
    before = await importer.versions(CATALOGUE)
    await importer.run(file.opened())
    assert await importer.versions(CATALOGUE) == before


class CutShort:
    """Units of a worker that loses its power at the end of one, before it is kept."""

    def __init__(self, scope: TenantScope, *, units: int) -> None:
        self.scope, self.left = scope, units

    @asynccontextmanager
    async def writing(self, action: str, /) -> AsyncIterator[UnitOfWork]:
        self.left -= 1
        async with self.scope.writing(action) as uow:
            yield uow
            if self.left < 0:
                raise OSError("power")


async def test_the_plans_limit_stops_a_run_and_keeps_what_is_in(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "PRODUCTS_AT_ONCE", 20)
    async with importer.scope.writing("test") as uow:
        await uow.execute(
            update(UsageCounter).where(UsageCounter.what == "products").values(allowed=45)
        )
    run = await importer.run(File(many_offers(200)).opened())
    assert (run["status"], run["refusal_code"]) == ("failed", "LIMIT_REACHED")
    assert run["counts"]["products_new"] == 40


async def test_one_run_of_a_source_at_a_time(importer: Importer) -> None:
    run_id = await importer.start()
    with pytest.raises(NotAllowed):
        await importer.start()
    async with importer.scope.writing("test") as uow:
        await cancel_import(uow, run_id)
    before = await importer.versions(CATALOGUE)
    await import_price_list(importer.scope, run_id, FILE.opened())
    assert (await importer.row(run_id))["status"] == "cancelled"
    assert await importer.versions(CATALOGUE) == before


async def test_titles_of_the_shops_own_goods_keep_their_slugs(importer: Importer) -> None:
    async with importer.scope.writing("test") as uow:
        await create_product(uow, {"title": "Чай чёрный"})
    await importer.run(FILE.opened())
    assert (await product(importer, "t1"))["slug"] == "chai-chernyi-2"


class Synthetic:
    """A reading that has no file: as many offers as are asked for."""

    price_list = PriceList(None, None, None, None, ())

    def __init__(self) -> None:
        self.problems = ProblemLog()

    def records(self) -> Iterator[FeedCategory | FeedOffer]:
        yield FeedCategory("1", None, "Чай", 1)
        yield FeedOffer("a", 2, "Чай", price_minor=100, country="Атлантида")
        raise PriceListRefused(RefusalCode.BROKEN_XML, "half a tag", 3)


async def test_what_was_read_before_a_refusal_is_not_kept(importer: Importer) -> None:
    @contextmanager
    def opened() -> Iterator[Any]:
        yield Synthetic()

    run = await importer.run(opened)
    assert (run["status"], run["refusal_line"]) == ("refused", 3)
    count = select(func.count()).where(Product.external_source == "opt")
    assert await importer.scope.reading.value(count) == 0


async def test_what_is_not_kept_of_too_many_parameters_and_pictures_is_told(
    importer: Importer,
) -> None:
    """No offer has too many; together they have."""
    offers = [
        Offer(
            f"t{number}",
            group="g",
            parameters=[("Сорт", str(number)), *((f"П{n}", f"{number}") for n in range(110))],
            pictures=[f"https://pictures.example/{number}/{n}.jpg" for n in range(40)],
        )
        for number in range(3)
    ]
    run = await importer.run(File(offers).opened())
    assert run["status"] == "done"
    assert await importer.problems(run["id"]) == [
        ("too_many", "t0", "330"),
        ("too_many", "t0", "120"),
    ]
    values = select(func.count(AttributeValue.id))
    assert await importer.scope.reading.value(values) == MOST_FACTS


@dataclass
class Counting:
    """Units of work, and how many rows PostgreSQL has looked at in them.

    A small table is read whole for being small: here, only one without an index.
    """

    scope: TenantScope
    rows: int = 0

    @asynccontextmanager
    async def writing(self, action: str) -> AsyncIterator[UnitOfWork]:
        async with self.scope.writing(action) as uow:
            await uow.connection.execute("SET LOCAL enable_seqscan = off")
            before = await rows_seen(uow)
            yield uow
            self.rows += await rows_seen(uow) - before


async def rows_seen(uow: UnitOfWork) -> int:
    """Of this connection, since it last told the collector, which it never does within a unit."""
    seen: int = await uow.connection.fetchval(
        "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint"
        " FROM pg_stat_xact_user_tables"
    )
    return seen


async def import_many(shop: Importer, count: int) -> int:
    """Import so many offers into an empty shop; how many rows PostgreSQL looked at for them."""
    units = Counting(shop.scope)
    opened = File(many_offers(count), many_categories(50)).opened()
    await import_price_list(units, await shop.start(), opened)
    variants = select(func.count()).where(Variant.external_source == "opt")
    assert await shop.scope.reading.value(variants) == count
    return units.rows


async def test_four_times_the_offers_are_four_times_the_work(
    importer: Importer,
    neighbour: Importer,
    pool: Pool,
    platform_pool: Pool,
    database: RoleUrls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No plan grows with the square of the shop: then it were sixteen times.

    A database in use knows its tables; a guess about an empty one is whatever it was.
    """
    monkeypatch.setattr(imports, "PRODUCTS_AT_ONCE", 50)
    await import_many(neighbour, 800)
    owner = await asyncpg.connect(database.owner)
    try:
        await owner.execute("ANALYZE")
    finally:
        await owner.close()
    small = await open_importer(TenantScope(pool, await make_tenant(platform_pool)))
    few, many = await import_many(small, 200), await import_many(importer, 800)
    assert 200 < few < many < 8 * few
