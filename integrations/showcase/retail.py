"""What a supplier puts beside every title: a price that looks like one, a stock, a barcode."""

from __future__ import annotations

import random
from typing import NamedTuple

_SALE_SHARE = 0.12
_SOLD_OUT_SHARE = 0.07


class Terms(NamedTuple):
    """What an offer is sold at, in kopecks, and how many there are."""

    price_minor: int
    old_price_minor: int | None
    purchase_price_minor: int
    pieces: int


def terms(kopecks: int, dice: random.Random) -> Terms:
    """The terms of an offer that costs about `kopecks`."""
    price = shelf_price(kopecks, dice)
    is_on_sale = dice.random() < _SALE_SHARE
    old = shelf_price(price * dice.randint(112, 138) // 100, dice) if is_on_sale else None
    most = 900 if price < 50_000 else 140 if price < 500_000 else 24
    pieces = 0 if dice.random() < _SOLD_OUT_SHARE else dice.randint(1, most)
    return Terms(price, old, price * dice.randint(56, 74) // 100, pieces)


def shelf_price(kopecks: int, dice: random.Random) -> int:
    """A price as shops write it: 7.40, 86.50, 349.90, 1 290, 12 490."""
    if kopecks < 2_000:
        return max(round(kopecks, -1), 10)
    if kopecks < 20_000:
        return round(kopecks, -2) + dice.choice((0, 50, -10))
    if kopecks < 100_000:
        return round(kopecks, -3) + dice.choice((0, -10, -100, 500))
    return round(kopecks, -4) + dice.choice((0, 0, -1_000))


def ean13(company: int, number: int) -> str:
    """An EAN-13 of a company's own: prefix 28 or 29, `company` (2 digits), `number` (8 digits)."""
    digits = f"{company:04}{number:08}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"
