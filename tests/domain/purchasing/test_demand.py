"""Demand: days out of stock are left out, one huge day is cut, the rest is as it was sold."""

import numpy as np
import pytest

from domain.purchasing.planning.demand import (
    HISTORY_DAYS,
    DailySales,
    by_week,
    demand_of,
    mean_of_known,
    without_outliers,
)


def test_a_day_out_of_stock_is_no_zero() -> None:
    [demand] = demand_of([DailySales([2000, 0, 0, 4000], [False, True, False, False])])
    np.testing.assert_equal(demand[-4:], [2000, np.nan, 0, 4000])
    assert np.isnan(demand[:-4]).all()
    assert mean_of_known(demand[None])[0] == 2000


def test_a_day_that_ran_out_after_a_good_morning_stays() -> None:
    sold = [2000, 2000, 9000, 1000]
    [demand] = demand_of([DailySales(sold, [False, False, True, True])])
    np.testing.assert_equal(demand[-4:], [2000, 2000, 9000, np.nan])


def test_what_sells_out_every_day_has_a_demand() -> None:
    [demand] = demand_of([DailySales([5000] * 30, [True] * 30)])
    assert demand[-30:].tolist() == [5000] * 30


def test_histories_end_together_and_begin_when_they_do() -> None:
    demand = demand_of(
        [DailySales([], []), DailySales([1], [False]), DailySales([7] * 400, [False] * 400)]
    )
    assert demand.shape == (3, HISTORY_DAYS)
    assert (~np.isnan(demand)).sum(axis=1).tolist() == [0, 1, HISTORY_DAYS]
    assert demand[1, -1] == 1


def test_more_returns_than_sales_are_no_demand() -> None:
    [demand] = demand_of([DailySales([-3000, 1000], [False, False])])
    assert demand[-2:].tolist() == [0, 1000]


def test_days_of_stock_must_be_those_of_sales() -> None:
    with pytest.raises(ValueError, match="2 days sold, 1 days of stock"):
        DailySales([1, 2], [False])


def test_one_huge_day_is_cut_and_a_strong_saturday_is_not() -> None:
    saturdays = np.array([[1000.0] * 6 + [10_000.0]] * 8).reshape(1, -1)
    np.testing.assert_equal(without_outliers(saturdays), saturdays)
    wedding = saturdays.copy()
    wedding[0, 30] = 900_000
    cut = without_outliers(wedding)
    assert cut[0, 30] == 40_000
    np.testing.assert_equal(np.delete(cut, 30), np.delete(wedding, 30))


def test_the_last_of_a_week_is_yesterday() -> None:
    weeks = by_week(np.arange(1.0, 11.0)[None])
    np.testing.assert_equal(weeks[0, 1], [4, 5, 6, 7, 8, 9, 10])
    np.testing.assert_equal(weeks[0, 0], [np.nan] * 4 + [1, 2, 3])
