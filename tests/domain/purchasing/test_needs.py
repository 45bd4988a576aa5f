"""What to order: worked examples, and rules that hold for any demand, stock and supplier."""

from dataclasses import replace
from datetime import date, timedelta
from math import ceil, sqrt
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.purchasing.planning.expiry import Lot, LotOutlook
from domain.purchasing.planning.forecasts import Forecast, Pattern
from domain.purchasing.planning.lead_times import LeadTime, lead_time_of
from domain.purchasing.planning.needs import Arrival, Need, Stock, Terms, need_of, to_order

TODAY = date(2026, 3, 2)
TEN_A_DAY = Forecast(Pattern.SMOOTH, (10_000,) * 60, 182, 0, 10_000, 4_000, 50)
UNSOLD = Forecast(Pattern.UNSOLD, (0,) * 60, 182, 0, 0, 0, 5)
LONGEST = 90

quantities = st.integers(0, 500_000)
days_ahead = st.integers(-5, 120).map(lambda days: TODAY + timedelta(days=days))
forecasts = st.builds(
    Forecast,
    st.sampled_from(Pattern),
    st.lists(st.integers(0, 50_000), min_size=LONGEST, max_size=LONGEST).map(tuple),
    st.integers(0, 182),
    st.just(0),
    st.integers(0, 50_000),
    st.integers(0, 50_000),
    st.sampled_from((5, 20, 50, 100, 400)),
)
lots = st.lists(st.builds(Lot, quantities, st.none() | days_ahead), max_size=5)
stocks = st.builds(
    Stock,
    lots,
    quantities,
    st.lists(st.builds(Arrival, quantities, days_ahead), max_size=3),
    st.sampled_from((0, 0, 5_000, 400_000)),
)
terms = st.builds(
    Terms,
    st.builds(LeadTime, st.integers(0, 40), st.integers(0, 10_000)),
    st.integers(1, 30),
    st.integers(5_000, 9_999),
    st.integers(0, 200_000),
    st.integers(1, 50_000),
)


def again(need: Need) -> float:
    """The sum of the explanation, done as a person would: with what it says, and a calculator."""
    one, days, adapts = need.safety, need.cover_days, need.safety.adapts_by / 1000
    factor = NormalDist().inv_cdf(one.service_share / 10_000)
    pairs = days * (days - 1)
    error_days = days + adapts * pairs + adapts**2 * pairs * (2 * days - 1) / 6
    late = one.demand_per_day * one.lead_spread / 1000
    safety = factor * sqrt(error_days * one.error_per_day**2 + late**2)
    if factor > 1 and one.demand_per_day:
        safety += one.error_per_day**2 / one.demand_per_day * (factor**2 - 1) / 3
    safety = max(safety, need.minimum_level)
    return need.demand + safety + need.promised - need.on_shelf + need.wasted - need.expected


def test_an_order_lasts_until_the_one_after_it_has_come() -> None:
    """Five days of delivery and a week until the next order: twelve days of ten, and safety."""
    stock = Stock([Lot(30_000)], promised=4_000, arrivals=[Arrival(20_000, TODAY)])
    need = need_of(TEN_A_DAY, stock, Terms(LeadTime(5, 1500), 7, 9500, pack=6_000), today=TODAY)
    assert (need.cover_days, need.cover_until) == (12, date(2026, 3, 13))
    assert need.demand == 120_000
    # 12 + 0.05 * 132 + 0.0025 * 132 * 23 / 6 days of errors; 1.645 of the spread; a lump of 1.6
    assert need.safety.error_days == 19_865
    assert need.safety.spread == ceil(sqrt(19.865 * 4_000**2 + 15_000**2)) == 23_299
    assert (need.safety.factor, need.safety.lump) == (1645, 1600)
    assert need.safety.quantity == ceil(1.645 * 23_299) + ceil(1600 * (1.645**2 - 1) / 3) == 39_237
    assert need.lacking == 120_000 + 39_237 + 4_000 - 30_000 - 20_000 == 113_237
    assert need.quantity == 19 * 6_000


def test_less_than_the_minimum_level_is_never_kept() -> None:
    """Nobody asks for it, four are there, and ten should be; or the safety stock is more."""
    terms = Terms(LeadTime(5), 7, 9500)
    need = need_of(UNSOLD, Stock([Lot(4_000)], minimum_level=10_000), terms, today=TODAY)
    assert (need.safety.quantity, need.kept, need.lacking) == (0, 10_000, 6_000)
    assert need.quantity == 6_000
    safety = need_of(TEN_A_DAY, Stock(), terms, today=TODAY).safety.quantity
    for level, kept in ((safety - 1, safety), (safety + 1, safety + 1)):
        need = need_of(TEN_A_DAY, Stock(minimum_level=level), terms, today=TODAY)
        assert (need.kept, need.lacking) == (kept, 120_000 + kept)


