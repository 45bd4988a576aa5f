"""What else a cart is paid with: points make its prices lower, gift cards pay of its total."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.amounts import HIGHEST_MINOR
from domain.bulk import TooMany
from domain.errors import NotFound
from domain.inputs import located, text, whole
from domain.orders.carts.problems import Code, Problem
from domain.orders.carts.tables import Cart
from domain.pricing.gift_cards import cards_by_ids, find_gift_card, is_over, pay_in_turn
from domain.pricing.promotions.codes import key_of
from domain.pricing.purses import free_of
from domain.row_sets import update_rows
from tenants.scope import Asking, Row, UnitOfWork

MOST_CARDS: Final = 5
AS_MANY_AS_MAY_BE: Final = HIGHEST_MINOR


class PayingCard(NamedTuple):
    """A gift card of a cart: the `end` of its code, and what it pays, minor units."""

    end: str
    card_id: UUID | None
    pays_minor: int


async def add_card(uow: UnitOfWork, cart: Row, code: str) -> bool:
    """Let a gift card pay for a locked cart, behind those that do already; whether there is one.

    A code that no card has is noted by its end, as a problem of the cart; the same code twice is
    once. Raises Required, Invalid, TooMany.
    """
    with located("code"):
        typed = key_of(text(100)(code))
    found = await find_gift_card(uow, typed)
    card = {"id": str(found["id"]) if found else None, "end": typed[-4:]}
    if card not in cart["gift_cards"]:
        if len(cart["gift_cards"]) >= MOST_CARDS:
            raise TooMany("code", most=MOST_CARDS)
        await _write(uow, cart, gift_cards=[*cart["gift_cards"], card])
    return found is not None


async def remove_card(uow: UnitOfWork, cart: Row, end: str) -> None:
    """Let a locked cart's card whose code ends so not pay for it. Raises NotFound at `codeEnd`."""
    kept = [card for card in cart["gift_cards"] if card["end"] != key_of(end)]
    if len(kept) == len(cart["gift_cards"]):
        raise NotFound("codeEnd", what="gift_card")
    await _write(uow, cart, gift_cards=kept)


async def set_points(uow: UnitOfWork, cart: Row, points: int | None) -> None:
    """Let so many points lower a locked cart's prices; None: as many as may be. Raises Invalid."""
    with located("points"):
        wanted: int | None = whole(0, HIGHEST_MINOR, required=False)(points)
    if wanted != cart["points"]:
        await _write(uow, cart, points=wanted)


def wanted_points(cart: Row, *, is_signed_in: bool) -> int:
    """How many points a cart's buyer wants to spend, if they are his to spend."""
    wanted: int = AS_MANY_AS_MAY_BE if cart["points"] is None else cart["points"]
    return wanted if is_signed_in else 0


def point_problems(cart: Row, spent: int, *, is_signed_in: bool) -> list[Problem]:
    """What is wrong with the points that are wanted, of which so many are spent."""
    if cart["points"] == 0:
        return []
    if not is_signed_in:
        said = Problem(
            Code.POINTS_NEED_ACCOUNT,
            "points",
            en="sign in to spend points",
            ru="войдите, чтобы потратить баллы",
        )
        return [said]
    if cart["points"] is None or spent == cart["points"]:
        return []
    en, ru = f"{spent} of them can be spent", f"можно потратить {spent}"
    return [Problem(Code.NOT_ENOUGH_POINTS, "points", en=en, ru=ru)]


async def paying_cards(
    db: Asking, cart: Row, total_minor: int, currency: str
) -> tuple[list[PayingCard], list[Problem]]:
    """What each of a cart's cards pays of its total, the first one first, and what is wrong."""
    given: Sequence[Mapping[str, Any]] = cart["gift_cards"]
    ids = [UUID(card["id"]) for card in given if card["id"]]
    found = await cards_by_ids(db, ids) if ids else {}
    cards = [found.get(UUID(one["id"])) if one["id"] else None for one in given]
    refusals = [_refusal(card, currency) for card in cards]
    free = [
        free_of(card) if card is not None and wrong is None else 0
        for card, wrong in zip(cards, refusals, strict=True)
    ]
    problems = [
        Problem(Code.GIFT_CARD_DOES_NOT_APPLY, "giftCards", at, en=wrong[0], ru=wrong[1])
        for at, wrong in enumerate(refusals)
        if wrong is not None
    ]
    turns = zip(given, cards, pay_in_turn(free, total_minor), strict=True)
    return [
        PayingCard(one["end"], card["id"] if card else None, pays) for one, card, pays in turns
    ], problems


def _refusal(card: Row | None, currency: str) -> tuple[str, str] | None:
    if card is None:
        return "there is no such card", "такой карты нет"
    if is_over(card, card["seen_at"]):
        return "the card is valid no more", "карта больше не действует"
    if card["currency"] != currency:
        return "the card is in another currency", "карта в другой валюте"
    return None if free_of(card) else ("the card is empty", "на карте ничего не осталось")


async def _write(uow: UnitOfWork, cart: Row, **values: Any) -> None:
    await update_rows(uow, Cart, [{"id": cart["id"], **values}])
