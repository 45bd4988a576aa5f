"""Decimal strings as scaled integers, exactly: "1234.50" with two places is 123450."""

import re
from typing import Final

from tenants.values.invalid import InvalidValue, Reason

# Fifteen digits and three places stay inside a bigint; [0-9] because \d takes the digits of every
# script, and int() would too.
_DECIMAL: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_INTEGER_DIGITS: Final = 15
_LONGEST_TEXT: Final = 40


def parse_scaled(
    text: str, places: int, *, malformed: Reason, too_precise: Reason, too_large: Reason
) -> int:
    """Read a plain decimal as an integer of 10**-places. Zeros past the last place are let go.

    Raises InvalidValue with the reason that the caller gave for each case: no plain decimal (signs
    other than a minus, exponents, spaces and commas included), digits past the last place, and
    more than fifteen digits before the point.
    """
    match = _DECIMAL.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if match is None:
        raise InvalidValue(malformed, text)
    sign, whole, fraction = match[1], match[2].lstrip("0"), (match[3] or "").rstrip("0")
    if len(fraction) > places:
        raise InvalidValue(too_precise, text)
    if len(whole) > _INTEGER_DIGITS:
        raise InvalidValue(too_large, text)
    scaled = int((whole or "0") + fraction.ljust(places, "0"))
    return -scaled if sign else scaled


def format_scaled(scaled: int, places: int) -> str:
    """Write an integer of 10**-places with all its places: 123450 with two is "1234.50"."""
    if places == 0:
        return str(scaled)
    digits = str(scaled).zfill(places + 1 + (scaled < 0))  # which keeps a sign in front
    return f"{digits[:-places]}.{digits[-places:]}"
