"""Quotes: what a list of goods costs, worked out once for whoever asks, to the last minor unit.

    price for one, by the buyer and the quantity of its variant -> sum of the line
    -> its part of the discount -> positions of a receipt -> the VAT in them

Each step of it stands in the line's trace. The total is the sum of the lines, each line that of its
positions, always.
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
from domain.pricing.positions import positions_of
from domain.pricing.priced_lines import PricedLine, find_goods, price_lines
from domain.pricing.quoted import Quote, QuotedLine, Step
from domain.pricing.shop_vat import seller_of
from domain.pricing.vat import VatRate
from domain.references import Ref
from tenants.scope import Asking
from tenants.values.money import allocate

STRANGER: Final = Buyer()


async def quote(
    db: Asking,
    lines: Sequence[tuple[Ref, int]],
    *,
    buyer: Buyer = STRANGER,
    discount: Mapping[str, Any] | None = None,
    on: datetime | None = None,
) -> Quote:
    """What these variants cost a buyer in thousandths, at an instant: now, where none is given.

    `discount` is taken off the whole, as an amount and its currency. A line that cannot be sold is
    among the quote's problems. Raises Required, TooMany, NotAllowed where no price list is valid,
    Invalid for the discount or the instant.
    """
    if not lines:
        raise Required("lines")
    if len(lines) > MOST_ROWS:
        raise TooMany("lines", most=MOST_ROWS)
    wrong: list[DomainError] = []
    found = await find_goods(db, lines, wrong)
    prices = await prices_for(db, list({one.variant_id for one in found}), buyer, on)
    priced = price_lines(found, prices, wrong)
    seller = await seller_of(db, on)
    rates = [seller.rate_of(one.wanted.goods["vat_category"], None) for one in priced]
    parts = _spread(discount, prices.currency, [one.sum_minor for one in priced])
    quoted = [_quoted(*one) for one in zip(priced, parts, rates, strict=True)]
    return Quote(prices.currency, tuple(quoted), wrong)


def _spread(discount: Mapping[str, Any] | None, currency: str, sums: Sequence[int]) -> list[int]:
    """The part of each line, in proportion to what it costs; none has more than that."""
    with located("discount"):
        amount = amount_in(currency, required=False)(discount)
        if not amount:
            return [0] * len(sums)
        if amount > sum(sums):
            raise Invalid(en="is more than the goods cost", ru="больше стоимости товаров")
    return allocate(amount, sums)


def _quoted(line: PricedLine, part: int, rate: VatRate) -> QuotedLine:
    total = line.sum_minor - part
    wanted, price = line.wanted, line.price
    return QuotedLine(
        wanted.at,
        wanted.variant_id,
        wanted.quantity,
        price.price_list_id,
        price.amount_minor,
        price.compare_at_minor,
        positions_of(wanted.quantity, total, price.amount_minor),
        rate,
        (*line.trace, Step("discount", total)) if part else line.trace,
    )
