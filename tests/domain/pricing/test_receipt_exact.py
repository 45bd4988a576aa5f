"""Cart = order = receipt = sum of lines, whatever promotions, points and gift cards there are; and
so are refunds, in whatever parts and order."""

import random
from itertools import accumulate, pairwise
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as some

from domain.orders.named_lines import sold_as
from domain.orders.orders.lines import frozen, points_in
from domain.pricing.gift_cards import pay_in_turn
from domain.pricing.percents import HUNDRED_PERCENT
from domain.pricing.positions import Position
from domain.pricing.promotions.engine import apply_offers
from domain.pricing.promotions.facts import Cart, CartLine, Offer
from domain.pricing.quoted import QuotedLine
from domain.pricing.reckoning import Off, Reckoned, ReckonedLine, Step, reckon
from domain.pricing.refunds import refund_of
from domain.pricing.vat import VatRate, vat_in
from tenants.values.money import round_half_up
from tenants.values.quantity import WHOLE
from tests.domain.pricing.random_carts import CARDS, OFF, offers, priced_carts

RATES = [VatRate(22, 11, 12), VatRate(10, 2, 4), VatRate(5, 7, 9), VatRate(None, 6, 6)]


def check_receipt(cart: Cart, prices: list[int], made: list[Offer], off: Off) -> Reckoned:
    """Every equality of a receipt."""
    reckoned = reckon(cart, prices, made, off)
    total = sum(line.total_minor for line in reckoned.lines)
    taken = sum(sum(one.parts) for one in reckoned.result.given)
    after = sum(cart.sums) - taken
    by_hand = min(off.discount, after)
    assert reckoned.points <= (after - by_hand) * off.most_points // HUNDRED_PERCENT
    assert total == after - by_hand - reckoned.points
    for line, paid in zip(cart.lines, reckoned.lines, strict=True):
        check_line(line.quantity, line.sum_minor, paid.positions)
        steps = [line.sum_minor, *(step.sum_minor for step in paid.trace)]
        assert steps[-1] == paid.total_minor
        assert all(now < before for before, now in pairwise(steps))
    for one in reckoned.result.given:
        assert min(one.parts) >= 0
        if one.offer.most_minor is not None:
            assert sum(one.parts) <= one.offer.most_minor
    return reckoned


def check_line(quantity: int, most_minor: int, positions: tuple[Position, ...]) -> None:
    """A line is price times quantity, in two positions at most, a kopeck apart at most."""
    total = sum(one.sum_minor for one in positions)
    assert 0 <= total <= most_minor
    for one in positions:
        assert one.price_minor >= 0
        assert one.sum_minor == round_half_up(one.price_minor * one.quantity, WHOLE)
        assert quantity % WHOLE or one.price_minor * one.quantity == one.sum_minor * WHOLE
    if positions[0].is_lot:
        assert [one.quantity for one in positions] == [WHOLE]
        return
    assert sum(one.quantity for one in positions) == quantity
    found = [one.price_minor for one in positions]
    assert len(found) == 1 or (len(found) == 2 and found[0] + 1 == found[1])


def check_refunds(quantity: int, positions: tuple[Position, ...], chance: random.Random) -> None:
    """All that comes back, in parts of any size and order, is what was sold, VAT included."""
    step = WHOLE if quantity % WHOLE == 0 and chance.random() < 0.7 else 1
    cuts = {chance.randrange(step, quantity, step) for _ in range(3) if quantity > step}
    edges = [0, *sorted(cuts), quantity]
    parts = [end - start for start, end in pairwise(edges)]
    chance.shuffle(parts)
    starts = [0, *accumulate(parts)]
    back = [
        refund_of(positions, quantity, returned=start, now=part)
        for start, part in zip(starts, parts, strict=False)
    ]
    total = sum(one.sum_minor for one in positions)
    assert sum(one.sum_minor for part in back for one in part) == total
    for part, quantity_back in zip(back, parts, strict=True):
        check_line(quantity_back, total, part)
    if step == WHOLE:
        # The very units that were sold, so that the VAT is theirs, too.
        sold, returned = _units(positions), _units([one for part in back for one in part])
        assert sold == returned
    whole = refund_of(positions, quantity, returned=0, now=quantity)
    assert whole == positions
    for rate in RATES:
        vat = [sum(vat_in(one.sum_minor, rate) for one in each) for each in (whole, positions)]
        assert vat[0] == vat[1]


