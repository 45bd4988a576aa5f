"""Inputs of gift cards, points and levels. In updates, left out = keep, null = clear."""

import strawberry
from strawberry import UNSET

from api.customers.kinds import CUSTOMER
from api.filters import DateTimeFilter, IdFilter, TextFilter, combined, filtered
from api.inputs import ReferenceInput, reference
from api.pricing import kinds
from api.scalars import DateTime, Decimal, MoneyInput


@strawberry.input
class GiftCardIssueInput:
    """A card worth so much."""

    amount: MoneyInput
    expires_at: DateTime | None = None
    note: str | None = None


@strawberry.input
class PointsAdjustInput:
    """Points given to a customer, or taken, and why."""

    customer: ReferenceInput = reference(CUSTOMER, required=True)
    points: int = strawberry.field(
        description="Each is worth a minor unit: 500 is 5.00. Below zero, they are taken."
    )
    note: str


@strawberry.input
class LoyaltyLevelCreateInput:
    """A new level."""

    title: str
    from_amount: MoneyInput
    earn_percent: Decimal
    most_percent: Decimal
    valid_days: int | None = UNSET


@strawberry.input
class LoyaltyLevelUpdateInput:
    """Changes of a level: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    title: str | None = UNSET
    from_amount: MoneyInput | None = UNSET
    earn_percent: Decimal | None = UNSET
    most_percent: Decimal | None = UNSET
    valid_days: int | None = UNSET


@strawberry.input
class GiftCardWhere:
    """Which cards are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.GIFT_CARD)
    code_end: TextFilter | None = UNSET
    expires_at: DateTimeFilter | None = UNSET
    blocked_at: DateTimeFilter | None = UNSET
    and_: "list[GiftCardWhere] | None" = combined("and")
    or_: "list[GiftCardWhere] | None" = combined("or")
    not_: "GiftCardWhere | None" = combined("not")
