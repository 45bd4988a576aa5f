"""Issuing gift cards, giving points, and making the levels by which they are earned."""

import strawberry

from api.inputs import edit_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.pricing import kinds
from api.pricing.promotions.mutations import WRITE
from api.pricing.purses.inputs import (
    GiftCardIssueInput,
    LoyaltyLevelCreateInput,
    LoyaltyLevelUpdateInput,
    PointsAdjustInput,
)
from api.pricing.purses.types import GiftCard, LoyaltyLevel
from api.rows import in_table
from api.scalars import wanted_id
from domain.pricing import tables
from domain.pricing.gift_cards import block_gift_card, issue_gift_card
from domain.pricing.levels import create_level, delete_level, update_level
from domain.pricing.points import adjust_points
from tenants.ids import encode_id
from tenants.scope import UnitOfWork


@strawberry.type
class GiftCardPayload(Payload):
    """The card as it is now."""

    gift_card: GiftCard | None = entity("gift_card", in_table(tables.GiftCard))


@strawberry.type
class GiftCardIssuePayload(GiftCardPayload):
    """The card, and its code, which is not shown again."""

    card_code: str | None


@strawberry.type
class PointsPayload(Payload):
    """How many points went to or from the customer."""

    points: int | None


@strawberry.type
class LoyaltyLevelPayload(Payload):
    """The level as it is now."""

    loyalty_level: LoyaltyLevel | None = entity("loyalty_level", in_table(tables.LoyaltyLevel))


@strawberry.type
class LoyaltyLevelDeletePayload(Payload):
    """The id of what is gone."""

    loyalty_level_id: strawberry.ID | None


@strawberry.type
class PurseMutations:
    """Root fields of gift cards and points."""

    @mutation(
        permission=WRITE, returns=GiftCardIssuePayload, needs_key=True, shown_once=("card_code",)
    )
    async def gift_card_issue(uow: UnitOfWork, input: GiftCardIssueInput) -> Outcome:
        """Make a gift card; its code is shown this once."""
        issued = await issue_gift_card(uow, **values(input))
        return {"gift_card": issued.id, "card_code": issued.code}

    @mutation(permission=WRITE, returns=GiftCardPayload)
    async def gift_card_block(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Let a card pay for nothing more, but for what orders hold of it."""
        card_id = wanted_id(id, kinds.GIFT_CARD)
        blocked = await block_gift_card(uow, card_id, expected_version=expected_version)
        return {"gift_card": blocked}

    @mutation(permission=WRITE, returns=PointsPayload, needs_key=True)
    async def points_adjust(uow: UnitOfWork, input: PointsAdjustInput) -> Outcome:
        """Give a customer points, or take them, and say why."""
        await adjust_points(uow, **values(input))
        return {"points": input.points}

    @mutation(permission=WRITE, returns=LoyaltyLevelPayload)
    async def loyalty_level_create(uow: UnitOfWork, input: LoyaltyLevelCreateInput) -> Outcome:
        """Make a level; with the first one customers begin to earn points."""
        return {"loyalty_level": await create_level(uow, values(input))}

    @mutation(permission=WRITE, returns=LoyaltyLevelPayload)
    async def loyalty_level_update(
        uow: UnitOfWork, id: strawberry.ID, input: LoyaltyLevelUpdateInput
    ) -> Outcome:
        """Change a level; what was earned stays."""
        edit = edit_of(kinds.LOYALTY_LEVEL, id, None, input)
        return {"loyalty_level": await update_level(uow, edit)}

    @mutation(permission=WRITE, returns=LoyaltyLevelDeletePayload)
    async def loyalty_level_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Delete a level; customers fall to the one below it."""
        level_id = wanted_id(id, kinds.LOYALTY_LEVEL)
        gone = await delete_level(uow, level_id, expected_version=expected_version)
        return {"loyalty_level_id": encode_id(kinds.LOYALTY_LEVEL, gone)}
