"""Which lots may be sold: neither recalled nor past their last day, where they lie."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    and_,
    any_,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from domain.merchants.shop_facts import ZONE, day_of
from domain.row_sets import IDS
from domain.stock.spots import Spot
from domain.stock.tables import Location, Lot, LotBalance
from tenants.scope import UnitOfWork

_NOW: Final = bindparam("now", type_=Lot.received_at.type)
TODAY: Final = day_of(_NOW)
"""The day that it is, `:now`, in the shop's time zone."""
_Place: Final = aliased(Location)


def today_in(zone: Any) -> ColumnElement[Any]:
    """The day that it is, `:now`, in a time zone; null: in the shop's."""
    return cast(func.timezone(func.coalesce(zone, ZONE), _NOW), Date)


def is_sellable_at(location_id: Any, *outer: Any) -> ColumnElement[bool]:
    """Whether a lot's goods may be sold at `:now` at a place; `outer` are the tables of its id."""
    zone = select(_Place.time_zone).where(_Place.id == location_id).correlate(*outer)
    today = today_in(zone.scalar_subquery())
    return and_(Lot.state == "open", or_(Lot.expires_on.is_(None), Lot.expires_on >= today))


IS_SELLABLE: Final = is_sellable_at(LotBalance.location_id, LotBalance)
"""Whether the goods of a lot's balance may be sold at `:now`."""

SPOILT: Final = cast(
    func.coalesce(func.sum(LotBalance.quantity).filter(~IS_SELLABLE), 0), BigInteger
)
_LOTS: Final = (
    select(
        LotBalance.variant_id,
        LotBalance.location_id,
        SPOILT.label("spoilt"),
        cast(func.min(Lot.expires_on).filter(IS_SELLABLE), Date).label("expires_on"),
    )
    .join(Lot, Lot.id == LotBalance.lot_id)
    .where(
        LotBalance.variant_id == any_(IDS),
        LotBalance.quantity > 0,
        or_(Lot.expires_on.is_not(None), Lot.state != "open"),
    )
    .group_by(LotBalance.variant_id, LotBalance.location_id)
)


class Freshness(NamedTuple):
    """How much at a level may not be sold, and the last day of what may and expires first."""

    spoilt: int = 0
    expires_on: date | None = None


async def freshness_of(uow: UnitOfWork, variant_ids: Iterable[UUID]) -> dict[Spot, Freshness]:
    """How fresh these variants are, wherever they lie; nothing is said of what lasts for ever."""
    rows = await uow.rows(_LOTS, ids=list(variant_ids), now=uow.now)
    return {Spot.of(row): Freshness(row["spoilt"], row["expires_on"]) for row in rows}
