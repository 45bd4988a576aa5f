"""Back-tests: on three demand sets our error is below the naive guess's. Figures: pytest -s."""

from math import sqrt

import numpy as np
import pytest

from domain.purchasing.planning.back_tests import back_test, naive_week
from domain.purchasing.planning.demand import DailySales
from domain.purchasing.planning.forecasting import forecast
from domain.purchasing.planning.forecasts import BACK_TEST_WEEKS, BackTest
from tests.domain.purchasing.demand_sets import DAYS, SETS

pytestmark = pytest.mark.filterwarnings("error")


def figures(one: BackTest) -> tuple[int, int | None, int | None, int | None]:
    """How many weeks, and what came of them."""
    return len(one.compared), one.sold, one.error, one.naive_error


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", SETS)
def test_the_error_is_below_the_naive_one(name: str, seed: int) -> None:
    tests = [one for one in back_test(SETS[name](seed)) if one.sold]
    ours, naive = (
        sqrt(sum(error**2 for error in errors) / len(tests))
        for errors in ([one.error or 0 for one in tests], [one.naive_error or 0 for one in tests])
    )
    better = sum((one.error or 0) < (one.naive_error or 0) for one in tests) / len(tests)
    sold = sum(one.sold or 0 for one in tests) / len(tests)
    print(
        f"\n{name}, seed {seed}: a week sells {sold / 1000:.2f}; root mean squared error "
        f"{ours / 1000:.2f}, naive {naive / 1000:.2f}, ratio {ours / naive:.2f}; "
        f"better in {better:.0%} of {len(tests)} series"
    )
    assert ours < 0.85 * naive
    assert better > 0.6


def test_the_week_is_worth_having() -> None:
    """Of single days, where a weekly sum says nothing of it: against the same mean on each day."""
    series = SETS["weekly season"]()
    past = [DailySales(one.sold[:-7], one.out_of_stock[:-7]) for one in series]
    ours, flat = [], []
    for sales, one in zip(series, forecast(past, days=7), strict=True):
        sold = np.array(sales.sold[-7:])
        ours.append(((one.daily - sold) ** 2).mean())
        flat.append(((np.mean(one.daily) - sold) ** 2).mean())
    print(f"\nerror of a day over a flat week's: {sqrt(sum(ours) / sum(flat)):.2f}")
    assert sum(ours) < 0.7 * sum(flat)


def test_an_error_is_what_the_weeks_were_off_by() -> None:
    """Five a day, in the last of twelve weeks six: 7 off in one week of twelve, naive likewise."""
    [one] = back_test([DailySales([5000] * (DAYS - 7) + [6000] * 7, [False] * DAYS)])
    expected = round(1000 * sqrt(7**2 / 12))
    assert figures(one) == (12, round(1000 * (35 * 11 + 42) / 12), expected, expected)
    assert [week.ago for week in one.compared] == list(range(BACK_TEST_WEEKS, 0, -1))
    last = one.compared[-1]
    assert (last.sold, last.forecast, last.naive) == (42_000, 35_000, 35_000)


def test_the_future_is_not_looked_at() -> None:
    """What was sold after a week began changes nothing of what it had been forecast."""
    calm = [1000 * (3 + day % 4) for day in range(DAYS)]
    [before] = back_test([DailySales(calm[:-7], [False] * (DAYS - 7))])
    wild = [*calm[:-7], *(9_000_000,) * 7]
    [after] = back_test([DailySales(wild, [False] * DAYS)])
    *same, last = after.compared
    assert len(before.compared) == len(after.compared) == BACK_TEST_WEEKS
    earlier = [(week.sold, week.forecast, week.naive) for week in before.compared[1:]]
    assert [(week.sold, week.forecast, week.naive) for week in same] == earlier
    assert last.sold == 63_000_000
    assert last.forecast < 50_000


def test_days_out_of_stock_are_not_compared() -> None:
    is_out = [False] * (DAYS - 10) + [True] * 10
    sold = [0 if out else 4000 for out in is_out]
    [one] = back_test([DailySales(sold, is_out)])
    assert figures(one) == (11, round(4000 * (10 * 7 + 4) / 11), 0, 0)


@pytest.mark.parametrize(("days", "weeks"), [(0, 0), (1, 0), (7, 0), (8, 1), (30, 4), (92, 12)])
def test_only_weeks_with_a_past_are_compared(days: int, weeks: int) -> None:
    [one] = back_test([DailySales([1000] * days, [False] * days)])
    assert figures(one) == ((weeks, 7000, 0, 0) if weeks else (0, None, None, None))


def test_the_naive_guess_is_the_same_weekday_when_it_was_last_known() -> None:
    days = np.array([[1, 2, 3, 4, 5, 6, np.nan, 8, np.nan, 10, 11, 12, 15, np.nan]])
    np.testing.assert_equal(naive_week(days), [[8, 2, 10, 11, 12, 15, 7]])
