"""What promotions give, and why they do not: rule by rule, in carts one can reckon oneself."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.pricing.promotions.engine import apply_offers
from domain.pricing.promotions.facts import Cart, CartLine, Offer, Reason, Result
from domain.pricing.promotions.rules import (
    Action,
    Amount,
    AtHours,
    BuyGet,
    Condition,
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
from tests.domain.pricing.random_carts import MONDAY, SHELVES

TEA, CUPS, SITE, CLUB = SHELVES
OF_TEA, OF_CUPS = Goods(frozenset({TEA})), Goods(frozenset({CUPS}))


def line(units: float, each: int, *shelves: UUID, full: bool = True) -> CartLine:
    """So many units at `each` kopecks."""
    quantity = round(units * 1_000)
    return CartLine(quantity, round(each * units), frozenset(shelves), full)


def cart(*lines: CartLine, **facts: Any) -> Cart:
    return Cart(lines, **{"at": MONDAY, "channel_id": SITE, **facts})


def offer(
    *actions: Action, when: tuple[Condition, ...] = (), number: int = 1, **facts: Any
) -> Offer:
    return Offer(UUID(int=number), Rule(when, actions), **facts)


def parts(result: Result) -> list[list[int]]:
    return [list(one.parts) for one in result.given]


THREE = cart(line(3, 333_00, TEA), line(1, 499_00, CUPS), line(2, 100_50, TEA, full=False))


@pytest.mark.parametrize(
    ("action", "taken"),
    [
        (Percent(1_000), [99_90, 49_90, 20_10]),
        (Percent(10_000), [999_00, 499_00, 201_00]),
        (Percent(1_000, OF_CUPS), [0, 49_90, 0]),
        (Percent(1_000, Goods(without=frozenset({CUPS}))), [99_90, 0, 20_10]),
        (Percent(1_000, Goods(full_price_only=True)), [99_90, 49_90, 0]),
        (Amount(100_00), [58_80, 29_37, 11_83]),
        (Amount(9_999_00), [999_00, 499_00, 201_00]),
        (Amount(10_00, OF_TEA, each=True), [30_00, 0, 20_00]),
        (Amount(200_00, each=True), [600_00, 200_00, 201_00]),
        (FixedPrice(300_00), [99_00, 199_00, 0]),
        (BuyGet(2, 1), [0, 0, 201_00]),
        (BuyGet(2, 1, most_times=1), [0, 0, 100_50]),
        (BuyGet(2, 1, hundredths=5_000), [0, 0, 100_50]),
        (BuyGet(1, 1, OF_TEA, OF_CUPS), [0, 499_00, 0]),
        (BuyGet(4, 1, OF_TEA, OF_TEA), [0, 0, 100_50]),
        (BuyGet(6, 1), None),
        (Percent(1_000, Goods(frozenset({CLUB}))), None),
    ],
)
def test_what_an_action_takes_off(action: Action, taken: list[int] | None) -> None:
    result = apply_offers(THREE, [offer(action)])
    assert parts(result) == ([taken] if taken else [])
    assert [one.reason for one in result.refused] == ([] if taken else [Reason.NOTHING_TO_GIVE])


def test_a_percentage_is_rounded_once() -> None:
    """Ten lines of 0.05 at 10 %: 0.05 together, not 0.10 and not nothing."""
    result = apply_offers(cart(*[line(1, 5)] * 10), [offer(Percent(1_000))])
    assert parts(result) == [[1, 1, 1, 1, 1, 0, 0, 0, 0, 0]]


def test_a_unit_that_is_got_is_not_bought_too() -> None:
    """Four of a collection get a cup, which is of the collection itself: in whatever order."""
    all_of = Goods(frozenset({TEA}))
    cup = line(1, 50, TEA, CUPS)
    for lines in ([cup, line(4, 100, TEA)], [line(4, 100, TEA), cup]):
        result = apply_offers(cart(*lines), [offer(BuyGet(4, 1, all_of, OF_CUPS))])
        assert [sum(one) for one in parts(result)] == [50]
    too_few = apply_offers(cart(cup, line(3, 100, TEA)), [offer(BuyGet(4, 1, all_of, OF_CUPS))])
    assert too_few.given == []


def test_weighed_goods_are_not_counted_by_units() -> None:
    result = apply_offers(cart(line(2.5, 100), line(2, 90)), [offer(BuyGet(1, 1))])
    assert parts(result) == [[0, 90]]


def test_later_ones_reckon_with_what_is_left() -> None:
    sale = offer(Percent(4_000), number=2, priority=5)
    code = offer(Percent(7_000), number=1)
    result = apply_offers(cart(line(10, 100)), [code, sale])
    assert [(one.offer.id, list(one.parts)) for one in result.given] == [
        (sale.id, [400]),
        (code.id, [420]),
    ]


def test_that_one_applies_does_not_hang_on_what_others_took() -> None:
    first = offer(Percent(5_000), priority=9)
    second = offer(FreeDelivery(), when=(InCart(least_minor=1_000),), number=2)
    result = apply_offers(cart(line(10, 100)), [first, second])
    assert result.free_delivery


def test_an_exclusive_one_stands_alone() -> None:
    alone = offer(Percent(1_000), priority=5, is_exclusive=True)
    other = offer(Percent(1_000), number=2)
    bought = cart(line(1, 100))
    result = apply_offers(bought, [alone, other])
    assert parts(result) == [[10]]
    assert [(one.reason, one.by) for one in result.refused] == [(Reason.EXCLUDED, alone.id)]
    result = apply_offers(bought, [alone, replace(other, priority=6)])
    assert [one.offer.id for one in result.given] == [other.id]
    # One that gives nothing stands in nobody's way.
    idle = replace(alone, rule=Rule((FirstOrder(),), (Percent(1_000),)))
    assert [one.offer.id for one in apply_offers(bought, [idle, other]).given] == [other.id]


def test_of_a_group_the_first_that_gives_anything_applies() -> None:
    def of_group(number: int, *shelves: UUID) -> Offer:
        goods = Goods(frozenset(shelves))
        return offer(Percent(1_000, goods), number=number, exclusion_group="sale")

    offers = [of_group(1, CLUB), of_group(2, TEA), of_group(3), offer(Percent(1_000), number=4)]
    result = apply_offers(cart(line(1, 100, TEA)), offers)
    assert [one.offer.id.int for one in result.given] == [2, 4]
    assert [one.reason for one in result.refused] == [Reason.NOTHING_TO_GIVE, Reason.EXCLUDED]


def test_a_cap_bounds_all_of_a_promotion() -> None:
    capped = offer(Percent(1_000), Amount(50), most_minor=60)
    result = apply_offers(cart(line(1, 300), line(1, 100)), [capped])
    assert parts(result) == [[45, 15]]


def test_gifts_and_delivery() -> None:
    gift = Gift(UUID(int=77), 2_000)
    offers = [offer(gift, FreeDelivery()), offer(gift, number=2)]
    result = apply_offers(cart(line(1, 100)), offers)
    assert result.gifts == {UUID(int=77): 4_000}
    assert result.free_delivery
    assert parts(result) == [[0], [0]]


MARKET = UUID(int=99)


@pytest.mark.parametrize(
    ("condition", "facts", "reason"),
    [
        (InCart(OF_TEA, 2_000), {}, None),
        (InCart(OF_TEA, 2_001), {}, Reason.CART),
        (InCart(OF_TEA, 0, 200), {}, None),
        (InCart(OF_TEA, 0, 201), {}, Reason.CART),
        (InCart(OF_CUPS), {}, Reason.CART),
        (ForCustomers(frozenset({CLUB})), {"belongs_to": frozenset({CLUB})}, None),
        (ForCustomers(frozenset({CLUB})), {}, Reason.CUSTOMER),
        (FirstOrder(), {"is_first_order": True}, None),
        (FirstOrder(), {}, Reason.FIRST_ORDER),
        (InChannels(frozenset({SITE})), {}, None),
        (InChannels(frozenset({MARKET})), {}, Reason.CHANNEL),
        (AtHours(frozenset({1})), {}, None),
        (AtHours(frozenset({2, 7})), {}, Reason.HOURS),
        (AtHours(frozenset({1}), 750, 751), {}, None),
        (AtHours(frozenset({1}), 700, 750), {}, Reason.HOURS),
        (AtHours(frozenset({1}), 1_380, 120), {}, Reason.HOURS),
        (AtHours(frozenset({1}), 1_380, 120), {"at": MONDAY.replace(hour=1)}, None),
        (AtHours(frozenset({1}), 1_380, 120), {"at": MONDAY.replace(hour=23)}, None),
    ],
)
def test_what_a_promotion_demands(
    condition: Condition, facts: dict[str, Any], reason: Reason | None
) -> None:
    asked = offer(Percent(1_000), when=(InCart(), condition))
    result = apply_offers(cart(line(2, 100, TEA), **facts), [asked])
    assert [one.reason for one in result.refused] == ([reason] if reason else [])
    assert len(result.given) == (reason is None)


def test_it_says_why_an_offer_did_not_come_into_question() -> None:
    result = apply_offers(cart(line(1, 100)), [offer(Percent(1), refused=Reason.ENDED)])
    assert [one.reason for one in result.refused] == [Reason.ENDED]
