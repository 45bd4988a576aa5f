"""Backorders: what is promised of a variant beyond what is there, as far as its level's limit.

Reserved goods lie on the shelf; backordered ones do not, and the two numbers are never mixed. The
rule of who is served: whatever becomes free at a level, however it came to be, goes to those who
wait there, in the order in which their holds were made, each as much as he still waits for, before
anybody else can have it. Those past their time are passed over.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import BigInteger, and_, bindparam, cast, func, or_, select, update

from domain.row_sets import row_set
from domain.stock.freshness import Freshness, freshness_of
from domain.stock.spots import Level, Spot
from domain.stock.tables import StockHold, StockHoldLine, StockLevel
from tenants.scope import UnitOfWork

_free: Final = row_set(StockLevel, ("variant_id", "location_id", "on_hand"))
_before: Final = cast(
    func.sum(StockHoldLine.backordered).over(
        partition_by=(StockHoldLine.variant_id, StockHoldLine.location_id),
        order_by=(StockHold.created_at, StockHold.id, StockHoldLine.id),
    )
    - StockHoldLine.backordered,
    BigInteger,
)
_waiting: Final = (
    select(
        StockHoldLine.id,
        StockHoldLine.backordered,
        (_free.c.on_hand - _before).label("left"),
    )
    .join(StockHold, StockHold.id == StockHoldLine.hold_id)
    .join(
        _free,
        and_(
            StockHoldLine.variant_id == _free.c.variant_id,
            StockHoldLine.location_id == _free.c.location_id,
        ),
    )
    .where(
        StockHoldLine.is_open,
        StockHoldLine.backordered > 0,
        ~StockHoldLine.is_drop_shipped,
        or_(StockHold.expires_at.is_(None), StockHold.expires_at > bindparam("now")),
    )
    .subquery("waiting")
)
_covered: Final = func.least(_waiting.c.backordered, _waiting.c.left)
_COVER: Final = (
    update(StockHoldLine)
    .where(StockHoldLine.id == _waiting.c.id, _waiting.c.left > 0)
    .values(backordered=StockHoldLine.backordered - _covered)
    .returning(
        StockHoldLine.hold_id,
        StockHoldLine.variant_id,
        StockHoldLine.location_id,
        _covered.label("covered"),
    )
)


async def cover_waiting(uow: UnitOfWork, levels: Mapping[Spot, Level]) -> None:
    """Give what is free at locked levels, lots as they are now, to those who wait for it there."""
    spots = {spot: one.free for spot, one in levels.items() if one.waiting > 0 and one.free > 0}
    if not spots:
        return
    fresh = await freshness_of(uow, {spot.variant_id for spot in spots})
    rows = [
        {**spot._asdict(), "on_hand": free - fresh.get(spot, Freshness()).spoilt}
        for spot, free in spots.items()
    ]
    for row in await uow.rows(_COVER, rows=rows, now=uow.now):
        level = levels[Spot.of(row)]
        level.more_reserved += row["covered"]
        level.more_backordered -= row["covered"]
        uow.record(
            "hold.covered",
            row["hold_id"],
            variant_id=row["variant_id"],
            quantity=row["covered"],
        )
