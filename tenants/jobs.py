"""Work for later: a job row written with its cause, handed to arq by the relay.

PostgreSQL owns a job's state; Redis only wakes a worker. The row is in the `platform` schema, on
the coordinator, because the relay reads the queue of all tenants at once.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Index, and_, bindparam, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from tenants.ids import new_id
from tenants.tables import Base, HasTenant, one_of

if TYPE_CHECKING:
    from tenants.scope import UnitOfWork

STATES: Final = ("queued", "dispatched", "running", "done", "dead", "cancelled")
QUEUED: Final[Any] = literal_column("'queued'")
UNDER_WAY: Final[Any] = (QUEUED, literal_column("'dispatched'"), literal_column("'running'"))
"""The states of a job that is not over; written out, or no plan would use the indexes of them."""
NEVER: Final[Any] = literal_column("0")
WAITING: Final = "state IN ('queued', 'dispatched', 'running')"
UNTRIED: Final = "state = 'queued' AND attempt = 0"
MOST_FAILURES: Final = 5
LEASE: Final = timedelta(seconds=90)


class Job(HasTenant, Base):
    """One piece of work of one tenant.

    `attempt` only grows: it is the fencing token of whoever works on it. `failures` counts what
    went wrong; a worker that stops gives its job back and counts none.
    """

    __tablename__ = "job"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default="queued")
    dedup_key: Mapped[str | None]
    priority: Mapped[int] = mapped_column(server_default="100")
    run_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(server_default="0")
    failures: Mapped[int] = mapped_column(server_default="0")
    lease_until: Mapped[datetime | None]
    progress: Mapped[dict[str, Any] | None]
    result: Mapped[dict[str, Any] | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("state", *STATES),
        Index("ix_job_waiting", "run_at", "tenant_id", postgresql_where=text("state = 'queued'")),
        Index("ix_job_leased", "lease_until", postgresql_where=text(WAITING)),
        Index("ix_job_tenant", "tenant_id", "created_at"),
        Index(
            "uq_job_dedup",
            "tenant_id",
            "kind",
            "dedup_key",
            unique=True,
            postgresql_where=text(UNTRIED),
        ),
        Index(
            "ix_job_tried",
            "tenant_id",
            "kind",
            "dedup_key",
            postgresql_where=text(f"attempt > 0 AND {WAITING}"),
        ),
        {"schema": "platform"},
    )


_COLUMNS: Final = ("id", "tenant_id", "kind", "arguments", "dedup_key", "run_at", "created_at")
_QUEUE: Final = (
    insert(Job)
    .values({name: bindparam(name) for name in _COLUMNS})
    .on_conflict_do_nothing()
    .returning(Job.id)
)
_UNTRIED: Final = and_(
    Job.kind == bindparam("kind"),
    Job.dedup_key == bindparam("key"),
    Job.state == QUEUED,
    Job.attempt == NEVER,
)
_SOONER: Final = (
    update(Job)
    .where(_UNTRIED, Job.run_at > bindparam("due"))
    .values(run_at=bindparam("due"))
    .returning(Job.id)
)
_HELD_BACK: Final = select(Job.id).where(_UNTRIED).with_for_update(read=True)


async def enqueue(
    uow: "UnitOfWork",
    kind: str,
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    **arguments: Any,
) -> UUID | None:
    """Have `kind` done after this unit commits, at `run_at` or at once; its job id.

    With `key`, None where a job of that kind and key waits already: it is due at the earliest date
    that any have asked for. One that was tried already may have read what is there before this
    unit commits, so behind it one more may wait; it is tried when the first is over.
    Arguments are ids and small facts (JSON): a job loads the state itself and decides again.
    """
    job_id, due = new_id(), run_at or uow.now
    of = {"kind": kind, "key": key or str(job_id)}
    queued = {
        "id": job_id,
        "tenant_id": uow.tenant_id,
        "kind": kind,
        "arguments": arguments,
        "dedup_key": of["key"],
        "run_at": due,
        "created_at": uow.now,
    }
    while await uow.value(_QUEUE, **queued) is None:
        # The relay passes over the job that waits until all who count on it have committed. Where
        # it was quicker than we, the key is free again.
        if await uow.row(_SOONER, **of, due=due) or await uow.row(_HELD_BACK, **of):
            return None
    return job_id


async def cancel_job(uow: "UnitOfWork", job_id: UUID) -> bool:
    """Stop a job that is not over: whoever is at it keeps nothing more. False where it is over."""
    stopped = await uow.execute(
        update(Job)
        .where(Job.id == job_id, Job.state.in_(UNDER_WAY))
        .values(state="cancelled", finished_at=uow.now, lease_until=None)
    )
    return bool(stopped)
