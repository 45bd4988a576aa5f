"""Percentages of at most two places, kept as whole hundredths of one."""

from typing import Any, Final

from domain.errors import Invalid
from domain.inputs import Cleaner, Required, located
from tenants.values.decimals import format_scaled, parse_scaled
from tenants.values.invalid import Reason

HUNDRED_PERCENT: Final = 10_000


def percent(least: int = 0) -> Cleaner:
    """A percentage as a decimal text, from so many hundredths of one up to 100."""

    def cleaned(value: Any) -> int:
        if value is None:
            raise Required()
        with located():
            hundredths = parse_scaled(
                value,
                2,
                malformed=Reason.QUANTITY_NOT_A_NUMBER,
                too_precise=Reason.AMOUNT_TOO_PRECISE,
                too_large=Reason.QUANTITY_TOO_LARGE,
            )
        if not least <= hundredths <= HUNDRED_PERCENT:
            low = show_percent(least)
            raise Invalid(en=f"must be from {low} to 100", ru=f"должно быть от {low} до 100")
        return hundredths

    return cleaned


def show_percent(hundredths: int) -> str:
    """Without idle zeros: 1250 is "12.5"."""
    return format_scaled(hundredths, 2).rstrip("0").rstrip(".")
