"""Revisions, written and read: the history of an order's edits."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, select

from domain.orders.edits.lines import Line
from domain.orders.edits.tables import OrderRevision, OrderRevisionLine
from domain.orders.orders.tables import Order
from domain.row_sets import IDS, insert_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

_REVISIONS: Final[Any] = select(OrderRevision, Order.currency).join(
    Order, Order.id == OrderRevision.order_id
)
_OF_ORDERS: Final = _REVISIONS.where(OrderRevision.order_id == any_(IDS)).order_by(
    OrderRevision.order_id, OrderRevision.number
)
_OF_RETURNS: Final = _REVISIONS.where(OrderRevision.return_id == any_(IDS)).order_by(
    OrderRevision.return_id, OrderRevision.number
)
_BY_IDS: Final = _REVISIONS.where(OrderRevision.id == any_(IDS))
_LINES: Final = (
    select(OrderRevisionLine)
    .where(OrderRevisionLine.revision_id == any_(IDS))
    .order_by(OrderRevisionLine.revision_id, OrderRevisionLine.id)
)
_COUNTED: Final = ("quantity", "total_minor", "vat_minor")
_NONE: Final = dict.fromkeys(_COUNTED, 0)


async def revisions_of(db: Asking, order_ids: Sequence[UUID]) -> list[Row]:
    """The revisions of orders, the oldest first, with their `currency`."""
    return await db.rows(_OF_ORDERS, ids=list(order_ids))


async def exchanges_of(db: Asking, return_ids: Sequence[UUID]) -> list[Row]:
    """The revisions by which goods went out for returns, the oldest first."""
    return await db.rows(_OF_RETURNS, ids=list(return_ids))


async def revisions_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Revisions by id."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


async def differences_of(db: Asking, revision_ids: Sequence[UUID]) -> list[Row]:
    """What revisions made of their lines."""
    return await db.rows(_LINES, ids=list(revision_ids))


async def write_revision(
    uow: UnitOfWork,
    order: Row,
    before: Mapping[UUID, Line],
    changed: Sequence[Line],
    *,
    reason: str,
    total_minor: int,
    facts: Sequence[str] = (),
    return_id: UUID | None = None,
) -> UUID:
    """Write down what an edit made of a locked order, and tell of it; the revision's id."""
    revision_id = new_id()
    rows = [_difference(revision_id, before.get(line["id"], _NONE), line) for line in changed]
    amount = total_minor - order["total_minor"]
    vat = sum(row["vat_minor"] - row["vat_before_minor"] for row in rows)
    number = order["revision"] + 1
    await uow.add(
        OrderRevision,
        id=revision_id,
        order_id=order["id"],
        number=number,
        return_id=return_id,
        reason=reason,
        amount_minor=amount,
        vat_minor=vat,
        total_minor=total_minor,
        facts=list(facts),
        actor=uow.principal.actor.value,
        actor_id=uow.principal.id,
        at=uow.now,
    )
    await insert_rows(uow, OrderRevisionLine, rows)
    uow.record(
        "order.edited",
        order["id"],
        number=order["number"],
        revision=number,
        revision_id=str(revision_id),
        return_id=return_id and str(return_id),
        amount_minor=amount,
        vat_minor=vat,
        total_minor=total_minor,
        currency=order["currency"],
        reason=reason,
        facts=list(facts),
        lines=[_told(row) for row in rows],
    )
    return revision_id


def _difference(revision_id: UUID, was: Mapping[str, Any], line: Line) -> dict[str, Any]:
    return {
        "id": new_id(),
        "revision_id": revision_id,
        "order_line_id": line["id"],
        "quantity_before": was["quantity"],
        "total_before_minor": was["total_minor"],
        "vat_before_minor": was["vat_minor"],
        **{name: line[name] for name in _COUNTED},
    }


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """A difference as its event tells it."""
    names = ("quantity_before", "total_before_minor", "vat_before_minor", *_COUNTED)
    return {"line_id": str(row["order_line_id"]), **{name: row[name] for name in names}}
