"""VAT by the law's dates: rates, receipts' codes, and the VAT in a gross sum."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.catalog.product_tables import VAT_CATEGORIES
from domain.errors import Invalid
from domain.merchants.legal_entities import VAT_REGIMES_OF
from domain.merchants.tables import TAX_SYSTEMS, VAT_REGIMES
from domain.pricing.vat import CATEGORIES, KNOWN_SINCE, category_of, rate_of, vat_in

LAST_OF_20 = date(2025, 12, 31)


def test_the_day_decides() -> None:
    assert rate_of("standard", LAST_OF_20) == (20, 1, 3)
    assert rate_of("standard", LAST_OF_20 + timedelta(days=1)) == (22, 11, 12)
    assert rate_of("special_5", date(2024, 12, 31)).percent is None
    assert rate_of("special_5", date(2025, 1, 1)) == (5, 7, 9)
    with pytest.raises(Invalid):
        rate_of("standard", KNOWN_SINCE - timedelta(days=1))


@pytest.mark.parametrize(
    ("category", "on", "vat"),
    [
        ("standard", LAST_OF_20, 33_50),
        ("standard", date(2026, 1, 1), 36_25),
        ("reduced", LAST_OF_20, 18_27),
        ("special_5", LAST_OF_20, 9_57),
        ("special_7", LAST_OF_20, 13_15),
        ("zero", LAST_OF_20, 0),
        ("exempt", LAST_OF_20, 0),
    ],
)
def test_the_vat_in_201_roubles(category: str, on: date, vat: int) -> None:
    assert vat_in(201_00, rate_of(category, on)) == vat
    assert vat_in(-201_00, rate_of(category, on)) == -vat


@given(
    some.sampled_from(CATEGORIES),
    some.dates(KNOWN_SINCE, date(2199, 12, 31)),
    some.integers(0, 10**12),
)
def test_net_and_vat_are_the_gross_sum(category: str, on: date, gross: int) -> None:
    rate = rate_of(category, on)
    net = gross - vat_in(gross, rate)
    assert abs(net * (100 + (rate.percent or 0)) - gross * 100) * 2 <= 100 + (rate.percent or 0)


def test_the_seller_comes_before_the_product() -> None:
    assert category_of("standard", "none") == "exempt"
    assert category_of("reduced", "special_5") == "special_5"
    assert category_of("exempt", "special_7") == "exempt"
    assert category_of(None, "general") == "standard"
    assert category_of("special_5", "general") == "standard"


def test_each_word_has_its_meaning() -> None:
    assert CATEGORIES == VAT_CATEGORIES
    assert set(VAT_REGIMES_OF) == set(TAX_SYSTEMS)
    assert {one for regimes in VAT_REGIMES_OF.values() for one in regimes} == set(VAT_REGIMES)
    for said in (None, *CATEGORIES):
        for regime in VAT_REGIMES:
            assert category_of(said, regime) in CATEGORIES
