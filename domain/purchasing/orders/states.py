"""What may be done with a purchase order in each of its states, and what follows of it.

    draft -> approved -> sent -> partly received -> received -> closed
    draft, approved, sent -> cancelled; partly received -> closed, when the rest will not come

Goods are expected from the approval on. States only move on: receipts are in `receipts`.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.errors import NotAllowed
from domain.inputs import Required
from domain.merchants.shop_facts import zone_of_shop
from domain.purchasing.orders.lines import lines_of, total_of
from domain.purchasing.orders.orders import WHAT, check_sees_order
from domain.purchasing.orders.overdue import watch_for
from domain.purchasing.tables import PurchaseOrder, Supplier
from domain.references import Ref
from domain.row_sets import rows_by_id
from domain.stock.arrivals import Arrival, expect, forget_arrivals
from domain.stock.documents import Stated, enter_state, lock_document
from domain.stock.levels import Spot, open_levels
from domain.stock.moves import Document
from tenants.scope import UnitOfWork
from tenants.values.dates import business_day
from tenants.values.money import format_minor


class Action(StrEnum):
    """What may be done with an order."""

    CHANGE_LINES = "change_lines"
    APPROVE = "approve"
    SEND = "send"
    RECEIVE = "receive"
    CLOSE = "close"
    CANCEL = "cancel"


STATES_FOR: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.CHANGE_LINES: ("draft",),
    Action.APPROVE: ("draft",),
    Action.SEND: ("approved",),
    Action.RECEIVE: ("sent", "partly_received"),
    Action.CLOSE: ("partly_received", "received"),
    Action.CANCEL: ("draft", "approved", "sent"),
}


ORDERS: Final = Stated(WHAT, PurchaseOrder, STATES_FOR, check_sees_order)


async def approve_order(
    uow: UnitOfWork,
    ref: Ref,
    *,
    below_minimum: bool = False,
    expected_version: int | None = None,
) -> UUID:
    """Approve a draft: from now on its goods are expected; its id.

    Without a day of its own it is expected when the supplier's lead time is over. Raises Required
    without lines, NotAllowed below the supplier's minimum unless `below_minimum`.
    """
    order = await lock_document(
        uow, ORDERS, ref, Action.APPROVE, "id", expected_version=expected_version
    )
    lines = await lines_of(uow, [order["id"]])
    if not lines:
        raise Required("id")
    supplier = (await rows_by_id(uow, Supplier, [order["supplier_id"]]))[order["supplier_id"]]
    if total_of(lines) < supplier["minimum_order_minor"] and not below_minimum:
        least = format_minor(supplier["minimum_order_minor"], supplier["currency"])
        raise NotAllowed(
            "id",
            en=f"the supplier takes orders from {least} {supplier['currency']} on",
            ru=f"поставщик принимает заказы от {least} {supplier['currency']}",
        )
    today = business_day(uow.now, await zone_of_shop(uow))
    due_on = order["expected_on"] or today + timedelta(days=supplier["lead_days"])
    arrivals = [
        Arrival(
            line["id"],
            Spot(line["variant_id"], order["location_id"]),
            line["quantity"],
            due_on,
        )
        for line in lines
    ]
    await open_levels(uow, [arrival.spot for arrival in arrivals])
    await expect(uow, Document(WHAT, order["id"]), arrivals)
    await watch_for(uow, order["id"], due_on)
    return await enter_state(
        uow, ORDERS, order, "approved", expected_on=due_on, approved_at=uow.now
    )


async def send_order(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Note that the supplier has an approved order now; its id."""
    order = await lock_document(
        uow, ORDERS, ref, Action.SEND, "id", expected_version=expected_version
    )
    return await enter_state(uow, ORDERS, order, "sent", sent_at=uow.now)


async def close_order(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Be done with an order; what has not come is expected no more. Its id."""
    order = await lock_document(
        uow, ORDERS, ref, Action.CLOSE, "id", expected_version=expected_version
    )
    await forget_arrivals(uow, order["id"])
    return await enter_state(uow, ORDERS, order, "closed", ended_at=uow.now)


async def cancel_order(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Give up an order of which nothing has come; its id."""
    order = await lock_document(
        uow, ORDERS, ref, Action.CANCEL, "id", expected_version=expected_version
    )
    await forget_arrivals(uow, order["id"])
    return await enter_state(uow, ORDERS, order, "cancelled", ended_at=uow.now)
