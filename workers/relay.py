"""Job rows -> arq, fairly among tenants.

The relay looks past tenants, because it chooses among them: in each round every tenant's first job
goes before anyone's second, and no tenant has more than a few under way. What arq holds is a
wake-up call that may be lost; the row's lease then runs out and the job is dispatched again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, and_, any_, bindparam, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from tenants.jobs import LEASE, MOST_FAILURES, Job
from tenants.platform import PlatformScope, PlatformUnit

log = logging.getLogger(__name__)

ROUND: Final = 80
"""Jobs handed over in one round; arq reads no more than 100 of its queue at once."""
PER_TENANT: Final = 8
IDLE_SECONDS: Final = 0.25

Wake = Callable[[UUID, int], Awaitable[None]]
"""Tells a worker of a job and its attempt number."""


async def relay_for_ever(scope: PlatformScope, wake: Wake) -> None:
    """Dispatch what is due until cancelled; trouble is logged and tried again."""
    while True:
        try:
            moved = await relay_once(scope, wake)
        except Exception:
            log.exception("the relay stumbled")
            moved = 0
        if moved == 0:
            await asyncio.sleep(IDLE_SECONDS)


async def relay_once(scope: PlatformScope, wake: Wake) -> int:
    """One round: lost jobs are queued again, due ones dispatched; how many were woken."""
    async with scope.writing() as unit:
        await _requeue_lost(unit)
        dispatched = await _dispatch(unit)
    for job_id, attempt in dispatched:
        await wake(job_id, attempt)
    return len(dispatched)


async def _requeue_lost(unit: PlatformUnit) -> None:
    """A lease that ran out: the worker died, or the wake-up call was lost on its way."""
    for state, failures in (("running", 1), ("dispatched", 0)):
        await unit.execute(
            update(Job)
            .where(Job.state == state, Job.lease_until < unit.now)
            .values(
                state=case((Job.failures + failures >= MOST_FAILURES, "dead"), else_="queued"),
                failures=Job.failures + failures,
                lease_until=None,
            )
        )


async def _dispatch(unit: PlatformUnit) -> list[tuple[UUID, int]]:
    """Take what is due. Two relays may choose the same rows; the second finds them taken."""
    due = and_(Job.state == "queued", Job.run_at <= bindparam("now"))
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
    rows = await unit.rows(
        update(Job)
        .where(Job.id == any_(bindparam("ids", type_=ARRAY(Uuid()))), Job.state == "queued")
        .values(state="dispatched", attempt=Job.attempt + 1, lease_until=unit.now + LEASE)
        .returning(Job.id, Job.attempt),
        ids=[row["id"] for row in chosen],
    )
    return [(row["id"], row["attempt"]) for row in rows]
