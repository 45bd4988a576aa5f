"""Sweeping: what the platform keeps for a while and nobody needs afterwards."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlalchemy import delete, select

from domain.courses import Course
from domain.customers.accounts.codes import forget_old_codes
from domain.merchants.attempts import forget_old_attempts
from domain.merchants.one_time import forget_old_links
from domain.merchants.reception import Reception
from domain.merchants.sessions import forget_old_sessions
from domain.orders.carts.forgetting import forget_old_carts
from tenants.idempotency import forget_old_outcomes
from tenants.jobs import Job, enqueue
from tenants.platform import PlatformScope, PlatformUnit
from tenants.platform_tables import Tenant
from tenants.scope import UnitOfWork

HOUR: Final = time(3, tzinfo=UTC)
SPACES_A_SIGN: Final = 100
"""Spaces swept between two signs of life."""


async def plan_sweep(uow: UnitOfWork) -> None:
    """Have the next sweep done at three at night (UTC); once, however often this is asked.

    The unit is the platform's own (NOBODYS). A worker asks as it starts, and each sweep for the
    one after it.
    """
    tonight = datetime.combine(uow.now.date(), HOUR)
    due = tonight if tonight > uow.now else tonight + timedelta(days=1)
    await enqueue(uow, "platform.sweep", key=f"{due:%Y-%m-%d}", run_at=due)


async def forget_old_jobs(unit: PlatformUnit) -> int:
    """Drop the jobs of all tenants that ended a month ago; how many."""
    month_ago = unit.now - timedelta(days=30)
    return await unit.execute(delete(Job).where(Job.finished_at < month_ago))


async def sweep(course: Course, reception: Reception) -> dict[str, int]:
    """Job `platform.sweep`: forget what is past its time; how many rows of each."""
    # First of all: were this night's to fail, there would be none to come.
    async with course.writing("platform.sweep") as uow:
        await plan_sweep(uow)
    scope = await reception.past_tenants("sweep")
    swept = await _forget_of_spaces(course, scope)
    for what, forget in (
        ("attempts", forget_old_attempts),
        ("links", forget_old_links),
        ("sessions", forget_old_sessions),
        ("jobs", forget_old_jobs),
    ):
        async with scope.writing() as unit:
            swept[what] = await forget(unit)
    return swept


async def _forget_of_spaces(course: Course, scope: PlatformScope) -> dict[str, int]:
    """Drop outcomes of idempotency keys, carts, codes of customers, a space at a time; how many."""
    async with scope.writing() as unit:
        spaces = await unit.rows(select(Tenant.id).where(Tenant.status != "erased"))
    dropped = {"outcomes": 0, "carts": 0, "codes": 0}
    for done, space in enumerate(spaces, 1):
        async with scope.writing() as unit, unit.tenant(space["id"], "platform.sweep") as uow:
            dropped["outcomes"] += await forget_old_outcomes(uow)
            dropped["carts"] += await forget_old_carts(uow)
            dropped["codes"] += await forget_old_codes(uow)
        if done % SPACES_A_SIGN == 0:
            await course.progress(phase="outcomes", done=done, total=len(spaces))
    return dropped
