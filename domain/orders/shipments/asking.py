"""Job `shipments.ask`: a carrier is asked to take a parcel, or to leave it.

That he is asked is written before, what he answers after; in between nothing is locked. Asked
again, he knows the parcel by its key.
"""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, cast, func, select

from domain.catalog.tables import Variant
from domain.courses import Course
from domain.orders.hand_overs.lines import lines_of as lines_of_hand_over
from domain.orders.hand_overs.tables import HandOver, HandOverLine
from domain.orders.letters.asking import write_of_hand_over
from domain.orders.named_lines import sold_as
from domain.orders.orders.lines import lines_of as lines_of_order
from domain.orders.orders.tables import Order, OrderLine
from domain.orders.shipments.following import gate_of, look_later
from domain.orders.shipments.numbers import give_number
from domain.orders.shipments.ports import (
    Booking,
    CarrierGate,
    CarrierRefused,
    Carriers,
    Parcel,
)
from domain.orders.shipments.shipments import ASK, name_on_hand_over
from domain.orders.shipments.tables import Carrier, Shipment
from domain.row_sets import lock_rows, update_rows
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.quantity import WHOLE

LONGEST_PROBLEM: Final = 500

_grams: Any = HandOverLine.quantity * func.coalesce(Variant.weight_grams, 0)
_of_hand_over: Final = (
    select((cast(func.sum(_grams), BigInteger) + (WHOLE - 1)) // WHOLE)
    .join(OrderLine, OrderLine.id == HandOverLine.order_line_id)
    .join(Variant, Variant.id == OrderLine.variant_id)
    .where(HandOverLine.hand_over_id == HandOver.id)
)
_FACTS: Final[Any] = (
    select(
        Shipment,
        HandOver.number,
        HandOver.order_id,
        Order.name,
        Order.phone,
        Order.email,
        Order.address,
        Order.currency,
        Carrier.title,
        Carrier.kind,
        Carrier.numbers,
        Carrier.tariff,
        _of_hand_over.scalar_subquery().label("grams"),
    )
    .join(HandOver, HandOver.id == Shipment.hand_over_id)
    .join(Order, Order.id == HandOver.order_id)
    .join(Carrier, Carrier.id == Shipment.carrier_id)
    .where(Shipment.id == bindparam("asked", type_=Shipment.id.type))
)


async def ask_carrier(course: Course, carriers: Carriers, *, shipment_id: str) -> None:
    """Do what a waiting shipment's task is. Of one that waits for nothing, nothing.

    Raises NotSetUp, CarrierUnavailable. What he refuses is written down for staff.
    """
    asked = UUID(shipment_id)
    async with course.writing(ASK) as uow:
        facts = await uow.row(_FACTS, asked=asked)
        if facts is None or facts["state"] != "waiting":
            return
        gate = gate_of(carriers, facts)
        shipment = (await lock_rows(uow, Shipment, [asked]))[asked]
        if shipment["state"] != "waiting":
            return
        if shipment["task"] == "cancel" and shipment["asked_at"] is None:
            await _cancelled(uow, asked)
            return
        if shipment["task"] == "book" and shipment["reference"] is not None:
            await _follow_on(uow, gate, asked)
            return
        number = shipment["tracking_number"]
        if number is None and facts["numbers"] == "pool":
            number = await give_number(uow, shipment["carrier_id"])
            if number is None:
                await _failed(uow, asked, "no tracking number is left in the pool")
                return
        row = {"id": asked, "tracking_number": number, "asked_at": uow.now}
        await update_rows(uow, Shipment, [row])
        parcel = _parcel(facts, number, await _worth(uow, facts))
    try:
        if shipment["task"] == "book":
            booking = await gate.book(parcel)
            price = booking.price_minor
            if price is None:
                price = await gate.quote(parcel)
            await _note_booking(course, facts, gate, booking, price)
        else:
            reference = shipment["reference"] or await _reference(gate, parcel)
            if reference is not None:
                await gate.cancel(reference)
            async with course.writing(ASK) as uow:
                await _cancelled(uow, asked)
    except CarrierRefused as refusal:
        async with course.writing(ASK) as uow:
            await _failed(uow, asked, str(refusal))


async def give_up(
    course: Course, *, shipment_id: str, problem: str, state: str = "waiting"
) -> None:
    """Leave to staff what a carrier could not be asked, however often that was tried: to take or
    leave a parcel that waits, or for news of one that is booked.
    """
    async with course.writing(ASK) as uow:
        await _failed(uow, UUID(shipment_id), problem, state)


async def _reference(gate: CarrierGate, parcel: Parcel) -> str | None:
    """His name for a parcel that he was asked to take, when his answer was lost: asked again he
    says it; None where he does not take it."""
    try:
        return (await gate.book(parcel)).reference
    except CarrierRefused:
        return None


async def _follow_on(uow: UnitOfWork, gate: CarrierGate, shipment_id: UUID) -> None:
    """He has it already, and fell silent: he is asked for news again, from now on as at first."""
    row = {"id": shipment_id, "state": "booked", "problem": None, "told_at": uow.now}
    await update_rows(uow, Shipment, [row])
    if gate.looks is not None:
        await look_later(uow, shipment_id, gate.looks)


async def _worth(db: Asking, facts: Row) -> int:
    """What the goods of a parcel were sold for, in minor units: a part of its order. Of what was
    picked for one that is called off, an edit may have left less, or nothing.
    """
    ours = {line["id"]: line for line in await lines_of_order(db, [facts["order_id"]])}
    parts = [
        (ours[part["order_line_id"]], part["quantity"])
        for part in await lines_of_hand_over(db, [facts["hand_over_id"]])
        if part["order_line_id"] in ours
    ]
    return sum(
        sold_as(line, min(quantity, line["quantity"]), before=0).total_minor
        for line, quantity in parts
        if line["kind"] == "goods"
    )


def _parcel(facts: Row, number: str | None, worth_minor: int) -> Parcel:
    return Parcel(
        key=str(facts["hand_over_id"]),
        number=str(facts["number"]),
        name=facts["name"],
        phone=facts["phone"],
        email=facts["email"],
        address=facts["address"] or {},
        grams=facts["grams"] or 0,
        worth_minor=worth_minor,
        currency=facts["currency"],
        tracking_number=number,
    )


async def _note_booking(
    course: Course, facts: Row, gate: CarrierGate, booking: Booking, price: int | None
) -> None:
    """Write down that he has it. Where it was called off meanwhile, that job waits behind this."""
    asked, hand_over_id = facts["id"], facts["hand_over_id"]
    async with course.writing(ASK) as uow:
        order = (await lock_rows(uow, Order, [facts["order_id"]]))[facts["order_id"]]
        hand_over = (await lock_rows(uow, HandOver, [hand_over_id]))[hand_over_id]
        shipment = (await lock_rows(uow, Shipment, [asked]))[asked]
        number = shipment["tracking_number"] or booking.tracking_number
        is_wanted = shipment["state"] == "waiting" and shipment["task"] == "book"
        row = {
            "id": asked,
            "reference": booking.reference,
            "tracking_number": number,
            "price_minor": price,
            "problem": None,
            "failures": 0,
            **({"state": "booked"} if is_wanted else {}),
        }
        await update_rows(uow, Shipment, [row])
        if not is_wanted:
            return
        await name_on_hand_over(uow, hand_over_id, facts["title"], number)
        uow.record(
            "shipment.booked",
            asked,
            order_id=order["id"],
            hand_over_id=hand_over_id,
            carrier=facts["title"],
            tracking_number=number,
        )
        if hand_over["state"] == "shipped":
            await write_of_hand_over(uow, "parcel_shipped", order, hand_over_id)
        if gate.looks is not None:
            await look_later(uow, asked, gate.looks)


async def _failed(uow: UnitOfWork, shipment_id: UUID, problem: str, state: str = "waiting") -> None:
    shipment = (await lock_rows(uow, Shipment, [shipment_id])).get(shipment_id)
    if shipment is None or shipment["state"] != state:
        return
    told = problem[:LONGEST_PROBLEM]
    await update_rows(uow, Shipment, [{"id": shipment_id, "state": "failed", "problem": told}])
    uow.record("shipment.failed", shipment_id, task=shipment["task"], problem=told)


async def _cancelled(uow: UnitOfWork, shipment_id: UUID) -> None:
    await update_rows(uow, Shipment, [{"id": shipment_id, "state": "cancelled", "problem": None}])
    uow.record("shipment.cancelled", shipment_id)
