"""Lots: where they lie, which expire soon, and what becomes of one that is recalled.

Whoever changes whether a lot may be sold brings the levels that it lies at up to date.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Select, any_, bindparam, case, func, select, update

from domain.errors import NotFound, Taken
from domain.inputs import clean, line_or_none
from domain.merchants.points import at_points
from domain.merchants.shop_facts import CURRENCY
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS, rows_by_id
from domain.stock.freshness import IS_SELLABLE, SPOILT, TODAY, freshness_of
from domain.stock.ledger import tell
from domain.stock.levels import Spot, change_levels, lock_levels
from domain.stock.markdowns.watching import look_at_markdowns
from domain.stock.moves import LONGEST_NUMBER, LotFacts, check_dates
from domain.stock.tables import Lot, LotBalance, StockLevel
from tenants.principal import Principal
from tenants.scope import Asking, Row, UnitOfWork

AT_ONCE: Final = 500

_BALANCES: Final = (
    select(
        LotBalance.lot_id,
        LotBalance.variant_id,
        LotBalance.location_id,
        LotBalance.quantity,
        LotBalance.value_minor,
        CURRENCY,
    )
    .where(LotBalance.lot_id == any_(IDS), LotBalance.quantity > 0)
    .order_by(LotBalance.lot_id, LotBalance.location_id)
)
# What is spoilt may go though all that may be sold is reserved.
_FREE: Final = func.least(
    LotBalance.quantity,
    func.greatest(
        StockLevel.on_hand - StockLevel.reserved - case((IS_SELLABLE, StockLevel.spoilt), else_=0),
        0,
    ),
)
_EXPIRING: Final = (
    select(
        LotBalance.id,
        LotBalance.lot_id,
        LotBalance.location_id,
        LotBalance.variant_id,
        LotBalance.quantity,
        LotBalance.value_minor,
        Lot.expires_on,
        IS_SELLABLE.label("is_sellable"),
        _FREE.label("free"),
        (Lot.expires_on - TODAY).label("days_left"),
        CURRENCY,
    )
    .join(Lot, Lot.id == LotBalance.lot_id)
    .join(
        StockLevel,
        (StockLevel.variant_id == LotBalance.variant_id)
        & (StockLevel.location_id == LotBalance.location_id),
    )
    .where(LotBalance.quantity > 0, Lot.expires_on <= TODAY + bindparam("days", type_=Integer()))
)
_SOONEST: Final = (Sort("expiresOn", Lot.expires_on), Sort("id", LotBalance.id))
_CHANGE: Final = (
    update(Lot)
    .where(Lot.id == bindparam("lot_id"))
    .values(
        number=bindparam("number"),
        made_on=bindparam("made_on"),
        expires_on=bindparam("expires_on"),
        # What was told was told of another day.
        told_days=case((Lot.expires_on == bindparam("expires_on"), Lot.told_days)),
    )
)
_NAMESAKE: Final = select(Lot.id).where(
    Lot.variant_id == bindparam("variant_id"),
    Lot.number == bindparam("number"),
    Lot.id != bindparam("lot_id"),
)
_STATE: Final = (
    update(Lot)
    .where(Lot.id == bindparam("lot_id"), Lot.state != bindparam("state"))
    .values(state=bindparam("state"))
)
# Nothing that is fresh has to be looked at: what is spoilt and not known to be is in old lots. East
# of the shop a day may be over that is not yet over here.
_OVERLOOKED: Final = (
    select(LotBalance.variant_id, LotBalance.location_id)
    .join(Lot, Lot.id == LotBalance.lot_id)
    .join(
        StockLevel,
        (StockLevel.variant_id == LotBalance.variant_id)
        & (StockLevel.location_id == LotBalance.location_id),
    )
    .where(LotBalance.quantity > 0, (Lot.expires_on <= TODAY) | (Lot.state != "open"))
    .group_by(LotBalance.variant_id, LotBalance.location_id, StockLevel.spoilt)
    .having(StockLevel.spoilt != SPOILT)
    .limit(AT_ONCE)
)


async def balances_of_lots(db: Asking, lot_ids: Sequence[UUID]) -> list[Row]:
    """`lot_id`, `location_id`, `quantity`, `value_minor`, `currency` wherever there is some."""
    return await db.rows(_BALANCES, ids=list(lot_ids))


async def list_expiring(
    db: Asking, principal: Principal, request: PageRequest, *, days: int, now: datetime
) -> Page:
    """A page of what expires within so many days, or has; by place, the soonest first.

    Rows: `lot_id`, `location_id`, `variant_id`, `quantity`, `value_minor`, `currency`,
    `expires_on`, `days_left`, `is_sellable`, and how much of it may go (`free`).
    """
    return await page_of(db, _expiring(principal), _SOONEST, request, days=days, now=now)


async def count_expiring(db: Asking, principal: Principal, *, days: int, now: datetime) -> int:
    """How many rows that list has."""
    return await count_of(db, _expiring(principal), days=days, now=now)


async def update_lot(uow: UnitOfWork, lot_id: UUID, changes: Mapping[str, Any]) -> UUID:
    """Correct a lot's `number`, `made_on`, `expires_on`; its id.

    Raises NotFound, Invalid, Taken.
    """
    lot = (await rows_by_id(uow, Lot, [lot_id])).get(lot_id)
    if lot is None:
        raise NotFound("id", what="lot")
    values, wrong = clean({"number": line_or_none(LONGEST_NUMBER)}, changes)
    if wrong:
        raise wrong[0]
    wanted = {name: lot[name] for name in ("number", "made_on", "expires_on")}
    wanted |= {name: value for name, value in changes.items() if name in wanted} | values
    check_dates(LotFacts(**wanted))
    if wanted["number"] is not None:
        of = {"variant_id": lot["variant_id"], "number": wanted["number"], "lot_id": lot_id}
        if await uow.value(_NAMESAKE, **of):
            raise Taken("number", value=wanted["number"])
    spots = [Spot.of(row) for row in await balances_of_lots(uow, [lot_id])]
    await lock_levels(uow, spots)
    await uow.execute(_CHANGE, lot_id=lot_id, **wanted)
    uow.record("lot.updated", lot_id, changed=sorted(changes))
    await restate(uow, spots)
    await look_at_markdowns(uow, [lot["variant_id"]])
    return lot_id


async def recall_lot(uow: UnitOfWork, lot_id: UUID, *, reason: str | None = None) -> UUID:
    """Let nothing of a lot be sold from now on; its id. Raises NotFound."""
    return await _turn(uow, lot_id, "recalled", reason)


async def reopen_lot(uow: UnitOfWork, lot_id: UUID) -> UUID:
    """Let a recalled lot be sold again; its id. Raises NotFound."""
    return await _turn(uow, lot_id, "open", None)


async def restate(uow: UnitOfWork, spots: Iterable[Spot]) -> int:
    """Write down anew how much may not be sold at these spots, and tell of it; at how many it is
    another number. To be called last.
    """
    levels = await lock_levels(uow, spots)
    fresh = await freshness_of(uow, {spot.variant_id for spot in levels}) if levels else {}
    for spot, level in levels.items():
        spoilt = fresh[spot].spoilt if spot in fresh else 0
        level.more_spoilt = spoilt - level.spoilt
    changed = [spot for spot, level in levels.items() if level.is_changed]
    await change_levels(uow, levels)
    await tell(uow, changed)
    return len(changed)


async def spoil(uow: UnitOfWork) -> int:
    """Take what has expired off what is shown as available, some levels at once; how many."""
    rows = await uow.rows(_OVERLOOKED, now=uow.now)
    return await restate(uow, map(Spot.of, rows)) if rows else 0


async def _turn(uow: UnitOfWork, lot_id: UUID, state: str, reason: str | None) -> UUID:
    values, wrong = clean({"reason": line_or_none(500)}, {"reason": reason})
    if wrong:
        raise wrong[0]
    lot = (await rows_by_id(uow, Lot, [lot_id])).get(lot_id)
    if lot is None:
        raise NotFound("id", what="lot")
    spots = [Spot.of(row) for row in await balances_of_lots(uow, [lot_id])]
    await lock_levels(uow, spots)
    if await uow.execute(_STATE, lot_id=lot_id, state=state):
        said = "lot.recalled" if state == "recalled" else "lot.reopened"
        uow.record(said, lot_id, reason=values["reason"])
        await restate(uow, spots)
        await look_at_markdowns(uow, [lot["variant_id"]])
    return lot_id


def _expiring(principal: Principal) -> Select[Any]:
    return at_points(_EXPIRING, principal, LotBalance.location_id)
