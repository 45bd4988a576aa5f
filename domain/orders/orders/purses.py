"""Gift cards and points of orders: they pay with them, and give them back.

Held while an order waits for the rest of its payment, spent once it is confirmed. Points have made
its prices lower, so their share of what comes back is given back as points; what is owed to a buyer
in money goes to the cards that paid first, and only what they do not take is refunded otherwise.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.orders.orders.money import Entry, add_sums, write_entries
from domain.orders.orders.tables import Order
from domain.pricing.gift_cards import CARDS, give_back_to_cards
from domain.pricing.points import POINTS
from domain.pricing.purses import give_back, spend
from domain.row_sets import update_rows
from tenants.scope import Row, UnitOfWork

GIFT_CARD = "gift_card"


def card_entries(kind: str, parts: Mapping[UUID, int], reason: str) -> list[Entry]:
    """An entry for each card that pays so much, or has it back."""
    return [Entry(kind, minor, reason, GIFT_CARD, card_id) for card_id, minor in parts.items()]


async def spend_purses(uow: UnitOfWork, order: Row | Mapping[str, Any]) -> None:
    """Spend what a locked order holds, for it is confirmed."""
    if order["cards_minor"]:
        await spend(uow, CARDS, order["id"])
    if order["points_minor"]:
        await spend(uow, POINTS, order["id"])


async def return_to_cards(uow: UnitOfWork, order: Row, owed_minor: int, reason: str) -> None:
    """Give what is owed to a buyer back to the cards that paid, so far as they did.

    What a card does not take, for it is over by now, stays owed to him.
    """
    most = min(owed_minor, order["cards_minor"])
    if most <= 0:
        return
    back = await give_back_to_cards(uow, order["id"], most)
    total = sum(back.values())
    if not total:
        return
    await write_entries(uow, order["id"], card_entries("refunded", back, reason))
    await add_sums(uow, order["id"], refunded=total, cards=-total)
    uow.record(
        "order.refunded",
        order["id"],
        number=order["number"],
        amount_minor=total,
        currency=order["currency"],
        by=GIFT_CARD,
        balance_minor=total - owed_minor,
        reason=reason,
    )


async def return_points(uow: UnitOfWork, order: Row, points: int) -> None:
    """Give so many of the points that lowered a locked order's prices back."""
    back = min(points, order["points_minor"])
    if back > 0:
        await give_back(uow, POINTS, order["id"], back)
        await update_rows(
            uow, Order, [{"id": order["id"], "points_minor": order["points_minor"] - back}]
        )
