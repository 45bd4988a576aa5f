"""The words of promotions: states, what may be done, and why one does not apply."""

from enum import Enum

import strawberry

from domain.pricing.promotions.facts import Reason
from domain.pricing.promotions.promotions import Action

PromotionAction = strawberry.enum(
    Action, name="PromotionAction", description="What may be done with a promotion."
)
NotApplied = strawberry.enum(
    Reason,
    name="PromotionNotApplied",
    description="Why a promotion or a code does not apply. CART, CUSTOMER, FIRST_ORDER, CHANNEL "
    "and HOURS: that condition is not met. EXCLUDED: another one shuts it out.",
)


@strawberry.enum
class PromotionState(Enum):
    """How far it is; ACTIVE ones apply from their first instant to their last."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"
