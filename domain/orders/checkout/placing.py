"""Writing an order: all that is decided already becomes rows, its number last of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.orders.desk.statuses import status_in
from domain.orders.letters.asking import write_of_order
from domain.orders.orders.money import Entry, write_entries
from domain.orders.orders.purses import GIFT_CARD, card_entries, spend_purses
from domain.orders.orders.tables import Order, OrderLine
from domain.orders.orders.unpaid import look_after
from domain.row_sets import insert_rows
from domain.stock.numbering import next_number
from tenants.scope import UnitOfWork

WHAT: Final = "order"
PAID_FIRST: Final = ("online", "invoice")
"""Ways of paying that come before the goods."""


@dataclass(frozen=True, slots=True)
class Placing:
    """An order to be written. `lines` are as `lines.frozen` makes them."""

    id: UUID
    source: str
    token_hash: bytes
    customer_id: UUID | None
    by_account: bool
    currency: str
    payment_method: str
    hold_id: UUID
    lines: Sequence[Mapping[str, Any]]
    buyer: Mapping[str, Any]
    """Columns: name, email, phone, address, location_id, note."""
    delivery: Mapping[str, Any] = field(default_factory=dict)
    """Columns: delivery_method_id, delivery_window, promised_on."""
    cards: Mapping[UUID, int] = field(default_factory=dict)
    """What gift cards pay of it, which is held on them; by their ids."""
    points: int = 0
    """Points that have made its prices lower, which are held."""
    split_from_id: UUID | None = None
    """The order that it was a part of: its buyer was told of that one."""

    @property
    def total_minor(self) -> int:
        return sum(line["total_minor"] for line in self.lines)

    @property
    def cards_minor(self) -> int:
        return sum(self.cards.values())


async def place_order(uow: UnitOfWork, placing: Placing) -> UUID:
    """Write an order whose goods are held, with what is owed for it; its id.

    One that is to be paid first waits for what gift cards leave to pay, so long as the shop's rule
    says.
    """
    total, by_cards = placing.total_minor, placing.cards_minor
    waits = placing.payment_method in PAID_FIRST and total > by_cards
    pay_until = await look_after(uow, placing.id) if waits else None
    state = "awaiting_payment" if waits else "confirmed"
    status = await status_in(uow, state)
    number = await next_number(uow, WHAT)
    await uow.add(
        Order,
        id=placing.id,
        number=number,
        state=state,
        **status,
        source=placing.source,
        token_hash=placing.token_hash,
        customer_id=placing.customer_id,
        by_account=placing.by_account,
        currency=placing.currency,
        payment_method=placing.payment_method,
        hold_id=placing.hold_id,
        total_minor=total,
        due_minor=total,
        paid_minor=by_cards,
        cards_minor=by_cards,
        points_minor=placing.points,
        split_from_id=placing.split_from_id,
        pay_until=pay_until,
        placed_at=uow.now,
        created_at=uow.now,
        updated_at=uow.now,
        **placing.buyer,
        **placing.delivery,
    )
    await insert_rows(
        uow,
        OrderLine,
        [
            {"order_id": placing.id, "position": position, **line}
            for position, line in enumerate(placing.lines)
        ],
    )
    if total:
        entries = [Entry("due", total, "placed"), *card_entries("paid", placing.cards, "placed")]
        await write_entries(uow, placing.id, entries)
    uow.record(
        "order.placed",
        placing.id,
        number=number,
        state=state,
        source=placing.source,
        customer_id=placing.customer_id and str(placing.customer_id),
        total_minor=total,
        currency=placing.currency,
        lines=len(placing.lines),
        split_from_id=placing.split_from_id and str(placing.split_from_id),
    )
    if placing.split_from_id is None:
        told = {"id": placing.id, "source": placing.source, **placing.buyer}
        await write_of_order(uow, "order_placed", told)
    if by_cards:
        uow.record(
            "order.paid",
            placing.id,
            number=number,
            amount_minor=by_cards,
            currency=placing.currency,
            by=GIFT_CARD,
            balance_minor=total - by_cards,
            reason="placed",
        )
    if not waits:
        held = {"id": placing.id, "cards_minor": by_cards, "points_minor": placing.points}
        await spend_purses(uow, held)
    return placing.id
