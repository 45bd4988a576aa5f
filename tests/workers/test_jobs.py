"""Jobs: written with their cause, fair among tenants, done once whoever dies on the way."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tenants.database import Pool
from tenants.jobs import MOST_FAILURES, Job, enqueue
from tenants.ledger import EventRow
from tenants.platform import PlatformScope, platform_scope
from tenants.scope import TenantScope, UnitOfWork
from tests.conftest import TwoTenants
from workers.relay import PER_TENANT, NotWoken, relay_once
from workers.runner import Course, GiveUp, Kind, run_job

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


@pytest.fixture
async def platform(platform_pool: Pool) -> PlatformScope:
    return await platform_scope(platform_pool, reason="test relay")


async def note(uow: UnitOfWork, *, word: str) -> None:
    uow.record("word.noted", word=word)


async def fail(uow: UnitOfWork, *, word: str) -> None:
    uow.record("word.noted", word=word)
    raise ConnectionError(word)


async def refuse(uow: UnitOfWork) -> None:
    raise GiveUp("no such address")


async def walk(course: Course, *, steps: int) -> dict[str, int]:
    for step in range(steps):
        async with course.writing("walk") as uow:
            uow.record("step.taken", step=step)
        await course.progress(done=step + 1, total=steps)
    return {"steps": steps}


KINDS = {
    "note": Kind(step=note),
    "fail": Kind(step=fail),
    "refuse": Kind(step=refuse),
    "walk": Kind(course=walk),
}


async def queue(scope: TenantScope, kind: str, **arguments: Any) -> UUID:
    async with scope.writing("test") as uow:
        job_id = await enqueue(uow, kind, **arguments)
    assert job_id is not None
    return job_id


async def dispatch(platform: PlatformScope) -> dict[UUID, int]:
    woken: dict[UUID, int] = {}

    async def wake(job_id: UUID, attempt: int) -> None:
        woken[job_id] = attempt

    while await relay_once(platform, wake):
        pass
    return woken


async def row_of(scope: TenantScope, job_id: UUID) -> dict[str, Any]:
    found = await scope.reading.row(select(Job).where(Job.id == job_id))
    assert found is not None
    return dict(found)


async def change(scope: TenantScope, job_id: UUID, **values: Any) -> None:
    async with scope.writing("test") as uow:
        await uow.execute(update(Job).where(Job.id == job_id).values(**values))


async def make_due(scope: TenantScope, job_id: UUID) -> None:
    await change(scope, job_id, run_at=datetime.now(UTC))


async def words(scope: TenantScope) -> list[Any]:
    rows = await scope.reading.rows(select(EventRow.payload).order_by(EventRow.sequence))
    return [row["payload"] for row in rows]


async def test_a_job_is_done_once_however_often_it_is_woken(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    job_id = await queue(scope, "note", word="tea")
    attempt = (await dispatch(platform))[job_id]
    ends = await asyncio.gather(
        *(run_job(pool, platform, KINDS, job_id, attempt) for _ in range(20))
    )
    assert sorted(ends) == ["done"] + ["taken"] * 19
    assert await words(scope) == [{"word": "tea"}]


async def test_a_job_vanishes_with_its_cause(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    async with scope.writing("test", keep=False) as uow:
        job_id = await enqueue(uow, "note", word="tea")
    assert job_id not in await dispatch(platform)


async def test_a_failing_job_waits_and_dies_and_keeps_no_effect(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    job_id = await queue(scope, "fail", word="tea")
    for failures in range(1, MOST_FAILURES + 1):
        attempt = (await dispatch(platform))[job_id]
        end = await run_job(pool, platform, KINDS, job_id, attempt)
        row = await row_of(scope, job_id)
        assert (row["failures"], row["state"]) == (failures, end)
        assert row["last_error"] == "ConnectionError: tea"
        assert (await dispatch(platform)).get(job_id) is None  # its pause is not over
        await make_due(scope, job_id)
    assert end == "dead"
    assert await words(scope) == []


async def test_what_cannot_heal_dies_at_once(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    job_id = await queue(scope, "refuse")
    attempt = (await dispatch(platform))[job_id]
    assert await run_job(pool, platform, KINDS, job_id, attempt) == "dead"


async def test_a_kind_of_a_newer_version_waits_for_a_worker_that_knows_it(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    job_id = await queue(scope, "note", word="tea")
    attempt = (await dispatch(platform))[job_id]
    assert await run_job(pool, platform, {}, job_id, attempt) == "queued"
    await make_due(scope, job_id)
    attempt = (await dispatch(platform))[job_id]
    assert await run_job(pool, platform, KINDS, job_id, attempt) == "done"


async def test_jobs_stay_queued_while_no_call_goes_through(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    jobs = [await queue(scope, "note", word=str(number)) for number in range(PER_TENANT)]
    calls = 0

    async def fade(job_id: UUID, attempt: int) -> None:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise NotWoken

    with pytest.raises(NotWoken):
        await relay_once(platform, fade)
    states = [(await row_of(scope, job_id))["state"] for job_id in jobs]
    assert sorted(states) == ["dispatched"] * 3 + ["queued"] * (PER_TENANT - 3)
    assert len(await dispatch(platform)) == PER_TENANT - 3


async def test_a_job_that_loses_every_worker_dies_and_says_why(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    job_id = await queue(scope, "note", word="tea")
    for _ in range(MOST_FAILURES):
        assert job_id in await dispatch(platform)
        await change(scope, job_id, state="running", lease_until=datetime.now(UTC))
    assert job_id not in await dispatch(platform)
    row = await row_of(scope, job_id)
    assert (row["state"], row["failures"]) == ("dead", MOST_FAILURES)
    assert row["finished_at"]
    assert row["last_error"]


async def test_a_lost_worker_is_fenced_off(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    job_id = await queue(scope, "walk", steps=3)
    first = (await dispatch(platform))[job_id]
    lost = Course(scope, job_id, first)
    # It began, then its lease ran out.
    await change(scope, job_id, state="running", lease_until=datetime.now(UTC))
    second = (await dispatch(platform))[job_id]
    assert second == first + 1
    assert await run_job(pool, platform, KINDS, job_id, second) == "done"
    assert await run_job(pool, platform, KINDS, job_id, first) == "taken"
    with pytest.raises(Exception, match=str(job_id)):
        await lost.progress(done=1)
    row = await row_of(scope, job_id)
    assert (row["result"], row["progress"]) == ({"steps": 3}, {"done": 3, "total": 3})
    assert await words(scope) == [{"step": 0}, {"step": 1}, {"step": 2}]


async def test_a_stopping_worker_gives_its_job_back(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    began = asyncio.Event()

    async def slow(uow: UnitOfWork) -> None:
        uow.record("word.noted")
        began.set()
        await asyncio.Event().wait()

    job_id = await queue(scope, "slow")
    attempt = (await dispatch(platform))[job_id]
    doing = asyncio.create_task(run_job(pool, platform, {"slow": Kind(step=slow)}, job_id, attempt))
    await began.wait()
    doing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await doing
    row = await row_of(scope, job_id)
    assert (row["state"], row["failures"]) == ("queued", 0)
    assert await words(scope) == []


async def test_no_tenant_waits_for_anothers_backlog(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    greedy, modest = TenantScope(pool, tenants.ours), TenantScope(pool, tenants.neighbour)
    for number in range(50):
        await queue(greedy, "note", word=str(number))
    mine = await queue(modest, "note", word="mine")
    woken = await dispatch(platform)
    assert mine in woken
    rows = await greedy.reading.rows(select(Job.id).where(Job.state == "dispatched"))
    assert len(rows) == PER_TENANT


async def test_one_key_has_one_waiting_job(pool: Pool, tenants: TwoTenants) -> None:
    scope = TenantScope(pool, tenants.ours)
    async with scope.writing("test") as uow:
        first = await enqueue(uow, "note", key="tea", word="1", run_at=uow.now + HOUR)
        assert first
        assert await enqueue(uow, "note", key="tea", word="2", run_at=uow.now + 2 * HOUR) is None
        assert await enqueue(uow, "note", key="milk", word="3")
    assert (await row_of(scope, first))["run_at"] == uow.now + HOUR


async def test_a_waiting_job_is_due_when_it_is_wanted_first(
    pool: Pool, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    async with scope.writing("test") as uow:
        first = await enqueue(uow, "note", key="tea", word="1", run_at=uow.now + HOUR)
    assert first
    async with scope.writing("test") as uow:
        assert await enqueue(uow, "note", key="tea", word="2") is None
    assert (await row_of(scope, first))["run_at"] == uow.now


async def test_what_is_asked_for_while_a_job_runs_is_done_after_it(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    """The job reads, then another word is written and its job asked for; nobody's word is lost."""
    scope = TenantScope(pool, tenants.ours)
    has_read, may_end = asyncio.Event(), asyncio.Event()
    read: list[int] = []

    async def reader(course: Course) -> None:
        read.append(len(await words(course.scope)))
        has_read.set()
        await may_end.wait()

    kinds = {"reader": Kind(course=reader)}
    first = await queue(scope, "reader", key="tea")
    attempt = (await dispatch(platform))[first]
    running = asyncio.create_task(run_job(pool, platform, kinds, first, attempt))
    await has_read.wait()
    async with scope.writing("test") as uow:
        uow.record("word.noted")
        second = await enqueue(uow, "reader", key="tea")
        assert await enqueue(uow, "reader", key="tea") is None
    assert second
    assert second not in await dispatch(platform)  # never two of a key at once
    may_end.set()
    assert await running == "done"
    attempt = (await dispatch(platform))[second]
    assert await run_job(pool, platform, kinds, second, attempt) == "done"
    assert read == [0, 1]