def check_order(cart: Cart, prices: list[int], reckoned: Reckoned, chance: random.Random) -> None:
    """The order is its cart; all that comes back of its lines, in parts of any size and order, is
    what was sold, in money and in points."""
    sold = [
        _sold(line, price, paid)
        for line, price, paid in zip(cart.lines, prices, reckoned.lines, strict=True)
    ]
    assert [line["total_minor"] for line in sold] == [one.total_minor for one in reckoned.lines]
    assert sum(points_in(line, line["quantity"], before=0) for line in sold) == reckoned.points
    back = dict.fromkeys(range(len(sold)), 0)
    money, points = 0, 0
    while open_lines := [at for at, line in enumerate(sold) if back[at] < line["quantity"]]:
        at = chance.choice(open_lines)
        left = sold[at]["quantity"] - back[at]
        part = left if chance.random() < 0.4 else chance.randint(1, left)
        came = sold_as(sold[at], part, before=back[at])
        share = points_in(sold[at], part, before=back[at])
        assert came.total_minor >= 0
        assert share >= 0
        money, points, back[at] = money + came.total_minor, points + share, back[at] + part
    assert (money, points) == (sum(line["total_minor"] for line in sold), reckoned.points)


def check_cards(total: int, free: list[int]) -> None:
    """Cards pay no more than they have and than there is to pay, and as much as they can."""
    paid = pay_in_turn(free, total)
    assert all(0 <= part <= there for part, there in zip(paid, free, strict=True))
    assert sum(paid) == min(total, sum(free))
    for at, part in enumerate(paid[1:]):
        assert part == 0 or paid[at] == free[at]  # the one in front of it is empty


def _sold(line: CartLine, price: int, paid: ReckonedLine) -> Any:
    """A line of a cart as its order has it."""
    trace = (Step("price", line.sum_minor), *paid.trace)
    rate = RATES[line.quantity % len(RATES)]
    quoted = QuotedLine(
        0, UUID(int=0), line.quantity, None, price, None, paid.positions, rate, trace
    )
    variant: Any = {"sku": None, "unit": "piece", "quantity_step": 1}
    return frozen(quoted, takes={}, variant=variant, title="")


def _units(positions: list[Position] | tuple[Position, ...]) -> list[int]:
    return sorted(one.price_minor for one in positions for _ in range(one.quantity // WHOLE))


def check_cart(
    priced: tuple[Cart, list[int]],
    made: list[Offer],
    off: Off,
    free: list[int],
    chance: random.Random,
) -> None:
    cart, prices = priced
    reckoned = check_receipt(cart, prices, made, off)
    for line, paid in zip(cart.lines, reckoned.lines, strict=True):
        check_refunds(line.quantity, paid.positions, chance)
    check_order(cart, prices, reckoned, chance)
    check_cards(sum(line.total_minor for line in reckoned.lines), free)
    # Offers come from a table in any order.
    shuffled = chance.sample(made, len(made))
    assert apply_offers(cart, shuffled) == reckoned.result


ANY: Final = (priced_carts(), offers(), OFF, CARDS, some.randoms(use_true_random=False))


@settings(max_examples=500)
@given(*ANY)
def test_any_cart_is_exact(
    priced: tuple[Cart, list[int]],
    made: list[Offer],
    off: Off,
    free: list[int],
    chance: random.Random,
) -> None:
    check_cart(priced, made, off, free, chance)


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_ten_thousand_carts_are_exact(part: int) -> None:
    """In parts, each from a beginning of its own: what hypothesis remembers of a run makes each of
    its examples dearer than the one before."""
    seed(part)(settings(max_examples=510, database=None)(given(*ANY)(check_cart)))()
