"""Buyers: what a price can depend on of whom it is for."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whom a quote is for; a stranger at the shop's default channel, where nothing is said.

    `visitor` is what his browser is known by, `currency` what he wants to pay in: that of the
    default price list where he does not say. `order_id`: an order of his that is priced anew; what
    it has used of promotions is not held against it.
    """

    channel_id: UUID | None = None
    group_ids: frozenset[UUID] = frozenset()
    segment_ids: frozenset[UUID] = frozenset()
    customer_id: UUID | None = None
    is_first_order: bool = False
    visitor: str | None = None
    currency: str | None = None
    order_id: UUID | None = None
