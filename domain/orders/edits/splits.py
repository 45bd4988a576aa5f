"""Splitting an order: what has not gone becomes an order of its own, sold as it was sold.

    the order is locked -> lines are parted -> the hold is parted -> less is owed for the one
    -> the other is placed -> what was paid beyond the one goes to the other

Both together are sold for what the one was, keep what it kept, and were paid what it was paid; the
promotions that it used stay counted with it, and its delivery stays unless that is named too.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import any_, select

from domain.errors import NotAllowed
from domain.inputs import located, text
from domain.merchants.points import at_seen_points
from domain.orders.checkout.placing import Placing, place_order
from domain.orders.drafts.freezing import sold_columns
from domain.orders.drafts.holding import demand_of_frozen
from domain.orders.edits.edits import go_on, packed_of
from domain.orders.edits.lines import Line, cut, is_inexact, split_off
from domain.orders.edits.plans import Plan, inexact
from domain.orders.edits.revisions import write_revision
from domain.orders.named_lines import Named, read_lines
from domain.orders.orders.lines import lines_of, write_lines
from domain.orders.orders.money import balance, enter
from domain.orders.orders.states import ORDERS, Action, lock_order
from domain.orders.orders.tables import BY_ORDER, Order
from domain.references import Ref
from domain.row_sets import IDS, lock_rows, update_rows
from domain.stock.documents import enter_state
from domain.stock.holds.parting import part_hold
from tenants.ids import new_id
from tenants.principal import Principal
from tenants.scope import Asking, Row, UnitOfWork
from tenants.tokens import TokenKind, issue_token

_REASON: Final = text(500)
_BUYER: Final = ("name", "email", "phone", "address", "location_id", "note")
_DELIVERY: Final = ("delivery_method_id", "delivery_window", "promised_on")
_SAME: Final = ("source", "customer_id", "by_account", "currency", "payment_method")
_SPLIT_OFF: Final = (
    select(Order).where(Order.split_from_id == any_(IDS)).order_by(Order.split_from_id, Order.id)
)


class Split(NamedTuple):
    """The order that was split, its revision, the order that it is now besides, and the token that
    opens that one at the storefront, which nobody can say again.
    """

    order_id: UUID
    revision_id: UUID
    new_order_id: UUID
    token: str


async def split_off_of(db: Asking, principal: Principal, order_ids: Sequence[UUID]) -> list[Row]:
    """Orders that were split off these, as far as the caller may see them; the oldest first."""
    return list(at_seen_points(principal, await db.rows(_SPLIT_OFF, ids=list(order_ids))))


async def split_order(
    uow: UnitOfWork,
    ref: Ref,
    *,
    lines: Sequence[Mapping[str, Any]],
    reason: str,
    expected_version: int | None = None,
) -> Split:
    """Let lines `{"line_id", "quantity"}` of an order, of what is not picked, be another order.

    Raises NotFound, Conflict, Required, Invalid; NotAllowed for what is picked, for all of it, and
    where points or gift cards would have to be parted.
    """
    with located("reason"):
        reason = _REASON(reason)
    order = await lock_order(uow, ref, Action.SPLIT, expected_version=expected_version)
    sold = await lines_of(uow, [order["id"]])
    named = read_lines(sold, lines, lambda line: line["quantity"] - line["picked"])
    plan = _plan(order, sold, named)
    parts = [sold_columns(split_off(plan.before[one.line["id"]], one.quantity)) for one in named]
    _check_goods(plan, parts)
    total = sum(part["total_minor"] for part in parts)
    moved = _moved(order, total)
    new_order_id, issued = new_id(), issue_token(TokenKind.CART)
    hold_id = await part_hold(
        uow,
        order["hold_id"],
        demand_of_frozen(parts),
        owner=f"order {new_order_id}",
        set_aside=await packed_of(uow, order["id"]),
    )
    revision_id = await _write_rest(uow, order, plan, [one.line["id"] for one in named], reason)
    # Purses are locked before the number is taken, as by everybody.
    await go_on(uow, order, plan, order["due_minor"] - total, balance(order) - total + moved)
    await place_order(
        uow,
        Placing(
            id=new_order_id,
            token_hash=issued.digest,
            hold_id=hold_id,
            lines=parts,
            buyer={name: order[name] for name in _BUYER},
            delivery={name: order[name] for name in _DELIVERY},
            split_from_id=order["id"],
            **{name: order[name] for name in _SAME},
        ),
    )
    new = (await lock_rows(uow, Order, [new_order_id]))[new_order_id]
    await _share(uow, order, new, moved)
    _tell(uow, order, new, moved, reason)
    return Split(order["id"], revision_id, new_order_id, issued.text)


def _plan(order: Row, sold: Sequence[Row], named: Sequence[Named]) -> Plan:
    """The order's lines without what goes. Raises NotAllowed for what cannot be parted exactly."""
    before: dict[UUID, Line] = {line["id"]: dict(line) for line in sold}
    plan = Plan(order["currency"], before, dict(before))
    for one in named:
        line = before[one.line["id"]]
        with located("lines", one.at or 0):
            if any(step["kind"] == "points" for step in line["trace"]):
                raise NotAllowed(
                    "lineId",
                    en="points have made it cheaper; take it away by an edit, which gives them "
                    "back, and order it anew",
                    ru="цена снижена баллами: уберите строку правкой заказа (баллы вернутся) "
                    "и оформите её заново",
                )
            if is_inexact(line):
                with located("quantity"):
                    raise inexact()
        plan.lines[line["id"]] = cut(line, line["quantity"] - one.quantity)
    return plan


