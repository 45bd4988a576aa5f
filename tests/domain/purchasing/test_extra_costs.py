"""Extra costs, spread: nothing is lost and nothing is made, to the last kopeck."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.purchasing.amounts import converted, worth
from domain.purchasing.receipts.extra_costs import ExtraCost, spread

LINES = st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=20)
COSTS = st.lists(
    st.builds(ExtraCost, st.just("x"), st.integers(1, 10**9), st.sampled_from(("value", "weight"))),
    max_size=5,
)


@given(LINES, COSTS)
def test_what_lines_bear_is_what_was_paid(
    lines: list[tuple[int, int]], costs: list[ExtraCost]
) -> None:
    values, weights = [line[0] for line in lines], [line[1] for line in lines]
    by = {"value": values, "weight": weights}
    if any(not any(by[cost.spread_by]) for cost in costs):
        with pytest.raises(Invalid):
            spread(costs, values, weights)
        return
    borne = spread(costs, values, weights)
    assert sum(borne) == sum(cost.amount_minor for cost in costs)
    assert all(one >= 0 for one in borne)


@pytest.mark.parametrize(
    ("by", "borne"),
    [("value", [34, 66, 0]), ("weight", [0, 75, 25])],
)
def test_a_cost_is_spread_by_what_it_says(by: str, borne: list[int]) -> None:
    assert spread([ExtraCost("x", 100, by)], [1_000, 1_941, 0], [0, 300, 100]) == borne


def test_a_line_without_a_weight_bears_no_guess() -> None:
    with pytest.raises(Invalid) as refused:
        spread([ExtraCost("x", 1, "value"), ExtraCost("y", 1, "weight")], [1, 1], [5, None])
    assert refused.value.path == ("extraCosts", "1", "spreadBy")


@pytest.mark.parametrize(
    ("amount", "source", "target", "millionths", "expected"),
    [
        (1_000, "USD", "RUB", 92_453_100, 92_453),  # 10.00 dollars at 92.4531
        (1_000, "JPY", "RUB", 605_000, 60_500),  # 1000 yen have no small parts
        (12_345, "KWD", "RUB", 300_000_000, 370_350),  # 12.345 dinars have three places
        (1, "USD", "JPY", 149_500_000, 1),  # a cent is 1.495 yen
    ],
)
def test_other_currencies_are_brought_into_the_shops(
    amount: int, source: str, target: str, millionths: int, expected: int
) -> None:
    assert converted(amount, source, target, millionths) == expected


def test_a_price_of_a_unit_is_rounded_once_for_its_line() -> None:
    assert [worth(1_234, 2_500), worth(1, 500), worth(1, 499)] == [3_085, 1, 0]
