"""How ids of pricing begin."""

from typing import Final

PRICE_LIST: Final = "prl"
PRICE: Final = "prc"
CUSTOMER_GROUP: Final = "cgr"
PROMOTION: Final = "prm"
PROMOTION_CODE: Final = "pmc"
GIFT_CARD: Final = "gft"
LOYALTY_LEVEL: Final = "lvl"
