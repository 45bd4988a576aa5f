"""Having letters written about orders, in the units that are their cause."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from domain.mail.letter_jobs import send_later
from tenants.scope import Row, UnitOfWork

TOLD_BY_OTHERS: Final = ("marketplace", "point_of_sale", "import")
"""Sources of orders whose buyers are not ours to write to."""


async def write_of_order(uow: UnitOfWork, letter: str, order: Mapping[str, Any] | Row) -> None:
    """Have the buyer of an order written to of it, where he can be reached, and is ours to."""
    if is_reached(order):
        await send_later(uow, letter, sale_id=str(order["id"]))


async def write_of_hand_over(
    uow: UnitOfWork, letter: str, order: Mapping[str, Any] | Row, hand_over_id: UUID
) -> None:
    """The same of a part of an order."""
    if is_reached(order):
        await send_later(uow, letter, hand_over_id=str(hand_over_id))


def is_reached(order: Mapping[str, Any] | Row) -> bool:
    """Whether its buyer may be written to, and there is where to."""
    return order["source"] not in TOLD_BY_OTHERS and bool(order["email"] or order["phone"])
