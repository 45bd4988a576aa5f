"""Positions of a receipt: any sum of any quantity, to the last minor unit."""

from hypothesis import given
from hypothesis import strategies as some

from domain.pricing.positions import Position, positions_of
from tenants.values.money import allocate, round_half_up
from tenants.values.quantity import WHOLE

UNITS = some.integers(1, 10_000).map(lambda units: units * WHOLE)
WEIGHTS = some.integers(1, 100_000).filter(lambda weight: weight % WHOLE)
SUMS = some.integers(0, 10**9)


def test_a_known_receipt() -> None:
    """3 x 333.00, 499.00 and 2 x 100.50 less 100.00."""
    sums = [999_00, 499_00, 201_00]
    parts = allocate(100_00, sums)
    assert parts == [58_80, 29_37, 11_83]
    lines = [(3, 333_00), (1, 499_00), (2, 100_50)]
    positions = [
        one
        for (units, price), before, part in zip(lines, sums, parts, strict=True)
        for one in positions_of(units * WHOLE, before - part, price)
    ]
    assert positions == [
        Position(3_000, 313_40),
        Position(1_000, 469_63),
        Position(1_000, 94_58),
        Position(1_000, 94_59),
    ]


@given(UNITS, SUMS, some.integers(0, 10**6))
def test_whole_units_make_any_sum(quantity: int, total: int, price: int) -> None:
    positions = positions_of(quantity, total, price)
    assert sum(one.sum_minor for one in positions) == total
    assert sum(one.quantity for one in positions) == quantity
    assert all(one.price_minor * one.quantity == one.sum_minor * WHOLE for one in positions)
    prices = [one.price_minor for one in positions]
    assert min(prices) >= 0
    assert max(prices) - min(prices) <= 1
    assert not any(one.is_lot for one in positions)


@given(WEIGHTS, SUMS, some.integers(0, 10**6))
def test_what_is_weighed_makes_any_sum(quantity: int, total: int, price: int) -> None:
    (one,) = positions_of(quantity, total, price)
    assert one.sum_minor == total
    assert one.quantity == (WHOLE if one.is_lot else quantity)
    reachable = {round_half_up(near * quantity, WHOLE) for near in _near(quantity, total)}
    assert one.is_lot == (total not in reachable)


@given(WEIGHTS, some.integers(0, 10**6))
def test_the_price_of_the_list_stands_where_it_makes_the_sum(quantity: int, price: int) -> None:
    total = round_half_up(price * quantity, WHOLE)
    assert positions_of(quantity, total, price) == (Position(quantity, price),)


def _near(quantity: int, total: int) -> range:
    price = total * WHOLE // quantity
    return range(max(price - 2, 0), price + 3)
