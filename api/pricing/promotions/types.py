"""Promotions and their codes as the merchant sees them."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.pricing import kinds
from api.pricing.promotions.inputs import EXCLUSIVE, GROUP, OFFER, PRIORITY
from api.pricing.promotions.rule_types import PromotionAct, PromotionCondition
from api.pricing.promotions.words import PromotionAction, PromotionState
from api.rows import Edited, ExternalId, external_id, in_table, one
from api.scalars import DateTime, Money, id_field, money
from domain.pricing import tables
from domain.pricing.promotions.promotions import allowed_actions, code_uses_of, uses_of


def _counted(count: Any) -> Any:
    """How often each parent was used; 0 where nothing is counted."""

    async def uses(parents: Sequence[Any], context: RequestContext) -> list[int]:
        found = await count(context.reading, [parent["id"] for parent in parents])
        by_id = {row["id"]: row["uses"] for row in found}
        return [by_id.get(parent["id"], 0) for parent in parents]

    return batch(uses, description="In how many orders, those that came to nothing apart.")


def _parts(name: str) -> Any:
    """Members of a kept rule, with the currency that its amounts are in."""
    return computed(
        lambda row: [{**one, "currency": row["currency"]} for one in row[name]],
        reads=[name, "currency"],
    )


@strawberry.type
class Promotion(Node, Edited):
    """What lowers prices, adds gifts or makes delivery free, by itself or by codes.

    Promotions are asked by priority, each reckoning with what those before it have left.
    """

    id: strawberry.ID = id_field(kinds.PROMOTION)
    external_id: ExternalId | None = external_id()
    title: str
    state: PromotionState
    allowed_actions: list[PromotionAction] = computed(  # type: ignore[valid-type]
        lambda row: allowed_actions(row["state"]), reads=["state"]
    )
    conditions: list[PromotionCondition] = _parts("conditions")
    actions: list[PromotionAct] = _parts("actions")
    most_discount: Money | None = money("most_minor")
    priority: int = strawberry.field(description=PRIORITY)
    is_exclusive: bool = strawberry.field(description=EXCLUSIVE)
    exclusion_group: str | None = strawberry.field(description=GROUP)
    needs_code: bool
    usage_limit: int | None
    customer_limit: int | None
    offer_minutes: int | None = strawberry.field(description=OFFER)
    starts_at: DateTime | None
    ends_at: DateTime | None
    uses: int = _counted(uses_of)


@strawberry.type
class PromotionCode(Node):
    """A code of a promotion."""

    id: strawberry.ID = id_field(kinds.PROMOTION_CODE)
    promotion: Promotion = one(in_table(tables.Promotion), by="promotion_id")
    code: str
    series: str | None
    usage_limit: int | None
    is_of_visitor: bool = computed(
        lambda row: row["visitor_key"] is not None,
        reads=["visitor_key"],
        description="Whether it is good for one visitor alone.",
    )
    ends_at: DateTime | None
    revoked_at: DateTime | None
    created_at: DateTime
    uses: int = _counted(code_uses_of)
