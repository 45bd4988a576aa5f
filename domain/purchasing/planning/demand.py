"""Demand: what would have been sold each day, had there been enough; NaN where nobody can know."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEEK: Final = 7
HISTORY_DAYS: Final = 26 * WEEK
"""Older sales tell more of another season than of the next weeks."""

_WITHIN: Final = 0.95
_TIMES: Final = 4.0


@dataclass(frozen=True, slots=True)
class DailySales:
    """One variant at one place: a day after the other, the last one yesterday.

    `sold` is in thousandths (a day with more returns than sales may be below nothing);
    `out_of_stock` tells of the same days whether there was nothing to sell for a part of one.
    """

    sold: Sequence[int]
    out_of_stock: Sequence[bool]

    def __post_init__(self) -> None:
        if len(self.sold) != len(self.out_of_stock):
            raise ValueError(f"{len(self.sold)} days sold, {len(self.out_of_stock)} days of stock")


def demand_of(series: Sequence[DailySales]) -> Floats:
    """Thousandths a day, (series, HISTORY_DAYS); the last column is everybody's last day.

    Days before a history begins and days out of stock are NaN. A day on which goods ran out, and
    that sold more than the others do on average, stays: it wanted at least so much, and without it
    what sells out daily would seem to sell nothing.
    """
    sold = np.full((len(series), HISTORY_DAYS), np.nan)
    is_short = np.zeros(sold.shape, dtype=bool)
    for row, sales in enumerate(series):
        days = min(len(sales.sold), HISTORY_DAYS)
        if days:
            sold[row, -days:] = sales.sold[-days:]
            is_short[row, -days:] = sales.out_of_stock[-days:]
    sold = np.maximum(sold, 0.0)  # NaN stays NaN
    usual = mean_of_known(np.where(is_short, np.nan, sold))
    return np.where(is_short & ~(sold > usual[:, None]), np.nan, sold)


def without_outliers(demand: Floats) -> Floats:
    """The same, with no day above four times what 19 of 20 selling days (of few, all but one) stay
    within.

    One wedding's order says nothing about next week; a Saturday that is ten times a Monday does,
    and so does a fortnight's sale: those are more than one day of twenty.
    """
    selling = np.sort(np.where(demand > 0, demand, np.nan), axis=1)  # NaN goes last
    count = (demand > 0).sum(axis=1)
    nineteenth = np.floor(_WITHIN * np.maximum(count - 1, 0)).astype(np.intp)
    bound = _TIMES * np.take_along_axis(selling, nineteenth[:, None], axis=1)
    return np.where(demand > bound, bound, demand)


def by_week(demand: Floats) -> Floats:
    """The same days as (series, weeks, 7): columns of the last axis are one day of the week each.

    The last of the seven is the weekday of the last day.
    """
    missing = -demand.shape[1] % WEEK
    whole = np.pad(demand, ((0, 0), (missing, 0)), constant_values=np.nan)
    return whole.reshape(len(demand), -1, WEEK)


def mean_of_known(values: Floats, axis: int = 1) -> Floats:
    """The mean along `axis` without the NaN; 0 where there is nothing else."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=axis)
    mean: Floats = total / np.maximum(known.sum(axis=axis), 1)
    return mean
