"""Quantity: at most three places, kept as thousandths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.values.invalid import InvalidValue, Reason
from tenants.values.quantity import Quantity, format_thousandths, parse_thousandths


@pytest.mark.parametrize(
    ("text", "thousandths", "written"),
    [
        ("2", 2000, "2"),
        ("0.25", 250, "0.25"),
        ("0.001", 1, "0.001"),
        ("1.500", 1500, "1.5"),
        ("100", 100_000, "100"),
        ("-3", -3000, "-3"),
        ("0", 0, "0"),
        ("-0.0", 0, "0"),
        ("1.0000", 1000, "1"),
    ],
)
def test_quantities_are_read_and_written(text: str, thousandths: int, written: str) -> None:
    quantity = Quantity.parse(text)
    assert quantity == Quantity(thousandths)
    assert str(quantity) == written


@given(st.integers(-(10**17), 10**17))
def test_what_is_written_reads_back_the_same(thousandths: int) -> None:
    assert parse_thousandths(format_thousandths(thousandths)) == thousandths


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0.0001", Reason.QUANTITY_TOO_PRECISE),
        ("two", Reason.QUANTITY_NOT_A_NUMBER),
        ("1,5", Reason.QUANTITY_NOT_A_NUMBER),
        ("1" * 16, Reason.QUANTITY_TOO_LARGE),
        ("0", Reason.QUANTITY_NOT_POSITIVE),
        ("0.000", Reason.QUANTITY_NOT_POSITIVE),
        ("-1", Reason.QUANTITY_NOT_POSITIVE),
    ],
)
def test_what_is_no_positive_quantity_is_refused(text: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refusal:
        Quantity.parse_positive(text)
    assert refusal.value.reason_code is reason


def test_quantities_are_reckoned_and_compared() -> None:
    kilo, third = Quantity.of_units(1), Quantity.parse_positive("0.333")
    assert str(kilo - third - third) == "0.334"
    assert str(third + kilo) == "1.333"
    assert -third < third < kilo
    assert kilo.is_whole
    assert not third.is_whole
