"""Days of a place, out of the ledger: what was sold on each, and whether there was any to sell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
)

from domain.row_sets import IDS
from domain.stock.tables import StockMovement
from tenants.scope import Asking
from tenants.values.dates import day_bounds

SOLD: Final = ("sale", "return")
"""Kinds of movements that are of buyers."""

_SINCE: Final = bindparam("since", type_=StockMovement.at.type)
_HERE: Final = (
    StockMovement.variant_id == any_(IDS),
    StockMovement.location_id == bindparam("location"),
)
_OPENING: Final = (
    select(
        StockMovement.variant_id,
        cast(func.sum(StockMovement.quantity), BigInteger).label("on_hand"),
    )
    .where(*_HERE, StockMovement.at < _SINCE)
    .group_by(StockMovement.variant_id)
)
_is_sold: Final = StockMovement.kind == any_(literal(list(SOLD), ARRAY(Text())))
_moved: Final = (
    select(
        StockMovement.variant_id,
        cast(func.timezone(bindparam("zone", type_=Text()), StockMovement.at), Date).label("day"),
        StockMovement.quantity,
        case((_is_sold, -StockMovement.quantity), else_=0).label("sold"),
        func.sum(StockMovement.quantity)
        .over(
            partition_by=StockMovement.variant_id,
            order_by=(StockMovement.at, StockMovement.id),
        )
        .label("so_far"),
    )
    .where(*_HERE, StockMovement.at >= _SINCE, StockMovement.at < bindparam("until"))
    .subquery("moved")
)
_DAYS: Final = (
    select(
        _moved.c.variant_id,
        _moved.c.day,
        cast(func.sum(_moved.c.sold), BigInteger).label("sold"),
        cast(func.sum(_moved.c.quantity), BigInteger).label("more"),
        cast(func.min(_moved.c.so_far), BigInteger).label("lowest"),
    )
    .group_by(_moved.c.variant_id, _moved.c.day)
    .order_by(_moved.c.variant_id, _moved.c.day)
)


@dataclass(slots=True)
class Days:
    """One day after the other, the last one yesterday: thousandths sold, less what came back; and
    whether for a part of the day, or all of it, nothing was on hand."""

    sold: list[int] = field(default_factory=list)
    out_of_stock: list[bool] = field(default_factory=list)


async def days_of(
    db: Asking,
    location_id: UUID,
    variant_ids: Sequence[UUID],
    *,
    first_on: date,
    today: date,
    zone: str,
) -> dict[UUID, Days]:
    """The days of many variants at a location from `first_on` until yesterday, in a time zone.

    A variant's days begin with its first movement there; one that never moved has none.
    """
    asked: dict[str, Any] = {
        "ids": list(variant_ids),
        "location": location_id,
        "since": day_bounds(first_on, zone)[0],
    }
    until: datetime = day_bounds(today, zone)[0]
    opening = {row["variant_id"]: row["on_hand"] for row in await db.rows(_OPENING, **asked)}
    moved: dict[UUID, dict[date, Any]] = {variant_id: {} for variant_id in opening}
    for row in await db.rows(_DAYS, **asked, until=until, zone=zone):
        moved.setdefault(row["variant_id"], {})[row["day"]] = row
    return {
        variant_id: _filled(days, opening.get(variant_id), first_on, today)
        for variant_id, days in moved.items()
    }


def _filled(moved: dict[date, Any], opening: int | None, first_on: date, today: date) -> Days:
    """Every day, also those without a movement. `opening` None: there was none before."""
    day = first_on if opening is not None else min(moved)
    begun_with = on_hand = opening or 0
    days = Days()
    while day < today:
        row = moved.get(day)
        lowest = on_hand if row is None else min(on_hand, begun_with + row["lowest"])
        days.sold.append(0 if row is None else row["sold"])
        days.out_of_stock.append(lowest <= 0)
        on_hand += 0 if row is None else row["more"]
        day += timedelta(days=1)
    return days
