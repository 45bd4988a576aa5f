"""Patterns: the bounds of Syntetos, Boylan and Croston, by known and open days."""

import numpy as np
import pytest

from domain.purchasing.planning.forecasts import Pattern
from domain.purchasing.planning.patterns import days_between_sales, patterns_of, unevenness_of_sales

WEEKS = 12
EVERY_DAY = [4.0] * 84
NEVER = [0.0] * 84
MONDAY_TO_FRIDAY = [5.0, 5.0, 5.0, 5.0, 5.0, 0.0, 0.0] * WEEKS
EVERY_FIFTH = [3.0, 0.0, 0.0, 0.0, 0.0] * 17
ONE_AND_FIVE = [1.0, 5.0] * 42  # CV² 0.44
ONE_AND_SIX = [1.0, 6.0] * 42  # CV² 0.51
RARE_AND_WILD = [1.0, 0.0, 0.0, 0.0, 20.0, 0.0, 0.0, 0.0, 1.0, 0.0] * 9
FOUR_OF_FIVE = [1.0, 1.0, 1.0, 1.0, 0.0] * 16
TWO_OF_THREE = [1.0, 1.0, 0.0] * 28


@pytest.mark.parametrize(
    ("days", "pattern"),
    [
        (NEVER, Pattern.UNSOLD),
        ([np.nan] * 84, Pattern.UNSOLD),
        (EVERY_DAY, Pattern.SMOOTH),
        (MONDAY_TO_FRIDAY, Pattern.SMOOTH),
        (FOUR_OF_FIVE, Pattern.SMOOTH),
        (ONE_AND_FIVE, Pattern.SMOOTH),
        (ONE_AND_SIX, Pattern.ERRATIC),
        (TWO_OF_THREE, Pattern.INTERMITTENT),
        (EVERY_FIFTH, Pattern.INTERMITTENT),
        (RARE_AND_WILD, Pattern.LUMPY),
    ],
)
def test_a_history_has_its_pattern(days: list[float], pattern: Pattern) -> None:
    assert patterns_of(1000 * np.array([days])) == [pattern]


def test_only_days_with_goods_count() -> None:
    """Sold on each day that it was there: not rare, however seldom it was there."""
    days = np.full((1, 84), np.nan)
    days[0, ::6] = 2000
    assert days_between_sales(days)[0] == 1
    assert patterns_of(days) == [Pattern.SMOOTH]


def test_a_shop_that_is_closed_at_weekends_does_not_sell_rarely() -> None:
    assert days_between_sales(np.array([MONDAY_TO_FRIDAY]))[0] == 1
    one_sunday = MONDAY_TO_FRIDAY.copy()
    one_sunday[6] = 1.0
    assert days_between_sales(np.array([one_sunday]))[0] == 72 / 61


def test_unevenness_is_of_selling_days_alone() -> None:
    demand = 1000 * np.array([[2.0, 0, 0, 4.0, np.nan, 0], [0, 0, 7.0, 0, 0, 0]])
    np.testing.assert_allclose(unevenness_of_sales(demand), [1 / 9, 0])
