"""What an action takes off each line, given what the lines cost by now.

Each answers with a list as long as the cart: minor units, never more than the line costs.
"""

from collections.abc import Sequence

from domain.pricing.percents import HUNDRED_PERCENT
from domain.pricing.promotions.facts import Cart
from domain.pricing.promotions.free_units import units_got
from domain.pricing.promotions.rules import (
    Action,
    Amount,
    BuyGet,
    FixedPrice,
    FreeDelivery,
    Gift,
    Goods,
    Percent,
)
from tenants.values.money import allocate, round_half_up
from tenants.values.quantity import WHOLE


def taken_off(action: Action, cart: Cart, sums: Sequence[int]) -> list[int]:
    """What the action takes off each line; `sums` is what they cost before it."""
    match action:
        case Percent(hundredths, goods):
            return _share(hundredths, _of(goods, cart, sums))
        case Amount(minor, goods, each):
            mine = _of(goods, cart, sums)
            return _off_each(minor, cart, mine) if each else spread(minor, mine)
        case FixedPrice(minor, goods):
            return _above(minor, cart, _of(goods, cart, sums))
        case BuyGet():
            return _share(action.hundredths, units_got(action, cart, sums))
        case Gift() | FreeDelivery():
            return [0] * len(sums)


def is_for_each(action: Action) -> bool:
    """Whether all goods have it alike, in whatever parts they are priced; not once for a cart."""
    match action:
        case Amount():
            return action.each
        case Percent() | FixedPrice() | FreeDelivery():
            return True
        case BuyGet() | Gift():
            return False


def spread(minor: int, sums: Sequence[int]) -> list[int]:
    """So much, but no more than there is, off lines in proportion to what they cost."""
    total = sum(sums)
    return allocate(min(minor, total), sums) if total else [0] * len(sums)


def _share(hundredths: int, sums: Sequence[int]) -> list[int]:
    """A percentage of the whole, rounded once, and then spread."""
    return spread(round_half_up(sum(sums) * hundredths, HUNDRED_PERCENT), sums)


def _of(goods: Goods, cart: Cart, sums: Sequence[int]) -> list[int]:
    """What lines of these goods cost; 0 for the others."""
    pairs = zip(cart.lines, sums, strict=True)
    return [minor if line.is_of(goods) else 0 for line, minor in pairs]


def _off_each(minor: int, cart: Cart, sums: Sequence[int]) -> list[int]:
    pairs = zip(cart.lines, sums, strict=True)
    return [min(round_half_up(minor * line.quantity, WHOLE), left) for line, left in pairs]


def _above(minor: int, cart: Cart, sums: Sequence[int]) -> list[int]:
    pairs = zip(cart.lines, sums, strict=True)
    return [max(left - round_half_up(minor * line.quantity, WHOLE), 0) for line, left in pairs]
