"""Reading gift cards, points and levels."""

from typing import Any, Final, cast

import strawberry

from api.connections import Connection
from api.context import Info
from api.customers.kinds import CUSTOMER
from api.engine.fields import root
from api.lists import listing
from api.pricing.promotions.queries import READ
from api.pricing.purses.inputs import GiftCardWhere
from api.pricing.purses.types import GiftCard, LoyaltyLevel, PointAccount
from api.scalars import wanted_id
from domain.catalog.filters import Filter
from domain.catalog.queries import ListOf
from domain.pricing import tables
from domain.pricing.points import accounts_of

CARDS: Final = ListOf(
    tables.GiftCard,
    {
        "id": Filter(tables.GiftCard.id),
        "codeEnd": Filter(tables.GiftCard.code_end),
        "expiresAt": Filter(tables.GiftCard.expires_at),
        "blockedAt": Filter(tables.GiftCard.blocked_at),
    },
    {},
)
LEVELS: Final = ListOf(tables.LoyaltyLevel, {}, {"from": tables.LoyaltyLevel.from_minor})


@strawberry.type
class PurseQueries:
    """Root fields of gift cards and points."""

    gift_cards: Connection[GiftCard] = listing(
        CARDS, where=GiftCardWhere, permission=READ, description="Gift cards, the newest first."
    )

    loyalty_levels: Connection[LoyaltyLevel] = listing(
        LEVELS, usual=[("from", False)], permission=READ, description="Levels, the lowest first."
    )

    @root(permission=READ)
    async def point_account(self, info: Info, customer_id: strawberry.ID) -> PointAccount | None:
        """A customer's points; null for who has none yet."""
        asked = wanted_id(customer_id, CUSTOMER)
        found: list[Any] = await accounts_of(info.context.reading, [asked])
        return cast(PointAccount, found[0]) if found else None
