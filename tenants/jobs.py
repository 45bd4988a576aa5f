"""Work for later: a job row written with its cause, handed to arq by the relay.

PostgreSQL owns a job's state; Redis only wakes a worker. The row is in the `platform` schema, on
the coordinator, because the relay reads the queue of all tenants at once.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from tenants.ids import new_id
from tenants.tables import Base, HasTenant, one_of

if TYPE_CHECKING:
    from tenants.scope import UnitOfWork

STATES: Final = ("queued", "dispatched", "running", "done", "dead", "cancelled")
WAITING: Final = "state IN ('queued', 'dispatched', 'running')"
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
            postgresql_where=text(WAITING),
        ),
        {"schema": "platform"},
    )


async def enqueue(
    uow: "UnitOfWork",
    kind: str,
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    **arguments: Any,
) -> UUID | None:
    """Have `kind` done after this unit commits, at `run_at` or at once; its job id.

    With `key`, None is returned while a job of that kind and key waits or runs already.
    Arguments are ids and small facts (JSON): a job loads the state itself and decides again.
    """
    job_id = new_id()
    queued: UUID | None = await uow.value(
        insert(Job)
        .values(
            id=job_id,
            tenant_id=uow.tenant_id,
            kind=kind,
            arguments=arguments,
            dedup_key=key or str(job_id),
            run_at=run_at or uow.now,
            created_at=uow.now,
        )
        .on_conflict_do_nothing()
        .returning(Job.id)
    )
    return queued
