"""Facts of a cart: all that promotions look at, and what came of asking them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.pricing.promotions.rules import Goods, Rule
from tenants.values.quantity import WHOLE


class Reason(StrEnum):
    """Why a promotion, or a code, does not apply."""

    UNKNOWN_CODE = "unknown_code"
    NOT_ACTIVE = "not_active"
    NOT_STARTED = "not_started"
    ENDED = "ended"
    OTHER_CURRENCY = "other_currency"
    OTHER_VISITOR = "other_visitor"
    USED_UP = "used_up"
    USED_BY_CUSTOMER = "used_by_customer"
    NEEDS_CUSTOMER = "needs_customer"
    CART = "cart"
    CUSTOMER = "customer"
    FIRST_ORDER = "first_order"
    CHANNEL = "channel"
    HOURS = "hours"
    EXCLUDED = "excluded"
    NOTHING_TO_GIVE = "nothing_to_give"


@dataclass(frozen=True, slots=True)
class CartLine:
    """So many thousandths, `sum_minor` by its price list.

    `belongs_to`: its variant, product, brand, collections, and categories with those above them.
    """

    quantity: int
    sum_minor: int
    belongs_to: frozenset[UUID] = frozenset()
    is_full_price: bool = True

    @property
    def units(self) -> int:
        """How many whole ones it is; 0 of what is weighed."""
        return 0 if self.quantity % WHOLE else self.quantity // WHOLE

    def is_of(self, goods: Goods) -> bool:
        """Whether it is among these goods."""
        if goods.of and not goods.of & self.belongs_to:
            return False
        if goods.without & self.belongs_to:
            return False
        return self.is_full_price or not goods.full_price_only


@dataclass(frozen=True, slots=True)
class Cart:
    """What is bought, by whom, where and when; `at` is on the shop's own clock."""

    lines: Sequence[CartLine]
    at: datetime
    channel_id: UUID | None = None
    belongs_to: frozenset[UUID] = frozenset()
    is_first_order: bool = False

    @property
    def sums(self) -> list[int]:
        return [line.sum_minor for line in self.lines]


@dataclass(frozen=True, slots=True)
class Offer:
    """A promotion that comes into question, by the code that was given for it, if any.

    `refused`: why it cannot apply, whatever is in the cart.
    """

    id: UUID
    rule: Rule
    priority: int = 0
    is_exclusive: bool = False
    exclusion_group: str | None = None
    most_minor: int | None = None
    code: str | None = None
    code_id: UUID | None = None
    refused: Reason | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What an offer gives: off each line in minor units, gifts in thousandths by variant."""

    offer: Offer
    parts: Sequence[int]
    gifts: dict[UUID, int] = field(default_factory=dict)
    free_delivery: bool = False

    def __bool__(self) -> bool:
        return any(self.parts) or bool(self.gifts) or self.free_delivery


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an offer gives nothing; `by` is the one that shuts it out."""

    offer: Offer
    reason: Reason
    by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of all offers, in the order in which they were asked."""

    given: Sequence[Given]
    refused: Sequence[Refused]

    @property
    def gifts(self) -> dict[UUID, int]:
        """Thousandths by variant, of all together."""
        together: dict[UUID, int] = {}
        for one in self.given:
            for variant_id, quantity in one.gifts.items():
                together[variant_id] = together.get(variant_id, 0) + quantity
        return together

    @property
    def free_delivery(self) -> bool:
        return any(one.free_delivery for one in self.given)