def test_four_places_of_a_service_level_make_a_difference() -> None:
    most, less = (
        need_of(TEN_A_DAY, Stock(), Terms(LeadTime(5), 7, share), today=TODAY).safety
        for share in (9_999, 9_990)
    )
    assert (most.factor, less.factor) == (3719, 3090)


def test_a_lot_that_expires_before_it_is_sold_does_not_count() -> None:
    """Fifty until Thursday: four days sell forty, ten are wasted; those until April last."""
    thursday, april = date(2026, 3, 5), date(2026, 4, 1)
    stock = Stock([Lot(100_000, april), Lot(50_000, thursday)])
    need = need_of(TEN_A_DAY, stock, Terms(LeadTime(5), 7, 5000), today=TODAY)
    assert need.wasted_lots == (LotOutlook(thursday, 50_000, 10_000),)
    assert (need.on_shelf, need.wasted) == (150_000, 10_000)
    assert need.lacking == 120_000 - 140_000


def test_lots_are_sold_one_after_the_other() -> None:
    """By Wednesday thirty of forty are sold, by Thursday ten of the next forty. What is left on the
    last day covered is no waste: nobody counts on it later."""
    wednesday, last = date(2026, 3, 4), date(2026, 3, 13)
    shelf = [
        Lot(40_000, wednesday),
        Lot(40_000, wednesday + timedelta(days=1)),
        Lot(500_000, last),
    ]
    need = need_of(TEN_A_DAY, Stock(shelf), Terms(LeadTime(5), 7, 5000), today=TODAY)
    assert [lot.wasted for lot in need.wasted_lots] == [10_000, 30_000]
    sooner = [Lot(500_000, last - timedelta(days=1))]
    need = need_of(TEN_A_DAY, Stock(sooner), Terms(LeadTime(5), 7, 5000), today=TODAY)
    assert need.wasted == 500_000 - 110_000


def test_reserved_goods_leave_first_and_are_not_wasted() -> None:
    stock = Stock([Lot(50_000, date(2026, 3, 5))], promised=10_000)
    need = need_of(TEN_A_DAY, stock, Terms(LeadTime(5), 7, 5000), today=TODAY)
    assert need.wasted_lots == ()
    assert need.lacking == 120_000 + 10_000 - 50_000


def test_a_lot_that_has_expired_is_no_stock() -> None:
    stock = Stock([Lot(50_000, TODAY - timedelta(days=1)), Lot(7_000, TODAY)])
    need = need_of(TEN_A_DAY, stock, Terms(LeadTime(5), 7, 5000), today=TODAY)
    assert need.wasted == 50_000
    assert need.lacking == 120_000 - 7_000


def test_what_comes_after_the_covered_days_does_not_help_them() -> None:
    arrivals = [Arrival(1_000, TODAY + timedelta(days=day)) for day in (-3, 11, 12)]
    need = need_of(TEN_A_DAY, Stock(arrivals=arrivals), Terms(LeadTime(5), 7, 5000), today=TODAY)
    assert (need.expected, need.late) == (2_000, 1_000)


def test_a_supplier_who_is_unreliable_costs_stock() -> None:
    unreliable = lead_time_of(5, [5, 9, 4, 10])
    assert unreliable == LeadTime(7, 2702)
    assert lead_time_of(5, []) == lead_time_of(5, [5, 5]) == LeadTime(5, 0)
    safety = [
        need_of(TEN_A_DAY, Stock(), Terms(LeadTime(7, spread), 7, 9500), today=TODAY).safety
        for spread in (0, unreliable.spread)
    ]
    assert safety[1].quantity > 1.5 * safety[0].quantity


@pytest.mark.parametrize(
    ("lacking", "minimum", "pack", "quantity"),
    [
        (-1, 10, 1, 0),
        (0, 10, 1, 0),
        (1, 0, 1, 1),
        (1, 10, 1, 10),
        (1, 10, 6, 12),
        (12, 10, 6, 12),
        (13, 10, 6, 18),
    ],
)
def test_whole_packs_and_the_minimum(lacking: int, minimum: int, pack: int, quantity: int) -> None:
    assert to_order(lacking, minimum, pack) == quantity


@pytest.mark.parametrize(
    ("review_days", "service_share", "minimum", "pack"),
    [
        (7, 4_999, 0, 1),
        (7, 10_000, 0, 1),
        (7, 9_500, 0, 0),
        (7, 9_500, -1, 1),
        (0, 9_500, 0, 1),
    ],
)
def test_terms_that_nothing_can_be_bought_by_are_refused(
    review_days: int, service_share: int, minimum: int, pack: int
) -> None:
    with pytest.raises(ValueError, match=r"service level|nothing can be bought"):
        Terms(LeadTime(5), review_days, service_share, minimum, pack)


