"""Orders that come to nothing: cancelled by somebody, or ended by the clock."""

from typing import Final
from uuid import UUID

from domain.inputs import located, text
from domain.orders.hand_overs.ending import cancel_picked
from domain.orders.letters.asking import write_of_order
from domain.orders.orders.money import enter
from domain.orders.orders.purses import return_points, return_to_cards
from domain.orders.orders.states import ORDERS, Action, lock_order
from domain.pricing.promotions.uses import give_back_uses
from domain.references import Ref
from domain.stock.documents import enter_state
from domain.stock.holds.ends import release_hold
from tenants.scope import Row, UnitOfWork

_REASON: Final = text(500)


async def cancel_order(
    uow: UnitOfWork, ref: Ref, *, reason: str, expected_version: int | None = None
) -> UUID:
    """Give up an order of which nothing has gone: its goods are free, nothing is owed; its id.

    What was paid is to be given back. Raises NotFound, Conflict, NotAllowed, Required.
    """
    with located("reason"):
        reason = _REASON(reason)
    order = await lock_order(uow, ref, Action.CANCEL, expected_version=expected_version)
    return await end_order(uow, order, "cancelled", reason=reason)


async def end_order(uow: UnitOfWork, order: Row, state: str, *, reason: str) -> UUID:
    """End a locked order of which nothing has gone; its id."""
    await cancel_picked(uow, order)
    await release_hold(uow, order["hold_id"])
    await give_back_uses(uow, order["id"])
    left = await enter(uow, order, "due", -order["due_minor"], state)
    await return_to_cards(uow, order, -left, state)
    await return_points(uow, order, order["points_minor"])
    await write_of_order(uow, "order_ended", order)
    return await enter_state(
        uow, ORDERS, order, state, ended_at=uow.now, cancel_reason=reason, pay_until=None
    )
