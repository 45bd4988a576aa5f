"""What may be done with an order in each of its states, and how it moves on.

    awaiting_payment -> confirmed -> in_delivery -> handed_over
    awaiting_payment -> expired; awaiting_payment, confirmed -> cancelled

Goods are kept for it from the beginning on. Money has no states: whether some is to be paid, or to
be given back, follows from the order's sums, and is not asked before goods may go.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.errors import NotAllowed, NotFound
from domain.orders.desk.statuses import status_in
from domain.orders.orders.money import to_pay, to_refund
from domain.orders.orders.of_tokens import lock_by_token
from domain.orders.orders.tables import STATES, Order
from domain.references import Ref
from domain.stock.documents import Stated, lock_document
from tenants.principal import Principal
from tenants.scope import Row, UnitOfWork

WHAT: Final = "order"


class Action(StrEnum):
    """What may be done with an order."""

    MARK_PAID = "mark_paid"
    MARK_REFUNDED = "mark_refunded"
    EDIT = "edit"
    SPLIT = "split"
    CANCEL = "cancel"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"


STATES_FOR: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.MARK_PAID: ("awaiting_payment", "confirmed", "in_delivery", "handed_over"),
    Action.MARK_REFUNDED: STATES,
    Action.EDIT: ("awaiting_payment", "confirmed", "in_delivery"),
    Action.SPLIT: ("awaiting_payment", "confirmed", "in_delivery"),
    Action.CANCEL: ("awaiting_payment", "confirmed"),
    Action.HAND_OVER: ("confirmed", "in_delivery"),
    Action.TAKE_BACK: ("in_delivery", "handed_over"),
}


def check_sees_order(principal: Principal, order: Row, *path: str) -> None:
    """An order that is fetched elsewhere is to who sees some points alone as if it were not there.

    Raises NotFound.
    """
    if principal.points is not None and order["location_id"] not in principal.points:
        raise NotFound(*path, what=WHAT)


ORDERS: Final = Stated(WHAT, Order, STATES_FOR, check_sees_order, status_in)


def allowed_actions(order: Row) -> list[Action]:
    """What may be done with an order now, its money included."""
    needs = {Action.MARK_PAID: to_pay(order), Action.MARK_REFUNDED: to_refund(order)}
    return [action for action in ORDERS.allowed_actions(order["state"]) if needs.get(action, True)]


async def lock_order_of_token(uow: UnitOfWork, token: str, action: Action) -> Row:
    """The order that a buyer's token opens, locked. Raises NotFound at `token`, NotAllowed."""
    order = await lock_by_token(uow, token)
    if order is None:
        raise NotFound("token", what=WHAT)
    if order["state"] not in STATES_FOR[action]:
        raise NotAllowed("token", en="the order is not so far", ru="с этим заказом так нельзя")
    return order


async def lock_order(
    uow: UnitOfWork, ref: Ref, action: Action, *, expected_version: int | None = None
) -> Row:
    """An order that this may be done with, locked. Raises NotFound, Conflict, NotAllowed."""
    return await lock_document(uow, ORDERS, ref, action, "id", expected_version=expected_version)
