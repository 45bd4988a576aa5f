"""What all rooms ask of the shop itself: what its sums are in, and where its days begin."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Date, cast, func, select

from domain.merchants.tables import Shop
from tenants.scope import Asking

CURRENCY: Final = select(Shop.currency).limit(1).scalar_subquery().label("currency")
"""What all costs and values of the shop are in."""
COUNTRY: Final = select(Shop.country).limit(1).scalar_subquery().label("country")
"""The country that the shop is in."""
ZONE: Final = func.coalesce(select(Shop.time_zone).limit(1).scalar_subquery(), "UTC")
"""The time zone that the shop's days are of."""

_CURRENCY: Final = select(CURRENCY)
_ZONE: Final = select(ZONE)


def day_of(instant: Any) -> ColumnElement[Any]:
    """The shop's day at an instant."""
    return cast(func.timezone(ZONE, instant), Date)


async def shop_currency(db: Asking) -> str:
    """What all costs and values of the shop are in."""
    return str(await db.value(_CURRENCY))


async def zone_of_shop(db: Asking) -> str:
    """The time zone that the shop's days are of."""
    return str(await db.value(_ZONE))
