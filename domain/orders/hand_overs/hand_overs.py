"""Hand-overs: goods of an order are picked, leave the house, and are the buyer's.

    picked -> shipped -> handed_over
    picked -> handed_over, at the counter; picked -> cancelled

Goods leave stock when they are shipped. When the buyer has them, the positions of what he has are
frozen: that is the receipt of full settlement. The order is locked before its hand-over.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from domain.bulk import refuse
from domain.errors import NotAllowed, NotFound
from domain.inputs import Cleaner, clean, line_or_none
from domain.orders.hand_overs.lines import (
    count_lines,
    freeze_lines,
    lines_of,
    parts_of_order,
    write_lines,
)
from domain.orders.hand_overs.picking import of_lots
from domain.orders.hand_overs.tables import HandOver
from domain.orders.letters.asking import write_of_hand_over
from domain.orders.named_lines import Named, about_all_lines, read_lines, sold_as
from domain.orders.orders.lines import lines_of as lines_of_order
from domain.orders.orders.money import balance
from domain.orders.orders.rewards import reward
from domain.orders.orders.states import ORDERS, check_sees_order, lock_order
from domain.orders.orders.states import Action as OrderAction
from domain.orders.orders.tables import Order
from domain.orders.shipments.numbers import tracking_number
from domain.orders.shipments.shipments import (
    begin_shipment,
    call_off,
    carrier_of,
    is_being_booked,
)
from domain.references import Ref
from domain.row_sets import lock_rows, rows_by_id, update_rows
from domain.stock.documents import enter_state
from domain.stock.holds.parts import Part
from domain.stock.holds.shipping import ship_hold
from domain.stock.numbering import next_number
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork

WHAT: Final = "hand_over"
FIELDS: Final[Mapping[str, Cleaner]] = {
    "carrier": line_or_none(100),
    "tracking_number": tracking_number,
}


class Action(StrEnum):
    """What may be done with a hand-over."""

    SHIP = "ship"
    COMPLETE = "complete"
    CANCEL = "cancel"


STATES_FOR: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.SHIP: ("picked",),
    Action.COMPLETE: ("picked", "shipped"),
    Action.CANCEL: ("picked",),
}


def allowed_actions(state: str) -> list[Action]:
    """What may be done in a state."""
    return [action for action, states in STATES_FOR.items() if state in states]


async def pick_goods(
    uow: UnitOfWork,
    ref: Ref,
    *,
    lines: Sequence[Mapping[str, Any]] | None = None,
    **said: Any,
) -> UUID:
    """Pick goods of an order for one parcel, or for the counter; the hand-over's id.

    `lines` as `read_lines` takes them; None: all that is not picked yet. `said`: its `carrier` and
    `tracking_number`. Raises NotFound, NotAllowed, Required, Invalid.
    """
    order, hand_over_id = await _pick(uow, ref, lines, said)
    if not any(said.values()) and (carrier_id := await carrier_of(uow, order)):
        await begin_shipment(uow, hand_over_id, carrier_id)
    if order["location_id"] is not None:
        await write_of_hand_over(uow, "parcel_ready", order, hand_over_id)
    return hand_over_id


async def ship_goods(
    uow: UnitOfWork,
    hand_over_id: UUID,
    codes: Sequence[bytes] = (),
    lots: Sequence[Mapping[str, Any]] = (),
) -> UUID:
    """Let a hand-over's goods leave the house: they go out of stock at their cost; its id.

    `codes` are of all pieces that go and are known one by one; `lots` say which are taken where
    those would not be that expire first, as `of_lots` takes them. Raises NotFound, NotAllowed, and
    what `ship_hold` and `of_lots` do.
    """
    order, hand_over = await _lock(uow, hand_over_id, Action.SHIP)
    await _leave(uow, order, hand_over, codes, lots)
    if not await is_being_booked(uow, hand_over_id):  # the buyer is told with its number, then
        await write_of_hand_over(uow, "parcel_shipped", order, hand_over_id)
    return await _enter(uow, order, hand_over, "shipped", shipped_at=uow.now)


async def complete_hand_over(
    uow: UnitOfWork,
    hand_over_id: UUID,
    codes: Sequence[bytes] = (),
    lots: Sequence[Mapping[str, Any]] = (),
) -> UUID:
    """Note that the buyer has the goods, which leave the house now if they had not; its id.

    What he has is frozen at the positions that are its own. Raises as `ship_goods` does.
    """
    order, hand_over = await _lock(uow, hand_over_id, Action.COMPLETE)
    shipped_at = hand_over["shipped_at"]
    if hand_over["state"] == "picked":
        await _leave(uow, order, hand_over, codes, lots)
        shipped_at = uow.now
    ours = {line["id"]: line for line in await lines_of_order(uow, [order["id"]])}
    handed = await lines_of(uow, [hand_over["id"]])
    sold = {}
    for row in handed:
        line = ours[row["order_line_id"]]
        sold[row["id"]] = sold_as(line, row["quantity"], before=line["handed_over"])
    await freeze_lines(uow, sold)
    quantities = {row["order_line_id"]: row["quantity"] for row in handed}
    await count_lines(uow, {one: {"handed_over": much} for one, much in quantities.items()})
    total = sum(one.total_minor for one in sold.values())
    await _enter(
        uow,
        order,
        hand_over,
        "handed_over",
        shipped_at=shipped_at,
        handed_over_at=uow.now,
        total_minor=total,
    )
    if all(
        line["handed_over"] + quantities.get(line["id"], 0) == line["quantity"]
        for line in ours.values()
    ):
        await enter_state(uow, ORDERS, order, "handed_over")
        await reward(uow, order, list(ours.values()), balance(order))
    return hand_over_id


async def hand_over_now(
    uow: UnitOfWork,
    ref: Ref,
    *,
    lines: Sequence[Mapping[str, Any]] | None = None,
    codes: Sequence[bytes] = (),
) -> UUID:
    """Give goods of an order to the buyer at the counter; the hand-over's id."""
    _, hand_over_id = await _pick(uow, ref, lines, {})
    return await complete_hand_over(uow, hand_over_id, codes)


