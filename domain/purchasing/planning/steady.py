"""Steady demand: a level, a damped trend and a week, after Holt and Winters.

The additive form with a damped trend, written as error correction: Hyndman, Koehler, Ord, Snyder,
"Forecasting with Exponential Smoothing" (2008), ETS(A,Ad,A). A day that is not known corrects
nothing. All series and all settings go through the days together; each series keeps the setting
that would have been least wrong about its own past.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.purchasing.planning.demand import WEEK, Floats, by_week, mean_of_known

DAMPING: Final = 0.98
"""What is left of a trend after a day; after five weeks it is half."""
SETTINGS: Final = np.array(
    [
        (level, level * trend, week)
        for level in (0.03, 0.06, 0.12, 0.25)
        for trend in (0.0, 0.05)
        for week in (0.0, 0.05)
    ]
)
"""How much of a day's error goes into the level, the trend and the day of the week.

A level that learns more slowly is hardly worse by a day's error, which picks among these, but lags
behind a trend, and over a month's cover that is a lot.
"""


class Smoothed(NamedTuple):
    """What a method makes of (series, days): one row a series; `daily` has a column a day ahead."""

    daily: Floats
    squared_errors: Floats
    """Summed over the known days."""
    adapts_by: Floats
    """How much of a day's error the next forecast takes up, 0 to 1."""


def smooth_steady(demand: Floats, days: int) -> Smoothed:
    """Forecast each of the next `days`, never below nothing; unknown throughout is nothing."""
    rows = np.arange(len(demand))
    level = np.tile(mean_of_known(demand), (len(SETTINGS), 1))
    effects = weekday_effects(demand).T[:, None, :]
    season = np.tile(effects, (1, len(SETTINGS), 1))  # (7, settings, series)
    trend, squared = np.zeros_like(level), np.zeros_like(level)
    to_level, to_trend, to_week = SETTINGS.T[:, :, None]
    ahead = -demand.shape[1] % WEEK  # so that the first of the seven is that of the first day ahead
    known = ~np.isnan(demand)
    for day, (seen, is_known) in enumerate(zip(np.nan_to_num(demand).T, known.T, strict=True)):
        today = season[(day + ahead) % WEEK]
        trend *= DAMPING
        level += trend
        error = (seen - level - today) * is_known
        squared += error * error
        level += to_level * error
        trend += to_trend * error
        today += to_week * error
    best = least_wrong(squared)
    going = np.cumsum(DAMPING ** np.arange(1, days + 1))
    daily = level[best, rows][:, None] + np.outer(trend[best, rows], going)
    daily += season[np.arange(days) % WEEK][:, best, rows].T
    return Smoothed(np.maximum(daily, 0.0), squared[best, rows], SETTINGS[best, 0])


def weekday_effects(demand: Floats) -> Floats:
    """How far each weekday is from the mean, (series, 7), as far as that is not chance.

    The means of seven weekdays are drawn together by James and Stein's factor (Efron, Morris, "Data
    analysis using Stein's estimator", JASA 70, 1975): noise makes no week, a clear week stays.
    """
    weekdays = by_week(demand)
    counts = (~np.isnan(weekdays)).sum(axis=1)
    means = mean_of_known(weekdays)
    effects = np.where(counts > 0, means - mean_of_known(demand)[:, None], 0.0)
    within = np.nansum((weekdays - means[:, None, :]) ** 2, axis=(1, 2))
    freedom = (counts - 1).clip(0).sum(axis=1)
    noise = within / np.maximum(freedom, 1) / np.maximum(counts.mean(axis=1), 1)
    spread = (effects**2).sum(axis=1)
    kept = 1 - (WEEK - 3) * noise / np.maximum(spread, 1e-9)
    return effects * np.where(freedom >= WEEK, kept.clip(0), 0.0)[:, None]


def least_wrong(squared: Floats) -> NDArray[np.intp]:
    """The best setting of (settings, series) for each series; of equals the first, the calmest."""
    best: NDArray[np.intp] = np.rint(squared).argmin(axis=0)  # rounding alone makes none better
    return best
