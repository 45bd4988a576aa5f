"""Forecasts: never below nothing, whatever the history; a trend, a week, an end are seen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.purchasing.planning.demand import DailySales
from domain.purchasing.planning.forecasting import AT_ONCE, forecast
from domain.purchasing.planning.forecasts import Forecast, Pattern
from domain.purchasing.planning.steady import weekday_effects
from tests.domain.purchasing.demand_sets import rare_set, steady_set, weekly_set

pytestmark = pytest.mark.filterwarnings("error")


def forecast_of(units: list[int], days: int = 28, out: tuple[int, ...] = ()) -> Forecast:
    """Of one history in whole units; `out` are its days out of stock."""
    is_out = [day in out for day in range(len(units))]
    [one] = forecast([DailySales([1000 * sold for sold in units], is_out)], days=days)
    return one


@st.composite
def histories(draw: st.DrawFn) -> DailySales:
    days = draw(st.integers(0, 200))
    amounts = st.one_of(st.just(0), st.integers(-5000, 10_000), st.integers(0, 10**12))
    sold = draw(st.lists(amounts, min_size=days, max_size=days))
    return DailySales(sold, draw(st.lists(st.booleans(), min_size=days, max_size=days)))


@settings(max_examples=60)
@given(st.lists(histories(), max_size=4), st.integers(0, 60))
def test_any_history_has_a_forecast_that_is_not_below_nothing(
    series: list[DailySales], days: int
) -> None:
    for sales, one in zip(series, forecast(series, days=days), strict=True):
        assert len(one.daily) == days
        assert min((*one.daily, one.demand_per_day, one.error_per_day, one.left_out_days)) >= 0
        assert one.known_days + one.left_out_days == min(len(sales.sold), 182)
        assert max((0, *one.daily)) <= 50 * max((0, *sales.sold))


@settings(max_examples=20)
@given(st.lists(histories(), min_size=2, max_size=5))
def test_a_series_is_forecast_as_if_it_were_alone(series: list[DailySales]) -> None:
    assert forecast(series, days=14) == [forecast([one], days=14)[0] for one in series]


def test_more_series_than_are_worked_on_at_once_keep_their_order() -> None:
    series = [
        DailySales([1000 * (number % 50)] * 14, [False] * 14) for number in range(AT_ONCE + 9)
    ]
    assert [one.daily[0] for one in forecast(series, days=1)] == [one.sold[0] for one in series]


@pytest.mark.parametrize("days", [1, 3, 10, 182])
def test_a_constant_demand_stays_as_it_is(days: int) -> None:
    one = forecast_of([5] * days)
    assert one.daily == (5000,) * 28
    assert one.demand_per_day == 5000


def test_a_short_history_is_less_sure_than_a_long_one() -> None:
    errors = [forecast_of([5] * days).error_per_day for days in (1, 3, 10, 182)]
    expected = [1000 * (5 * 7 / days) ** 0.5 for days in (1, 3, 10, 182)]
    assert errors == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("units", [[], [0], [0] * 10, [0] * 182])
def test_nothing_sold_is_a_forecast_of_nothing(units: list[int]) -> None:
    one = forecast_of(units)
    assert one == Forecast(Pattern.UNSOLD, (0,) * 28, len(units), 0, 0, 0, one.adapts_by)


def test_days_out_of_stock_leave_the_forecast_as_it_is() -> None:
    gaps = (*range(20, 40), *range(70, 80))
    units = [0 if day in gaps else 6 for day in range(100)]
    one = forecast_of(units, out=gaps)
    assert one.daily == (6000,) * 28
    assert (one.known_days, one.left_out_days) == (70, 30)


def test_one_huge_day_changes_little() -> None:
    units = [6 + day % 3 for day in range(100)]
    usual = forecast_of(units)
    units[90] = 100_000
    assert sum(forecast_of(units).daily) == pytest.approx(sum(usual.daily), rel=0.3)


def test_a_trend_goes_on_and_ends() -> None:
    growing = forecast_of([10 + day // 4 for day in range(140)], days=182).daily
    assert 46_000 < growing[13] < 50_000
    steps = np.diff(growing)
    assert (steps > 0).all()
    assert steps[-1] < 0.1 * steps[0]


def test_a_fading_demand_ends_at_nothing() -> None:
    fading = forecast_of([max(0, 70 - day // 2) for day in range(140)], days=60)
    assert fading.daily[-1] == 0


def test_the_week_begins_with_the_weekday_of_today() -> None:
    week = [2, 3, 4, 5, 6, 20, 0]
    for today in range(7):
        units = [week[day % 7] for day in range(84 + today)]
        expected = [1000 * week[(today + day) % 7] for day in range(14)]
        assert forecast_of(units, days=14).daily == pytest.approx(expected, abs=1)


def test_noise_alone_makes_no_week() -> None:
    noise = np.random.default_rng(5).poisson(9, (200, 182)).astype(np.float64) * 1000
    means = noise.reshape(200, 26, 7).mean(axis=1)
    by_chance = np.abs(means - means.mean(axis=1)[:, None]).mean()
    assert np.abs(weekday_effects(noise)).mean() < by_chance / 3
    week = noise + 1000 * np.tile([0, 0, 0, 0, 0, 9, 4.0], 26)
    assert weekday_effects(week).mean(axis=0) == pytest.approx(
        1000 * (np.array([0, 0, 0, 0, 0, 9, 4]) - 13 / 7), rel=0.1
    )


def test_what_is_rare_has_its_mean() -> None:
    one = forecast_of([0, 0, 0, 2] * 40)
    assert one.pattern is Pattern.INTERMITTENT
    assert set(one.daily) == {one.demand_per_day}
    assert one.demand_per_day == pytest.approx(500, rel=0.1)


def test_what_is_no_longer_asked_for_fades_and_so_does_its_error() -> None:
    asked = [0, 0, 0, 2] * 20
    before, after = forecast_of(asked), forecast_of(asked + [0] * 90)
    assert after.demand_per_day < 0.25 * before.demand_per_day
    assert after.error_per_day < 0.6 * before.error_per_day


def test_the_sets_are_what_they_are_called() -> None:
    for made, is_steady in ((steady_set(), True), (weekly_set(), True), (rare_set(), False)):
        assert {one.pattern.is_steady for one in forecast(made, days=1)} == {is_steady}