def _check_goods(plan: Plan, parts: Sequence[Line]) -> None:
    """Both orders are of goods. Raises NotAllowed."""
    if not any(part["kind"] == "goods" for part in parts):
        raise NotAllowed(
            "lines",
            en="an order without goods cannot be; name goods, too",
            ru="заказ без товаров невозможен; добавьте товары",
        )
    if not any(line["kind"] == "goods" and line["quantity"] for line in plan.lines.values()):
        raise NotAllowed(
            "lines",
            en="nothing would be left; it is an order of its own already",
            ru="в заказе ничего не останется; он и так отдельный",
        )


def _moved(order: Row, total_minor: int) -> int:
    """What was paid beyond what is owed without the part, at most what that costs; minor units.

    Raises NotAllowed where gift cards paid some of it, for these have theirs back by its order.
    """
    beyond = max(total_minor - balance(order), 0)
    moved = min(beyond, total_minor)
    if order["paid_minor"] - order["refunded_minor"] - moved < order["cards_minor"]:
        raise NotAllowed(
            "lines",
            en="gift cards have paid for it; take it away by an edit, which gives them theirs "
            "back, and order it anew",
            ru="оплачено подарочной картой: уберите товары правкой заказа (деньги вернутся "
            "на карту) и оформите их заново",
        )
    return moved


async def _write_rest(
    uow: UnitOfWork, order: Row, plan: Plan, parted: Sequence[UUID], reason: str
) -> UUID:
    """Write what is left of the order, and that so much less is owed for it; its revision."""
    rest = [plan.lines[line_id] for line_id in parted]
    total = sum(line["total_minor"] for line in plan.lines.values())
    await write_lines(uow, order["id"], rest, new=())
    revision_id = await write_revision(
        uow, order, plan.before, rest, reason=reason, total_minor=total
    )
    difference = total - order["total_minor"]
    await enter(uow, order, "due", difference, "split", document_id=revision_id)
    row = {"id": order["id"], "revision": order["revision"] + 1, "total_minor": total}
    await update_rows(uow, Order, [row])
    return revision_id


async def _share(uow: UnitOfWork, order: Row, new: Row, moved_minor: int) -> None:
    """Let what was paid beyond the one be paid for the other."""
    await enter(uow, order, "refunded", moved_minor, "split", by=BY_ORDER, document_id=new["id"])
    left = await enter(uow, new, "paid", moved_minor, "split", by=BY_ORDER, document_id=order["id"])
    if left <= 0 and new["state"] == "awaiting_payment":
        await enter_state(uow, ORDERS, new, "confirmed", pay_until=None)


def _tell(uow: UnitOfWork, order: Row, new: Row, moved_minor: int, reason: str) -> None:
    """Say of both what became of them."""
    told = {
        "currency": order["currency"],
        "amount_minor": new["total_minor"],
        "moved_minor": moved_minor,
        "reason": reason,
    }
    for event, one, other in (("split", order, new), ("split_off", new, order)):
        uow.record(
            f"order.{event}",
            one["id"],
            number=one["number"],
            other_id=str(other["id"]),
            other_number=other["number"],
            **told,
        )
