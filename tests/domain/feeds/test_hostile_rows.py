"""Rows that mean no good: each costs itself, or a value of itself, and never the import."""

import random

import pytest
from sqlalchemy import select

from domain.catalog.categories import DEEPEST
from domain.catalog.tables import Category, Product
from domain.catalog.variants import MOST_VARIANTS
from domain.feeds.ports import FeedOffer, FeedParameter
from tests.domain.feeds.conftest import Importer
from tests.domain.feeds.readings import reading_of

pytestmark = pytest.mark.anyio

NASTY = (
    "", " ", "\u0085", "\u200b", "\ufeff", "\u202e", "\ufffe", "\x7f", "a\u0301" * 90, "%", "--",
    "ё", "''", "\\", "\\x00", "{}", "null", "NaN", "1e400", "-0", "∞", "😀" * 60, "я" * 499, "<b>",
    "&#0;", "\u2028", "\t\n", "İ", "ß", "٣", "²", "1,5", "0,0001", "9" * 40, "-5",
)  # fmt: skip


def nasty_offer(source: random.Random, number: int) -> FeedOffer:
    def word() -> str:
        return "".join(source.choice(NASTY) for _ in range(source.randint(0, 3)))

    return FeedOffer(
        external_id=(word() or f"o{number}")[:120],
        line=number + 2,
        title=(word() or "Чай")[:500],
        group_id=source.choice((None, None, "g", (word() or "h")[:120])),
        category_external_id=source.choice((None, "1", "нет", word()[:120])),
        price_minor=source.choice((1, 10**12)),
        old_price_minor=source.choice((None, 1, 10**12)),
        currency=source.choice(("RUB", "KWD")),
        brand=source.choice((None, word()[:200])),
        vendor_code=source.choice((None, word()[:200])),
        description_html=source.choice((None, word(), "<p>" * 30_000)),
        pictures=tuple(f"https://a.example/{word()[:1900]}" for _ in range(source.randint(0, 50))),
        barcodes=tuple({f"{source.randint(0, 99):014}" for _ in range(source.randint(0, 30))}),
        parameters=tuple(
            FeedParameter((word() or "Вес")[:120], source.choice((None, "г", word()[:30])), word())
            for _ in range(source.randint(0, 30))
        ),
        weight_grams=source.choice((None, 1, 10**8)),
        country=source.choice((None, "Россия", word()[:200])),
        vat=source.choice((None, "22", "none")),
        available=source.random() < 0.8,
        stock_quantity=source.choice((None, 0, 10**12)),
        min_quantity=source.choice((None, 1, 10**12)),
    )


@pytest.mark.parametrize("seed", range(12))
async def test_no_row_stops_an_import(importer: Importer, seed: int) -> None:
    source = random.Random(seed)
    offers = [nasty_offer(source, number) for number in range(60)]
    run = await importer.run(reading_of(offers))
    assert run["status"] == "done"
    assert run["counts"]["products_new"] > 10
    source.shuffle(offers)
    changed = [one._replace(price_minor=7, title=one.title + "!") for one in offers]
    assert (await importer.run(reading_of(changed)))["status"] == "done"


async def test_a_letter_of_old_windows_is_what_was_meant(importer: Importer) -> None:
    offer = FeedOffer("t", 2, "Чай \x96 лист\x7f", price_minor=100, description_html="\x93Да\x94")
    await importer.run(reading_of([offer], [("1", None, "Чай\x85")]))
    rows = await importer.scope.reading.rows(
        select(Product.title, Product.description_html).where(Product.external_source == "opt")
    )
    assert [tuple(row) for row in rows] == [("Чай – лист", "“Да”")]


async def test_a_product_of_too_many_variants_keeps_the_first_ones(importer: Importer) -> None:
    offers = [
        FeedOffer(f"t{number}", number + 2, f"Чай {number}", group_id="g", price_minor=100)
        for number in range(MOST_VARIANTS + 2)
    ]
    run = await importer.run(reading_of(offers))
    assert run["counts"]["variants_new"] == MOST_VARIANTS
    assert run["problem_counts"]["too_many.error"] == 2


async def test_an_offer_under_a_new_id_is_told_and_tried_again(importer: Importer) -> None:
    """The supplier calls a variant by another name; the old one is still there."""
    size = [FeedParameter("Вес", "г", "60")], [FeedParameter("Вес", "г", "90")]
    first, second = (
        FeedOffer(f"t{at}", 2 + at, "Чай", group_id="g", price_minor=100, parameters=tuple(one))
        for at, one in enumerate(size)
    )
    await importer.run(reading_of([first, second]))
    for _ in range(2):
        run = await importer.run(reading_of([first, second._replace(external_id="new")]))
        assert await importer.problems(run["id"]) == [("same_choice", "new", "Чай")]


async def test_categories_that_change_places(importer: Importer) -> None:
    offer = FeedOffer("t", 2, "Чай", price_minor=100, category_external_id="b")
    await importer.run(reading_of([offer], [("a", None, "А"), ("b", "a", "Б"), ("c", "b", "В")]))
    await importer.run(reading_of([offer], [("b", None, "Б"), ("a", "b", "А"), ("c", "a", "В")]))
    rows = await importer.scope.reading.rows(
        select(Category.title, Category.depth).where(Category.external_source == "opt")
    )
    assert {row["title"]: row["depth"] for row in rows} == {"Б": 0, "А": 1, "В": 2}


async def test_a_branch_that_would_grow_too_deep_stays(importer: Importer) -> None:
    chain = [(f"{at}", f"{at - 1}" if at else None, f"К{at}") for at in range(DEEPEST)]
    offer = FeedOffer("t", 2, "Чай", price_minor=100)
    await importer.run(reading_of([offer], [*chain, ("top", None, "Верх")]))
    moved = [("top", None, "Верх"), ("0", "top", "К0"), *chain[1:]]
    assert (await importer.run(reading_of([offer], moved)))["status"] == "done"
