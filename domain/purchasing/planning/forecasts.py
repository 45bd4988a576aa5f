"""Forecasts as plain values: the demand of each coming day, how far a day is usually off, and how
far off we would have been."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final

BACK_TEST_WEEKS: Final = 12


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


@dataclass(frozen=True, slots=True)
class ComparedWeek:
    """A past week: what was sold on its known days, and what was guessed for them; thousandths.

    It began `ago` times seven days before today.
    """

    ago: int
    sold: int
    forecast: int
    naive: int


@dataclass(frozen=True, slots=True)
class BackTest:
    """The weeks that could be compared, the oldest first. Errors are roots of mean squares."""

    compared: tuple[ComparedWeek, ...]

    @property
    def sold(self) -> int | None:
        """What a week sold, on average; None where none was compared, as all the others."""
        sold = [week.sold for week in self.compared]
        return round(sum(sold) / len(sold)) if sold else None

    @property
    def error(self) -> int | None:
        """How far from that the forecast was."""
        return _root_mean_square(week.forecast - week.sold for week in self.compared)

    @property
    def naive_error(self) -> int | None:
        """How far from it the naive guess was."""
        return _root_mean_square(week.naive - week.sold for week in self.compared)


def _root_mean_square(errors: Iterable[int]) -> int | None:
    squares = [error**2 for error in errors]
    return round(sqrt(sum(squares) / len(squares))) if squares else None
