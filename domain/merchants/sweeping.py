"""Sweeping: what the platform keeps for a while and nobody needs afterwards."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlalchemy import delete

from domain.courses import Course
from domain.merchants.attempts import forget_old_attempts
from domain.merchants.one_time import forget_old_links
from domain.merchants.reception import Reception
from domain.merchants.sessions import forget_old_sessions
from tenants.jobs import Job, enqueue
from tenants.platform import PlatformUnit
from tenants.platform_tables import NOBODYS
from tenants.scope import UnitOfWork

HOUR: Final = time(3, tzinfo=UTC)


async def plan_sweep(uow: UnitOfWork) -> None:
    """Have the next sweep done at three at night (UTC); once, however often this is asked.

    The unit is the platform's own (NOBODYS). A worker asks as it starts, and each sweep for the
    one after it.
    """
    tonight = datetime.combine(uow.now.date(), HOUR)
    due = tonight if tonight > uow.now else tonight + timedelta(days=1)
    await enqueue(uow, "platform.sweep", key=f"{due:%Y-%m-%d}", run_at=due)


async def forget_old_jobs(unit: PlatformUnit) -> int:
    """Drop the platform's own jobs that ended a month ago: letters, mostly; how many."""
    month_ago = unit.now - timedelta(days=30)
    return await unit.execute(
        delete(Job).where(Job.tenant_id == NOBODYS, Job.finished_at < month_ago)
    )


async def sweep(course: Course, reception: Reception) -> dict[str, int]:
    """Job `platform.sweep`: forget old tries, links, sessions, letters; how many rows of each."""
    scope = await reception.past_tenants("sweep")
    swept = {}
    for what, forget in (
        ("attempts", forget_old_attempts),
        ("links", forget_old_links),
        ("sessions", forget_old_sessions),
        ("jobs", forget_old_jobs),
    ):
        async with scope.writing() as unit:
            swept[what] = await forget(unit)
    async with course.writing("platform.sweep") as uow:
        await plan_sweep(uow)
    return swept
