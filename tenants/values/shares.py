"""Shares of one: "0.95" of all, kept as whole ten-thousandths."""

from typing import Final

from tenants.values.decimals import format_scaled, parse_scaled
from tenants.values.invalid import Reason

_PLACES: Final = 4


def parse_share(text: str) -> int:
    """Read a decimal string as ten-thousandths: "0.95" is 9500. Raises InvalidValue."""
    return parse_scaled(
        text,
        _PLACES,
        malformed=Reason.SHARE_NOT_A_NUMBER,
        too_precise=Reason.SHARE_TOO_PRECISE,
        too_large=Reason.SHARE_NOT_A_NUMBER,
    )


def format_share(ten_thousandths: int) -> str:
    """Write ten-thousandths without idle zeros: 9500 is "0.95"."""
    return format_scaled(ten_thousandths, _PLACES).rstrip("0").rstrip(".")


def format_percent(ten_thousandths: int) -> str:
    """The same as per cent: 9500 is "95"."""
    return format_scaled(ten_thousandths, 2).rstrip("0").rstrip(".")
