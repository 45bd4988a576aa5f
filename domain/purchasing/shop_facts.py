"""What purchasing asks of the shop itself: its currency, and where its days begin."""

from typing import Final

from sqlalchemy import select

from domain.merchants.tables import Shop
from tenants.scope import Asking

_CURRENCY: Final = select(Shop.currency).limit(1)
_ZONE: Final = select(Shop.time_zone).limit(1)


async def shop_currency(db: Asking) -> str:
    """What the ledger's values are in."""
    currency: str = await db.value(_CURRENCY)
    return currency


async def zone_of_shop(db: Asking) -> str:
    """The time zone that the shop's days are of."""
    return str(await db.value(_ZONE) or "UTC")
