"""Which lots may be sold: neither recalled nor past their last day, where they lie."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Date, and_, bindparam, cast, func, or_, select

from domain.merchants.tables import Shop
from domain.stock.tables import Lot

_NOW: Final = bindparam("now", type_=Lot.received_at.type)
_ZONE: Final = func.coalesce(select(Shop.time_zone).limit(1).scalar_subquery(), "UTC")
TODAY: Final[ColumnElement[Any]] = cast(func.timezone(_ZONE, _NOW), Date)
"""The day that it is, `:now`, in the shop's time zone."""

IS_SELLABLE: Final[ColumnElement[bool]] = and_(
    Lot.state == "open", or_(Lot.expires_on.is_(None), Lot.expires_on >= TODAY)
)
"""Whether a lot's goods may be sold at `:now`."""
