"""Quotes: what a list of goods costs, worked out once for whoever asks, to the last minor unit.

    price for one, by the buyer and the quantity of its variant -> sum of the line
    -> promotions -> its part of a discount by hand -> its part of the points
    -> positions of a receipt -> the VAT in them

Each step of it stands in the line's trace. The total is the sum of the lines, each line that of its
positions, always. The statements are of a fixed number.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from domain.amounts import amount_in
from domain.bulk import MOST_ROWS, TooMany
from domain.errors import DomainError, Invalid
from domain.inputs import Required, located
from domain.pricing.applicable import prices_for
from domain.pricing.buyers import Buyer
from domain.pricing.points import spendable
from domain.pricing.positions import Position
from domain.pricing.priced_lines import PricedLine, find_goods, goods_by_ids, price_lines
from domain.pricing.promotions.codes import key_of
from domain.pricing.promotions.facts import Reason, Result
from domain.pricing.promotions.finding import Found, Item, find_offers, no_offers
from domain.pricing.quoted import CodeAnswer, Quote, QuotedLine, QuotedPromotion
from domain.pricing.reckoning import Off, ReckonedLine, Step, reckon
from domain.pricing.shop_vat import Seller, seller_of
from domain.references import Ref
from tenants.scope import Asking

STRANGER: Final = Buyer()


async def quote(
    db: Asking,
    lines: Sequence[tuple[Ref, int]],
    *,
    buyer: Buyer = STRANGER,
    codes: Sequence[str] = (),
    discount: Mapping[str, Any] | None = None,
    points: int = 0,
    on: datetime | None = None,
    promotions: bool = True,
) -> Quote:
    """What these variants cost a buyer in thousandths, at an instant: now, where none is given.

    `discount` is taken off the whole, as an amount and its currency; of the customer's points as
    many as asked for, as he has, and as his level may pay with. Without `promotions` none of them
    is applied. A line that cannot be sold is among the quote's problems, a code that does not apply
    among its codes. Raises Required, TooMany, NotAllowed where no price list is valid, Invalid for
    the discount or the instant.
    """
    if not lines:
        raise Required("lines")
    if len(lines) > MOST_ROWS:
        raise TooMany("lines", most=MOST_ROWS)
    wrong: list[DomainError] = []
    found = await find_goods(db, lines, wrong)
    prices = await prices_for(db, list({one.variant_id for one in found}), buyer, on)
    priced = price_lines(found, prices, wrong)
    items = [
        Item(
            one.wanted.goods,
            one.wanted.quantity,
            one.sum_minor,
            one.price.compare_at_minor is None,
        )
        for one in priced
    ]
    asked = (
        await find_offers(db, items, buyer, codes, currency=prices.currency, at=on)
        if promotions
        else no_offers(items, buyer)
    )
    by_hand = _by_hand(discount, prices.currency, asked.cart.sums)
    off = Off(by_hand, *await _points(db, buyer, points, prices.currency))
    reckoned = reckon(asked.cart, [one.price.amount_minor for one in priced], asked.offers, off)
    seller = await seller_of(db, on)
    pairs = zip(priced, reckoned.lines, strict=True)
    return Quote(
        prices.currency,
        (
            *(_quoted(*pair, seller) for pair in pairs),
            *await _gifts(db, reckoned.result, seller),
        ),
        wrong,
        _promotions(reckoned.result),
        tuple(_answer(code, asked, reckoned.result) for code in codes),
        reckoned.points,
    )


def _by_hand(discount: Mapping[str, Any] | None, currency: str, sums: Sequence[int]) -> int:
    with located("discount"):
        amount: int = amount_in(currency, required=False)(discount) or 0
        if amount > sum(sums):
            raise Invalid(en="is more than the goods cost", ru="больше стоимости товаров")
    return amount


async def _points(db: Asking, buyer: Buyer, wanted: int, currency: str) -> tuple[int, int]:
    """How many points a buyer may pay with, and how much of the whole, hundredths of a per cent."""
    if wanted <= 0 or buyer.customer_id is None:
        return 0, 0
    his = await spendable(db, buyer.customer_id)
    return (min(wanted, his.points), his.most_hundredths) if his.currency == currency else (0, 0)


def _quoted(line: PricedLine, paid: ReckonedLine, seller: Seller) -> QuotedLine:
    wanted, price = line.wanted, line.price
    return QuotedLine(
        wanted.at,
        wanted.variant_id,
        wanted.quantity,
        price.price_list_id,
        price.amount_minor,
        price.compare_at_minor,
        paid.positions,
        seller.rate_of(wanted.goods["vat_category"], None),
        (*line.trace, *paid.trace),
    )


async def _gifts(db: Asking, result: Result, seller: Seller) -> list[QuotedLine]:
    """Gifts as lines that cost nothing; what is no longer in the catalogue is not given."""
    goods = await goods_by_ids(db, result.gifts)
    return [
        QuotedLine(
            None,
            variant_id,
            quantity,
            None,
            0,
            None,
            (Position(quantity, 0),),
            seller.rate_of(goods[variant_id]["vat_category"], None),
            tuple(
                Step("gift", 0, promotion_id=one.offer.id, code=one.offer.code)
                for one in result.given
                if variant_id in one.gifts
            ),
        )
        for variant_id, quantity in result.gifts.items()
        if variant_id in goods
    ]


def _promotions(result: Result) -> tuple[QuotedPromotion, ...]:
    return tuple(
        QuotedPromotion(
            one.offer.id, one.offer.code_id, one.offer.code, sum(one.parts), one.free_delivery
        )
        for one in result.given
    )


def _answer(code: str, asked: Found, result: Result) -> CodeAnswer:
    """What came of a code that was given."""
    row = asked.codes.get(key_of(code))
    if row is None:
        return CodeAnswer(code, None, Reason.UNKNOWN_CODE)
    refused = next((one for one in result.refused if one.offer.code_id == row["id"]), None)
    if refused is None:
        return CodeAnswer(code, row["promotion_id"], None)
    return CodeAnswer(code, row["promotion_id"], refused.reason, refused.by)
