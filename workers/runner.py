"""Doing one job: claim it by its attempt number, call the domain once, say what came of it.

A kind is either a `Step`, a function of one unit of work whose effect commits together with "done",
or a `Course`, which opens its own units, one after another, and may say how far it is. Both may run
twice: the attempt number fences off whoever lost the job meanwhile.
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from tenants.database import Pool, TenantSetting
from tenants.jobs import LEASE, MOST_FAILURES, Job
from tenants.platform import PlatformScope
from tenants.scope import TenantScope, UnitOfWork

log = logging.getLogger(__name__)

FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
UNKNOWN_PAUSE: Final = timedelta(minutes=10)
LONGEST_ERROR: Final = 2_000


class RetryLater(Exception):
    """What failed can heal: a timeout, a busy server. `pause` overrides the usual waiting time."""

    def __init__(self, reason: str, *, pause: timedelta | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class NotReady(RetryLater):
    """The job cannot be done here yet (a setting is missing): it waits, and nothing is counted."""


class GiveUp(Exception):
    """What failed cannot heal: bad data, a refused address. The job is dead, and says why."""


class LostJob(Exception):
    """Another worker has the job now; whatever this one did is rolled back."""


@dataclass(slots=True)
class Course:
    """A job under way that opens its own units of work."""

    scope: TenantScope
    job_id: UUID
    attempt: int

    @asynccontextmanager
    async def writing(self, action: str) -> AsyncIterator[UnitOfWork]:
        """A unit that also renews the lease; it fails when the job was given to another."""
        async with self.scope.writing(action) as uow:
            yield uow
            await _set(uow, self.job_id, self.attempt, lease_until=_lease())

    async def failures(self) -> int:
        """How often the job failed before."""
        asked = select(Job.failures).where(Job.id == self.job_id)
        return int(await self.scope.reading.value(asked) or 0)

    async def progress(self, **facts: Any) -> None:
        """Say how far it is (`done`, `total`, `phase`), for whoever watches."""
        async with self.scope.writing("job.progress") as uow:
            await _set(uow, self.job_id, self.attempt, progress=facts, lease_until=_lease())


@dataclass(frozen=True, slots=True)
class Kind:
    """What does a kind of job: `step(uow, **arguments)` or `course(course, **arguments)`."""

    step: Callable[..., Awaitable[Any]] | None = None
    course: Callable[..., Awaitable[Any]] | None = None


async def run_job(
    pool: Pool,
    platform: PlatformScope,
    kinds: Mapping[str, Kind],
    job_id: UUID,
    attempt: int,
    *,
    setting: TenantSetting = "statement",
) -> str:
    """Do the job unless somebody else has it; the state it is left in."""
    async with platform.writing() as unit:
        claimed = await unit.row(
            update(Job)
            .where(Job.id == job_id, Job.attempt == attempt, Job.state == "dispatched")
            .values(state="running", lease_until=_lease())
            .returning(Job.tenant_id, Job.kind, Job.arguments, Job.failures)
        )
    if claimed is None:
        return "taken"
    scope = TenantScope(pool, claimed["tenant_id"], setting=setting)
    try:
        kind = kinds.get(claimed["kind"])
        if kind is None:
            # Perhaps a newer version's, met during a deploy: its own workers will do it.
            raise RetryLater("this worker does not know the kind", pause=UNKNOWN_PAUSE)
        await _do(kind, scope, job_id, attempt, claimed["kind"], claimed["arguments"])
        return "done"
    except LostJob:
        return "taken"
    except asyncio.CancelledError:
        await asyncio.shield(_put_back(scope, job_id, attempt))
        raise
    except Exception as error:
        log.warning("job %s of kind %s failed", job_id, claimed["kind"], exc_info=error)
        return await _failed(scope, job_id, attempt, claimed["failures"], error)


async def _do(
    kind: Kind, scope: TenantScope, job_id: UUID, attempt: int, name: str, arguments: dict[str, Any]
) -> None:
    if kind.step:
        async with scope.writing(name) as uow:
            result = await kind.step(uow, **arguments)
            await _set(uow, job_id, attempt, **_done(result))
        return
    assert kind.course
    result = await kind.course(Course(scope, job_id, attempt), **arguments)
    async with scope.writing(name) as uow:
        await _set(uow, job_id, attempt, **_done(result))


def _done(result: Any) -> dict[str, Any]:
    return {
        "state": "done",
        "finished_at": datetime.now(UTC),
        "lease_until": None,
        "result": result if isinstance(result, dict) else None,
        "last_error": None,
    }


async def _set(uow: UnitOfWork, job_id: UUID, attempt: int, **values: Any) -> None:
    changed = await uow.execute(
        update(Job)
        .where(Job.id == job_id, Job.attempt == attempt, Job.state == "running")
        .values(**values)
    )
    if changed == 0:
        raise LostJob(str(job_id))


async def _failed(
    scope: TenantScope, job_id: UUID, attempt: int, failures: int, error: Exception
) -> str:
    """Queue the job again after a pause, or call it dead; the state it is left in."""
    failures += 0 if isinstance(error, NotReady) else 1
    dead = isinstance(error, GiveUp) or failures >= MOST_FAILURES
    pause = (error.pause if isinstance(error, RetryLater) else None) or _pause(failures)
    state = "dead" if dead else "queued"
    try:
        async with scope.writing("job.failed") as uow:
            await _set(
                uow,
                job_id,
                attempt,
                state=state,
                failures=failures,
                run_at=uow.now + pause,
                lease_until=None,
                last_error=f"{type(error).__name__}: {error}"[:LONGEST_ERROR],
                finished_at=uow.now if dead else None,
            )
    except LostJob:
        return "taken"
    return state


async def _put_back(scope: TenantScope, job_id: UUID, attempt: int) -> None:
    """A worker that stops gives its job back."""
    async with scope.writing("job.put_back") as uow:
        await uow.execute(
            update(Job)
            .where(Job.id == job_id, Job.attempt == attempt, Job.state == "running")
            .values(state="queued", lease_until=None)
        )


def _pause(failures: int) -> timedelta:
    """Doubled each time, with a jitter of a half, an hour at most."""
    whole: timedelta = min(FIRST_PAUSE * 2 ** max(failures - 1, 0), LONGEST_PAUSE)
    return whole * random.uniform(0.5, 1.0)


def _lease() -> datetime:
    return datetime.now(UTC) + LEASE
