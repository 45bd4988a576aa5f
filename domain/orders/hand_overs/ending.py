"""What was picked for an order that comes to nothing goes back."""

from typing import Final

from sqlalchemy import bindparam, update

from domain.orders.hand_overs.tables import HandOver
from domain.orders.orders.tables import OrderLine
from domain.orders.shipments.shipments import call_off
from tenants.scope import Row, UnitOfWork

_CANCEL: Final = (
    update(HandOver)
    .where(
        HandOver.order_id == bindparam("order_id", type_=HandOver.order_id.type),
        HandOver.state == "picked",
    )
    .values(state="cancelled", version=HandOver.version + 1, updated_at=bindparam("now"))
    .returning(HandOver.id, HandOver.number)
)
_UNPICK: Final = (
    update(OrderLine)
    .where(OrderLine.order_id == bindparam("order_id", type_=OrderLine.order_id.type))
    .values(picked=OrderLine.handed_over)
)


async def cancel_picked(uow: UnitOfWork, order: Row) -> None:
    """Cancel all hand-overs of a locked order that have not left, of which none has."""
    cancelled = await uow.rows(_CANCEL, order_id=order["id"], now=uow.now)
    if cancelled:
        await uow.execute(_UNPICK, order_id=order["id"])
        await call_off(uow, [row["id"] for row in cancelled])
    for row in cancelled:
        uow.record("hand_over.cancelled", row["id"], number=row["number"], order_id=order["id"])
