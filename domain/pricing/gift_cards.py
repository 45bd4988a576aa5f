"""Gift cards: money that was paid before. They pay; they never change what goods cost.

Who knows the code may spend it, so it is shown once, and kept as a digest.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import LargeBinary, any_, bindparam, func, select

from domain.amounts import amount_in
from domain.catalog.versions import lock_owner
from domain.errors import Invalid, NotAllowed
from domain.inputs import instant, line_or_none, located
from domain.pricing.promotions.codes import LETTERS, key_of
from domain.pricing.purse_tables import GiftCard, GiftCardEntry
from domain.pricing.purses import NotEnough, Purses, give_back, hold, put_in
from domain.row_sets import IDS, lock_rows, update_rows
from tenants.scope import Asking, Row, UnitOfWork
from tenants.values.currencies import parse_currency

CARDS: Final = Purses("gift_card", GiftCard, GiftCardEntry)
PARTS: Final = 4
"""Of four letters each: 31^16 cards, so that nobody finds one by trying."""

_BY_CODE: Final = select(GiftCard).where(
    GiftCard.code_hash == bindparam("code_hash", type_=LargeBinary())
)
_BY_IDS: Final = select(GiftCard, func.now().label("seen_at")).where(GiftCard.id == any_(IDS))


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
    await put_in(uow, CARDS, {card_id: minor}, "issue")
    return IssuedCard(card_id, code)


async def find_gift_card(db: Asking, code: str) -> Row | None:
    """The card with this code, however it is typed; None where there is none."""
    return await db.row(_BY_CODE, code_hash=_digest(code))


async def cards_by_ids(db: Asking, ids: Collection[UUID]) -> dict[UUID, Row]:
    """Cards by id, as they were `seen_at` this instant."""
    return {row["id"]: row for row in await db.rows(_BY_IDS, ids=list(ids))}


def pay_in_turn(free: Sequence[int], total_minor: int) -> list[int]:
    """What cards with so much on them pay of a sum, the first one first."""
    paid: list[int] = []
    for one in free:
        paid.append(min(one, total_minor - sum(paid)))
    return paid


async def hold_on_cards(
    uow: UnitOfWork, parts: Mapping[UUID, int], *, order_id: UUID, currency: str
) -> None:
    """Hold so much of each of these cards for an order in a currency.

    `spend` and `give_back` of `purses` go on from there. Raises NotEnough where one has less, is
    over, or is in another currency.
    """
    locked = await lock_rows(uow, GiftCard, sorted(parts))
    if any(is_over(card, uow.now) or card["currency"] != currency for card in locked.values()):
        raise NotEnough()
    await hold(uow, CARDS, parts, order_id=order_id)


async def give_back_to_cards(uow: UnitOfWork, order_id: UUID, most: int) -> dict[UUID, int]:
    """Give up to so much of what an order holds of cards, and paid by them, back to these: how
    much, by card. One that is over by now takes back nothing that it paid.
    """
    return await give_back(
        uow, CARDS, order_id, most, takes=lambda card: not is_over(card, uow.now)
    )


def is_over(card: Row, now: datetime) -> bool:
    """Whether a card is blocked, or past its end."""
    return bool(card["blocked_at"] or (card["expires_at"] and card["expires_at"] <= now))


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
