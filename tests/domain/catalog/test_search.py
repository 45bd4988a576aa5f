"""Search finds what was meant, counts what it finds, and sees one shop only."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, literal, select, update

from domain.catalog.facet_bits import gather_facets
from domain.catalog.facets import BRAND, CATEGORY, Chosen, Filters
from domain.catalog.search import Found, Order, search_products, suggest
from domain.catalog.search_words import count_mistakes, fold, on_other_keyboard
from domain.catalog.tables import Category, Synonym
from domain.errors import Invalid
from domain.paging import PageRequest
from tenants.database import Pool
from tests.conftest import TwoTenants
from tests.domain.catalog.goods import Shop, make_shop

pytestmark = pytest.mark.anyio

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
async def shop(pool: Pool, tenants: TwoTenants) -> Shop:
    return await make_shop(pool, tenants.ours)


async def find(
    shop: Shop,
    query: str,
    filters: Filters | None = None,
    order: Order = Order.RELEVANCE,
    *,
    first: int = 100,
    hidden_too: bool = False,
) -> Found:
    reading = shop.scope.reading
    page = PageRequest(first=first)
    return await search_products(
        reading, query, filters or Filters(), order, page, hidden_too=hidden_too
    )


async def titles(shop: Shop, query: str, filters: Filters | None = None) -> list[str]:
    return shop.titles((await find(shop, query, filters)).ids)


def counts(found: Found, facet: str) -> dict[str, int]:
    return {
        value.key: value.count for one in found.facets if one.facet == facet for value in one.values
    }


@pytest.mark.parametrize(
    ("title", "queries"),
    [
        ("Чай чёрный байховый", ["чая", "чаем", "Черный чай", "чёрного чая", "ЧАЙ"]),
        ("Саморезы кровельные 4,8х35", ["саморез", "кровельный саморез", "саморезами"]),
        ("Шуруповёрт аккумуляторный", ["шуруповерт", "шуруповерты", "аккумуляторные"]),
        ("Garden hoses", ["hose", "hoses for a garden", "GARDEN"]),
        ("Болт 4х25", ["болт 4x25", "болты 4 х 25", "болт 4×25"]),
        ("Болт М8×40 мм", ["болт м8", "болт m8", "болт М8х40", "болт 40мм", "болт м8x40"]),
        ("Кабель 3×2,5 мм²", ["кабель 3х2.5", "кабель 3x2,5"]),
        ("Лампа Е27", ["лампа E27", "лампа е27"]),
        ("Сенча 100 г", ["ceнча", "сенча 100г"]),
    ],
)
async def test_any_form_of_a_word_finds_it(shop: Shop, title: str, queries: list[str]) -> None:
    await shop.sell(title)
    await shop.sell("Ведро")
    for query in queries:
        found = await find(shop, query)
        assert (shop.titles(found.ids), found.is_corrected) == ([title], False), query


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Шуруповёрт", "шурупаверт"),
        ("Шуруповёрт", "шурповерт"),
        ("Чай", "чвй"),
        ("Отвёртка крестовая", "отвертка кретсовая"),
        ("Перфоратор Bosch", "перфаратор bosh"),
        ("Чай", "xfq"),
        ("Чай", "XFQ"),
        ("Хомут червячный", "[jven"),
        ("Дрель DeWalt", "вуцфде"),
        ("Дрель DeWalt", "дрель вуцфде"),
        ("Шуруповёрт", "iehegjdthn"),
        ("Шуруповёрт", "iehegfdthn"),
        ("Рубанок ручной", "рубанок неслыханнейший"),
        ("Рубанок ручной", "рубанок 4х25"),
        ("Молоток", "малаток"),
        ("Лампа", "lampa"),
        ("Дрель Makita", "дрель макита"),
        ("Дрель Bosch", "бош"),
    ],
)
async def test_what_was_meant_is_found_when_what_was_typed_is_not(
    shop: Shop, title: str, query: str
) -> None:
    await shop.sell(title)
    await shop.sell("Ведро")
    found = await find(shop, query)
    assert (shop.titles(found.ids), found.is_corrected) == ([title], True)
    assert found.query != fold(query)


async def test_words_that_never_meet_are_tried_without_one(shop: Shop) -> None:
    for title in ("Чай зелёный", "Чай чёрный", "Мята листовая"):
        await shop.sell(title)
    found = await find(shop, "чай зелёный листовой")
    assert (shop.titles(found.ids), found.query) == (["Чай зелёный"], "чай зеленый")
    found = await find(shop, "зиленый чай листовой")
    assert (shop.titles(found.ids), found.query) == (["Чай зелёный"], "зеленый чай")


async def test_what_a_title_says_comes_before_what_a_description_mentions(shop: Shop) -> None:
    await shop.sell("Шайба", description="Подходит к болту")
    await shop.sell("Болт", stock=0)
    await shop.sell("Болт откидной")
    assert await titles(shop, "болты") == ["Болт откидной", "Болт", "Шайба"]


@pytest.mark.parametrize(
    "text",
    [
        "", "Чай Ёлочный", "4 Х 25 × 3", "3х2.5", "труба 20мм", "2,5Л", "12А", "М8х40 болт",
        "ceнча", "USB-кабель", "e27 Е27", "мм²", "100г.", "5м3", "a.b", "К1 2.5.3", "😀 20шт😀",
    ],
)  # fmt: skip
async def test_a_query_is_spelled_as_the_texts_are(shop: Shop, text: str) -> None:
    assert await shop.scope.reading.value(select(func.search_fold(literal(text)))) == fold(text)


async def test_nonsense_finds_nothing(shop: Shop) -> None:
    await shop.sell("Чай")
    for query in ("йцукенгшщз", "???", "' | !*:A", "\\", "\0-", "a" * 5_000, "и в на"):
        assert (await find(shop, query)).total == 0, query


async def test_the_beginning_of_the_last_word_is_enough(shop: Shop) -> None:
    await shop.sell("Саморезы кровельные")
    await shop.sell("Чайник")
    assert await titles(shop, "само") == ["Саморезы кровельные"]
    assert await titles(shop, "саморезы кров") == ["Саморезы кровельные"]
    assert await titles(shop, "чайн") == ["Чайник"]


async def test_whole_words_leave_begun_ones_out(shop: Shop) -> None:
    await shop.sell("Чай")
    await shop.sell("Чайник")
    assert await titles(shop, "чай") == ["Чай"]


async def test_synonyms_stand_for_each_other_also_as_several_words(shop: Shop) -> None:
    await shop.sell("Винтовёрт аккумуляторный")
    await shop.sell("Дрель-шуруповёрт")
    async with shop.scope.writing("test") as uow:
        await uow.add(Synonym, words=["Шуруповёрт", "винтоверт"])
        await uow.add(Synonym, words=["УШМ", "болгарка", "угловая шлифмашина"])
    assert set(await titles(shop, "шуруповерты")) == set(shop.products)
    assert await titles(shop, "аккумуляторный шуруповёрт") == ["Винтовёрт аккумуляторный"]
    await shop.sell("Шлифмашина угловая 125 мм")
    assert await titles(shop, "болгарка") == ["Шлифмашина угловая 125 мм"]
    await shop.sell("Болгарка Makita")
    assert set(await titles(shop, "угловая шлифмашина")) == {
        "Шлифмашина угловая 125 мм", "Болгарка Makita",
    }  # fmt: skip


async def test_articles_and_barcodes_are_found_and_come_first(shop: Shop) -> None:
    await shop.sell("Кран", sku="KR-100/2", barcode="4601234567893")
    await shop.sell("Муфта к крану KR-100/2", sku="mf.7")
    await shop.sell("Ручка", sku="РЧ-5")
    assert (await titles(shop, "kr-100/2"))[0] == "Кран"
    assert (await titles(shop, "KR - 100/2"))[0] == "Кран"
    assert await titles(shop, "4601234567893") == ["Кран"]
    assert await titles(shop, "46012345") == ["Кран"]
    assert await titles(shop, "MF.7") == ["Муфта к крану KR-100/2"]
    assert await titles(shop, "рч-5") == ["Ручка"]


async def test_relevance_is_title_then_heading_then_stock(shop: Shop) -> None:
    await shop.sell("Набор бит", description="Есть и дрель", stock=1_000)
    await shop.sell("Дрель ударная Зубр", stock=0)
    await shop.sell("Дрель", stock=0)
    await shop.sell("Дрель Интерскол", stock=1_000)
    assert await titles(shop, "дрель") == [
        "Дрель", "Дрель Интерскол", "Дрель ударная Зубр", "Набор бит",
    ]  # fmt: skip


async def test_brands_categories_and_attributes_are_words_too(shop: Shop) -> None:
    await shop.category("Напитки")
    await shop.category("Чаи", under="Напитки")
    await shop.attribute("Вкус", is_filterable=False)
    await shop.sell("Улун", brand="Greenfield", categories=["Чаи"], facts={"Вкус": "жасмин"})
    for query in ("greenfield", "напиток", "чай", "жасминовый улун", "улун жасмин"):
        assert await titles(shop, query) == ["Улун"] or query == "жасминовый улун", query


async def test_only_what_is_shown_now_is_found_except_by_staff(shop: Shop) -> None:
    now = datetime.now(UTC)
    soon, before = now + timedelta(hours=1), now - timedelta(hours=1)
    await shop.sell("Чай черновик", status="draft")
    await shop.sell("Чай архивный", status="archived")
    await shop.sell("Чай завтрашний", shown_from=soon)
    await shop.sell("Чай вчерашний", shown_from=LONG_AGO, shown_until=before)
    await shop.sell("Чай нынешний", shown_from=before, shown_until=soon)
    assert await titles(shop, "чай") == ["Чай нынешний"]
    assert set(shop.titles((await find(shop, "чай", hidden_too=True)).ids)) == set(shop.products)
    assert (await find(shop, "завтрашний")).total == 0
    assert (await find(shop, "завтрашнйи")).query == "завтрашнйи"
    assert (await suggest(shop.scope.reading, "завтр")).queries == []
    assert (await suggest(shop.scope.reading, "чай")).products[0].title == "Чай нынешний"


async def test_facets_respect_the_other_filters_but_not_their_own(shop: Shop) -> None:
    await shop.category("Чай")
    await shop.attribute("Вес", "number")
    for brand, weight, price, stock in (
        ("A", 100, 500, 0), ("A", 200, 900, 5), ("B", 100, 700, 5), ("B", 100, 300, 5),
    ):  # fmt: skip
        title = f"Чай {brand} {weight} {price}"
        await shop.sell(
            title, brand=brand, facts={"Вес": weight}, price=price, stock=stock, categories=["Чай"]
        )
    weigh = str(shop.attributes["Вес"])
    a, b = str(shop.brands["A"]), str(shop.brands["B"])
    light = Chosen(weigh, keys=["100"])
    found = await find(shop, "чай", Filters(chosen=[light]))
    assert found.total == 3
    assert counts(found, BRAND) == {a: 1, b: 2}
    assert counts(found, weigh) == {"100": 3, "200": 1}
    assert (found.price_min, found.price_max) == (300, 700)
    assert (found.available, found.unavailable) == (2, 1)

    found = await find(
        shop, "", Filters(chosen=[light, Chosen(BRAND, [b])], price_from=500, available_only=True)
    )
    assert (found.total, (found.price_min, found.price_max)) == (1, (300, 700))
    assert counts(found, BRAND) == {b: 1}
    assert counts(found, weigh) == {"100": 1}

    heavy = Chosen(weigh, number_from=150)
    assert (await find(shop, "", Filters(chosen=[heavy]))).total == 1
    assert (await find(shop, "", Filters(chosen=[Chosen(BRAND)]))).total == 0
    assert (await find(shop, "", Filters(within=shop.categories["Чай"]))).total == 4


async def test_hidden_categories_are_no_facets(shop: Shop) -> None:
    await shop.category("Чай")
    await shop.category("Склад")
    await shop.sell("Улун", categories=["Чай", "Склад"])
    async with shop.scope.writing("test") as uow:
        await uow.execute(
            update(Category).where(Category.id == shop.categories["Склад"]).values(is_visible=False)
        )
    assert counts(await find(shop, "улун"), CATEGORY) == {str(shop.categories["Чай"]): 1}


async def test_pages_follow_each_other_in_every_order(shop: Shop) -> None:
    for number in range(25):
        await shop.sell(f"Чай {number % 7}", price=number % 5 * 100)
    for order in Order:
        seen: list[UUID] = []
        after = None
        while True:
            found = await search_products(
                shop.scope.reading, "чай", Filters(), order, PageRequest(first=10, after=after)
            )
            seen += found.ids
            if not found.has_next:
                break
            after = found.cursors[-1]
        assert len(seen) == len(set(seen)) == 25
        back = await search_products(
            shop.scope.reading, "чай", Filters(), order, PageRequest(last=10, before=after)
        )
        assert back.ids == seen[9:19]
        other = Order.TITLE if order is not Order.TITLE else Order.PRICE
        with pytest.raises(Invalid):
            await search_products(
                shop.scope.reading, "чай", Filters(), other, PageRequest(first=5, after=after)
            )


async def test_suggestions_are_queries_categories_brands_and_products(shop: Shop) -> None:
    await shop.category("Чай листовой")
    await shop.category("Чаеварки")
    await shop.sell("Чай чёрный", categories=["Чай листовой"], brand="Чайкофский", price=9_900)
    await shop.sell("Чайник")
    async with shop.scope.writing("test") as uow:
        await gather_facets(uow)
    shown = await suggest(shop.scope.reading, "ча")
    assert {"чай", "чайник"} <= set(shown.queries)
    assert [one.title for one in shown.categories] == ["Чай листовой"]
    assert [one.title for one in shown.brands] == ["Чайкофский"]
    assert {one.title for one in shown.products} == {"Чай чёрный", "Чайник"}
    assert (await suggest(shop.scope.reading, "чай чер")).queries == ["чай черный"]
    assert (await suggest(shop.scope.reading, "чайник чер")).queries == []
    assert [one.title for one in (await suggest(shop.scope.reading, "xfqyb")).products] == [
        "Чайник"
    ]
    assert (await suggest(shop.scope.reading, "")).queries == []


async def test_a_neighbour_is_never_seen_counted_or_suggested(
    pool: Pool, tenants: TwoTenants, shop: Shop
) -> None:
    other = await make_shop(pool, tenants.neighbour)
    for each in (shop, other):
        await each.category("Чай")
        await each.attribute("Цвет")
    await shop.sell("Чай", brand="А", categories=["Чай"], facts={"Цвет": "белый"}, sku="A-1")
    for number in range(5):
        await other.sell(
            f"Чай соседский {number}", brand="А", categories=["Чай"],
            facts={"Цвет": "белый"}, sku=f"A-{number}",
        )  # fmt: skip
    async with other.scope.writing("test") as uow:
        await uow.add(Synonym, words=["чай", "ведро"])
        await gather_facets(uow)
    found = await find(shop, "чай", hidden_too=True)
    assert found.ids == [shop.products["Чай"]]
    assert counts(found, BRAND) == {str(shop.brands["А"]): 1}
    assert (found.total, found.available) == (1, 1)
    for query in ("соседский", "соседскии", "a-3", "ведро"):
        assert (await find(shop, query, hidden_too=True)).total == 0
    theirs = Filters(within=other.categories["Чай"])
    assert (await find(shop, "", theirs)).total == 0
    assert (await search_products(
        shop.scope.reading, "чай", Filters(), Order.RELEVANCE, PageRequest(), channel=other.channel
    )).total == 0  # fmt: skip
    shown = await suggest(shop.scope.reading, "со")
    assert (shown.queries, shown.products) == ([], [])


async def test_without_a_tenant_the_functions_give_nothing(pool: Pool, shop: Shop) -> None:
    await shop.sell("Чай")
    async with pool.acquire() as connection:
        for call in (
            "search_listing(NULL, now(), true, 'чай', NULL, '[]', NULL, NULL, false,"
            " 'relevance', 0, 10, true)",
            "search_alike(NULL, now(), true, '{чай}')",
            "search_suggest(NULL, now(), 'чай', 5)",
        ):
            assert await connection.fetch(f"SELECT * FROM platform.{call}") == []


async def test_the_application_cannot_call_what_takes_a_tenant(pool: Pool) -> None:
    async with pool.acquire() as connection:
        assert not await connection.fetchval(
            "SELECT bool_or(has_function_privilege(current_user, oid, 'EXECUTE')) FROM pg_proc"
            " WHERE pronamespace = 'platform'::regnamespace"
            " AND proname IN ('search_query', 'search_finds')"
        )


@pytest.mark.parametrize(
    ("typed", "meant", "mistakes"),
    [("чай", "чай", 0), ("чйа", "чай", 1), ("ча", "чай", 1), ("чааай", "чай", 2), ("", "чай", 3),
     ("шурупаверт", "шуруповерт", 1), ("бита", "лист", 3)],
)  # fmt: skip
def test_mistakes_are_counted(typed: str, meant: str, mistakes: int) -> None:
    assert count_mistakes(typed, meant) == count_mistakes(meant, typed) == mistakes


def test_the_other_keyboard_is_thought_of_word_by_word() -> None:
    assert on_other_keyboard("xfq Вуцфде") == "чай dewalt"
    assert on_other_keyboard("`;br") == "ежик"
