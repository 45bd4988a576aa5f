"""Money that somebody says has come or gone: staff by hand, until rooms of payments do."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from domain.amounts import amount_in
from domain.errors import NotAllowed
from domain.inputs import located, text, word
from domain.orders.orders.lines import lines_of
from domain.orders.orders.money import enter, to_pay, to_refund
from domain.orders.orders.purses import spend_purses
from domain.orders.orders.rewards import reward
from domain.orders.orders.states import ORDERS, Action, lock_order
from domain.orders.orders.tables import PAID_BY
from domain.references import Ref
from domain.stock.documents import enter_state
from tenants.scope import Row, UnitOfWork
from tenants.values.money import format_minor

_REASON: Final = text(500)


async def mark_paid(
    uow: UnitOfWork,
    ref: Ref,
    *,
    by: str,
    reason: str,
    amount: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> UUID:
    """Note that an order was paid (`amount` None: all that is owed), and how; its id.

    Once nothing is owed, who waited for that is confirmed. Raises NotFound, Conflict, Required,
    Invalid; NotAllowed for more than is owed.
    """
    order = await lock_order(uow, ref, Action.MARK_PAID, expected_version=expected_version)
    paid = _amount(order, amount, to_pay(order))
    await take_payment(uow, order, paid, by=_by(by), reason=_said(reason))
    order_id: UUID = order["id"]
    return order_id


async def take_payment(
    uow: UnitOfWork, order: Row, amount_minor: int, *, by: str, reason: str
) -> None:
    """Enter what came for a locked order, and confirm it where that is all."""
    left = await enter(uow, order, "paid", amount_minor, reason, by=by)
    uow.record(
        "order.paid",
        order["id"],
        number=order["number"],
        amount_minor=amount_minor,
        currency=order["currency"],
        by=by,
        balance_minor=left,
        reason=reason,
    )
    if left <= 0 and order["state"] == "awaiting_payment":
        await spend_purses(uow, order)
        await enter_state(uow, ORDERS, order, "confirmed", pay_until=None)
    if order["state"] == "handed_over":
        await reward(uow, order, await lines_of(uow, [order["id"]]), left)


async def mark_refunded(
    uow: UnitOfWork,
    ref: Ref,
    *,
    by: str,
    reason: str,
    amount: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> UUID:
    """Note that money was given back (`amount` None: all that is to be), and how; its id.

    Raises NotFound, Conflict, Required, Invalid; NotAllowed for more than is to be given back.
    """
    order = await lock_order(uow, ref, Action.MARK_REFUNDED, expected_version=expected_version)
    refunded, said = _amount(order, amount, to_refund(order)), _said(reason)
    left = await enter(uow, order, "refunded", refunded, said, by=_by(by))
    uow.record(
        "order.refunded",
        order["id"],
        number=order["number"],
        amount_minor=refunded,
        currency=order["currency"],
        by=by,
        balance_minor=left,
        reason=said,
    )
    order_id: UUID = order["id"]
    return order_id


def _amount(order: Row, amount: Mapping[str, Any] | None, most: int) -> int:
    """The amount in minor units: at least one, and no more than `most`."""
    with located("amount"):
        minor: int = most if amount is None else amount_in(order["currency"], least=1)(amount)
        if not 0 < minor <= most:
            told = format_minor(most, order["currency"])
            raise NotAllowed(en=f"at most {told} are open", ru=f"не больше {told}")
    return minor


def _by(by: str) -> str:
    """How money goes by hand."""
    with located("by"):
        said: str = word(*PAID_BY)(by)
    return said


def _said(reason: str) -> str:
    with located("reason"):
        said: str = _REASON(reason)
    return said
