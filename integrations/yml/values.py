"""The words of a price list as numbers: money, quantities, VAT, currencies, check digits."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from domain.feeds.ports import Dimensions, VatRate

# Fraction digits of the money units that price lists come in (ISO 4217).
CURRENCY_DIGITS = {
    code: digits
    for digits, codes in (
        (2, "RUB USD EUR BYN KZT UAH CNY GBP TRY UZS KGS TJS TMT AMD AZN GEL MDL AED BGN CAD CHF"),
        (2, "CZK DKK HKD HUF ILS INR MNT NOK PLN RON RSD SEK THB"),
        (0, "JPY KRW VND CLP ISK"),
        (3, "KWD BHD OMR TND"),
    )
    for code in codes.split()
}
_CURRENCY_WORDS = {
    "RUR": "RUB",
    "РУБ": "RUB",
    "РУБ.": "RUB",
    "Р": "RUB",
    "Р.": "RUB",
    "₽": "RUB",
    "643": "RUB",
    "810": "RUB",
    "$": "USD",
    "840": "USD",
    "€": "EUR",
    "978": "EUR",
    "933": "BYN",
    "398": "KZT",
    "980": "UAH",
}

# Yandex's words, and the numbers that stood for them before. A rate no longer in force is unknown.
_VAT_WORDS: dict[str, VatRate] = {
    "VAT_22": "22",
    "VAT_22_122": "22",
    "22": "22",
    "22%": "22",
    "VAT_20": "20",
    "VAT_20_120": "20",
    "7": "20",
    "20": "20",
    "20%": "20",
    "VAT_10": "10",
    "VAT_10_110": "10",
    "2": "10",
    "4": "10",
    "10": "10",
    "10%": "10",
    "VAT_7": "7",
    "VAT_5": "5",
    "VAT_0": "0",
    "5": "0",
    "0": "0",
    "0%": "0",
    "NO_VAT": "none",
    "6": "none",
}

_MAX_DIGITS = 15
_SPACES = r"[\s'’]"  # \s takes the non-breaking and the narrow space too
_PLAIN = re.compile(
    rf"(-?)(\d{{1,{_MAX_DIGITS}}}|\d{{1,3}}(?:{_SPACES}\d{{3}})+)(?:([.,])(\d{{1,10}}))?"
)
_COMMA_GROUPS = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+)(\.)(\d{1,10})")
_DOT_GROUPS = re.compile(r"(-?)(\d{1,3}(?:\.\d{3})+)(,)(\d{1,10})")
_ROUBLE_SIGN = re.compile(r"\s*(?:руб(?:\.|лей|ля|ль)?|р\.?|₽|RU[BR])$", re.IGNORECASE)
_NOT_DIGIT = re.compile(r"\D")
_SIDE_SEPARATOR = re.compile(r"[/xх×*]", re.IGNORECASE)  # Latin x and Cyrillic х
_MAX_NUMBER_LENGTH = 40
_CACHED = 4_096  # names of parameters, brands, parcels: few, and said again on every row

_WEB_ADDRESS = re.compile(r"""https?://[^\s/<>"{}|\\^`]+[^\s<>"{}|\\^`]*""", re.IGNORECASE)
_CODE_LENGTHS = frozenset({8, 12, 13, 14})  # EAN-8, UPC-A, EAN-13, GTIN-14
_YES = frozenset({"true", "1", "yes", "да"})


class Scaled(NamedTuple):
    """A number as a whole one of a smaller unit; `is_exact` is false where it was rounded."""

    value: int
    is_exact: bool


def plain_text(text: str) -> str:
    """One line, single spaces; `&amp;apos;` and its kind, escaped once too often, put right."""
    if "&" in text:
        text = unescape(text)
    return " ".join(text.split())


# For texts known to be short: the cache keeps them.
short_text = lru_cache(maxsize=_CACHED)(plain_text)