def test_a_forecast_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="a forecast of 60 days, 61 are to be covered"):
        need_of(TEN_A_DAY, Stock(), Terms(LeadTime(54), 7, 9500), today=TODAY)


@given(forecasts, stocks, terms)
def test_anybody_can_do_the_sum_again(forecast: Forecast, stock: Stock, given_terms: Terms) -> None:
    need = need_of(forecast, stock, given_terms, today=TODAY)
    expected = again(need)
    # The explanation has the factor to three places, and rounds each step up.
    assert need.lacking == pytest.approx(
        expected, abs=12 + 0.001 * need.safety.spread + 0.003 * need.safety.lump
    )
    assert need.wasted == sum(lot.wasted for lot in need.wasted_lots)


@given(forecasts, stocks, terms)
def test_an_order_is_enough_in_whole_packs_and_no_pack_too_many(
    forecast: Forecast, stock: Stock, given_terms: Terms
) -> None:
    need = need_of(forecast, stock, given_terms, today=TODAY)
    assert need.quantity % need.pack == 0
    if need.lacking > 0:
        assert need.quantity >= max(need.lacking, need.minimum)
        assert need.quantity - need.pack < max(need.lacking, need.minimum)
    else:
        assert need.quantity == 0


@given(forecasts, stocks, terms, st.integers(5_000, 9_999))
def test_a_higher_service_share_never_orders_less(
    forecast: Forecast, stock: Stock, given_terms: Terms, level: int
) -> None:
    low, high = sorted((given_terms.service_share, level))
    orders = [
        need_of(forecast, stock, replace(given_terms, service_share=one), today=TODAY).quantity
        for one in (low, high)
    ]
    assert orders == sorted(orders)


@given(forecasts, lots, quantities, terms, st.integers(0, 20), st.integers(0, 5_000))
def test_a_longer_or_less_certain_delivery_never_orders_less(
    forecast: Forecast,
    shelf: list[Lot],
    promised: int,
    given_terms: Terms,
    days: int,
    spread: int,
) -> None:
    """Arrivals apart: a longer cover may count one that would else be late."""
    stock = Stock(shelf, promised, [Arrival(5_000, TODAY)])
    lead = given_terms.lead_time
    longer = LeadTime(lead.days + days, lead.spread + spread)
    orders = [
        need_of(forecast, stock, replace(given_terms, lead_time=one), today=TODAY).quantity
        for one in (lead, longer)
    ]
    assert orders == sorted(orders)


@given(forecasts, stocks, terms, quantities)
def test_more_on_the_shelf_never_orders_more(
    forecast: Forecast, stock: Stock, given_terms: Terms, more: int
) -> None:
    fuller = replace(stock, lots=[*stock.lots, Lot(more)])
    orders = [need_of(forecast, one, given_terms, today=TODAY).quantity for one in (fuller, stock)]
    assert orders == sorted(orders)


@given(forecasts, stocks, terms)
def test_nothing_is_ordered_where_plenty_is_there(
    forecast: Forecast, stock: Stock, given_terms: Terms
) -> None:
    plenty = Lot(sum(forecast.daily) + 100_000_000 + stock.promised + stock.minimum_level)
    full = replace(stock, lots=[*stock.lots, plenty])
    assert need_of(forecast, full, given_terms, today=TODAY).quantity == 0


@given(stocks, terms)
def test_what_nobody_wants_is_ordered_for_those_it_was_promised_to_alone(
    stock: Stock, given_terms: Terms
) -> None:
    given_terms = replace(given_terms, lead_time=LeadTime(9, 3000))
    nobody = replace(stock, promised=0, minimum_level=0)
    assert need_of(UNSOLD, nobody, given_terms, today=TODAY).quantity == 0
    owed = Stock(promised=stock.promised)
    assert need_of(UNSOLD, owed, given_terms, today=TODAY).lacking == stock.promised


@given(forecasts, lots, quantities)
def test_no_more_is_wasted_than_there_is(
    forecast: Forecast, shelf: list[Lot], promised: int
) -> None:
    """What had to go by a lot's last day and was not wanted by then is wasted, and no more."""
    need = need_of(forecast, Stock(shelf, promised), Terms(LeadTime(30), 30, 5000), today=TODAY)
    assert all(0 < lot.wasted <= lot.quantity for lot in need.wasted_lots)
    assert need.wasted <= need.on_shelf
    for lot in need.wasted_lots:
        until = (lot.expires_on - TODAY).days + 1
        wanted = promised + sum(forecast.daily[: max(until, 0)])
        dated = sum(
            one.quantity for one in shelf if one.expires_on and one.expires_on <= lot.expires_on
        )
        assert (
            sum(one.wasted for one in need.wasted_lots if one.expires_on <= lot.expires_on)
            >= dated - wanted
        )
