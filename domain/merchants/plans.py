"""Plans: limits as data, and the counters that hold a merchant to them.

A counter is a row of the merchant's own, taken by the statement that tests it, in the transaction
of what it counts: of a hundred who want the last three units, three get them. Live and test spaces
count apart. A plan that says nothing of a thing allows as much of it as is wanted.
"""

from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, get_args
from uuid import UUID

from sqlalchemy import BigInteger, Select, Text, bindparam, case, column, func, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from domain.errors import LimitReached, NotFound
from domain.merchants.reception import Reception
from domain.merchants.tables import UsageCounter
from tenants.ids import new_id
from tenants.platform import PlatformUnit
from tenants.platform_tables import Plan, Tenant
from tenants.principal import Principal
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT

Counted: TypeAlias = Literal[
    "products",
    "variants",
    "locations",
    "staff",
    "api_keys",
    "hosts",
    "storage_bytes",
    "orders_per_month",
]
COUNTED: Final[tuple[Counted, ...]] = get_args(Counted)
BY_MONTH: Final = frozenset({"orders_per_month"})
FIRST_PLAN: Final = "start"

_COUNT: Final = bindparam("count", type_=BigInteger())
_MONTH: Final = bindparam("month", type_=Text())
_WHAT: Final = bindparam("counter", type_=Text())
# What was counted in another month is over.
_USED_NOW: Final = case((UsageCounter.period == _MONTH, UsageCounter.used), else_=0)
_TAKE: Final = (
    update(UsageCounter)
    .where(
        UsageCounter.what == _WHAT,
        or_(UsageCounter.allowed.is_(None), UsageCounter.allowed >= _USED_NOW + _COUNT),
    )
    .values(used=_USED_NOW + _COUNT, period=_MONTH)
    .returning(UsageCounter.used)
)
_RELEASE: Final = (
    update(UsageCounter)
    .where(UsageCounter.what == _WHAT, UsageCounter.period == _MONTH)
    .values(used=func.greatest(UsageCounter.used - _COUNT, 0))
)
_STATE: Final = select(UsageCounter.allowed, _USED_NOW.label("used")).where(
    UsageCounter.what == _WHAT
)
_OFFERED: Final = select(
    func.platform.offered_plans()
    .table_valued(
        column("code", Text()),
        column("title", JSONB()),
        column("limits", JSONB()),
        column("price_minor", BigInteger()),
        column("currency", Text()),
    )
    .alias("offered")
)
_PLANNED: Final = select(func.platform.plan_limit(TENANT, _WHAT))


async def take(uow: UnitOfWork, what: Counted, count: int = 1) -> int:
    """Count `count` more of `what` (at least 1); how many are used now. Raises LimitReached."""
    asked: dict[str, Any] = {"counter": what, "count": count, "month": _period(what, uow.now)}
    while True:
        used: int | None = await uow.value(_TAKE, **asked)
        if used is not None:
            return used
        state = await uow.row(_STATE, counter=what, month=asked["month"])
        if state is None:
            await _open_counter(uow, what)
        elif state["allowed"] is not None and state["used"] + count > state["allowed"]:
            raise LimitReached(what=what, limit=state["allowed"], used=state["used"])
        # Else somebody opened the counter, or gave back, between the two looks.


async def release(uow: UnitOfWork, what: Counted, count: int = 1) -> None:
    """Give back what is gone; never below nothing, and nothing of a month that is over."""
    await uow.execute(_RELEASE, counter=what, count=count, month=_period(what, uow.now))


async def recount(uow: UnitOfWork, what: Counted, counted: Select[Any]) -> int:
    """Set the counter to what `counted` finds, and hold it to the end of the unit; the number.

    For what ends by itself, as keys do.
    """
    held = select(UsageCounter.id).where(UsageCounter.what == what).with_for_update()
    if await uow.row(held) is None:
        await _open_counter(uow, what)
        await uow.row(held)
    used = int(await uow.value(counted))
    await uow.execute(update(UsageCounter).where(UsageCounter.what == what).values(used=used))
    return used


async def usage(asking: Asking, *, now: datetime) -> list[dict[str, Any]]:
    """What is counted: `{"what", "used", "limit"}`, the limit None where there is none."""
    rows = await asking.rows(
        select(UsageCounter.what, UsageCounter.period, UsageCounter.used, UsageCounter.allowed)
    )
    counters = {row["what"]: row for row in rows}
    counted: list[dict[str, Any]] = []
    for what in COUNTED:
        row = counters.get(what)
        if row is None:
            limit = await asking.value(_PLANNED, counter=what)
            counted.append({"what": what, "used": 0, "limit": limit})
        else:
            used = row["used"] if row["period"] == _period(what, now) else 0
            counted.append({"what": what, "used": used, "limit": row["allowed"]})
    return counted


async def list_plans(asking: Asking) -> list[Row]:
    """The plans on offer, the cheapest first: code, title by language, limits, price a month."""
    return await asking.rows(_OFFERED)


async def change_plan(
    reception: Reception, live_tenant_id: UUID, *, plan: str, principal: Principal
) -> None:
    """Move a merchant, both spaces, to another plan on offer.

    Raises NotFound for no such plan, LimitReached where more is in use than it allows.
    """
    scope = await reception.past_tenants("change of plan")
    async with scope.writing() as unit:
        limits = await unit.value(select(Plan.limits).where(Plan.code == plan, Plan.is_offered))
        if limits is None:
            raise NotFound("plan", what="plan")
        spaces = await unit.rows(
            select(Tenant.id, Tenant.plan)
            .where(Tenant.live_tenant_id == live_tenant_id, Tenant.status != "erased")
            .order_by(Tenant.id)
            .with_for_update()
        )
        if not spaces:
            raise NotFound(what="merchant")
        for space in spaces:
            await _set_allowed(unit, space["id"], limits)
        await unit.execute(
            update(Tenant).where(Tenant.live_tenant_id == live_tenant_id).values(plan=plan)
        )
        async with unit.tenant(live_tenant_id, "planChange", principal=principal) as uow:
            uow.record("plan.changed", live_tenant_id, plan=plan, previous=spaces[0]["plan"])


async def _set_allowed(unit: PlatformUnit, tenant_id: UUID, limits: dict[str, int]) -> None:
    counters = await unit.rows(
        select(UsageCounter.id, UsageCounter.what, UsageCounter.period, UsageCounter.used)
        .where(UsageCounter.tenant_id == tenant_id)
        .order_by(UsageCounter.what)
        .with_for_update()
    )
    for counter in counters:
        what, limit = counter["what"], limits.get(counter["what"])
        used = counter["used"] if counter["period"] == _period(what, unit.now) else 0
        if limit is not None and used > limit:
            raise LimitReached("plan", what=what, limit=limit, used=used)
        await unit.execute(
            update(UsageCounter)
            .where(UsageCounter.tenant_id == tenant_id, UsageCounter.id == counter["id"])
            .values(allowed=limit)
        )


async def _open_counter(uow: UnitOfWork, what: Counted) -> None:
    allowed = await uow.value(_PLANNED, counter=what)
    await uow.execute(
        insert(UsageCounter)
        .values(
            tenant_id=uow.tenant_id,
            id=new_id(),
            what=what,
            period=_period(what, uow.now),
            used=0,
            allowed=allowed,
        )
        .on_conflict_do_nothing()
    )


def _period(what: str, now: datetime) -> str:
    return f"{now:%Y-%m}" if what in BY_MONTH else ""
