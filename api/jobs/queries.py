"""Reading background jobs."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

import strawberry

from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.jobs.types import JOB, Job, JobState
from api.lists import by_id, paged
from api.nodes import NodeKind
from domain.jobs import count_jobs, jobs_by_ids, list_jobs
from domain.paging import PageRequest

READ: Final = "jobs:read"


@strawberry.type
class JobQueries:
    """Root fields of the area."""

    job: Job | None = by_id(jobs_by_ids, JOB, permission=READ, description="One job.")

    @paged(permission=READ)
    async def jobs(
        self, info: Info, page: PageRequest, state: JobState | None = None, kind: str | None = None
    ) -> Connection[Job]:
        """Jobs of one state or kind, or all; the newest first."""
        db, asked = info.context.reading, {"state": state and state.value, "kind": kind}
        return connection(await list_jobs(db, page, **asked), partial(count_jobs, db, **asked))


async def _load(context: RequestContext, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    return await jobs_by_ids(context.reading, ids)


JOB_NODES: Final = [NodeKind(JOB, "Job", _load, READ)]
