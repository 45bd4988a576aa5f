"""How ids of stock begin."""

from typing import Final

LOCATION: Final = "loc"
