"""Gift cards: money that was paid before. They pay; they never change what goods cost.

Who knows the code may spend it, so it is shown once, and kept as a digest.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, select

from domain.amounts import amount_in
from domain.catalog.versions import lock_owner
from domain.errors import Invalid, NotAllowed, NotFound
from domain.inputs import instant, line_or_none, located
from domain.pricing.promotions.codes import LETTERS, key_of
from domain.pricing.purse_tables import GiftCard, GiftCardEntry
from domain.pricing.purses import Purses, hold, put_in
from domain.row_sets import update_rows
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.currencies import parse_currency

CARDS: Final = Purses("gift_card", GiftCard, GiftCardEntry)
PARTS: Final = 4
"""Of four letters each: 31^16 cards, so that nobody finds one by trying."""

_BY_CODE: Final = select(GiftCard).where(
    GiftCard.code_hash == bindparam("code_hash", type_=LargeBinary())
)


class IssuedCard(NamedTuple):
    """A new card; its `code` is never shown again."""

    id: UUID
    code: str


async def issue_gift_card(
    uow: UnitOfWork,
    *,
    amount: Mapping[str, Any],
    expires_at: datetime | None = None,
    note: str | None = None,
) -> IssuedCard:
    """Make a card worth an amount. Raises Invalid."""
    with located("amount"):
        with located("currencyCode"):
            currency = parse_currency(amount["currency_code"])
        minor: int = amount_in(currency, least=1)(amount)
    with located("expiresAt"):
        end = instant(expires_at)
        if end is not None and end <= uow.now:
            raise Invalid(en="is over already", ru="уже прошло")
    with located("note"):
        kept = line_or_none(500)(note)
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(PARTS))
    card_id = await uow.add(
        GiftCard,
        code_hash=_digest(code),
        code_end=code[-4:],
        currency=currency,
        note=kept,
        expires_at=end,
        blocked_at=None,
    )
    uow.record("gift_card.created", card_id, version=1)
    await put_in(uow, CARDS, card_id, "issue", minor)
    return IssuedCard(card_id, code)


async def find_gift_card(db: Asking, code: str) -> Row | None:
    """The card with this code, however it is typed; None where there is none."""
    return await db.row(_BY_CODE, code_hash=_digest(code))


async def hold_on_card(
    uow: UnitOfWork, code: str, most_minor: int, *, order_id: UUID, currency: str
) -> int:
    """Hold what a card has, up to so much, for an order; how much it is.

    `spend`, `release` and `refund` of `purses` go on from there. Raises NotFound, NotAllowed for
    one that is blocked, over, empty or in another currency.
    """
    card = await find_gift_card(uow, code)
    if card is None:
        raise NotFound("giftCard", what="gift_card")
    free = card["balance_minor"] - card["held_minor"]
    is_over = card["expires_at"] is not None and card["expires_at"] <= uow.now
    if card["blocked_at"] or is_over or not free or card["currency"] != currency:
        raise NotAllowed(
            "giftCard", en="the card cannot pay for this", ru="этой картой нельзя оплатить"
        )
    minor: int = min(free, most_minor)
    await hold(uow, CARDS, card["id"], minor, order_id=order_id)
    return minor


async def block_gift_card(
    uow: UnitOfWork, card_id: UUID, *, expected_version: int | None = None
) -> UUID:
    """Let a card pay for nothing more; what orders hold of it they may still spend. Its id."""
    row = await lock_owner(
        uow, GiftCard, card_id, "id", what="gift_card", expected_version=expected_version
    )
    if row["blocked_at"]:
        raise NotAllowed("id", en="is blocked already", ru="уже заблокирована")
    versions = await update_rows(uow, GiftCard, [{"id": card_id, "blocked_at": uow.now}])
    uow.record("gift_card.blocked", card_id, version=versions[card_id])
    return card_id


def _digest(code: str) -> bytes:
    return sha256(key_of(code).encode()).digest()
