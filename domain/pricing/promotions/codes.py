"""Codes: words that people type in, and how they are read whichever way they are typed."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, bindparam, func, select, update

from domain.bulk import MOST_ROWS, TooMany
from domain.catalog.versions import lock_owner
from domain.errors import Invalid, NotAllowed, Taken
from domain.inputs import Required, line_or_none, located, printable, whole
from domain.pricing.promotions.tables import Promotion, PromotionCode
from domain.references import Ref
from domain.row_sets import IDS, insert_rows
from tenants.ids import new_id
from tenants.scope import UnitOfWork

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of generated codes: none that looks like another one (no 0 and O, 1, I and L)."""
PART: Final = 5
MOST_GENERATED: Final = 1_000
MOST_OF_PROMOTION: Final = 100_000
LONGEST: Final = 40
MOST_TRIES: Final = 5

# Letters that two alphabets share, so that nobody has to know with which a code was printed.
_ALIKE: Final = str.maketrans("АВЕЁКМНОРСТХУ", "ABEEKMHOPCTXY")
_COUNT: Final = select(func.count()).where(PromotionCode.promotion_id == bindparam("promotion_id"))
_REVOKE: Final = (
    update(PromotionCode)
    .where(PromotionCode.id == any_(IDS), PromotionCode.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
    .returning(PromotionCode.id, PromotionCode.promotion_id)
)


def key_of(code: str) -> str:
    """What is compared: without spaces and hyphens, capitals, letters that look alike as one."""
    folded = "".join(letter for letter in code.upper() if letter.isalnum())
    return folded.translate(_ALIKE)


def visitor_key(visitor: str) -> bytes:
    """A visitor as he is kept: a digest, from which nobody learns what his browser sends."""
    return sha256(visitor.encode()).digest()


def new_code() -> str:
    """A code that nobody guesses: 31^10 of them, in two parts."""
    letters = [secrets.choice(LETTERS) for _ in range(2 * PART)]
    return "".join(letters[:PART]) + "-" + "".join(letters[PART:])


async def add_codes(
    uow: UnitOfWork, *, promotion: Ref, codes: Sequence[str], usage_limit: int | None = None
) -> list[UUID]:
    """Give a promotion up to 100 codes, words of the merchant's own; their ids, in order.

    Raises NotFound, NotAllowed, Required, Invalid, Taken.
    """
    row = await _lock(uow, promotion, len(codes), MOST_ROWS, "codes")
    with located("usageLimit"):
        limit = whole(1, 10**9, required=False)(usage_limit)
    rows = []
    for at, code in enumerate(codes):
        with located("codes", at):
            rows.append(_code(row["id"], _cleaned(code), uow.now, usage_limit=limit))
    if len({one["code_key"] for one in rows}) < len(rows):
        raise Invalid("codes", en="one comes twice", ru="один встречается дважды")
    made = await insert_rows(uow, PromotionCode, rows)
    for at, one in enumerate(rows):
        if one["id"] not in made:
            raise Taken("codes", at, value=one["code"])
    uow.record("promotion.codes_added", row["id"], count=len(rows), series=None)
    return [one["id"] for one in rows]


async def generate_codes(
    uow: UnitOfWork,
    *,
    promotion: Ref,
    count: int,
    series: str | None = None,
    usage_limit: int = 1,
) -> list[UUID]:
    """Make up to 1,000 codes of a series, each good once unless said otherwise; their ids.

    Raises NotFound, NotAllowed, Invalid, TooMany.
    """
    with located("count"):
        count = whole(1, MOST_GENERATED)(count)
    row = await _lock(uow, promotion, count, MOST_GENERATED, "count")
    with located("series"):
        series = line_or_none(100)(series)
    with located("usageLimit"):
        limit = whole(1, 10**9)(usage_limit)
    made: list[UUID] = []
    for _ in range(MOST_TRIES):
        rows = [
            _code(row["id"], new_code(), uow.now, series=series, usage_limit=limit)
            for _ in range(count - len(made))
        ]
        there = await insert_rows(uow, PromotionCode, rows)
        made += [one["id"] for one in rows if one["id"] in there]
        if len(made) == count:
            break
    uow.record("promotion.codes_added", row["id"], count=len(made), series=series)
    return made


async def revoke_codes(uow: UnitOfWork, ids: Sequence[UUID]) -> list[UUID]:
    """Let up to 100 codes be good for nothing more; the ids of those that were good so far."""
    if len(ids) > MOST_ROWS:
        raise TooMany("ids", most=MOST_ROWS)
    gone = await uow.rows(_REVOKE, ids=sorted(set(ids)), now=uow.now)
    for promotion_id in sorted({row["promotion_id"] for row in gone}):
        uow.record("promotion.codes_revoked", promotion_id, count=len(gone))
    return [row["id"] for row in gone]


async def _lock(uow: UnitOfWork, promotion: Ref, count: int, most: int, path: str) -> Any:
    """The promotion that so many codes are to be added to, locked."""
    if not count:
        raise Required(path)
    if count > most:
        raise TooMany(path, most=most)
    row = await lock_owner(
        uow, Promotion, promotion, "promotionId", what="promotion", expected_version=None
    )
    if row["state"] == "archived" or row["offer_minutes"]:
        raise NotAllowed(
            "promotionId",
            en="an archived promotion, and one of visitors' own offers, takes no codes",
            ru="акции в архиве и акции с личными предложениями кодов не принимают",
        )
    if await uow.value(_COUNT, promotion_id=row["id"]) + count > MOST_OF_PROMOTION:
        raise TooMany(path, most=MOST_OF_PROMOTION)
    return row


def _cleaned(code: str) -> str:
    text = " ".join(printable(code).split())
    if not 3 <= len(key_of(text)) <= LONGEST or len(text) > LONGEST:
        raise Invalid(
            en=f"a code has 3 to {LONGEST} letters and digits",
            ru=f"в коде от 3 до {LONGEST} букв и цифр",
        )
    return text


def _code(promotion_id: UUID, code: str, now: datetime, **columns: Any) -> dict[str, Any]:
    """A row of a code."""
    return {
        "id": new_id(),
        "promotion_id": promotion_id,
        "code": code,
        "code_key": key_of(code),
        "created_at": now,
        **columns,
    }
