"""Reading background jobs."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

import strawberry

from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.engine.fields import root
from api.jobs.types import JOB, Job, JobState
from api.nodes import NodeKind
from api.refusals import told
from api.scalars import wanted_id
from domain.jobs import count_jobs, jobs_by_ids, list_jobs
from domain.paging import PageRequest

READ: Final = "jobs:read"


@strawberry.type
class JobQueries:
    """Root fields of the area."""

    @root(permission=READ)
    async def job(self, info: Info, id: strawberry.ID) -> Job | None:
        """One job."""
        job_id = wanted_id(id, JOB)
        found: Any = await jobs_by_ids(info.context.reading, [job_id])
        return found.get(job_id)  # type: ignore[no-any-return]

    @root(permission=READ, page_size=("first", "last"))
    async def jobs(
        self,
        info: Info,
        state: JobState | None = None,
        kind: str | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Job]:
        """Jobs of one state or kind, or all; the newest first."""
        db = info.context.reading
        asked = {"state": state.value if state else None, "kind": kind}
        with told(info.context):
            page = await list_jobs(db, PageRequest(first, after, last, before), **asked)
        counted: Any = connection(page, partial(count_jobs, db, **asked))
        return counted  # type: ignore[no-any-return]


async def _load(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    return await jobs_by_ids(context.reading, ids)


JOB_NODES: Final = [NodeKind(JOB, "Job", _load, READ)]
