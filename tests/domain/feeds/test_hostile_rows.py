"""Rows that mean no good: each costs itself, or a value of itself, and never the import."""

import random

import pytest

from domain.feeds.ports import FeedOffer, FeedParameter
from tests.domain.feeds.conftest import Importer
from tests.domain.feeds.readings import reading_of

pytestmark = pytest.mark.anyio

NASTY = (
    "", " ", "\u0085", "\u200b", "\ufeff", "\u202e", "\ufffe", "\x7f", "a\u0301" * 90, "%", "--", "ё",
    "''", "\\", "\\x00", "{}", "null", "NaN", "1e400", "-0", "∞", "😀" * 60, "я" * 499, "<b>", "&#0;",
    "\u2028", "\t\n", "İ", "ß", "٣", "²", "1,5", "0,0001", "9" * 40, "-5",
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
