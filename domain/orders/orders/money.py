"""An order's money: what is owed, what came and what went back, entry by entry.

Whoever changes what is owed, or takes or gives money, says so here under the order's lock: the
entry stays for good, and the order's sums go with it. What is still to be paid, and what is to be
given back, are never written: they follow from the sums, so an edit that is undone leaves nothing.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import any_, bindparam, func, select, update

from domain.orders.orders.tables import Order, OrderEntry
from domain.row_sets import IDS, add_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

_OF_ORDERS: Final = (
    select(OrderEntry)
    .where(OrderEntry.order_id == any_(IDS))
    .order_by(OrderEntry.order_id, OrderEntry.id)
)
_paid: Final = bindparam("paid", type_=Order.due_minor.type)
_refunded: Final = bindparam("refunded", type_=Order.due_minor.type)
_ADD: Final = (
    update(Order)
    .where(Order.id == bindparam("order_id", type_=Order.id.type))
    .values(
        due_minor=Order.due_minor + bindparam("due", type_=Order.due_minor.type),
        paid_minor=Order.paid_minor + _paid,
        refunded_minor=Order.refunded_minor + _refunded,
        # What cards paid and somebody had back as money is not theirs any more.
        cards_minor=func.least(
            Order.cards_minor + bindparam("cards", type_=Order.due_minor.type),
            Order.paid_minor + _paid - Order.refunded_minor - _refunded,
        ),
        version=Order.version + 1,
        updated_at=bindparam("now", type_=Order.updated_at.type),
    )
)


def balance(order: Row) -> int:
    """What the buyer still owes; below nothing, what he is owed. Minor units."""
    left: int = order["due_minor"] - order["paid_minor"] + order["refunded_minor"]
    return left


def to_pay(order: Row) -> int:
    """What is still to be paid."""
    return max(balance(order), 0)


def to_refund(order: Row) -> int:
    """What is to be given back."""
    return max(-balance(order), 0)


async def entries_of(db: Asking, order_ids: Sequence[UUID]) -> list[Row]:
    """The entries of orders, the oldest first."""
    return await db.rows(_OF_ORDERS, ids=list(order_ids))


class Entry(NamedTuple):
    """A line to be written; see OrderEntry."""

    kind: str
    amount_minor: int
    reason: str
    by: str | None = None
    document_id: UUID | None = None


async def write_entries(uow: UnitOfWork, order_id: UUID, entries: Sequence[Entry]) -> None:
    """Write entries of a locked order, whose sums the caller brings up to date."""
    await add_rows(
        uow,
        OrderEntry,
        [{"id": new_id(), **entry._asdict()} for entry in entries],
        order_id=order_id,
        actor=uow.principal.actor.value,
        actor_id=uow.principal.id,
        at=uow.now,
    )


async def enter(
    uow: UnitOfWork,
    order: Row,
    kind: str,
    amount_minor: int,
    reason: str,
    *,
    by: str | None = None,
    document_id: UUID | None = None,
) -> int:
    """Write an entry of a locked order, and its sums; the balance after it. Nothing for nothing."""
    if amount_minor:
        await write_entries(uow, order["id"], [Entry(kind, amount_minor, reason, by, document_id)])
        await add_sums(uow, order["id"], **{kind: amount_minor})
    return balance(order) + (-amount_minor if kind == "paid" else amount_minor)


async def add_sums(
    uow: UnitOfWork,
    order_id: UUID,
    *,
    due: int = 0,
    paid: int = 0,
    refunded: int = 0,
    cards: int = 0,
) -> None:
    """Bring the sums of a locked order up to date with entries; `cards` of it are gift cards'."""
    await uow.execute(
        _ADD, order_id=order_id, due=due, paid=paid, refunded=refunded, cards=cards, now=uow.now
    )
