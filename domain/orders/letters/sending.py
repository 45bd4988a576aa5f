"""Sending letters about orders: who is written to, by which channel, and what there is to say."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from domain.courses import Course
from domain.customers.consents.messages import send_out
from domain.customers.consents.tables import SERVICE
from domain.customers.tables import Customer
from domain.mail.layout import Letter
from domain.mail.ports import EMAIL, SMS
from domain.merchants.post import Post
from domain.merchants.tables import Shop
from domain.orders.hand_overs.lines import lines_of as lines_of_hand_over
from domain.orders.hand_overs.tables import HandOver
from domain.orders.letters import words
from domain.orders.letters.asking import is_reached
from domain.orders.letters.words import Told
from domain.orders.orders.lines import lines_of
from domain.orders.orders.money import to_pay
from domain.orders.orders.tables import Order
from domain.orders.shipments.carriers import link_to
from domain.orders.shipments.tables import Carrier, Shipment
from domain.stock.tables import Location
from tenants.scope import Asking, Row
from tenants.values.quantity import format_thousandths

Words = Callable[[str, Told], Letter]
LETTERS: Final[Mapping[str, Words]] = {
    "order_placed": words.order_placed,
    "order_ended": words.order_ended,
    "payment_due": words.payment_due,
    "parcel_shipped": words.parcel_shipped,
    "parcel_ready": words.parcel_ready,
}
"""By the names of their jobs, `mail.<name>`."""

_shop: Final = select(Shop.name).limit(1).scalar_subquery()
_ORDER: Final[Any] = (
    select(
        Order,
        _shop.label("shop"),
        func.coalesce(
            Customer.language, select(Shop.language).limit(1).scalar_subquery(), "ru"
        ).label("spoken"),
        Customer.contact_channel,
        select(Shop.time_zone).limit(1).scalar_subquery().label("time_zone"),
        Location.title.label("place"),
        Location.address.label("place_address"),
    )
    .join(Customer, Customer.id == Order.customer_id, isouter=True)
    .join(Location, Location.id == Order.location_id, isouter=True)
)
_BY_ID: Final = _ORDER.where(Order.id == bindparam("asked", type_=Order.id.type))
_OF_HAND_OVER: Final = (
    _ORDER.add_columns(
        HandOver.id.label("hand_over_id"),
        HandOver.carrier,
        HandOver.tracking_number,
        Carrier.tracking_link,
    )
    .join(HandOver, HandOver.order_id == Order.id)
    .join(Shipment, Shipment.hand_over_id == HandOver.id, isouter=True)
    .join(Carrier, Carrier.id == Shipment.carrier_id, isouter=True)
    .where(HandOver.id == bindparam("asked", type_=HandOver.id.type))
)


async def send_of_order(
    course: Course,
    post: Post,
    *,
    letter: str,
    letter_id: str,
    sale_id: str | None = None,
    hand_over_id: str | None = None,
) -> None:
    """Jobs `mail.<letter>`, for each of LETTERS: tell the buyer; of what is gone, nothing.

    That it went out is written down first. Tried again, it goes out again under the same key.
    """
    reading = course.scope.reading
    asked, statement = (hand_over_id, _OF_HAND_OVER) if hand_over_id else (sale_id, _BY_ID)
    order = await reading.row(statement, asked=UUID(asked))
    if order is None or not is_reached(order):
        return
    channel, to = _way(order)
    said = LETTERS[letter](order["spoken"], await _told(reading, order))
    if order["customer_id"] is not None:
        async with course.writing(f"mail.{letter}") as uow:
            await send_out(
                uow,
                customer_id=order["customer_id"],
                purpose=SERVICE,
                channel=channel,
                kind=letter,
                recipient=to,
                key=letter_id,
            )
    await post.send(letter_id, to, order["spoken"], said, channel=channel, sender=order["shop"])


def _way(order: Row) -> tuple[str, str]:
    """The channel, and where to: by mail where the order has an address, unless its customer wants
    text messages and it has a phone. Hours do not matter: it is about what he ordered.
    """
    if order["email"] and not (order["contact_channel"] == SMS and order["phone"]):
        return EMAIL, order["email"]
    return SMS, order["phone"]


async def _told(db: Asking, order: Row) -> Told:
    """What there is to say of it: the lines of the part, where it is about one."""
    until, place = order["pay_until"], order["place"]
    part = order.get("hand_over_id")
    return Told(
        shop=order["shop"],
        number=order["number"],
        name=order["name"],
        currency=order["currency"],
        total_minor=order["total_minor"],
        to_pay_minor=to_pay(order),
        lines=await _lines(db, order["id"], part),
        is_paid_first=order["state"] == "awaiting_payment",
        pay_until=until and until.astimezone(ZoneInfo(order["time_zone"])),
        goes_to=", ".join(filter(None, (place, _address(order)))) or None,
        is_fetched=place is not None,
        carrier=order.get("carrier"),
        tracking_number=order.get("tracking_number"),
        tracking_link=link_to(order.get("tracking_link"), order.get("tracking_number")),
    )


async def _lines(db: Asking, order_id: UUID, hand_over_id: UUID | None) -> tuple[str, ...]:
    lines = {line["id"]: line for line in await lines_of(db, [order_id])}
    much = {line_id: line["quantity"] for line_id, line in lines.items()}
    if hand_over_id is not None:
        parts = await lines_of_hand_over(db, [hand_over_id])
        much = {part["order_line_id"]: part["quantity"] for part in parts}
    return tuple(
        f"{lines[line_id]['title']} × {format_thousandths(quantity)}"
        for line_id, quantity in much.items()
        if lines[line_id]["kind"] == "goods"
    )


def _address(order: Row) -> str:
    """Where it goes, in one line."""
    address = order["address"] or order["place_address"] or {}
    names = ("postal_code", "region", "city", "street")
    return ", ".join(address[name] for name in names if address.get(name))
