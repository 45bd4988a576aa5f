"""Forecasting: from the sales of many series to a forecast of each, by the method that suits it."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.purchasing.planning.demand import (
    WEEK,
    DailySales,
    Floats,
    demand_of,
    mean_of_known,
    without_outliers,
)
from domain.purchasing.planning.forecasts import Forecast, Pattern
from domain.purchasing.planning.patterns import patterns_of
from domain.purchasing.planning.rare import smooth_rare
from domain.purchasing.planning.steady import Smoothed, smooth_steady

AT_ONCE: Final = 512
"""Series that are worked on together: more of them do not stay in the processor's cache."""
_MEAN_DAYS: Final = 4 * WEEK
_UNIT: Final = 1000


def forecast(series: Sequence[DailySales], *, days: int) -> list[Forecast]:
    """Forecast `days` from today on for each series; its history ends yesterday.

    Nothing known and nothing sold are forecasts of nothing. Thousands of series at once are well.
    """
    return [
        one
        for start in range(0, len(series), AT_ONCE)
        for one in _forecasts(series[start : start + AT_ONCE], days)
    ]


def smooth(demand: Floats, days: int) -> tuple[list[Pattern], Smoothed]:
    """The pattern of each row of (series, days of the past), and what its method makes of it."""
    demand = without_outliers(demand)
    patterns = patterns_of(demand)
    is_steady = np.array([pattern.is_steady for pattern in patterns], dtype=bool)
    all_rows = Smoothed(np.zeros((len(demand), days)), *np.zeros((2, len(demand))))
    for chosen, method in ((is_steady, smooth_steady), (~is_steady, smooth_rare)):
        if chosen.any():
            for whole, part in zip(all_rows, method(demand[chosen], days), strict=True):
                whole[chosen] = part
    return patterns, all_rows


def _forecasts(series: Sequence[DailySales], days: int) -> list[Forecast]:
    demand = demand_of(series)
    patterns, smoothed = smooth(demand, max(days, _MEAN_DAYS))
    known = (~np.isnan(demand)).sum(axis=1)
    told = np.array([min(len(one.sold), demand.shape[1]) for one in series])
    per_day = smoothed.daily[:, :_MEAN_DAYS].mean(axis=1)
    lump = _lump(smoothed.squared_errors, mean_of_known(demand), known)
    error_per_day = np.sqrt(lump * per_day)
    columns = (known, told - known, per_day, error_per_day, smoothed.adapts_by * 1000)
    rows = np.rint(np.column_stack(columns)).astype(np.int64).tolist()
    ahead = np.rint(smoothed.daily[:, :days]).astype(np.int64).tolist()
    return [
        Forecast(pattern, tuple(daily), *row)
        for pattern, daily, row in zip(patterns, ahead, rows, strict=True)
    ]


def _lump(squared: Floats, mean: Floats, known: NDArray[np.int_]) -> Floats:
    """The variance of a day over its mean: of what size are the lumps that demand comes in.

    It is taken to stay while demand grows or fades. A week of chance sales, a unit each, is added
    to what was seen, since three equal days prove nothing; the days themselves are seven fewer by
    then, for what was fitted to them (a level and the week), so they stay as they are.
    """
    variance = (squared + WEEK * mean * _UNIT) / np.maximum(known, 1)
    return np.where(mean > 0, variance / np.maximum(mean, 1.0), 0.0)
