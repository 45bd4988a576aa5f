"""Inputs of promotions and codes. In updates, left out = keep, null = clear."""

from typing import Final

import strawberry
from strawberry import UNSET

from api.filters import BooleanFilter, DateTimeFilter, IdFilter, TextFilter, combined, filtered
from api.inputs import reference
from api.pricing import kinds
from api.pricing.promotions.rule_inputs import PromotionRuleInput
from api.pricing.promotions.words import PromotionState
from api.references import ExternalIdInput
from api.scalars import DateTime

PRIORITY: Final = "-1000 to 1000: the higher is asked first; of equals, the older."
EXCLUSIVE: Final = "It applies only if none before it did, and then none after it does."
GROUP: Final = "Of those with the same word only the first that gives anything applies."
OFFER: Final = (
    "With needsCode: each visitor gets a code of his own by offerStart, good once and so long."
)


@strawberry.input
class PromotionCreateInput:
    """A new draft."""

    title: str
    rule: PromotionRuleInput
    external_id: ExternalIdInput | None = UNSET
    priority: int = strawberry.field(default=0, description=PRIORITY)
    is_exclusive: bool = strawberry.field(default=False, description=EXCLUSIVE)
    exclusion_group: str | None = strawberry.field(default=UNSET, description=GROUP)
    needs_code: bool = strawberry.field(
        default=False, description="Else it applies by itself to every cart that it fits."
    )
    usage_limit: int | None = strawberry.field(
        default=UNSET, description="In how many orders at most."
    )
    customer_limit: int | None = strawberry.field(
        default=UNSET,
        description="In how many of one customer; then it is for customers who are known.",
    )
    offer_minutes: int | None = strawberry.field(default=UNSET, description=OFFER)
    starts_at: DateTime | None = UNSET
    ends_at: DateTime | None = UNSET


@strawberry.input
class PromotionUpdateInput:
    """Changes of a promotion: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    rule: PromotionRuleInput | None = strawberry.field(
        default=UNSET, description="The whole of it."
    )
    priority: int | None = strawberry.field(default=UNSET, description=PRIORITY)
    is_exclusive: bool | None = strawberry.field(default=UNSET, description=EXCLUSIVE)
    exclusion_group: str | None = strawberry.field(default=UNSET, description=GROUP)
    needs_code: bool | None = UNSET
    usage_limit: int | None = strawberry.field(
        default=UNSET, description="Uses so far count, too; what has been given stays."
    )
    customer_limit: int | None = UNSET
    offer_minutes: int | None = strawberry.field(default=UNSET, description=OFFER)
    starts_at: DateTime | None = UNSET
    ends_at: DateTime | None = UNSET


@strawberry.input
class PromotionCodesAddInput:
    """Up to 100 codes of the merchant's own."""

    promotion_id: strawberry.ID = reference(kinds.PROMOTION, required=True)
    codes: list[str] = strawberry.field(
        description="Each once in the shop; capitals, spaces, hyphens, and whether a letter is "
        "Latin or Cyrillic make no difference."
    )
    usage_limit: int | None = strawberry.field(
        default=None, description="In how many orders each of them; without end if left out."
    )


@strawberry.input
class PromotionCodesGenerateInput:
    """A series of up to 1,000 codes that nobody guesses."""

    promotion_id: strawberry.ID = reference(kinds.PROMOTION, required=True)
    count: int
    series: str | None = strawberry.field(default=None, description="Which they can be found by.")
    usage_limit: int = strawberry.field(default=1, description="In how many orders each of them.")


@strawberry.input
class PromotionStateFilter:
    """States; an empty `in` matches nothing."""

    eq: PromotionState | None = UNSET
    in_: list[PromotionState] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class PromotionWhere:
    """Which promotions are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.PROMOTION)
    external_id: TextFilter | None = UNSET
    title: TextFilter | None = UNSET
    state: PromotionStateFilter | None = UNSET
    needs_code: BooleanFilter | None = UNSET
    starts_at: DateTimeFilter | None = UNSET
    ends_at: DateTimeFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    and_: "list[PromotionWhere] | None" = combined("and")
    or_: "list[PromotionWhere] | None" = combined("or")
    not_: "PromotionWhere | None" = combined("not")


@strawberry.input
class PromotionCodeWhere:
    """Which codes are wanted; fields side by side must all hold."""

    id: IdFilter | None = filtered(kinds.PROMOTION_CODE)
    promotion_id: IdFilter | None = filtered(kinds.PROMOTION)
    code: TextFilter | None = strawberry.field(default=UNSET, description="As it was given out.")
    series: TextFilter | None = UNSET
    revoked_at: DateTimeFilter | None = UNSET
    and_: "list[PromotionCodeWhere] | None" = combined("and")
    or_: "list[PromotionCodeWhere] | None" = combined("or")
    not_: "PromotionCodeWhere | None" = combined("not")
