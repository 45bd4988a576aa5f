"""Points that an order earns: once, when its buyer has all of it and owes nothing for it.

They are for the goods as they were paid for, without their delivery, and go with what comes back.
An order that goes on, for something is exchanged, has them when that is over.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from domain.orders.orders.tables import Order
from domain.pricing.points import earn_points, take_points_back
from domain.row_sets import update_rows
from tenants.scope import Row, UnitOfWork
from tenants.values.money import round_half_up

Line: TypeAlias = Row | Mapping[str, Any]


async def reward(uow: UnitOfWork, order: Line, lines: Sequence[Line], owed_minor: int) -> None:
    """Give the buyer of a locked order that is handed over his points, unless he still owes."""
    if owed_minor > 0 or order["earned_points"] is not None or order["customer_id"] is None:
        return
    points = await earn_points(
        uow,
        order["customer_id"],
        _goods(order["due_minor"], lines),
        order_id=order["id"],
        currency=order["currency"],
    )
    await update_rows(uow, Order, [{"id": order["id"], "earned_points": points}])


async def take_reward_back(
    uow: UnitOfWork, order: Row, lines: Sequence[Row], returned_minor: int
) -> None:
    """Take the points of what came back; `order` as it was before, with its lines."""
    if order["earned_points"] is None or not returned_minor:
        return
    before = _goods(order["due_minor"], lines)
    left = round_half_up(order["earned_points"] * (before - returned_minor), before)
    await take_points_back(
        uow,
        order["customer_id"],
        order["earned_points"] - left,
        returned_minor=returned_minor,
        order_id=order["id"],
        currency=order["currency"],
    )
    await update_rows(uow, Order, [{"id": order["id"], "earned_points": left}])


async def undo_reward(uow: UnitOfWork, order: Row, lines: Sequence[Line]) -> None:
    """Take the points of an order that goes on, for it to earn them anew; `order` and its `lines`
    as they were before.
    """
    if order["earned_points"] is None:
        return
    await take_points_back(
        uow,
        order["customer_id"],
        order["earned_points"],
        returned_minor=_goods(order["due_minor"], lines),
        order_id=order["id"],
        currency=order["currency"],
    )
    await update_rows(uow, Order, [{"id": order["id"], "earned_points": None}])


def _goods(due_minor: int, lines: Sequence[Line]) -> int:
    """What of all that is owed is for the goods."""
    delivery: int = sum(line["total_minor"] for line in lines if line["kind"] == "delivery")
    return max(due_minor - delivery, 0)
