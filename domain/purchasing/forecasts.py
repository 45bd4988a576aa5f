"""Forecasts as plain values: the demand of each coming day, and how far a day is usually off."""

from dataclasses import dataclass
from enum import StrEnum


class Pattern(StrEnum):
    """How often something sells, and how evenly."""

    UNSOLD = "UNSOLD"
    SMOOTH = "SMOOTH"
    ERRATIC = "ERRATIC"
    INTERMITTENT = "INTERMITTENT"
    LUMPY = "LUMPY"

    @property
    def is_steady(self) -> bool:
        """Sold on most days: has a level, a trend and a week. The others are rare."""
        return self in (Pattern.SMOOTH, Pattern.ERRATIC)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one variant will be asked for at one place, in thousandths, and out of how many days.

    `daily` begins today; `known_days` and `left_out_days` (out of stock) are of the history.
    `demand_per_day` is the mean of the coming four weeks, `error_per_day` the standard deviation of
    a day around its forecast, `adapts_by` how much (in thousandths) of a day's error the next
    forecast takes up.
    """

    pattern: Pattern
    daily: tuple[int, ...]
    known_days: int
    left_out_days: int
    demand_per_day: int
    error_per_day: int
    adapts_by: int
