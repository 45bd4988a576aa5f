"""What comes back for goods that come back: from the positions of the sale, never reckoned anew.

A part of a line costs what stands between what was returned before and what is after, so all parts
together, in any order and of any size, make what was paid.
"""

from collections.abc import Sequence

from domain.errors import Invalid
from domain.pricing.positions import Position, positions_of
from tenants.values.money import round_half_up
from tenants.values.quantity import WHOLE


def refund_of(
    positions: Sequence[Position], quantity: int, *, returned: int, now: int
) -> tuple[Position, ...]:
    """The positions of a receipt of return for `now` thousandths of a line.

    The line was sold as so many thousandths by these positions; `returned` of them have come back
    before. Raises Invalid at `quantity` for none, and for more than are left.
    """
    left = quantity - returned
    if not 0 < now <= left:
        raise Invalid(
            "quantity",
            en="is more than can come back, or nothing",
            ru="больше, чем можно вернуть, или ничего",
        )
    minor = _cost(positions, quantity, returned + now) - _cost(positions, quantity, returned)
    return positions_of(now, minor, positions[0].price_minor)


def _cost(positions: Sequence[Position], quantity: int, returned: int) -> int:
    """What the first so many thousandths of a line cost, the cheaper units first."""
    if positions[0].is_lot:
        return round_half_up(positions[0].sum_minor * returned, quantity)
    minor = 0
    for one in positions:
        part = min(one.quantity, returned)
        minor += round_half_up(one.price_minor * part, WHOLE)
        returned -= part
    return minor
