"""How ids of orders begin."""

from typing import Final

CART: Final = "crt"
CART_LINE: Final = "cln"
ORDER: Final = "ord"
ORDER_LINE: Final = "oln"
ENTRY: Final = "oen"
COMMENT: Final = "ocm"
STATUS: Final = "ost"
VIEW: Final = "ovw"
DRAFT: Final = "drf"
REVISION: Final = "orv"
CARRIER: Final = "car"
SHIPMENT: Final = "shm"
DELIVERY_METHOD: Final = "dlv"
HAND_OVER: Final = "hnd"
RETURN: Final = "rtn"
