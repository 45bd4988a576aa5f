"""Overdue orders: on the day after goods should have come, an event says that they have not."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from domain.merchants.shop_facts import zone_of_shop
from domain.purchasing.orders.lists import orders_by_ids
from tenants.jobs import enqueue
from tenants.scope import UnitOfWork
from tenants.values.dates import day_bounds

OVERDUE: Final = "purchasing.overdue"
"""The kind of the job."""
CLOCKS_APART: Final = timedelta(seconds=5)


async def watch_for(uow: UnitOfWork, order_id: UUID, due_on: date) -> None:
    """Look after an order once the day is over on which it is expected."""
    over = day_bounds(due_on, await zone_of_shop(uow))[1] + CLOCKS_APART
    # Each day has a job of its own: an order that is put off is looked after on both.
    key = f"{order_id} {due_on}"
    await enqueue(uow, OVERDUE, key=key, run_at=over, order_id=str(order_id))


async def tell_overdue(uow: UnitOfWork, *, order_id: str) -> dict[str, int]:
    """Job `purchasing.overdue`: say that an order is overdue, if it is; how many are, 0 or 1."""
    found = await orders_by_ids(uow, [UUID(order_id)])
    late = [order for order in found.values() if order["is_overdue"]]
    for order in late:
        uow.record(
            "purchase_order.overdue",
            order["id"],
            number=order["number"],
            supplier_id=order["supplier_id"],
            expected_on=order["expected_on"],
        )
    return {"overdue": len(late)}
