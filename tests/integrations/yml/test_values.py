"""Words to numbers: tables of cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.yml.values import (
    has_check_digit,
    is_web_address,
    parse_currency,
    parse_dimensions,
    parse_price,
    parse_scaled,
)


@pytest.mark.parametrize(
    ("text", "kopecks"),
    [
        ("100", 10_000),
        ("0.01", 1),
        ("0,5", 50),
        (" 12.30 ", 1_230),
        ("1 234.50", 123_450),
        ("1\u00a0234,50", 123_450),
        ("12\u202f345\u202f678", 1_234_567_800),
        ("1'234.50", 123_450),
        ("1,234.50", 123_450),
        ("1.234,50", 123_450),
        ("1250.0000", 125_000),
        ("99.994", 9_999),
        ("99.995", 10_000),
        ("-5", -500),
        ("150 руб.", 15_000),
        ("150.5₽", 15_050),
        ("12,5 р", 1_250),
        ("1,234", None),  # one and a bit, or a thousand?
        ("12 34", None),
        ("1e309", None),
        ("NaN", None),
        ("Infinity", None),
        ("договорная", None),
        ("10-20", None),
        ("", None),
        ("1.2.3", None),
        ("9" * 16, None),
        ("9" * 5_000_000, None),
    ],
)
def test_prices(text: str, kopecks: int | None) -> None:
    price = parse_price(text, "RUB")
    assert (price and price.value) == kopecks


@given(st.integers(0, 10**15 - 1))
def test_every_price_survives_being_written(kopecks: int) -> None:
    roubles = f"{kopecks // 100:,}".replace(",", " ")
    for text in (f"{kopecks // 100}.{kopecks % 100:02}", f"{roubles},{kopecks % 100:02}"):
        assert parse_price(text, "RUB") == (kopecks, True)


@given(st.text(max_size=60))
def test_no_text_breaks_a_number(text: str) -> None:
    parse_scaled(text, 3)
    parse_dimensions(text)
    parse_currency(text)


def test_minor_units_are_the_currencys_own() -> None:
    assert parse_price("150", "JPY") == (150, True)
    assert parse_price("1.5", "KWD") == (1_500, True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("RUR", "RUB"),
        ("rub", "RUB"),
        ("руб.", "RUB"),
        ("643", "RUB"),
        ("USD", "USD"),
        ("АБВ", None),
    ],
)
def test_currencies(text: str, code: str | None) -> None:
    assert parse_currency(text) == code


@pytest.mark.parametrize(
    ("barcode", "is_good"),
    [
        ("4006381333931", True),
        ("96385074", True),
        ("036000291452", True),
        ("10614141000415", True),
        ("4006381333930", False),
        ("400638133393", False),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", False),
        ("00000000", False),
    ],
)
def test_check_digits(barcode: str, is_good: bool) -> None:
    assert has_check_digit(barcode) is is_good


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("https://a.example/1.jpg", True),
        ("HTTP://a.example", True),
        ("https://пример.рф/чай.jpg?a=1&b=2#c", True),
        ("https://", False),
        ("https:///1.jpg", False),
        ("data:image/png;base64,xxxx", False),
        ('https://a.example/"onload=', False),
        ("https://a.example/\n", False),
    ],
)
def test_web_addresses(address: str, is_good: bool) -> None:
    assert is_web_address(address) is is_good
