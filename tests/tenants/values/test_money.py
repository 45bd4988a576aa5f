"""Money: exact in and out, one rounding, and splits that add up."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from tenants.values.currencies import EXPONENTS, exponent_of, parse_currency
from tenants.values.invalid import InvalidValue, Reason
from tenants.values.money import Money, allocate, format_minor, parse_minor, round_half_up
from tenants.values.quantity import Quantity

LARGEST = 10**15 - 1  # of a currency without decimals
AMOUNTS = st.integers(-LARGEST, LARGEST)
CURRENCIES = st.sampled_from(sorted(EXPONENTS))
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1234.50", "RUB", 123450),
        ("1234.5", "RUB", 123450),
        ("1234", "RUB", 123400),
        ("0.01", "RUB", 1),
        ("-0.01", "RUB", -1),
        ("-0", "RUB", 0),
        ("007", "RUB", 700),
        ("1.5000", "RUB", 150),
        ("100", "JPY", 100),
        ("100.00", "JPY", 100),
        ("1.234", "KWD", 1234),
        ("999999999999999.999", "KWD", 999_999_999_999_999_999),
    ],
)
def test_decimal_strings_are_read_exactly(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        (".5", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("5.", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("+5", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("1,50", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("1 000", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("1_000", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        (" 1", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("1\n", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("1e3", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("NaN", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("Infinity", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("١٢", "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("9" * 100_000, "RUB", Reason.AMOUNT_NOT_A_NUMBER),
        ("1.001", "RUB", Reason.AMOUNT_TOO_PRECISE),
        ("1.5", "JPY", Reason.AMOUNT_TOO_PRECISE),
        ("1000000000000000", "RUB", Reason.AMOUNT_TOO_LARGE),
        ("1", "rub", Reason.CURRENCY_UNKNOWN),
        ("1", "XAU", Reason.CURRENCY_UNKNOWN),
        ("1", "", Reason.CURRENCY_UNKNOWN),
    ],
)
def test_other_texts_are_refused(text: str, currency: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Money.parse(text, currency)
    assert refusal.value.reason_code is reason


@given(AMOUNTS, CURRENCIES)
def test_what_is_written_reads_back_the_same(minor: int, currency: str) -> None:
    text = format_minor(minor, currency)
    assert parse_minor(text, currency) == minor
    assert Decimal(text).scaleb(exponent_of(currency)) == minor


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9))
def test_halves_go_away_from_zero(numerator: int, denominator: int) -> None:
    rounded = round_half_up(numerator, denominator)
    assert rounded == -round_half_up(-numerator, denominator)
    assert abs(Fraction(numerator, denominator) - rounded) <= Fraction(1, 2)


@given(st.integers(-(10**9), 10**9), st.sampled_from([1, 2, 4, 5, 8, 10, 100, 1000]))
def test_rounding_is_that_of_the_decimal_module(numerator: int, denominator: int) -> None:
    exact = Decimal(numerator) / denominator
    assert round_half_up(numerator, denominator) == exact.quantize(Decimal(1), ROUND_HALF_UP)


def test_a_denominator_must_be_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        round_half_up(1, 0)


@given(AMOUNTS, WEIGHTS)
def test_parts_add_up_and_are_less_than_a_unit_off(amount: int, weights: list[int]) -> None:
    parts = allocate(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1
    assert parts == [-part for part in allocate(-amount, weights)]


@given(AMOUNTS, WEIGHTS)
def test_order_decides_only_who_gets_the_last_unit(amount: int, weights: list[int]) -> None:
    assert sorted(allocate(amount, weights)) == sorted(allocate(amount, sorted(weights)))


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [3, 7], [2, 3]),
        (1, [0, 1, 0], [0, 1, 0]),
        (0, [2, 3], [0, 0]),
        (10, [0, 0, 5], [0, 0, 10]),
    ],
)
def test_the_largest_remainder_gets_the_unit(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert allocate(amount, weights) == parts


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
def test_weights_must_weigh_something(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="Weights"):
        allocate(100, weights)


@given(AMOUNTS, AMOUNTS, CURRENCIES)
def test_adding_and_taking_away_agree(one: int, other: int, currency: str) -> None:
    total = Money(one, currency) + Money(other, currency)
    assert total - Money(other, currency) == Money(one, currency)
    assert (Money(one, currency) < Money(other, currency)) == (one < other)


def test_currencies_are_never_mixed() -> None:
    roubles, tenge = Money(100, "RUB"), Money(100, "KZT")
    assert roubles != tenge
    for reckon in (
        lambda: roubles + tenge,
        lambda: roubles - tenge,
        lambda: roubles < tenge,
        lambda: roubles >= tenge,
    ):
        with pytest.raises(InvalidValue) as refusal:
            reckon()
        assert refusal.value.reason_code is Reason.CURRENCIES_DIFFER


@pytest.mark.parametrize(
    ("price", "quantity", "total"),
    [("99.99", "3", "299.97"), ("199.90", "0.125", "24.99"), ("0.01", "0.5", "0.01")],
)
def test_a_line_is_rounded_once(price: str, quantity: str, total: str) -> None:
    line = Money.parse(price, "RUB").times(Quantity.parse(quantity))
    assert line == Money.parse(total, "RUB")
    assert str(line) == f"{total} RUB"


def test_a_share_and_a_split() -> None:
    gross = Money.parse("100.00", "RUB")
    assert gross.share(20, 120) == Money(1667, "RUB")
    assert gross.allocate([1, 2]) == [Money(3333, "RUB"), Money(6667, "RUB")]


def test_no_sum_leaves_the_bigint() -> None:
    largest = Money(2**63 - 1, "RUB")
    with pytest.raises(InvalidValue) as refusal:
        _ = largest + Money(1, "RUB")
    assert refusal.value.reason_code is Reason.AMOUNT_TOO_LARGE


# Where the standard has decimals that CLDR shows none of; the rest of both tables must agree.
_FEWER = "AFN ALL IQD IRR KPW LAK LBP MGA MMK RSD SOS SYP YER"
SHOWN_WITH_FEWER = frozenset(_FEWER.split())


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_places_agree_with_cldr(currency: str) -> None:
    shown = get_global("currency_fractions")
    places = shown.get(currency, shown["DEFAULT"])[0]
    assert places == EXPONENTS[currency] or currency in SHOWN_WITH_FEWER


def test_the_money_of_every_country_is_known() -> None:
    of_today = {
        currency
        for history in get_global("territory_currencies").values()
        for currency, _, ended, is_tender in history
        if ended is None and is_tender
    }
    # Passed away or replaced faster than CLDR's calendar, and Gibraltar's kind of local issue.
    assert of_today - EXPONENTS.keys() <= {"BGN", "ANG", "CUC", "ZWL", "SLL", "USN", "CLF"}
    assert parse_currency("RUB") == "RUB"
