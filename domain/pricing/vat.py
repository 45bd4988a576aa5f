"""VAT: at which rate a kind of goods is sold on a day, and what that makes of a gross price.

The law's dates are data, and nothing else here knows a date: Tax Code, article 164, as changed by
laws 303-FZ of 2018 (20 % from 2019), 176-FZ of 2024 (5 and 7 % for small taxpayers from 2025) and
425-FZ of 2025 (22 % from 2026). Fiscal codes are the values of tag 1199 of a receipt.
"""

from datetime import date
from typing import Final, NamedTuple

from domain.errors import Invalid
from tenants.values.money import round_half_up

CATEGORIES: Final = ("standard", "reduced", "zero", "exempt", "special_5", "special_7")
"""The kinds of goods that the law tells apart, in this order everywhere."""

KNOWN_SINCE: Final = date(2019, 1, 1)
"""Earlier rates are not known here."""


class VatRate(NamedTuple):
    """A rate: `percent` None is a sale without VAT; the codes of a sale and of a prepayment."""

    percent: int | None
    fiscal_code: int
    calculated_code: int


_NONE: Final = VatRate(None, 6, 6)
_RATES: Final = {
    "standard": ((KNOWN_SINCE, VatRate(20, 1, 3)), (date(2026, 1, 1), VatRate(22, 11, 12))),
    "reduced": ((KNOWN_SINCE, VatRate(10, 2, 4)),),
    "zero": ((KNOWN_SINCE, VatRate(0, 5, 5)),),
    "exempt": ((KNOWN_SINCE, _NONE),),
    "special_5": ((KNOWN_SINCE, _NONE), (date(2025, 1, 1), VatRate(5, 7, 9))),
    "special_7": ((KNOWN_SINCE, _NONE), (date(2025, 1, 1), VatRate(7, 8, 10))),
}


def rate_of(category: str, on: date) -> VatRate:
    """The rate of a category on a day. Raises Invalid before KNOWN_SINCE."""
    if on < KNOWN_SINCE:
        raise Invalid(
            "on",
            en=f"rates are known from {KNOWN_SINCE} on",
            ru=f"ставки известны начиная с {KNOWN_SINCE}",
        )
    return [rate for since, rate in _RATES[category] if since <= on][-1]


def category_of(said: str | None, regime: str) -> str:
    """The category at which a seller of this regime sells what was `said` of a product.

    Who pays no VAT sells all without; who pays a small taxpayer's rate, all but what is exempt or
    sold at zero; who pays in general, by the product's category, standard where none is said.
    """
    if regime == "none":
        return "exempt"
    if said in ("zero", "exempt"):
        return said
    if regime != "general":
        return regime
    return "reduced" if said == "reduced" else "standard"


def vat_in(gross_minor: int, rate: VatRate) -> int:
    """The VAT in a gross sum, minor units; the same by the rate of a prepayment."""
    percent = rate.percent or 0
    return round_half_up(gross_minor * percent, 100 + percent)
