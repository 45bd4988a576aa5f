"""Exchange: other goods go out for those that come back, in the same order.

What goes out is an edit that names its return; what comes back lowers what is owed when it has
come. So the difference is owed, or to be given back, whichever of both is first.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.inputs import Required
from domain.orders.edits.edits import Wish, revise
from domain.orders.returns.returns import Action, create_return, lock_return
from domain.references import Ref
from tenants.scope import UnitOfWork


async def exchange(
    uow: UnitOfWork, return_id: UUID, *, add: Sequence[Mapping[str, Any]], reason: str
) -> UUID:
    """Let goods (`add`, as `read_plan` takes them) go out for what comes back; the revision.

    Raises NotFound, NotAllowed before the return is approved, Required, and as `edit_order` does.
    """
    order, _ = await lock_return(uow, return_id, Action.EXCHANGE)
    if not add:
        raise Required("add")
    revision_id = await revise(uow, order, Wish(reason, add=add), return_id=return_id)
    assert revision_id is not None
    return revision_id


async def create_exchange(
    uow: UnitOfWork,
    ref: Ref,
    *,
    lines: Sequence[Mapping[str, Any]] | None,
    reason: str,
    add: Sequence[Mapping[str, Any]] = (),
) -> UUID:
    """Note that goods of an order come back, and let others go out for them; the return's id."""
    return_id = await create_return(uow, ref, lines=lines, reason=reason)
    if add:
        await exchange(uow, return_id, add=add, reason=reason[:500])
    return return_id
