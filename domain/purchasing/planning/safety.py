"""Safety stock: what is kept beyond the expected demand, so that it lasts as often as was chosen.

All in whole numbers, each step rounded up, so the sum can be done again by hand:

    error_days = days + a * days * (days - 1) + a² * days * (days - 1) * (2 * days - 1) / 6
    spread = sqrt(error_days * error_per_day² + (demand_per_day * lead_spread)²)
    lump = error_per_day² / demand_per_day
    quantity = factor * spread + lump * (factor² - 1) / 3

`a`, adapts_by, is how fast the forecast learns: a level that is off is off on each of the days, so
errors add up faster than by chance (Johnston, Harrison, "The variance of lead-time demand", Journal
of the Operational Research Society 37, 1986, 303-308). A supplier who is late by a day costs a
day's demand (Silver, Pyke, Thomas, "Inventory and Production Management in Supply Chains", 2017,
ch. 6). `factor` is the quantile of the normal distribution at the service level, and the last term
what Cornish and Fisher add to it for a demand that comes in lumps, with the skewness of a gamma
distribution; below a factor of 1 it is left out.
"""

from dataclasses import dataclass
from math import isqrt
from statistics import NormalDist

from domain.purchasing.planning.forecasts import Forecast


@dataclass(frozen=True, slots=True)
class Safety:
    """The names of the formula, in thousandths: of the unit, of a day, or of one (`factor`,
    `adapts_by`); `service_share` is the service level in ten-thousandths."""

    service_share: int
    factor: int
    adapts_by: int
    error_days: int
    demand_per_day: int
    error_per_day: int
    lead_spread: int
    spread: int
    lump: int
    quantity: int


def safety_of(forecast: Forecast, *, days: int, lead_spread: int, service_share: int) -> Safety:
    """The safety stock of an order that has to last `days`; the share is of ten thousand."""
    error, per_day = forecast.error_per_day, forecast.demand_per_day
    factor = round(NormalDist().inv_cdf(service_share / 10_000) * 1000)
    error_days = days_of_error(days, forecast.adapts_by)
    spread = _root(_over(error_days * error**2, 1000) + _over((per_day * lead_spread) ** 2, 10**6))
    lump = _over(error**2, per_day) if per_day else 0
    beyond = max(factor**2 - 10**6, 0)
    return Safety(
        service_share=service_share,
        factor=factor,
        adapts_by=forecast.adapts_by,
        error_days=error_days,
        demand_per_day=per_day,
        error_per_day=error,
        lead_spread=lead_spread,
        spread=spread,
        lump=lump,
        quantity=_over(factor * spread, 1000) + _over(lump * beyond, 3 * 10**6),
    )


def days_of_error(days: int, adapts_by: int) -> int:
    """As how many days of independent errors the errors of `days` count, in thousandths."""
    pairs = days * (days - 1)
    chance, level = 1000 * days, adapts_by * pairs
    return chance + level + _over(adapts_by**2 * pairs * (2 * days - 1), 6000)


def _over(dividend: int, divisor: int) -> int:
    """The quotient, rounded up."""
    return -(-dividend // divisor)


def _root(square: int) -> int:
    """The square root, rounded up."""
    root = isqrt(square)
    return root + (root * root < square)
