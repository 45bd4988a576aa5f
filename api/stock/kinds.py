"""How ids of stock begin."""

from typing import Final

LOCATION: Final = "loc"
LOT: Final = "lot"
HOLD: Final = "hld"
UNIT: Final = "unt"
MOVEMENT: Final = "smv"
DOCUMENT: Final = "sdc"
STOCK_IMPORT: Final = "sim"
STOCK_EXPORT: Final = "sxp"
WRITE_OFF: Final = "wro"
SURPLUS: Final = "spl"
CONVERSION: Final = "cnv"
TRANSFER: Final = "trf"
TRANSFER_LINE: Final = "trl"
