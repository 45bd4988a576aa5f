"""How ids of the catalogue begin."""

from typing import Final

PRODUCT: Final = "prd"
VARIANT: Final = "var"
CATEGORY: Final = "cat"
COLLECTION: Final = "col"
BRAND: Final = "brd"
IMAGE: Final = "med"
PAGE: Final = "pag"
MENU: Final = "mnu"
