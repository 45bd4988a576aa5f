"""Job rows -> arq, fairly among tenants.

The relay looks past tenants, because it chooses among them: in each round every tenant's first job
goes before anyone's second, and no tenant has more than a few under way. What arq holds is a
wake-up call that may be lost; the row's lease then runs out and the job is dispatched again. While
Redis is away nobody is called, and the jobs wait where they are.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from tenants.jobs import LEASE, MOST_FAILURES, NEVER, QUEUED, UNDER_WAY, Job
from tenants.platform import PlatformScope, PlatformUnit

log = logging.getLogger(__name__)

ROUND: Final = 80
"""Jobs handed over in one round; arq reads no more than 100 of its queue at once."""
PER_TENANT: Final = 8
IDLE_SECONDS: Final = 0.25
AWAY_SECONDS: Final = 2.0

Wake = Callable[[UUID, int], Awaitable[None]]
"""Tells a worker of a job and its attempt number. Raises NotWoken."""


class NotWoken(Exception):
    """The call went to nobody, as far as can be told: Redis is away."""


async def relay_for_ever(scope: PlatformScope, wake: Wake) -> None:
    """Dispatch what is due until cancelled; trouble is logged and tried again."""
    while True:
        try:
            pause = 0 if await relay_once(scope, wake) else IDLE_SECONDS
        except NotWoken as error:
            log.warning("jobs wait in PostgreSQL: %s", error)
            pause = AWAY_SECONDS
        except Exception:
            log.exception("the relay stumbled")
            pause = AWAY_SECONDS
        await asyncio.sleep(pause)


async def relay_once(scope: PlatformScope, wake: Wake) -> int:
    """One round: lost jobs are queued again, due ones dispatched; how many were woken.

    Raises NotWoken; then those that nobody was called for are queued as before.
    """
    async with scope.writing() as unit:
        await _requeue_lost(unit)
        dispatched = await _dispatch(unit)
    for place, (job_id, attempt) in enumerate(dispatched):
        try:
            await wake(job_id, attempt)
        except NotWoken:
            async with scope.writing() as unit:
                await _take_back(unit, dispatched[place:])
            raise
    return len(dispatched)


async def _requeue_lost(unit: PlatformUnit) -> None:
    """A lease that ran out: the worker died, or the wake-up call was lost on its way."""
    await unit.execute(
        update(Job)
        .where(Job.state == "dispatched", Job.lease_until < unit.now)
        .values(state="queued", lease_until=None)
    )
    is_last = Job.failures + 1 >= MOST_FAILURES
    await unit.execute(
        update(Job)
        .where(Job.state == "running", Job.lease_until < unit.now)
        .values(
            state=case((is_last, "dead"), else_="queued"),
            finished_at=case((is_last, unit.now)),
            failures=Job.failures + 1,
            last_error="the worker was lost, or gave no sign of life",
            lease_until=None,
        )
    )


async def _dispatch(unit: PlatformUnit) -> list[tuple[UUID, int]]:
    """Take what is due, one of a key at a time. What two relays choose, the second finds taken."""
    before = aliased(Job)
    is_second = exists().where(
        before.tenant_id == Job.tenant_id,
        before.kind == Job.kind,
        before.dedup_key == Job.dedup_key,
        before.attempt > NEVER,
        before.state.in_(UNDER_WAY),
    )
    due = and_(
        Job.state == QUEUED,
        Job.run_at <= bindparam("now"),
        or_(Job.attempt > NEVER, ~is_second),
    )
    turn = func.row_number().over(partition_by=Job.tenant_id, order_by=(Job.priority, Job.run_at))
    ranked = select(Job.id, Job.tenant_id, turn.label("turn")).where(due).subquery()
    busy = (
        select(Job.tenant_id, func.count().label("jobs"))
        .where(or_(Job.state == "running", Job.state == "dispatched"))
        .group_by(Job.tenant_id)
        .subquery()
    )
    chosen = await unit.rows(
        select(ranked.c.id)
        .outerjoin(busy, busy.c.tenant_id == ranked.c.tenant_id)
        .where(ranked.c.turn + func.coalesce(busy.c.jobs, 0) <= PER_TENANT)
        .order_by(ranked.c.turn)
        .limit(ROUND),
        now=unit.now,
    )
    if not chosen:
        return []
    # A row that a unit holds is one that it counts on: what it writes must be seen by the job.
    free = (
        select(Job.id)
        .where(Job.id == any_(bindparam("ids", type_=ARRAY(Uuid()))), Job.state == "queued")
        .with_for_update(skip_locked=True)
    )
    rows = await unit.rows(
        update(Job)
        .where(Job.id.in_(free))
        .values(state="dispatched", attempt=Job.attempt + 1, lease_until=unit.now + LEASE)
        .returning(Job.id, Job.attempt),
        ids=[row["id"] for row in chosen],
    )
    return [(row["id"], row["attempt"]) for row in rows]


async def _take_back(unit: PlatformUnit, dispatched: list[tuple[UUID, int]]) -> None:
    """Queue again what no worker has begun; the attempt that was named is over in any case."""
    for job_id, attempt in dispatched:
        await unit.execute(
            update(Job)
            .where(Job.id == job_id, Job.attempt == attempt, Job.state == "dispatched")
            .values(state="queued", lease_until=None)
        )
