"""Safety stock: orders last as often as was asked for, on demand that was not seen before."""

from datetime import date
from random import Random

import pytest

from domain.purchasing.planning.demand import DailySales
from domain.purchasing.planning.forecasting import forecast
from domain.purchasing.planning.lead_times import LeadTime
from domain.purchasing.planning.needs import Stock, Terms, need_of
from domain.purchasing.planning.safety import days_of_error
from tests.domain.purchasing.demand_sets import SETS

SERVICE_LEVELS = (9_000, 9_500, 9_900)
ORIGINS = (110, 128, 146)
LEAD, SPREAD, REVIEW = 8, 2, 7


def lasting(name: str) -> dict[int, float]:
    """Of each service level the share of orders that lasted until the next came, where no goods
    were there before."""
    random = Random(name)
    lead_time = LeadTime(LEAD, SPREAD * 1000)
    lasted: dict[int, list[bool]] = {level: [] for level in SERVICE_LEVELS}
    series = SETS[name](7, 250)
    for origin in ORIGINS:
        past = [DailySales(one.sold[:origin], one.out_of_stock[:origin]) for one in series]
        for one, seen in zip(series, forecast(past, days=LEAD + REVIEW), strict=True):
            until = origin + max(0, round(random.gauss(LEAD, SPREAD))) + REVIEW
            if any(one.out_of_stock[origin:until]):
                continue
            for level, outcomes in lasted.items():
                terms = Terms(lead_time, REVIEW, level)
                need = need_of(seen, Stock(), terms, today=date(2026, 3, 2))
                outcomes.append(sum(one.sold[origin:until]) <= need.quantity)
    return {level: sum(outcomes) / len(outcomes) for level, outcomes in lasted.items()}


@pytest.mark.parametrize("name", SETS)
def test_orders_last_as_often_as_was_asked_for(name: str) -> None:
    for level, share in lasting(name).items():
        asked = level / 10_000
        print(f"\n{name}: {share:.1%} of orders lasted, {asked:.0%} were asked for")
        # One steady series of five has a wholesale order in it that no forecast can know of; and a
        # rare piece is there whole or not at all, which lasts longer than was asked for.
        most = 1 if name == "rare" else asked + 0.03
        assert asked - 0.03 <= share <= most


def test_errors_add_up_faster_where_the_level_is_learnt_fast() -> None:
    assert days_of_error(1, 400) == 1000
    assert days_of_error(10, 0) == 10_000
    by_hand = sum((1 + 0.2 * later) ** 2 for later in range(10))
    assert days_of_error(10, 200) == pytest.approx(1000 * by_hand, abs=1)
