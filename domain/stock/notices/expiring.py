"""Expiry notices: an event for each lot that comes near its last day, in good time and once.

How near is a setting of the shop. A lot that was told of is told of again only for fewer days.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Integer, any_, bindparam, cast, func, or_, select, update

from domain.merchants.tables import Shop
from domain.row_sets import IDS
from domain.stock.freshness import TODAY
from domain.stock.tables import Lot, LotBalance
from tenants.scope import UnitOfWork

AT_ONCE: Final = 500
"""Lots that one unit tells of."""

_DAYS: Final = select(Shop.expiry_notice_days).limit(1).scalar_subquery()
_left: Final[Any] = (
    select(cast(func.sum(LotBalance.quantity), BigInteger))
    .where(LotBalance.lot_id == Lot.id, LotBalance.quantity > 0)
    .scalar_subquery()
)
_NEAR: Final = (
    select(
        Lot.id,
        Lot.variant_id,
        Lot.number,
        Lot.expires_on,
        (Lot.expires_on - TODAY).label("days_left"),
        _left.label("quantity"),
        cast(_DAYS, BigInteger).label("days"),
    )
    .where(
        Lot.expires_on >= TODAY,
        Lot.expires_on <= TODAY + cast(_DAYS, Integer),
        Lot.state == "open",
        or_(Lot.told_days.is_(None), Lot.told_days > _DAYS),
        _left > 0,
    )
    .order_by(Lot.expires_on, Lot.id)
    .limit(AT_ONCE)
    .with_for_update(of=Lot)
)
_TOLD: Final = update(Lot).where(Lot.id == any_(IDS)).values(told_days=bindparam("days"))


async def tell_expiring(uow: UnitOfWork) -> int:
    """Say of some lots, the soonest first, that their last day is near; of how many."""
    rows = await uow.rows(_NEAR, now=uow.now)
    for row in rows:
        uow.record(
            "stock.lot_expiring",
            row["id"],
            variant_id=row["variant_id"],
            number=row["number"],
            expires_on=row["expires_on"].isoformat(),
            days_left=row["days_left"],
            quantity=row["quantity"],
        )
    if rows:
        await uow.execute(_TOLD, ids=[row["id"] for row in rows], days=rows[0]["days"])
    return len(rows)
