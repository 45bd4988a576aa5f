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
from dataclasses import dataclass
from typing import Final

import numpy as np

from domain.purchasing.demand import WEEK, DailySales, Floats, by_week, demand_of, mean_of_known
from domain.purchasing.forecasting import AT_ONCE, smooth

WEEKS: Final = 12


@dataclass(frozen=True, slots=True)
class BackTest:
    """Of one series: how many `weeks` could be compared, and thousandths a week on average.

    `sold` is the demand of their known days; `error` and `naive_error` are how far from it.
    """

    weeks: int
    sold: int
    error: int
    naive_error: int


def back_test(series: Sequence[DailySales]) -> list[BackTest]:
    """How forecast and naive guess did for each series. Weeks that nothing is known of, or with
    nothing known before them, are not compared."""
    return [
        one
        for start in range(0, len(series), AT_ONCE)
        for one in _back_tests(demand_of(series[start : start + AT_ONCE]))
    ]


def _back_tests(demand: Floats) -> list[BackTest]:
    weeks, sold, ours, naive = np.zeros((4, len(demand)))
    for first in range(demand.shape[1] - WEEKS * WEEK, demand.shape[1], WEEK):
        past, week = demand[:, :first], demand[:, first : first + WEEK]
        known = ~np.isnan(week)
        is_compared = known.any(axis=1) & ~np.isnan(past).all(axis=1)
        total = np.nansum(week, axis=1)
        weeks += is_compared
        sold += total * is_compared
        for squares, guess in ((ours, smooth(past, WEEK)[1].daily), (naive, naive_week(past))):
            squares += ((guess * known).sum(axis=1) - total) ** 2 * is_compared
    compared = np.maximum(weeks, 1)
    columns = (weeks, sold / compared, np.sqrt(ours / compared), np.sqrt(naive / compared))
    rows = np.rint(np.column_stack(columns)).astype(np.int64)
    return [BackTest(*row) for row in rows.tolist()]


def naive_week(demand: Floats) -> Floats:
    """The next seven days as the same weekdays were last, (series, 7); one that was never known is
    like the mean of all days, and nothing known is 0."""
    weekdays = by_week(demand)
    is_known = ~np.isnan(weekdays)
    last = weekdays.shape[1] - 1 - is_known[:, ::-1].argmax(axis=1)
    same_weekday = np.take_along_axis(weekdays, last[:, None], axis=1)[:, 0]
    return np.where(is_known.any(axis=1), same_weekday, mean_of_known(demand)[:, None])
