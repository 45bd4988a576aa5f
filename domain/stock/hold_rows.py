"""Rows of holds, as those who make holds and those who end them both need them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, select, update

from domain.errors import Invalid
from domain.inputs import instant, located
from domain.row_sets import IDS
from domain.stock.tables import StockHold, StockHoldLine
from tenants.jobs import enqueue
from tenants.scope import Asking, Row, UnitOfWork

EXPIRE: Final = "stock.expire_holds"
"""The kind of job that frees what is past its time."""

LINE: Final[Any] = (
    StockHoldLine.id,
    StockHoldLine.hold_id,
    StockHoldLine.variant_id,
    StockHoldLine.location_id,
    StockHoldLine.quantity,
)
_LINES: Final = select(*LINE).where(StockHoldLine.hold_id == any_(IDS)).order_by(StockHoldLine.id)
_END: Final = (
    update(StockHold)
    .where(StockHold.id == any_(IDS), StockHold.state == "held")
    .values(state=bindparam("ending"), ended_at=bindparam("now"))
    .returning(StockHold.id)
)


async def lines_of(db: Asking, hold_ids: Sequence[UUID]) -> list[Row]:
    """`id`, `hold_id`, `variant_id`, `location_id`, `quantity`: what these keep, or have kept."""
    return await db.rows(_LINES, ids=list(hold_ids)) if hold_ids else []


async def end_holds(uow: UnitOfWork, hold_ids: Sequence[UUID], ending: str) -> None:
    """Say of those that are still held how they ended."""
    ended = await uow.rows(_END, ids=list(hold_ids), ending=ending, now=uow.now) if hold_ids else []
    for row in ended:
        uow.record(f"hold.{ending}", row["id"])


async def expire_at(uow: UnitOfWork, until: datetime | None) -> None:
    """Have what is past its time then freed, by one job for all holds."""
    if until is not None:
        await enqueue(uow, EXPIRE, key="expire", run_at=until)


def is_past(uow: UnitOfWork, hold: Row) -> bool:
    """Whether its time is over, though it is still called held."""
    if hold["state"] != "held" or hold["expires_at"] is None:
        return False
    over: bool = hold["expires_at"] <= uow.now
    return over


def in_future(uow: UnitOfWork, until: datetime | None, *path: str) -> datetime | None:
    """An instant to come, or None. Raises Invalid."""
    with located(*path):
        until = instant(until)
        if until is not None and until <= uow.now:
            raise Invalid(en="must be in the future", ru="должен быть в будущем")
    return until
