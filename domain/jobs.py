"""Background jobs as their tenant may watch them; what is to be done for them stays inside."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, any_, select

from domain.paging import Page, PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS
from tenants.jobs import Job
from tenants.scope import Asking, Row

_SHOWN: Final = select(
    Job.id,
    Job.kind,
    Job.state,
    Job.run_at,
    Job.failures,
    Job.progress,
    Job.result,
    Job.last_error,
    Job.created_at,
    Job.finished_at,
)
_BY_IDS: Final = _SHOWN.where(Job.id == any_(IDS))
_ORDER: Final = (
    Sort("createdAt", Job.created_at, descending=True),
    Sort("id", Job.id, descending=True),
)


async def list_jobs(
    db: Asking, request: PageRequest, *, state: str | None = None, kind: str | None = None
) -> Page:
    """A page of jobs, the newest first, of one state or kind where asked for."""
    return await page_of(db, _narrowed(_SHOWN, state, kind), _ORDER, request)


async def count_jobs(db: Asking, *, state: str | None = None, kind: str | None = None) -> int:
    """How many jobs that list has."""
    return await count_of(db, _narrowed(select(Job.id), state, kind))


async def jobs_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Jobs by id."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


def _narrowed(statement: Select[Any], state: str | None, kind: str | None) -> Select[Any]:
    if state is not None:
        statement = statement.where(Job.state == state)
    return statement if kind is None else statement.where(Job.kind == kind)