async def cancel_hand_over(uow: UnitOfWork, hand_over_id: UUID) -> UUID:
    """Put what was picked back: it may be picked again; its id."""
    order, hand_over = await _lock(uow, hand_over_id, Action.CANCEL)
    lines = await lines_of(uow, [hand_over["id"]])
    await count_lines(uow, {one["order_line_id"]: {"picked": -one["quantity"]} for one in lines})
    await call_off(uow, [hand_over_id])
    return await _enter(uow, order, hand_over, "cancelled")


async def change_hand_over(uow: UnitOfWork, hand_over_id: UUID, given: Mapping[str, Any]) -> UUID:
    """Say who carries it, and under which number; its id."""
    values, wrong = clean(FIELDS, given)
    refuse(wrong)
    order, hand_over = await _lock(uow, hand_over_id, None)
    if any(hand_over[name] != value for name, value in values.items()):
        await update_rows(uow, HandOver, [{"id": hand_over_id, **values}])
        if hand_over["state"] == "shipped" and values.get("tracking_number"):
            await write_of_hand_over(uow, "parcel_shipped", order, hand_over_id)
        uow.record("hand_over.updated", hand_over_id, order_id=order["id"], **values)
    return hand_over_id


async def _pick(
    uow: UnitOfWork,
    ref: Ref,
    lines: Sequence[Mapping[str, Any]] | None,
    said: Mapping[str, Any],
) -> tuple[Row, UUID]:
    """Write what is picked of an order: the order, locked, and the hand-over's id."""
    values, wrong = clean(FIELDS, said)
    refuse(wrong)
    order = await lock_order(uow, ref, OrderAction.HAND_OVER)
    ours = await lines_of_order(uow, [order["id"]])
    named = _with_delivery(ours, read_lines(ours, lines, _unpicked))
    hand_over_id = new_id()
    number = await next_number(uow, WHAT)
    await uow.add(
        HandOver,
        id=hand_over_id,
        number=number,
        order_id=order["id"],
        created_at=uow.now,
        updated_at=uow.now,
        **values,
    )
    await write_lines(uow, hand_over_id, order, named)
    await count_lines(uow, {one.line["id"]: {"picked": one.quantity} for one in named})
    uow.record("hand_over.picked", hand_over_id, number=number, order_id=order["id"])
    return order, hand_over_id


async def _leave(
    uow: UnitOfWork,
    order: Row,
    hand_over: Row,
    codes: Sequence[bytes],
    lots: Sequence[Mapping[str, Any]],
) -> None:
    """Ship what the order's hold keeps for a hand-over."""
    mine = [
        Part(part["hold_line_id"], part["quantity"])
        for part in await parts_of_order(uow, order["id"])
        if part["hand_over_id"] == hand_over["id"]
    ]
    mine = await of_lots(uow, mine, lots)
    if mine:
        with about_all_lines():
            await ship_hold(uow, order["hold_id"], mine, codes)
    if order["state"] == "confirmed":
        await enter_state(uow, ORDERS, order, "in_delivery")


async def _lock(uow: UnitOfWork, hand_over_id: UUID, action: Action | None) -> tuple[Row, Row]:
    """A hand-over with which this may be done, and its order; both locked, the order first."""
    seen = (await rows_by_id(uow, HandOver, [hand_over_id])).get(hand_over_id)
    if seen is None:
        raise NotFound("id", what=WHAT)
    order = (await lock_rows(uow, Order, [seen["order_id"]]))[seen["order_id"]]
    check_sees_order(uow.principal, order, "id")
    hand_over = (await lock_rows(uow, HandOver, [hand_over_id]))[hand_over_id]
    if action is not None and hand_over["state"] not in STATES_FOR[action]:
        raise NotAllowed(
            "id",
            en=f"cannot be done with a hand-over that is {hand_over['state']}",
            ru=f"нельзя сделать с передачей в состоянии {hand_over['state']}",
        )
    return order, hand_over


async def _enter(uow: UnitOfWork, order: Row, hand_over: Row, state: str, **columns: Any) -> UUID:
    """Write a hand-over's new state, and tell of it; its id."""
    hand_over_id: UUID = hand_over["id"]
    await update_rows(uow, HandOver, [{"id": hand_over_id, "state": state, **columns}])
    total = columns.get("total_minor")
    money = {} if total is None else {"total_minor": total, "currency": order["currency"]}
    uow.record(
        f"hand_over.{state}",
        hand_over_id,
        number=hand_over["number"],
        order_id=order["id"],
        **money,
    )
    return hand_over_id


def _unpicked(line: Row) -> int:
    left: int = line["quantity"] - line["picked"]
    return left


def _with_delivery(lines: Sequence[Row], named: list[Named]) -> list[Named]:
    """What is picked, and the delivery itself with the last of the goods."""
    picked = {one.line["id"]: one.quantity for one in named}
    goods = [line for line in lines if line["kind"] == "goods"]
    if any(_unpicked(line) != picked.get(line["id"], 0) for line in goods):
        return named
    rest = [line for line in lines if line["id"] not in picked and _unpicked(line)]
    return [*named, *(Named(line, _unpicked(line), None) for line in rest)]