def parse_scaled(text: str, digits: int, *, comma_may_group: bool = False) -> Scaled | None:
    """`text` times 10**digits, halves rounded up; None for what is no number or may be two.

    Takes "1234.5", "1234,50", "1 234,5", "1,234.50" and "1.234,50". Where `comma_may_group`, as in
    prices, "1,234" could be either and is refused.
    """
    if len(text) > _MAX_NUMBER_LENGTH:
        return None
    whole, _, fraction = text.partition(".")
    is_plain = whole.isdecimal() and (not fraction or fraction.isdecimal())
    if is_plain and len(whole) <= _MAX_DIGITS and len(fraction) <= digits:
        return Scaled(int(whole + fraction.ljust(digits, "0")), True)  # nearly all of them
    return _parse_written(text.strip(), digits, comma_may_group=comma_may_group)


def _parse_written(text: str, digits: int, *, comma_may_group: bool) -> Scaled | None:
    """A number as people write it: with groups, a comma, more digits than there is room for."""
    found = _PLAIN.fullmatch(text) or _COMMA_GROUPS.fullmatch(text) or _DOT_GROUPS.fullmatch(text)
    if found is None:
        return None
    sign, whole, point, fraction = found.groups(default="")
    if comma_may_group and point == "," and len(fraction) == 3 and whole != "0":
        return None
    rest = fraction[digits:]
    value = int(_NOT_DIGIT.sub("", whole) + fraction[:digits].ljust(digits, "0"))
    value += rest[:1] >= "5"
    return Scaled(-value if sign else value, not rest.strip("0"))


def parse_dimensions(text: str) -> Dimensions | None:
    """ "30/20.5/10": length, width and height in centimetres; None where it is anything else."""
    return _parse_short_dimensions(text) if len(text) <= 3 * _MAX_NUMBER_LENGTH else None


@lru_cache(maxsize=_CACHED)
def _parse_short_dimensions(text: str) -> Dimensions | None:
    sides = [parse_scaled(side, 1) for side in _SIDE_SEPARATOR.split(text)]
    lengths = [side.value for side in sides if side is not None]
    if len(sides) != 3 or len(lengths) != 3 or min(lengths) < 0:
        return None
    return Dimensions(*lengths)


def parse_price(text: str, currency: str) -> Scaled | None:
    """A price in minor units of `currency`; it may carry a rouble sign."""
    if currency == "RUB" and not text[-1:].isdecimal():
        text = _ROUBLE_SIGN.sub("", text.strip())
    return parse_scaled(text, CURRENCY_DIGITS[currency], comma_may_group=True)


def parse_currency(text: str) -> str | None:
    """The ISO code of a currency by any of its names, or None for one that we do not know."""
    word = text.strip().upper()
    code = _CURRENCY_WORDS.get(word, word)
    return code if code in CURRENCY_DIGITS else None


def parse_vat(text: str) -> VatRate | None:
    return _VAT_WORDS.get(text.strip().upper())


def parse_flag(text: str | None, *, default: bool) -> bool:
    return default if text is None or not text.strip() else text.strip().lower() in _YES


def parse_date(text: str | None) -> datetime | None:
    """ISO 8601 with or without T, seconds, zone; None for anything else."""
    try:
        return datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None


def parse_decimal(text: str | None) -> Decimal | None:
    """A rate of exchange: "91.45", "80,1234"."""
    scaled = parse_scaled(text or "", 10)
    return None if scaled is None else (Decimal(scaled.value) / 10**10).normalize()


def has_check_digit(barcode: str) -> bool:
    """Whether this is an EAN-8, UPC-A, EAN-13 or GTIN-14 whose last digit agrees with the rest.

    GS1 General Specifications, section 7.9: weights 3 and 1 from the right.
    """
    if len(barcode) not in _CODE_LENGTHS or not (barcode.isascii() and barcode.isdecimal()):
        return False
    letters = barcode.encode()  # as numbers: 48 more than the digit
    ones, threes = letters[::-1][::2], letters[::-1][1::2]
    total = sum(ones) + 3 * sum(threes) - 48 * (len(ones) + 3 * len(threes))
    return total % 10 == 0 and total > 0


def is_web_address(text: str) -> bool:
    return _WEB_ADDRESS.fullmatch(text) is not None
