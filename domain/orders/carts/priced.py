"""A cart as it stands at an instant: its lines with what they cost, and what is wrong with it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.orders.carts.buyers import CartBuyer
from domain.orders.carts.goods import grams_of
from domain.orders.carts.paying import PayingCard
from domain.orders.carts.problems import Problem
from domain.orders.delivery.options import Option, Unserved
from domain.orders.delivery.windows import Coming
from domain.pricing.quoted import Quote, QuotedLine
from tenants.scope import Row


@dataclass(slots=True)
class PricedLine:
    """A line of a cart. Without a `variant` it is not sold, without `quoted` it has no price."""

    row: Row
    variant: Row | None = None
    quoted: QuotedLine | None = None


class Gift(NamedTuple):
    """What a promotion gives with the goods."""

    variant: Row
    quoted: QuotedLine


@dataclass(slots=True)
class PricedCart:
    """Lines in their order; the quote is of those that can be priced. `gifts` are what
    promotions give with them, `options` the ways to the buyer, of which he chose `delivery` and
    perhaps a `window`; `unserved` are the ways that do not lead to him. `now` is by the shop's
    clock. `cards` are the gift cards that pay.
    """

    cart: Row
    by: CartBuyer
    lines: list[PricedLine]
    currency: str
    channel_id: UUID | None
    now: datetime
    quote: Quote | None = None
    gifts: list[Gift] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    unserved: list[Unserved] = field(default_factory=list)
    delivery: Option | None = None
    window: Coming | None = None
    cards: list[PayingCard] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def blocking(self) -> list[Problem]:
        """What must be mended before it can be ordered."""
        return [one for one in self.problems if one.is_blocking]

    @property
    def goods_minor(self) -> int:
        """What the goods cost, without their delivery."""
        return self.quote.total_minor if self.quote else 0

    @property
    def goods(self) -> tuple[tuple[UUID, int], ...]:
        """All that leaves the shelves with it: variants and thousandths."""
        lines = [(one.row["variant_id"], one.row["quantity"]) for one in self.lines if one.variant]
        gifts = [(one.quoted.variant_id, one.quoted.quantity) for one in self.gifts]
        return (*lines, *gifts)

    @property
    def total_minor(self) -> int:
        return self.goods_minor + (self.delivery.price_minor if self.delivery else 0)

    @property
    def to_pay_minor(self) -> int:
        """What gift cards leave to pay."""
        return self.total_minor - sum(card.pays_minor for card in self.cards)

    @property
    def points(self) -> int:
        """The points that are spent."""
        return self.quote.points if self.quote else 0

    @property
    def grams(self) -> int:
        """What the goods weigh, as far as that is known."""
        grams = 0
        for line in self.lines:
            if line.variant is not None:
                grams += grams_of(line.variant, line.row["quantity"])
        return grams
