"""Drafts that come to nothing: given up by staff, or ended by the clock."""

from datetime import datetime
from typing import Final
from uuid import UUID

from domain.inputs import located, text
from domain.orders.drafts.states import DRAFTS, Action, lock_draft
from domain.orders.drafts.tables import LIVE, OrderDraft
from domain.references import Ref
from domain.row_sets import lock_rows
from domain.stock.documents import enter_state
from domain.stock.holds.ends import release_hold
from tenants.jobs import enqueue
from tenants.scope import Row, UnitOfWork

EXPIRE: Final = "orders.expire_draft"
"""The kind of the job that ends one draft."""
_REASON: Final = text(500)


async def cancel_draft(
    uow: UnitOfWork, ref: Ref, *, reason: str, expected_version: int | None = None
) -> UUID:
    """Give up a draft; what was kept for it is free. Its id.

    Raises NotFound, Conflict, NotAllowed, Required.
    """
    with located("reason"):
        reason = _REASON(reason)
    draft = await lock_draft(uow, ref, Action.CANCEL, expected_version=expected_version)
    return await _end(uow, draft, "cancelled", reason)


async def watch(uow: UnitOfWork, draft_id: UUID, until: datetime) -> None:
    """Have a draft ended when it is valid no more."""
    await enqueue(uow, EXPIRE, key=str(draft_id), run_at=until, draft_id=str(draft_id))


async def expire_draft(uow: UnitOfWork, *, draft_id: str) -> dict[str, int]:
    """Job `orders.expire_draft`: end a draft past its time; one that is valid longer waits on."""
    draft = (await lock_rows(uow, OrderDraft, [UUID(draft_id)])).get(UUID(draft_id))
    if draft is None or draft["state"] not in LIVE:
        return {"expired": 0}
    if uow.now < draft["valid_until"]:
        await watch(uow, draft["id"], draft["valid_until"])
        return {"expired": 0}
    await _end(uow, draft, "expired", "past its time")
    return {"expired": 1}


async def _end(uow: UnitOfWork, draft: Row, state: str, reason: str) -> UUID:
    if draft["hold_id"] is not None:
        await release_hold(uow, draft["hold_id"])
    return await enter_state(
        uow, DRAFTS, draft, state, ended_at=uow.now, end_reason=reason, hold_id=None
    )
