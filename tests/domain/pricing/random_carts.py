"""Carts and promotions of every kind, made up: whatever a shop could be asked to reckon."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as some

from domain.pricing.percents import HUNDRED_PERCENT
from domain.pricing.promotions.facts import Cart, CartLine, Offer
from domain.pricing.promotions.rules import (
    Amount,
    AtHours,
    BuyGet,
    FirstOrder,
    FixedPrice,
    ForCustomers,
    FreeDelivery,
    Gift,
    Goods,
    InCart,
    InChannels,
    Percent,
    Rule,
)
from domain.pricing.reckoning import Off
from tenants.values.money import round_half_up
from tenants.values.quantity import WHOLE

SHELVES = [UUID(int=number) for number in range(1, 5)]
MONDAY = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
KOPECKS = some.one_of(some.integers(0, 300), some.integers(0, 500_000))
UNITS = some.integers(1, 12).map(lambda units: units * WHOLE)
WEIGHTS = some.integers(1, 9_999).filter(lambda weight: weight % WHOLE > 0)
SHARES = some.integers(1, HUNDRED_PERCENT)
SOME_SHELVES = some.frozensets(some.sampled_from(SHELVES), max_size=2)
GOODS = some.builds(Goods, SOME_SHELVES, SOME_SHELVES, some.booleans())
CONDITIONS = some.one_of(
    some.builds(InCart, GOODS, some.integers(0, 5_000), KOPECKS),
    some.builds(ForCustomers, SOME_SHELVES),
    some.just(FirstOrder()),
    some.builds(InChannels, SOME_SHELVES),
    some.builds(AtHours, some.frozensets(some.integers(1, 7), min_size=1)),
)
ACTIONS = some.one_of(
    some.builds(Percent, SHARES, GOODS),
    some.builds(Amount, KOPECKS, GOODS, some.booleans()),
    some.builds(FixedPrice, KOPECKS, GOODS),
    some.builds(
        BuyGet,
        some.integers(1, 3),
        some.integers(1, 2),
        GOODS,
        GOODS,
        SHARES,
        some.none() | some.integers(1, 3),
    ),
    some.builds(Gift, some.sampled_from(SHELVES), UNITS),
    some.just(FreeDelivery()),
)
RULES = some.builds(
    Rule,
    some.lists(CONDITIONS, max_size=2).map(tuple),
    some.lists(ACTIONS, min_size=1, max_size=3).map(tuple),
)
CARDS = some.lists(some.just(0) | KOPECKS, max_size=5)
OFF = some.builds(Off, some.just(0) | KOPECKS, some.just(0) | KOPECKS, SHARES)


@some.composite
def priced_carts(draw: Any) -> tuple[Cart, list[int]]:
    """A cart, and the price of one of each of its lines."""
    prices, lines = [], []
    for _ in range(draw(some.integers(1, 6))):
        price, quantity = draw(KOPECKS), draw(UNITS | WEIGHTS)
        costs = round_half_up(price * quantity, WHOLE)
        prices.append(price)
        lines.append(CartLine(quantity, costs, draw(SOME_SHELVES), draw(some.booleans())))
    return Cart(lines, MONDAY, SHELVES[0], draw(SOME_SHELVES), draw(some.booleans())), prices


@some.composite
def offers(draw: Any) -> list[Offer]:
    """Up to six promotions of one shop."""
    made = draw(
        some.lists(
            some.builds(
                Offer,
                some.just(UUID(int=0)),
                RULES,
                some.integers(0, 3),
                some.sampled_from([False, False, False, True]),
                some.sampled_from([None, None, "sale"]),
                some.none() | KOPECKS,
            ),
            max_size=6,
        )
    )
    return [replace(one, id=UUID(int=100 + at)) for at, one in enumerate(made)]
