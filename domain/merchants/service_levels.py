"""Service levels: of how many orders the goods last until the next one has come; a share of one.

The shop has one, a supplier may have another, and who asks what to buy may name a third.
"""

from typing import Any, Final

from domain.errors import Invalid

LEAST: Final = 5_000
MOST: Final = 9_999
"""Ten-thousandths, as all service levels."""


def read_service_level(value: Any) -> int | None:
    """A share from 0.5 to 0.9999, as ten-thousandths; None stays. Raises Invalid."""
    if value is None:
        return None
    if not isinstance(value, int) or not LEAST <= value <= MOST:
        raise Invalid(en="must be from 0.5 to 0.9999", ru="должно быть от 0.5 до 0.9999")
    return value
