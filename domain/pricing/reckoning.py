"""From prices to what is paid: promotions, a discount by hand, points, and then positions.

Pure: all facts in, all sums out. The same steps for a cart, an order and its receipt.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from domain.pricing.percents import HUNDRED_PERCENT
from domain.pricing.positions import Position, positions_of
from domain.pricing.promotions.actions import spread
from domain.pricing.promotions.engine import apply_offers
from domain.pricing.promotions.facts import Cart, Offer, Result


class Step(NamedTuple):
    """What a line costs after a step, minor units.

    `price` and `quantity_price` are a price list's, `promotion` one's own, by its code if it has
    one, `gift` likewise; `discount` is said by hand, `points` are the customer's. `edit` is a price
    that staff named when the order stood already.
    """

    kind: str
    sum_minor: int
    price_list_id: UUID | None = None
    promotion_id: UUID | None = None
    code: str | None = None


class Off(NamedTuple):
    """What is taken off after all promotions, minor units.

    `points` are worth a minor unit each, and pay no more than `most_points` hundredths of a per
    cent of what is left.
    """

    discount: int = 0
    points: int = 0
    most_points: int = HUNDRED_PERCENT


NOTHING: Final = Off()


class ReckonedLine(NamedTuple):
    """What is paid for a line: the sum of its positions; `trace` has the steps that changed it."""

    positions: tuple[Position, ...]
    trace: tuple[Step, ...]

    @property
    def total_minor(self) -> int:
        return sum(one.sum_minor for one in self.positions)


class Reckoned(NamedTuple):
    """All lines of a cart, what its offers came to, and the points that it takes."""

    lines: tuple[ReckonedLine, ...]
    result: Result
    points: int


def reckon(
    cart: Cart, prices: Sequence[int], offers: Sequence[Offer], off: Off = NOTHING
) -> Reckoned:
    """What is paid for each line of a cart; `prices` are those of one unit of each.

    A discount of more than the goods cost takes all that they cost.
    """
    result = apply_offers(cart, offers)
    sums = cart.sums
    steps: list[list[Step]] = [[] for _ in sums]

    def take(parts: Sequence[int], kind: str, offer: Offer | None = None) -> None:
        for at, part in enumerate(parts):
            if part:
                sums[at] -= part
                step = Step(kind, sums[at])
                steps[at].append(
                    step._replace(promotion_id=offer.id, code=offer.code) if offer else step
                )

    for given in result.given:
        take(given.parts, "promotion", given.offer)
    take(spread(off.discount, sums), "discount")
    points = min(off.points, sum(sums) * off.most_points // HUNDRED_PERCENT)
    take(spread(points, sums), "points")
    lines = [
        ReckonedLine(positions_of(line.quantity, minor, price), tuple(trace))
        for line, minor, price, trace in zip(cart.lines, sums, prices, steps, strict=True)
    ]
    return Reckoned(tuple(lines), result, points)
