"""Job `shipments.follow`: a carrier is asked what has become of a parcel, until it is over.

He is asked soon after news, and the more rarely the longer there was none. What he tells again
is known already. DELIVERED ends the hand-over: the buyer has it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, select

from domain.courses import Course
from domain.errors import DomainError
from domain.orders.hand_overs.hand_overs import complete_hand_over
from domain.orders.hand_overs.tables import HandOver
from domain.orders.letters.asking import write_of_hand_over
from domain.orders.orders.tables import Order
from domain.orders.shipments.ports import (
    CarrierGate,
    CarrierRefused,
    Carriers,
    CarrierUnavailable,
    Step,
)
from domain.orders.shipments.tables import STATUSES, Carrier, Shipment, ShipmentStep
from domain.row_sets import IDS, insert_rows, lock_rows, update_rows
from tenants.ids import new_id
from tenants.jobs import enqueue
from tenants.scope import Asking, Row, UnitOfWork

FOLLOW: Final = "shipments.follow"
"""The kind of the job."""
RAREST: Final = timedelta(hours=12)
GIVEN_UP: Final = timedelta(days=60)
"""So long without news, staff are to see to it."""
OVER: Final = ("delivered", "returned")
_SHARE: Final = 4
"""He is asked again after a quarter of the time that there was no news."""

_FACTS: Final = (
    select(Shipment, HandOver.order_id, Carrier.kind, Carrier.tariff)
    .join(HandOver, HandOver.id == Shipment.hand_over_id)
    .join(Carrier, Carrier.id == Shipment.carrier_id)
    .where(Shipment.id == bindparam("asked", type_=Shipment.id.type))
)
_STEPS: Final = (
    select(ShipmentStep)
    .where(ShipmentStep.shipment_id == any_(IDS))
    .order_by(ShipmentStep.shipment_id, ShipmentStep.at, ShipmentStep.id)
)


class NotSetUp(Exception):
    """This installation knows no way to carriers of that kind."""


def gate_of(carriers: Carriers, shipment: Row) -> CarrierGate:
    """The way to a shipment's carrier, which has its `kind` and `tariff`. Raises NotSetUp."""
    gate = carriers.gate(shipment["kind"], shipment["tariff"])
    if gate is None:
        raise NotSetUp(f"no way to carriers of the kind {shipment['kind']}")
    return gate


async def look_later(uow: UnitOfWork, shipment_id: UUID, pause: timedelta) -> None:
    """Have a carrier asked for news after a while."""
    asked = str(shipment_id)
    await enqueue(uow, FOLLOW, key=asked, run_at=uow.now + pause, shipment_id=asked)


def pause_before(looks: timedelta, quiet: timedelta, failures: int) -> timedelta:
    """How long to wait after so long without news, and so many questions in a row in vain."""
    usual = max(looks, min(quiet / _SHARE, RAREST))
    doubled: timedelta = usual * 2 ** min(failures, 10)
    return min(doubled, max(RAREST, looks))


async def follow_shipment(course: Course, *, shipment_id: str, carriers: Carriers) -> None:
    """Ask for news of a booked shipment, and write down what is new; of another, nothing.

    Raises NotSetUp.
    """
    facts = await course.scope.reading.row(_FACTS, asked=UUID(shipment_id))
    if facts is None or facts["state"] != "booked":
        return
    gate = gate_of(carriers, facts)
    if gate.looks is None:
        return
    steps: Sequence[Step] = ()
    problem = None
    try:
        steps = await gate.track(facts["reference"])
    except (CarrierUnavailable, CarrierRefused) as error:
        problem = str(error) or type(error).__name__
    async with course.writing(FOLLOW) as uow:
        # Before its shipment, the order and the hand-over are locked, as whoever ends one does.
        order = (await lock_rows(uow, Order, [facts["order_id"]]))[facts["order_id"]]
        hand_over = (await lock_rows(uow, HandOver, [facts["hand_over_id"]]))[facts["hand_over_id"]]
        shipment = (await lock_rows(uow, Shipment, [facts["id"]]))[facts["id"]]
        if shipment["state"] != "booked":
            return
        news = await _note(uow, shipment, steps)
        failures = shipment["failures"] + 1 if problem else 0
        told_at = uow.now if news else shipment["told_at"]
        row: dict[str, Any] = {
            "id": shipment["id"],
            "status": _latest(shipment, steps),
            "told_at": told_at,
            "asked_at": uow.now,
            "failures": failures,
            "problem": problem,
        }
        quiet = uow.now - (told_at or shipment["created_at"])
        if row["status"] in OVER:
            row["state"] = row["status"]
        elif quiet > GIVEN_UP:
            row |= {"state": "failed", "problem": "the carrier has told nothing for 60 days"}
            uow.record("shipment.failed", shipment["id"], task="book", problem=row["problem"])
        else:
            await look_later(uow, shipment["id"], pause_before(gate.looks, quiet, failures))
        await update_rows(uow, Shipment, [row])
        if row["status"] != shipment["status"]:
            await _tell(uow, order, hand_over, shipment, row["status"])


async def steps_of(db: Asking, shipment_ids: Sequence[UUID]) -> list[Row]:
    """What carriers told of shipments, in the order in which it happened."""
    return await db.rows(_STEPS, ids=list(shipment_ids))


async def _note(uow: UnitOfWork, shipment: Row, steps: Sequence[Step]) -> bool:
    """Write down what he told for the first time; whether anything is new."""
    rows = [
        {
            "id": new_id(),
            "shipment_id": shipment["id"],
            "key": key,
            "status": step.status,
            "at": step.at,
            "place": step.place,
            "words": step.words,
        }
        for key, step in {step.key: step for step in steps}.items()
    ]
    return bool(await insert_rows(uow, ShipmentStep, rows)) if rows else False


def _latest(shipment: Row, steps: Sequence[Step]) -> str | None:
    """What is last of all that he tells; of one instant, what is further on the way."""

    def order(step: Step) -> tuple[datetime, int]:
        return step.at, STATUSES.index(step.status or STATUSES[0])

    known = [step for step in steps if step.status is not None]
    before: str | None = shipment["status"]
    return max(known, key=order).status if known else before


async def _tell(uow: UnitOfWork, order: Row, hand_over: Row, shipment: Row, status: str) -> None:
    """Say that it has come so far, and do what follows."""
    hand_over_id = hand_over["id"]
    uow.record(
        f"shipment.{status}",
        shipment["id"],
        order_id=order["id"],
        hand_over_id=hand_over_id,
        tracking_number=shipment["tracking_number"],
    )
    if status == "ready":
        await write_of_hand_over(uow, "parcel_ready", order, hand_over_id)
    if status != "delivered" or hand_over["state"] not in ("picked", "shipped"):
        return
    try:
        async with uow.attempt():
            await complete_hand_over(uow, hand_over_id)
    except DomainError as refusal:
        # It never left our books, or needs its codes: staff end it by hand.
        problem = refusal.message("en")[:500]
        await update_rows(uow, Shipment, [{"id": shipment["id"], "problem": problem}])
