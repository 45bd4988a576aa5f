"""Positions of a receipt: a line's sum as price times quantity, to the last minor unit.

A receipt knows no discount of its own, so what a line costs after all discounts must be what its
positions say. Three units for 10.00 are two at 3.33 and one at 3.34.
"""

from typing import NamedTuple

from tenants.values.money import round_half_up
from tenants.values.quantity import WHOLE


class Position(NamedTuple):
    """`quantity` thousandths at `price_minor` for one of them: together `sum_minor`.

    `is_lot`: a weighed quantity whose price for one cannot make its sum, sold as one thing at its
    sum; its weight belongs into its name.
    """

    quantity: int
    price_minor: int
    is_lot: bool = False

    @property
    def sum_minor(self) -> int:
        """What it costs, as a register works it out."""
        return round_half_up(self.price_minor * self.quantity, WHOLE)


def positions_of(quantity: int, sum_minor: int, price_minor: int) -> tuple[Position, ...]:
    """The positions of so many thousandths that cost `sum_minor` together: one, or two.

    At `price_minor` for one, where that makes the sum. Prices of whole units differ by one minor
    unit at most; the cheaper ones come first.
    """
    usual = Position(quantity, price_minor)
    if usual.sum_minor == sum_minor:
        return (usual,)
    if quantity % WHOLE:
        return (_weighed(quantity, sum_minor),)
    units = quantity // WHOLE
    price, dearer = divmod(sum_minor, units)
    split = Position((units - dearer) * WHOLE, price), Position(dearer * WHOLE, price + 1)
    return tuple(one for one in split if one.quantity)


def _weighed(quantity: int, sum_minor: int) -> Position:
    one = Position(quantity, round_half_up(sum_minor * WHOLE, quantity))
    return one if one.sum_minor == sum_minor else Position(WHOLE, sum_minor, is_lot=True)
