"""A background job as the merchant sees it."""

from enum import Enum
from typing import Any, Final

import strawberry

from api.engine.fields import computed
from api.nodes import Node
from api.scalars import JSON, DateTime, id_field

JOB: Final = "job"


@strawberry.enum
class JobState(Enum):
    """How far a job is: DEAD is given up after too many failures."""

    QUEUED = "queued"
    DISPATCHED = "dispatched"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


OUR_FAULT: Final = "It failed on our side. Quote the job's id when you report it."
_SAID: Final = ("GiveUp: ", "RetryLater: ")
"""Errors whose words are meant to be read; those of all others speak of our inside."""


def _told_error(row: Any) -> str | None:
    error: str | None = row["last_error"]
    if error is None:
        return None
    said = next((error.removeprefix(word) for word in _SAID if error.startswith(word)), None)
    return said or OUR_FAULT


@strawberry.type
class Job(Node):
    """Work that is done apart from any request."""

    id: strawberry.ID = id_field(JOB)
    kind: str = strawberry.field(description="What is done: feeds.import, media.store, …")
    state: JobState
    progress: JSON | None = strawberry.field(description="How far it says it is.")
    result: JSON | None = strawberry.field(description="What came of it, once it is done.")
    last_error: str | None = computed(
        _told_error, description="Why it failed last, as far as it is not our own fault."
    )
    failures: int = strawberry.field(description="How often it failed and was tried again.")
    run_at: DateTime = strawberry.field(description="When it is due.")
    created_at: DateTime
    finished_at: DateTime | None
