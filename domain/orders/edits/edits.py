"""Editing an order that stands: all changes at once, or none.

    the order is locked -> what is added is priced -> its hold keeps what is wanted now
    -> lines, revision and the difference that is owed are written -> the order goes on

What was paid already, and more, is to be given back; what is owed is to be paid: both follow from
the order's entries, of which the edit writes one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.bulk import TooMany
from domain.errors import NotAllowed
from domain.inputs import located, text
from domain.orders.edits.lines import Line
from domain.orders.edits.plans import Plan, read_plan
from domain.orders.edits.pricing import price_more
from domain.orders.edits.repricing import reprice
from domain.orders.edits.revisions import write_revision
from domain.orders.edits.ways import change_way
from domain.orders.hand_overs.lines import parts_of_order
from domain.orders.orders.lines import lines_of, points_in, write_lines
from domain.orders.orders.money import enter
from domain.orders.orders.purses import return_points, return_to_cards, spend_purses
from domain.orders.orders.rewards import reward, undo_reward
from domain.orders.orders.states import ORDERS, Action, lock_order
from domain.orders.orders.tables import Order
from domain.pricing.promotions.uses import give_back_uses, use_promotions
from domain.references import Ref
from domain.row_sets import update_rows
from domain.stock.documents import MOST_LINES, enter_state
from domain.stock.holds.changing import change_hold
from domain.stock.holds.demand import Demand
from tenants.scope import Row, UnitOfWork

_REASON: Final = text(500)


@dataclass(frozen=True, slots=True)
class Wish:
    """What staff want of an order, and why: lines as `read_plan` takes them, where it goes as
    `change_way` does. `reprice`: all that is not picked is priced anew.
    """

    reason: str
    add: Sequence[Mapping[str, Any]] = ()
    change: Sequence[Mapping[str, Any]] = ()
    way: Mapping[str, Any] = field(default_factory=dict)
    reprice: bool = False


async def edit_order(
    uow: UnitOfWork, ref: Ref, wish: Wish, *, expected_version: int | None = None
) -> tuple[UUID, UUID | None]:
    """Change an order of which not all is handed over: its id, and that of its new revision; None
    where it is all as it was.

    Raises NotFound, Conflict, NotAllowed, Required, Invalid, TooMany, InsufficientStock.
    """
    order = await lock_order(uow, ref, Action.EDIT, expected_version=expected_version)
    order_id: UUID = order["id"]
    return order_id, await revise(uow, order, wish)


async def revise(
    uow: UnitOfWork, order: Row, wish: Wish, *, return_id: UUID | None = None
) -> UUID | None:
    """Change a locked order; its new revision, if anything is another than it was."""
    with located("reason"):
        reason = _REASON(wish.reason)
    lines = await lines_of(uow, [order["id"]])
    plan = read_plan(order, lines, add=wish.add, change=wish.change)
    quoted, places = None, dict[UUID, tuple[str | int, ...]]()
    if wish.reprice:
        quoted, demand = await reprice(uow, order, plan)
        places |= demand.places
    places |= (await price_more(uow, order, plan)).places
    is_free = quoted is not None and quoted.free_delivery
    way = await change_way(uow, order, plan, wish.way, is_free=is_free) if wish.way else {}
    changed = [line for line in plan.lines.values() if line != plan.before.get(line["id"])]
    if not changed and not way:
        return None
    _check_lines(plan)
    await _keep(uow, {**order, **way}, plan, places)
    if quoted is not None:
        await give_back_uses(uow, order["id"])
        card_id = order["customer_id"]
        await use_promotions(uow, quoted, order_id=order["id"], customer_id=card_id)
    total = sum(line["total_minor"] for line in plan.lines.values())
    await write_lines(uow, order["id"], changed, new=plan.lines.keys() - plan.before.keys())
    revision_id = await write_revision(
        uow,
        order,
        plan.before,
        changed,
        reason=reason,
        total_minor=total,
        facts=sorted(way),
        return_id=return_id,
    )
    left = await _owe(uow, order, plan, revision_id, {**way, "total_minor": total})
    await go_on(uow, order, plan, order["due_minor"] + total - order["total_minor"], left)
    return revision_id


def _check_lines(plan: Plan) -> None:
    left = [line for line in plan.lines.values() if line["quantity"]]
    if len(left) > MOST_LINES:
        raise TooMany("add", most=MOST_LINES)
    if not any(line["kind"] == "goods" for line in left):
        raise NotAllowed(
            "change",
            en="an order without goods is to be cancelled",
            ru="заказ без товаров нужно отменить",
        )


async def _keep(
    uow: UnitOfWork,
    order: Mapping[str, Any],
    plan: Plan,
    places: dict[UUID, tuple[str | int, ...]],
) -> None:
    """Let the order's hold keep what its lines take now; `places` are where these are asked for."""
    demand = Demand(places=places)
    for line in plan.lines.values():
        if line["kind"] == "goods":
            demand.asked[line["variant_id"]] += line["quantity"]
        for variant_id, quantity in line["takes"].items():
            demand.kept[UUID(variant_id)] += quantity
    set_aside = await packed_of(uow, order["id"])
    await change_hold(
        uow, order["hold_id"], demand, set_aside=set_aside, first=order["location_id"]
    )


async def packed_of(uow: UnitOfWork, order_id: UUID) -> dict[UUID, int]:
    """How much of which lines of its hold is picked for an order and has not gone yet."""
    packed: dict[UUID, int] = {}
    for part in await parts_of_order(uow, order_id):
        if part["state"] == "picked":
            line_id = part["hold_line_id"]
            packed[line_id] = packed.get(line_id, 0) + part["quantity"]
    return packed


async def _owe(
    uow: UnitOfWork, order: Row, plan: Plan, revision_id: UUID, columns: Mapping[str, Any]
) -> int:
    """Write what is owed more, or less, and what else is another; the order's balance after that.

    Cards that paid what is owed no more have it back, and so has who paid with points.
    """
    difference = columns["total_minor"] - order["total_minor"]
    left = await enter(uow, order, "due", difference, "edited", document_id=revision_id)
    row = {"id": order["id"], "revision": order["revision"] + 1, **columns}
    await update_rows(uow, Order, [row])
    await return_to_cards(uow, order, -left, "edited")
    await return_points(uow, order, _points(plan.before) - _points(plan.lines))
    return left


def _points(lines: Mapping[UUID, Line]) -> int:
    """The points that have made lines cheaper."""
    return sum(
        points_in(line, line["quantity"], before=0) for line in lines.values() if line["quantity"]
    )


async def go_on(uow: UnitOfWork, order: Row, plan: Plan, due_minor: int, left_minor: int) -> None:
    """An order that nothing is owed for any more is confirmed; one of which nothing is left to go
    is handed over; one to which something was added is not yet, and earns its points anew then.
    """
    lines = list(plan.lines.values())
    is_over = all(line["handed_over"] == line["quantity"] for line in lines)
    match order["state"]:
        case "awaiting_payment" if left_minor <= 0:
            await spend_purses(uow, order)
            await enter_state(uow, ORDERS, order, "confirmed", pay_until=None)
        case "in_delivery" if is_over:
            await enter_state(uow, ORDERS, order, "handed_over")
            await reward(uow, {**order, "due_minor": due_minor}, lines, left_minor)
        case "handed_over" if not is_over:
            await enter_state(uow, ORDERS, order, "in_delivery")
            await undo_reward(uow, order, list(plan.before.values()))
