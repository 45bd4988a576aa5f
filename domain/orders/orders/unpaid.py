"""Orders that wait for their payment: reminded of it once, and ended when it never came."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from domain.merchants.tables import Shop
from domain.orders.letters.asking import write_of_order
from domain.orders.orders.ending import end_order
from domain.orders.orders.money import to_pay
from domain.orders.orders.tables import Order
from domain.row_sets import lock_rows
from tenants.jobs import enqueue
from tenants.scope import Row, UnitOfWork

WATCH: Final = "orders.unpaid"
"""The kind of the job that looks after one order."""

_RULE: Final = select(Shop.payment_hours, Shop.payment_reminder_hours)


async def look_after(uow: UnitOfWork, order_id: UUID) -> datetime:
    """Until when an order that is placed now may be paid; a job will see to it."""
    rule = await uow.row(_RULE)
    assert rule is not None
    pay_until: datetime = uow.now + timedelta(hours=rule["payment_hours"])
    before = timedelta(hours=rule["payment_reminder_hours"])
    remind_at = max(pay_until - before, uow.now)
    await enqueue(uow, WATCH, key=str(order_id), run_at=remind_at, order_id=str(order_id))
    return pay_until


async def watch_unpaid(uow: UnitOfWork, *, order_id: str) -> dict[str, int]:
    """Job `orders.unpaid`: say that an order should be paid soon, or end it where it is too late.

    One that was paid in part stays, for its buyer has to be asked; gift cards have theirs back.
    """
    order = (await lock_rows(uow, Order, [UUID(order_id)])).get(UUID(order_id))
    done = {"reminded": 0, "expired": 0}
    if order is None or order["state"] != "awaiting_payment" or _has_money(order):
        return done
    if uow.now >= order["pay_until"]:
        await end_order(uow, order, "expired", reason="unpaid")
        return done | {"expired": 1}
    uow.record(
        "order.payment_due",
        order["id"],
        number=order["number"],
        pay_until=order["pay_until"],
        due_minor=order["due_minor"],
        to_pay_minor=to_pay(order),
        currency=order["currency"],
    )
    await write_of_order(uow, "payment_due", order)
    await enqueue(uow, WATCH, key=order_id, run_at=order["pay_until"], order_id=order_id)
    return done | {"reminded": 1}


def _has_money(order: Row) -> bool:
    """Whether something was paid that no card can have back by itself."""
    return bool(order["paid_minor"] - order["refunded_minor"] > order["cards_minor"])
