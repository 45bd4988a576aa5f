"""The two methods, against the same by the book: one series, one setting, one day at a time."""

from collections.abc import Callable

import numpy as np
import pytest

from domain.purchasing.planning import rare, steady
from domain.purchasing.planning.demand import DailySales, Floats, demand_of, mean_of_known
from domain.purchasing.planning.rare import smooth_rare
from domain.purchasing.planning.steady import DAMPING, Smoothed, smooth_steady, weekday_effects
from tests.domain.purchasing.demand_sets import rare_set, steady_set, weekly_set

AHEAD = 20


def holt_winters(days: Floats, setting: Floats) -> tuple[float, list[float]]:
    """Squared error over the known days, and the days ahead: ETS(A,Ad,A)."""
    level, trend = mean_of_known(days[None])[0], 0.0
    week = weekday_effects(days[None])[0].tolist()  # day 0 is day 0 of the week: whole weeks
    total = 0.0
    for day, sold in enumerate(days):
        level, trend = level + DAMPING * trend, DAMPING * trend
        if not np.isnan(sold):
            error = sold - level - week[day % 7]
            total += error**2
            level, trend = level + setting[0] * error, trend + setting[1] * error
            week[day % 7] += setting[2] * error
    ahead = []
    for day in range(AHEAD):
        level, trend = level + DAMPING * trend, DAMPING * trend
        ahead.append(max(level + week[day % 7], 0))
    return total, ahead


def teunter_syntetos_babai(days: Floats, setting: Floats) -> tuple[float, list[float]]:
    """The same of rare demand."""
    known = days[~np.isnan(days)]
    chance, amount = (known > 0).mean(), known[known > 0].mean() if known.any() else 0.0
    total = 0.0
    for sold in known:
        total += (sold - chance * amount) ** 2
        if sold > 0:
            chance, amount = (
                chance + setting[0] * (1 - chance),
                amount + setting[1] * (sold - amount),
            )
        else:
            chance -= setting[0] * chance
    return total, [chance * amount] * AHEAD


@pytest.mark.parametrize(
    ("made", "method", "by_the_book", "settings"),
    [
        (steady_set, smooth_steady, holt_winters, steady.SETTINGS),
        (weekly_set, smooth_steady, holt_winters, steady.SETTINGS),
        (rare_set, smooth_rare, teunter_syntetos_babai, rare.SETTINGS),
    ],
)
def test_all_at_once_is_the_same_as_one_by_one(
    made: Callable[[int, int], list[DailySales]],
    method: Callable[[Floats, int], Smoothed],
    by_the_book: Callable[[Floats, Floats], tuple[float, list[float]]],
    settings: Floats,
) -> None:
    demand = demand_of(made(4, 12))
    smoothed = method(demand, AHEAD)
    for row, days in enumerate(demand):
        tried = [(*by_the_book(days, setting), setting[0]) for setting in settings]
        total, ahead, learning = min(tried, key=lambda one: one[0])
        assert smoothed.squared_errors[row] == pytest.approx(total)
        assert smoothed.daily[row] == pytest.approx(ahead)
        assert smoothed.adapts_by[row] == learning


def test_series_differ_in_the_setting_that_suits_them() -> None:
    drifting = weekly_set(4, 60)
    assert len(set(smooth_steady(demand_of(drifting), 1).adapts_by.tolist())) > 1


def test_a_week_that_has_changed_is_learnt() -> None:
    """Three months strong on one weekday, then three on another."""
    before, after = [2.0, 2, 2, 2, 2, 2, 16], [2.0, 2, 16, 2, 2, 2, 2]
    demand = 1000 * np.array([before * 13 + after * 13])
    ahead = smooth_steady(demand, 7).daily[0]
    unlearnt = weekday_effects(demand)[0]
    assert ahead[2] - ahead[6] > 2000 + unlearnt[2] - unlearnt[6]
