"""Patterns: who sells steadily and who rarely, which decides how demand is forecast.

The four classes and their bounds are those of Syntetos, Boylan, Croston, "On the categorization of
demand patterns", Journal of the Operational Research Society 56 (2005) 495-503.
"""

from typing import Final

import numpy as np

from domain.purchasing.planning.demand import Floats, by_week, mean_of_known
from domain.purchasing.planning.forecasts import Pattern

RARE_FROM: Final = 1.32
"""Days from one sale to the next, on average (ADI)."""
UNEVEN_FROM: Final = 0.49
"""Squared coefficient of variation of what a selling day sells (CV²)."""
_CLOSED_AFTER: Final = 4
"""So many Sundays without one sale, and the shop is taken to be closed on Sundays."""


def patterns_of(demand: Floats) -> list[Pattern]:
    """The pattern of each row of (series, days), by its known days."""
    interval, unevenness = days_between_sales(demand), unevenness_of_sales(demand)
    return [_pattern(*pair) for pair in zip(interval.tolist(), unevenness.tolist(), strict=True)]


def days_between_sales(demand: Floats) -> Floats:
    """Open days for each day that sold (ADI), 1 or more; infinite where nothing was sold.

    A weekday that never sold is no open day: who is closed at weekends does not sell rarely.
    """
    weekdays = by_week(demand)
    known = (~np.isnan(weekdays)).sum(axis=1)
    selling = (weekdays > 0).sum(axis=1)
    is_closed = (selling == 0) & (known >= _CLOSED_AFTER)
    opened = np.where(is_closed, 0, known).sum(axis=1)
    sold = selling.sum(axis=1)
    return np.where(sold > 0, opened / np.maximum(sold, 1), np.inf)


def unevenness_of_sales(demand: Floats) -> Floats:
    """Variance over squared mean of what selling days sold (CV²); 0 for fewer than two of them."""
    sizes = np.where(demand > 0, demand, np.nan)
    mean = mean_of_known(sizes)
    variance = mean_of_known((sizes - mean[:, None]) ** 2)
    return np.where(mean > 0, variance / np.maximum(mean, 1.0) ** 2, 0.0)


def _pattern(interval: float, unevenness: float) -> Pattern:
    if interval == float("inf"):
        return Pattern.UNSOLD
    if interval < RARE_FROM:
        return Pattern.SMOOTH if unevenness < UNEVEN_FROM else Pattern.ERRATIC
    return Pattern.INTERMITTENT if unevenness < UNEVEN_FROM else Pattern.LUMPY
