"""Buy so many, get so many: which units are got, when each unit counts but once.

Out of all units that may be got the cheapest are, as long as enough others are left to be bought.
"""

from collections.abc import Sequence
from typing import NamedTuple

from domain.pricing.promotions.facts import Cart
from domain.pricing.promotions.rules import BuyGet


class _Units(NamedTuple):
    """So many units of the line `at`, each at `minor` now."""

    minor: int
    at: int
    many: int
    is_bought: bool


def units_got(action: BuyGet, cart: Cart, sums: Sequence[int]) -> list[int]:
    """What the units that are got cost by now, by line."""
    bought = got = either = 0
    choice: list[_Units] = []
    for at, (line, minor) in enumerate(zip(cart.lines, sums, strict=True)):
        is_bought, is_got = line.is_of(action.buy), line.is_of(action.get)
        bought += line.units * is_bought
        got += line.units * is_got
        either += line.units * (is_bought or is_got)
        if is_got and line.units:
            choice.extend(_units(at, line.units, minor, is_bought))
    times = min(
        bought // action.buy_units,
        got // action.get_units,
        either // (action.buy_units + action.get_units),
    )
    if action.most_times is not None:
        times = min(times, action.most_times)
    return _cheapest(choice, times * action.get_units, bought - times * action.buy_units, len(sums))


def _units(at: int, units: int, minor: int, is_bought: bool) -> list[_Units]:
    """A line as its positions have it: some units are a minor unit dearer than the others."""
    price, dearer = divmod(minor, units)
    split = _Units(price, at, units - dearer, is_bought), _Units(price + 1, at, dearer, is_bought)
    return [one for one in split if one.many]


def _cheapest(choice: Sequence[_Units], wanted: int, spare: int, lines: int) -> list[int]:
    """What so many of the cheapest cost, by line; of those that could be bought, `spare` at most.

    Of equals the earlier line is got first.
    """
    sums = [0] * lines
    for one in sorted(choice):
        taken = min(one.many, wanted, spare) if one.is_bought else min(one.many, wanted)
        sums[one.at] += taken * one.minor
        wanted -= taken
        spare -= taken if one.is_bought else 0
    return sums
