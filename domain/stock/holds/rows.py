"""Rows of holds, as those who make holds and those who end them both need them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, or_, select, update

from domain.errors import DomainError, ErrorCode, Invalid, NotAllowed, NotFound
from domain.inputs import instant, located
from domain.row_sets import IDS
from domain.stock.levels import Level, Spot, lock_levels, open_levels
from domain.stock.tables import StockHold, StockHoldLine
from tenants.jobs import enqueue
from tenants.scope import Asking, Row, UnitOfWork

EXPIRE: Final = "stock.expire_holds"
"""The kind of job that frees what is past its time."""

UNDER_WAY: Final = ("held", "partly_shipped")
"""States in which a hold keeps something."""
IS_UNDER_WAY: Final = or_(*(StockHold.state == one for one in UNDER_WAY))


class HoldExpired(DomainError):
    """Its time is over; what it kept may be somebody else's by now."""

    code = ErrorCode.EXPIRED
    texts: ClassVar[dict[str, str]] = {
        "en": "the hold is past its time; make another one",
        "ru": "срок резерва истёк; создайте новый",
    }


LINE: Final[Any] = (
    StockHoldLine.id,
    StockHoldLine.hold_id,
    StockHoldLine.variant_id,
    StockHoldLine.location_id,
    StockHoldLine.quantity,
    StockHoldLine.shipped,
    StockHoldLine.returned,
    StockHoldLine.backordered,
    StockHoldLine.is_drop_shipped,
    StockHoldLine.cost_minor,
    StockHoldLine.cost_currency,
    StockHoldLine.is_open,
)
_LINES: Final = (
    select(*LINE)
    .where(StockHoldLine.hold_id == any_(IDS), StockHoldLine.quantity > 0)
    .order_by(StockHoldLine.id)
)
_LOCK: Final = (
    select(StockHold.id, StockHold.state, StockHold.expires_at)
    .where(StockHold.id == bindparam("hold_id"))
    .with_for_update()
)
IS_PAST: Final = (IS_UNDER_WAY, StockHold.expires_at <= bindparam("now"))
_PAST_AMONG: Final = (
    select(StockHold.id)
    .where(StockHold.id == any_(IDS), *IS_PAST)
    .order_by(StockHold.id)
    .with_for_update()
)
_END: Final = (
    update(StockHold)
    .where(StockHold.id == any_(IDS), IS_UNDER_WAY)
    .values(state=bindparam("ending"), ended_at=bindparam("now"))
    .returning(StockHold.id)
)


async def lines_of(db: Asking, hold_ids: Sequence[UUID]) -> list[Row]:
    """`id`, `hold_id`, `variant_id`, `location_id`, `quantity`, `shipped`, `returned`,
    `backordered`, `is_drop_shipped`, `cost_minor`, `cost_currency`, `is_open`: what these keep, or
    have kept."""
    return await db.rows(_LINES, ids=list(hold_ids)) if hold_ids else []


def kept(line: Row) -> int:
    """How much an open line keeps; thousandths."""
    left: int = line["quantity"] - line["shipped"]
    return left


def covered(line: Row) -> int:
    """How much of that is there."""
    return kept(line) - int(line["backordered"])


def give_back(line: Row, level: Level) -> None:
    """Let the level of a line that is closed have again what the line kept."""
    level.more_reserved -= covered(line)
    level.more_backordered -= line["backordered"]


async def lock_hold(
    uow: UnitOfWork, hold_id: UUID, also: Iterable[Spot] = ()
) -> tuple[Row, dict[Spot, Level]]:
    """A hold, and the levels of its lines and of `also`; they are locked, and then the hold."""
    spots = {Spot.of(line) for line in await lines_of(uow, [hold_id])}
    levels = await (open_levels(uow, {*spots, *also}) if also else lock_levels(uow, spots))
    return await lock_row(uow, hold_id), levels


async def lock_row(uow: UnitOfWork, hold_id: UUID) -> Row:
    """A hold whose levels are locked, locked itself. Raises NotFound."""
    hold = await uow.row(_LOCK, hold_id=hold_id)
    if hold is None:
        raise NotFound("id", what="hold")
    return hold


async def held_lines(uow: UnitOfWork, hold: Row) -> list[Row]:
    """The lines of a locked hold that still keeps something. Raises HoldExpired, NotAllowed."""
    if hold["state"] in ("released", "shipped"):
        raise NotAllowed("id", en="it has ended already", ru="резерв уже завершён")
    if hold["state"] == "expired" or is_past(uow, hold):
        raise HoldExpired("id")
    lines = await lines_of(uow, [hold["id"]])
    if was_taken(lines):
        raise HoldExpired("id")
    return lines


def was_taken(lines: Iterable[Row]) -> bool:
    """Whether by another's clock a hold was past its time a moment ago, so that he has taken what
    these lines of it kept.
    """
    return any(kept(line) and not line["is_open"] for line in lines)


async def end_holds(uow: UnitOfWork, hold_ids: Sequence[UUID], ending: str) -> None:
    """Say of those that still keep something how they ended."""
    ended = await uow.rows(_END, ids=list(hold_ids), ending=ending, now=uow.now) if hold_ids else []
    for row in ended:
        uow.record(f"hold.{ending}", row["id"])


async def past_among(uow: UnitOfWork, hold_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these holds whose time is over, locked; their levels are locked already.

    One that seemed so before may have been extended until its levels were had.
    """
    found = await uow.rows(_PAST_AMONG, ids=list(hold_ids), now=uow.now) if hold_ids else []
    return [row["id"] for row in found]


async def expire_at(uow: UnitOfWork, until: datetime | None) -> None:
    """Have what is past its time then freed, by one job for all holds."""
    if until is not None:
        await enqueue(uow, EXPIRE, key="expire", run_at=until)


def is_past(uow: UnitOfWork, hold: Row) -> bool:
    """Whether its time is over, though its state does not say so yet."""
    if hold["state"] not in UNDER_WAY or hold["expires_at"] is None:
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