async def test_a_job_that_is_counted_on_begins_after_the_commit(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    """The job waits already, so no other is made: then it must see what is written just now."""
    scope = TenantScope(pool, tenants.ours)
    waiting = await queue(scope, "note", key="tea", word="1")
    others = await queue(TenantScope(pool, tenants.neighbour), "note", key="tea", word="1")
    async with scope.writing("test") as uow:
        uow.record("word.noted")
        assert await enqueue(uow, "note", key="tea", word="1") is None
        woken = await dispatch(platform)
        assert others in woken
        assert waiting not in woken
    assert waiting in await dispatch(platform)


async def test_a_job_that_failed_goes_before_the_one_behind_it(
    pool: Pool, platform: PlatformScope, tenants: TwoTenants
) -> None:
    scope = TenantScope(pool, tenants.ours)
    first = await queue(scope, "fail", key="tea", word="1")
    attempt = (await dispatch(platform))[first]
    second = await queue(scope, "fail", key="tea", word="1")
    assert await run_job(pool, platform, KINDS, first, attempt) == "queued"
    assert await dispatch(platform) == {}
    await make_due(scope, first)
    assert list(await dispatch(platform)) == [first]
    await change(scope, first, state="dead")
    assert list(await dispatch(platform)) == [second]


async def test_of_many_who_ask_at_once_one_queues(pool: Pool, tenants: TwoTenants) -> None:
    scope = TenantScope(pool, tenants.ours)

    async def ask(number: int) -> UUID | None:
        async with scope.writing("test") as uow:
            due = uow.now + timedelta(minutes=number)
            return await enqueue(uow, "note", key="tea", word="1", run_at=due)

    asked = await asyncio.gather(*(ask(number) for number in range(20)))
    (queued,) = [job_id for job_id in asked if job_id]
    assert (await row_of(scope, queued))["run_at"] < datetime.now(UTC)
