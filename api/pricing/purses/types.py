"""Gift cards, accounts of bonus points, and levels, as the merchant sees them."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.nodes import Node
from api.pricing import kinds
from api.rows import Edited, lists_by
from api.scalars import DateTime, Decimal, Money, id_field, money
from domain.merchants.shop_facts import shop_currency
from domain.pricing.gift_cards import CARDS
from domain.pricing.percents import show_percent
from domain.pricing.points import POINTS
from domain.pricing.purse_lists import entries_of
from domain.pricing.purses import Purses


@strawberry.enum
class PurseEntryKind(Enum):
    """What came or went. HOLD: promised to an order; RELEASE: let go by it."""

    ISSUE = "issue"
    EARN = "earn"
    HOLD = "hold"
    RELEASE = "release"
    SPEND = "spend"
    REFUND = "refund"
    EXPIRE = "expire"
    ADJUST = "adjust"


@strawberry.type
class PurseEntry:
    """What came or went; it stays as it is."""

    kind: PurseEntryKind
    amount: Money = money("minor")
    at: DateTime


def _entries(purses: Purses) -> Any:
    async def load(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
        ids = [parent["id"] for parent in parents]
        currency = {parent["id"]: parent["currency"] for parent in parents}
        rows = [
            {**row, "currency": currency[row["purse_id"]]}
            for row in await entries_of(context.reading, purses, ids)
        ]
        return lists_by(rows, "purse_id", ids)

    return batch(load, items=20, description="All that came and went, the oldest first.")


@strawberry.type
class GiftCard(Node, Edited):
    """A card that pays. Only who holds it knows its code."""

    id: strawberry.ID = id_field(kinds.GIFT_CARD)
    code_end: str = strawberry.field(description="The last four letters, to tell it by.")
    balance: Money = money("balance_minor")
    held: Money = money("held_minor")
    note: str | None
    expires_at: DateTime | None
    blocked_at: DateTime | None
    entries: list[PurseEntry] = _entries(CARDS)


@strawberry.type
class PointAccount:
    """A customer's bonus points, each worth a minor unit, as money."""

    balance: Money = money("balance_minor")
    held: Money = money("held_minor")
    turnover: Money = money("turnover_minor")
    level: str | None = column(
        "level_title", description="The title of the level that he has reached; null below all."
    )
    entries: list[PurseEntry] = _entries(POINTS)


async def _from(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    currency = await shop_currency(context.reading)
    return [(parent["from_minor"], currency) for parent in parents]


@strawberry.type
class LoyaltyLevel(Node, Edited):
    """What customers who have bought for so much earn, and may pay with points."""

    id: strawberry.ID = id_field(kinds.LOYALTY_LEVEL)
    title: str
    from_amount: Money = batch(_from)
    earn_percent: Decimal = computed(
        lambda row: show_percent(row["earn_hundredths"]), reads=["earn_hundredths"]
    )
    most_percent: Decimal = computed(
        lambda row: show_percent(row["most_hundredths"]),
        reads=["most_hundredths"],
        description="How much of an order points may take off.",
    )
    valid_days: int | None = strawberry.field(description="Null: points are good for ever.")
