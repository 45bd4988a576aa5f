"""Returns: asked for, approved or rejected, and received; then the buyer is owed what he had paid.

    requested -> approved -> received; requested, approved -> rejected

The order is locked before its return.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, any_, cast, func, or_, select

from domain.errors import NotAllowed, NotFound
from domain.inputs import line_or_none, located, text
from domain.orders.named_lines import read_lines
from domain.orders.orders.lines import lines_of as lines_of_order
from domain.orders.orders.states import Action as OrderAction
from domain.orders.orders.states import check_sees_order, lock_order, lock_order_of_token
from domain.orders.orders.tables import Order
from domain.orders.returns.tables import OrderReturn, OrderReturnLine
from domain.references import Ref
from domain.row_sets import IDS, insert_rows, lock_rows, rows_by_id, update_rows
from domain.stock.numbering import next_number
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork

WHAT: Final = "order_return"
_REASON: Final = text(1_000)
_PENDING: Final = (
    select(
        OrderReturnLine.order_line_id,
        cast(func.sum(OrderReturnLine.quantity), BigInteger).label("quantity"),
    )
    .join(OrderReturn, OrderReturn.id == OrderReturnLine.return_id)
    .where(
        OrderReturn.order_id == any_(IDS),
        or_(OrderReturn.state == "requested", OrderReturn.state == "approved"),
    )
    .group_by(OrderReturnLine.order_line_id)
)


class Action(StrEnum):
    """What may be done with a return."""

    APPROVE = "approve"
    REJECT = "reject"
    RECEIVE = "receive"
    EXCHANGE = "exchange"


STATES_FOR: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.APPROVE: ("requested",),
    Action.REJECT: ("requested", "approved"),
    Action.RECEIVE: ("approved",),
    Action.EXCHANGE: ("approved", "received"),
}


def allowed_actions(state: str) -> list[Action]:
    """What may be done in a state."""
    return [action for action, states in STATES_FOR.items() if state in states]


async def request_return(
    uow: UnitOfWork, token: str, *, lines: Sequence[Mapping[str, Any]], reason: str
) -> UUID:
    """Let the buyer ask to give back goods of the order that his token opens; the return's id.

    Raises NotFound at `token`, NotAllowed before he has anything, and as `read_lines` does.
    """
    order = await lock_order_of_token(uow, token, OrderAction.TAKE_BACK)
    return await _begin(uow, order, lines, reason, state="requested", by_buyer=True)


async def create_return(
    uow: UnitOfWork, ref: Ref, *, lines: Sequence[Mapping[str, Any]] | None, reason: str
) -> UUID:
    """Note that goods of an order (`lines` None: all that the buyer has) come back; the return's
    id. Who says so has approved it. Raises as `request_return` does.
    """
    order = await lock_order(uow, ref, OrderAction.TAKE_BACK)
    return await _begin(uow, order, lines, reason, state="approved", by_buyer=False)


async def approve_return(uow: UnitOfWork, return_id: UUID, *, answer: str | None = None) -> UUID:
    """Let the goods of a return come; its id. `answer`: words for the buyer."""
    order, found = await lock_return(uow, return_id, Action.APPROVE)
    return await enter_return(uow, order, found, "approved", answer=_answer(answer))


async def reject_return(uow: UnitOfWork, return_id: UUID, *, answer: str) -> UUID:
    """Do not take goods back; its id. `answer`: why not, for the buyer. Raises Required."""
    with located("answer"):
        said = _REASON(answer)
    order, found = await lock_return(uow, return_id, Action.REJECT)
    return await enter_return(uow, order, found, "rejected", answer=said)


async def lock_return(uow: UnitOfWork, return_id: UUID, action: Action) -> tuple[Row, Row]:
    """A return with which this may be done, behind its order; both locked.

    Raises NotFound, NotAllowed.
    """
    seen = (await rows_by_id(uow, OrderReturn, [return_id])).get(return_id)
    if seen is None:
        raise NotFound("id", what=WHAT)
    order = (await lock_rows(uow, Order, [seen["order_id"]]))[seen["order_id"]]
    check_sees_order(uow.principal, order, "id")
    found = (await lock_rows(uow, OrderReturn, [return_id]))[return_id]
    if found["state"] not in STATES_FOR[action]:
        raise NotAllowed(
            "id",
            en=f"cannot be done with a return that is {found['state']}",
            ru=f"нельзя сделать с возвратом в состоянии {found['state']}",
        )
    return order, found


async def enter_return(uow: UnitOfWork, order: Row, found: Row, state: str, **columns: Any) -> UUID:
    """Write a locked return's new state, and tell of it; its id."""
    return_id: UUID = found["id"]
    await update_rows(uow, OrderReturn, [{"id": return_id, "state": state, **columns}])
    _tell(uow, return_id, state, order, found["number"], refund=columns.get("refund_minor"))
    return return_id


async def _begin(
    uow: UnitOfWork,
    order: Row,
    given: Sequence[Mapping[str, Any]] | None,
    reason: str,
    *,
    state: str,
    by_buyer: bool,
) -> UUID:
    with located("reason"):
        reason = _REASON(reason)
    pending: Counter[UUID] = Counter()
    for row in await uow.rows(_PENDING, ids=[order["id"]]):
        pending[row["order_line_id"]] = row["quantity"]
    lines = [line for line in await lines_of_order(uow, [order["id"]]) if line["kind"] == "goods"]
    named = read_lines(
        lines, given, lambda line: line["handed_over"] - line["returned"] - pending[line["id"]]
    )
    return_id, number = new_id(), await next_number(uow, WHAT)
    await uow.add(
        OrderReturn,
        id=return_id,
        number=number,
        order_id=order["id"],
        state=state,
        by_buyer=by_buyer,
        reason=reason,
        created_at=uow.now,
        updated_at=uow.now,
    )
    await insert_rows(
        uow,
        OrderReturnLine,
        [
            {
                "id": new_id(),
                "return_id": return_id,
                "order_line_id": one.line["id"],
                "quantity": one.quantity,
            }
            for one in named
        ],
    )
    _tell(uow, return_id, state, order, number)
    return return_id


def _tell(
    uow: UnitOfWork,
    return_id: UUID,
    state: str,
    order: Row,
    number: int,
    *,
    refund: int | None = None,
) -> None:
    money = {} if refund is None else {"refund_minor": refund, "currency": order["currency"]}
    uow.record(f"{WHAT}.{state}", return_id, number=number, order_id=order["id"], **money)


def _answer(given: str | None) -> str | None:
    with located("answer"):
        said: str | None = line_or_none(1_000)(given)
    return said
