"""Tracking numbers: their check digit, and how somebody may type them."""

from datetime import timedelta

import pytest

from domain.errors import Invalid
from domain.orders.shipments.carriers import link_to
from domain.orders.shipments.following import pause_before
from domain.orders.shipments.numbers import check_digit, spelled, tracking_number


@pytest.mark.parametrize(
    ("serial", "digit"),
    # The standard's own example, and both of its exceptions.
    [(47_312_482, 9), (12_345_678, 5), (0, 5), (8, 0), (3, 1)],
)
def test_the_check_digit(serial: int, digit: int) -> None:
    assert check_digit(serial) == digit


def test_each_single_slip_is_seen() -> None:
    number = spelled("RA", 47_312_482, "RU")
    assert number == "RA473124829RU"
    for at in range(2, 10):
        for digit in "0123456789":
            if digit != number[at]:
                with pytest.raises(Invalid):
                    tracking_number(number[:at] + digit + number[at + 1 :])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ra 12345678 5 ru", "RA123456785RU"),
        ("10024-88", "10024-88"),
        ("", None),
        (None, None),
    ],
)
def test_numbers_as_they_are_typed(typed: str | None, kept: str | None) -> None:
    assert tracking_number(typed) == kept


def test_a_number_is_no_path_of_its_own() -> None:
    assert link_to("https://x.test/{number}?l=ru", "RA1") == "https://x.test/RA1?l=ru"
    assert link_to("https://x.test/{number}", '../"?a') == "https://x.test/..%2F%22%3Fa"
    assert link_to(None, "RA1") is None


def test_the_longer_there_is_no_news_the_more_rarely_he_is_asked() -> None:
    quarter, hour = timedelta(minutes=15), timedelta(hours=1)
    assert pause_before(quarter, timedelta(0), 0) == quarter
    assert pause_before(quarter, 8 * hour, 0) == 2 * hour
    assert pause_before(quarter, 480 * hour, 0) == 12 * hour
    assert pause_before(quarter, timedelta(0), 3) == 2 * hour
    assert pause_before(quarter, 480 * hour, 30) == 12 * hour
