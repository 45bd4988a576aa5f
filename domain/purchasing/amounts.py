"""What lines of purchases cost, and how that is brought into the shop's currency.

A price is of one unit, quantities are thousandths, so each line is rounded once.
"""

from typing import Any, Final

from domain.errors import Invalid
from tenants.values.currencies import exponent_of
from tenants.values.decimals import format_scaled, parse_scaled
from tenants.values.invalid import Reason
from tenants.values.money import round_half_up
from tenants.values.quantity import WHOLE

MILLIONTHS: Final = 1_000_000
HIGHEST_RATE: Final = 10**6 * MILLIONTHS


def rate(value: Any) -> int | None:
    """What one unit of another currency is worth in the shop's: "92.4531" is millionths."""
    if value is None:
        return None
    millionths = parse_scaled(
        value,
        6,
        malformed=Reason.AMOUNT_NOT_A_NUMBER,
        too_precise=Reason.AMOUNT_TOO_PRECISE,
        too_large=Reason.AMOUNT_TOO_LARGE,
    )
    if not 0 < millionths <= HIGHEST_RATE:
        raise Invalid(en="must be more than 0, up to 1000000", ru="больше 0, не больше 1000000")
    return millionths


def format_rate(millionths: int) -> str:
    """The same rate as text, without idle zeros: 92453100 is "92.4531"."""
    return format_scaled(millionths, 6).rstrip("0").rstrip(".")


def worth(price_minor: int, quantity: int) -> int:
    """What so many thousandths cost at a price for one unit, rounded once."""
    return round_half_up(price_minor * quantity, WHOLE)


def converted(amount_minor: int, source: str, target: str, millionths: int) -> int:
    """An amount of one currency in minor units of another, at a rate between whole units."""
    numerator = amount_minor * millionths * 10 ** exponent_of(target)
    return round_half_up(numerator, MILLIONTHS * 10 ** exponent_of(source))
