"""Back-tests: how wrong we would have been in each of the past twelve weeks, and the naive guess.

The forecast is made anew at the beginning of each week out of what was known by then (a rolling
origin). Compared are the sums of a week, since weeks are bought and not days, by the root of the
mean squared error: of all measures in use it alone is least for a forecast of the mean, which is
what stock is bought by. Absolute errors are least for the median, so of rare goods "never sells"
would come out best (the M5 competition measured by squares for that reason: Makridakis,
Spiliotis, Assimakopoulos, International Journal of Forecasting 38, 2022). The naive guess is the
same weekday of the week before.
"""

from collections.abc import Sequence

import numpy as np

from domain.purchasing.planning.demand import (
    WEEK,
    DailySales,
    Floats,
    by_week,
    demand_of,
    mean_of_known,
)
from domain.purchasing.planning.forecasting import AT_ONCE, smooth
from domain.purchasing.planning.forecasts import BACK_TEST_WEEKS, BackTest, ComparedWeek


def back_test(series: Sequence[DailySales]) -> list[BackTest]:
    """How forecast and naive guess did for each series. Weeks that nothing is known of, or with
    nothing known before them, are not compared."""
    return [
        one
        for start in range(0, len(series), AT_ONCE)
        for one in _back_tests(demand_of(series[start : start + AT_ONCE]))
    ]


def _back_tests(demand: Floats) -> list[BackTest]:
    weeks: list[list[ComparedWeek]] = [[] for _ in demand]
    for ago in range(BACK_TEST_WEEKS, 0, -1):
        first = demand.shape[1] - ago * WEEK
        past, week = demand[:, :first], demand[:, first : first + WEEK]
        known = ~np.isnan(week)
        is_compared = known.any(axis=1) & ~np.isnan(past).all(axis=1)
        guesses = [smooth(past, WEEK)[1].daily, naive_week(past)]
        sums = [np.nansum(week, axis=1), *((guess * known).sum(axis=1) for guess in guesses)]
        whole = np.rint(np.column_stack(sums)).astype(np.int64)
        for row in np.flatnonzero(is_compared).tolist():
            weeks[row].append(ComparedWeek(ago, *whole[row].tolist()))
    return [BackTest(tuple(some)) for some in weeks]


def naive_week(demand: Floats) -> Floats:
    """The next seven days as the same weekdays were last, (series, 7); one that was never known is
    like the mean of all days, and nothing known is 0."""
    weekdays = by_week(demand)
    is_known = ~np.isnan(weekdays)
    last = weekdays.shape[1] - 1 - is_known[:, ::-1].argmax(axis=1)
    same_weekday = np.take_along_axis(weekdays, last[:, None], axis=1)[:, 0]
    return np.where(is_known.any(axis=1), same_weekday, mean_of_known(demand)[:, None])
