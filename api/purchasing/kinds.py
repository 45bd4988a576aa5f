"""How ids of purchasing begin."""

from typing import Final

SUPPLIER: Final = "sup"
OFFER: Final = "ofr"
ORDER: Final = "pur"
ORDER_LINE: Final = "pul"
RECEIPT: Final = "grc"
RETURN: Final = "srt"
RETURN_LINE: Final = "srl"
