"""Shipments begun, called off and tried again.

    waiting -> booked -> delivered, returned; waiting -> failed -> waiting, by staff
    booked -> waiting, to be called off -> cancelled

Who asks the carrier are jobs; here is only written down that he is to be asked. The hand-over is
locked before its shipment.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import any_, bindparam, select, update

from domain.errors import NotAllowed, NotFound
from domain.orders.delivery.tables import DeliveryMethod
from domain.orders.hand_overs.tables import HandOver
from domain.orders.orders.states import check_sees_order
from domain.orders.orders.tables import Order
from domain.orders.shipments.tables import Carrier, Shipment
from domain.references import Ref, get_id
from domain.row_sets import IDS, lock_rows, rows_by_id, update_rows
from tenants.jobs import enqueue
from tenants.scope import Row, UnitOfWork

WHAT: Final = "shipment"
ASK: Final = "shipments.ask"
"""The kind of the job that asks a carrier what a shipment's `task` says."""


class Action(StrEnum):
    """What may be done with a shipment."""

    RETRY = "retry"


STATES_FOR: Final[Mapping[Action, tuple[str, ...]]] = {Action.RETRY: ("failed",)}

_CARRIER: Final = (
    select(Carrier.id, Carrier.title)
    .join(DeliveryMethod, DeliveryMethod.carrier_id == Carrier.id)
    .where(
        DeliveryMethod.id == bindparam("method", type_=DeliveryMethod.id.type), Carrier.is_active
    )
)
_OF_HAND_OVERS: Final = (
    select(Shipment)
    .where(Shipment.hand_over_id == any_(IDS))
    .order_by(Shipment.id)
    .with_for_update()
)
_NAME: Final = (
    update(HandOver)
    .where(HandOver.id == bindparam("asked"))
    .values(carrier=bindparam("by"), tracking_number=bindparam("number"))
)


def allowed_actions(state: str) -> list[Action]:
    """What may be done in a state."""
    return [action for action, states in STATES_FOR.items() if state in states]


async def carrier_of(uow: UnitOfWork, order: Row) -> UUID | None:
    """The carrier of the way in which an order's buyer wanted it sent."""
    if order["delivery_method_id"] is None or order["address"] is None:
        return None
    found = await uow.row(_CARRIER, method=order["delivery_method_id"])
    return found["id"] if found else None


async def begin_shipment(uow: UnitOfWork, hand_over_id: UUID, carrier_id: UUID) -> UUID:
    """Have a carrier take a new hand-over; the shipment's id."""
    shipment_id = await uow.add(
        Shipment,
        hand_over_id=hand_over_id,
        carrier_id=carrier_id,
        created_at=uow.now,
        updated_at=uow.now,
    )
    await _ask(uow, shipment_id)
    return shipment_id


async def book_shipment(uow: UnitOfWork, hand_over_id: UUID, carrier: Ref) -> UUID:
    """Have a carrier take a hand-over that has none yet and lies ready, or is shipped; its id.

    Raises NotFound; NotAllowed for one that a carrier has, that goes to no address, or is over.
    """
    seen = (await rows_by_id(uow, HandOver, [hand_over_id])).get(hand_over_id)
    if seen is None:
        raise NotFound("id", what="hand_over")
    order = (await lock_rows(uow, Order, [seen["order_id"]]))[seen["order_id"]]
    check_sees_order(uow.principal, order, "id")
    hand_over = (await lock_rows(uow, HandOver, [hand_over_id]))[hand_over_id]
    carrier_id = await get_id(uow, Carrier, carrier, "carrier", what="carrier")
    if not (await rows_by_id(uow, Carrier, [carrier_id]))[carrier_id]["is_active"]:
        raise NotAllowed("carrier", en="is at rest", ru="перевозчик отключён")
    if order["address"] is None:
        raise NotAllowed("id", en="goes to no address", ru="у заказа нет адреса доставки")
    if hand_over["state"] not in ("picked", "shipped"):
        raise NotAllowed("id", en="is over", ru="передача уже завершена")
    if await uow.rows(_OF_HAND_OVERS, ids=[hand_over_id]):
        raise NotAllowed("id", en="a carrier has it already", ru="перевозчик уже назначен")
    await begin_shipment(uow, hand_over_id, carrier_id)
    return hand_over_id


async def is_being_booked(uow: UnitOfWork, hand_over_id: UUID) -> bool:
    """Whether its carrier is still being asked to take it."""
    found = await uow.rows(_OF_HAND_OVERS, ids=[hand_over_id])
    return any(row["state"] == "waiting" and row["task"] == "book" for row in found)


async def call_off(uow: UnitOfWork, hand_over_ids: Sequence[UUID]) -> None:
    """Let the carriers of cancelled hand-overs know; what they were not asked yet, they are not."""
    changes = []
    for row in await uow.rows(_OF_HAND_OVERS, ids=list(hand_over_ids)):
        # Of one that waits or failed he may know, though we were not told: the job finds out.
        if row["state"] == "booked" or (
            row["state"] in ("waiting", "failed") and row["task"] == "book"
        ):
            changes.append({"id": row["id"], "state": "waiting", "task": "cancel"})
            await _ask(uow, row["id"])
    if changes:
        await update_rows(uow, Shipment, changes)


async def retry_shipment(uow: UnitOfWork, shipment_id: UUID) -> UUID:
    """Ask the carrier again what he did not do; its id. Raises NotFound, NotAllowed."""
    seen = (await rows_by_id(uow, Shipment, [shipment_id])).get(shipment_id)
    if seen is None:
        raise NotFound("id", what=WHAT)
    hand_over = (await rows_by_id(uow, HandOver, [seen["hand_over_id"]]))[seen["hand_over_id"]]
    order = (await rows_by_id(uow, Order, [hand_over["order_id"]]))[hand_over["order_id"]]
    check_sees_order(uow.principal, order, "id")
    shipment = (await lock_rows(uow, Shipment, [shipment_id]))[shipment_id]
    if shipment["state"] not in STATES_FOR[Action.RETRY]:
        raise NotAllowed(
            "id",
            en=f"cannot be done with a shipment that is {shipment['state']}",
            ru=f"нельзя сделать с отправлением в состоянии {shipment['state']}",
        )
    row = {"id": shipment_id, "state": "waiting", "problem": None, "failures": 0}
    await update_rows(uow, Shipment, [row])
    uow.record("shipment.retried", shipment_id, task=shipment["task"])
    await _ask(uow, shipment_id)
    return shipment_id


async def name_on_hand_over(
    uow: UnitOfWork, hand_over_id: UUID, carrier: str, number: str | None
) -> None:
    """Say on a hand-over who carries it, and under which number."""
    await uow.execute(_NAME, asked=hand_over_id, by=carrier, number=number)


async def _ask(uow: UnitOfWork, shipment_id: UUID) -> None:
    await enqueue(uow, ASK, key=str(shipment_id), shipment_id=str(shipment_id))
