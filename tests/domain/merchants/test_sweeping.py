"""The nightly sweep: it plans itself, and drops what is past its time of every tenant."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain.merchants.reception import Reception
from domain.merchants.sweeping import plan_sweep, sweep
from tenants.database import Pool
from tenants.idempotency import KEPT, IdempotencyKey, earlier_outcome, keep_outcome
from tenants.jobs import Job, enqueue
from tenants.platform_tables import NOBODYS
from tenants.scope import TenantScope
from tests.domain.merchants.merchants import Merchant
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio


async def test_the_platform_is_swept_every_night(reception: Reception, pool: Pool) -> None:
    scope = TenantScope(pool, NOBODYS)
    async with scope.writing("test") as uow:
        await plan_sweep(uow)
        await plan_sweep(uow)
    swept = await sweep(PlainCourse(scope), reception)
    assert set(swept) == {"outcomes", "carts", "codes", "attempts", "links", "sessions", "jobs"}
    waiting = select(Job.run_at).where(Job.kind == "platform.sweep", Job.state == "queued")
    [job] = await scope.reading.rows(waiting)
    assert job["run_at"].hour == 3
    assert job["run_at"] > scope.reading.now


async def test_the_sweep_drops_what_is_old_of_every_tenant(
    reception: Reception, pool: Pool, merchant: Merchant, neighbour: Merchant
) -> None:
    """Outcomes of idempotency keys after 72 hours, jobs a month after their end."""
    for scope, past in ((merchant.scope(), KEPT), (neighbour.scope(), KEPT - timedelta(hours=1))):
        async with scope.writing("test") as uow:
            asked: dict[str, Any] = {"credential_id": uow.tenant_id, "key": "k"}
            await earlier_outcome(uow, **asked, fingerprint=b"")
            await keep_outcome(uow, **asked, outcome={"id": "1"})
            await uow.execute(update(IdempotencyKey).values(created_at=uow.now - past))
            for days, state in ((31, "done"), (29, "dead"), (None, "queued")):
                await enqueue(uow, "test.none", key=state, run_at=uow.now + timedelta(days=9))
                ended = uow.now - timedelta(days=days) if days else None
                await uow.execute(
                    update(Job).where(Job.dedup_key == state).values(finished_at=ended, state=state)
                )
    swept = await sweep(PlainCourse(TenantScope(pool, NOBODYS)), reception)
    assert swept["outcomes"] >= 1
    outcomes = select(func.count()).select_from(IdempotencyKey)
    kept = select(Job.state).where(Job.kind == "test.none").order_by(Job.state)
    for scope, left in ((merchant.scope(), 0), (neighbour.scope(), 1)):
        assert await scope.reading.value(outcomes) == left
        assert [row["state"] for row in await scope.reading.rows(kept)] == ["dead", "queued"]
