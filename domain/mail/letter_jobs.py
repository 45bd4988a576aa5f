"""Letters to be sent: a job for each, in the unit that is its cause."""

from typing import Any
from uuid import UUID

from tenants.ids import new_id
from tenants.jobs import enqueue
from tenants.scope import UnitOfWork


async def send_later(
    uow: UnitOfWork, letter: str, *, key: str | None = None, **facts: str
) -> UUID | None:
    """Have the job `mail.<letter>` done once this unit has committed; its id.

    With `key`, None while such a letter waits already. `letter_id` is the same each time that the
    job runs, so that a letter sent twice can be known as one.
    """
    told: dict[str, Any] = {"letter_id": str(new_id()), **facts}
    return await enqueue(uow, f"mail.{letter}", key=key, **told)
