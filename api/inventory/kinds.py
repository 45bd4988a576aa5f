"""How ids of inventory begin."""

from typing import Final

LOCATION: Final = "loc"
