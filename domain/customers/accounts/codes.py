"""Codes by letter or text message: six digits, good once, for a quarter of an hour, for who asked.

Text messages cost money, so a shop sends but so many of them, whoever asks from wherever.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, delete, select, update

from domain.courses import Course
from domain.customers.accounts.tables import CustomerCode
from domain.customers.contacts import Reached, reached_by
from domain.errors import Invalid, valid
from domain.inputs import Required
from domain.mail.letter_jobs import send_later
from domain.mail.letters import customer_code
from domain.mail.ports import EMAIL, SMS
from domain.merchants.attempts import DAY, HOUR, MINUTE, Tries, by_account, by_address, count_tries
from domain.merchants.errors import WrongCode
from domain.merchants.post import Post
from domain.merchants.reception import Reception
from domain.merchants.tables import Shop
from tenants.identify import Seen
from tenants.scope import Row, TenantScope, UnitOfWork
from tenants.values.languages import parse_language

GOOD_FOR: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
DIGITS: Final = 6
_MOST_TO_ONE: Final = {"email": ((HOUR, 20), (DAY, 60)), "phone": ((HOUR, 5), (DAY, 10))}
MOST_TEXTS: Final = ((HOUR, 300), (DAY, 2_000))
"""Of one shop."""

_ID: Final = bindparam("asked", type_=CustomerCode.id.type)
_NOW: Final = bindparam("now", type_=CustomerCode.expires_at.type)
_GOOD: Final = (
    CustomerCode.id == _ID,
    CustomerCode.used_at.is_(None),
    CustomerCode.expires_at > _NOW,
)
_TO_SEND: Final = select(CustomerCode.kind, CustomerCode.value, CustomerCode.language).where(*_GOOD)
_WRITE: Final = (
    update(CustomerCode).where(*_GOOD).values(code_hash=bindparam("code_hash", type_=LargeBinary()))
)
_TRY: Final = (
    update(CustomerCode)
    .where(*_GOOD, CustomerCode.tries < MOST_TRIES)
    .values(tries=CustomerCode.tries + 1)
    .returning(CustomerCode.code_hash, CustomerCode.kind, CustomerCode.value, CustomerCode.key)
)
_USE: Final = update(CustomerCode).where(*_GOOD).values(used_at=_NOW)
_FORGET: Final = delete(CustomerCode).where(CustomerCode.expires_at < bindparam("before"))


async def ask_for_code(
    reception: Reception,
    scope: TenantScope,
    *,
    email: str | None = None,
    phone: str | None = None,
    language: str,
    seen: Seen,
) -> UUID:
    """Have a code sent to an address or a phone, one of them, whether it is known here or not; the
    id to come back with. Raises Required, Invalid, TooManyTries.
    """
    if not email and not phone:
        raise Required("email")
    if email and phone:
        raise Invalid("phone", en="give email or phone, not both", ru="укажите email или phone")
    kind = "email" if email else "phone"
    reached = reached_by(kind, email or phone or "", kind)
    spoken = valid(parse_language, language, "language")
    await count_tries(
        await reception.past_tenants("customer's code", seen),
        [
            by_account(_what(scope), reached.key, seen.address, (MINUTE, 3), (HOUR, 10)),
            # From wherever it is asked for: nobody's mailbox is to be filled.
            Tries(f"{_what(scope)} {_hashed(reached.key)}", _MOST_TO_ONE[kind]),
            by_address(_what(scope), seen.address, (MINUTE, 20), (HOUR, 100)),
            *([Tries(f"{_what(scope)} sms", MOST_TEXTS)] if kind == "phone" else []),
        ],
    )
    async with scope.writing("customerCodeSend") as uow:
        code_id = await uow.add(
            CustomerCode,
            kind=reached.kind,
            value=reached.value,
            key=reached.key,
            language=spoken,
            expires_at=uow.now + GOOD_FOR,
        )
        await send_later(uow, "customer_code", code_id=str(code_id))
    return code_id


async def send_code(course: Course, post: Post, *, letter_id: str, code_id: str) -> None:
    """Job `mail.customer_code`: make the code, and send it; of one that is out of date, nothing.

    The code is in the message alone. Run twice, it sends another; the last is the one that works.
    """
    asked, code = UUID(code_id), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    async with course.writing("customerCode") as uow:
        wanted = await uow.row(_TO_SEND, asked=asked, now=uow.now)
        shop = await uow.value(select(Shop.name))
        if wanted is None or shop is None:
            return
        await uow.execute(_WRITE, asked=asked, now=uow.now, code_hash=_digest(asked, code))
    letter = customer_code(wanted["language"], shop=shop, code=code)
    channel = EMAIL if wanted["kind"] == "email" else SMS
    await post.send(
        letter_id, wanted["value"], wanted["language"], letter, channel=channel, sender=shop
    )


async def take_code(scope: TenantScope, code_id: UUID, code: str) -> Reached:
    """The address or phone that is proved to be the caller's. A try counts before it is looked at.

    Raises WrongCode: wrong, used, out of date, tried too often, or of nobody, alike.
    """
    async with scope.writing("customerCodeTry") as uow:
        row: Row | None = await uow.row(_TRY, asked=code_id, now=uow.now)
    given = _digest(code_id, "".join(code.split())[:20])
    if row is None or not hmac.compare_digest(row["code_hash"] or b"", given):
        raise WrongCode("code")
    return Reached(row["kind"], row["value"], row["key"])


async def use_code(uow: UnitOfWork, code_id: UUID) -> None:
    """Use it up; of two at once, one raises WrongCode."""
    if not await uow.execute(_USE, asked=code_id, now=uow.now):
        raise WrongCode("code")


async def forget_old_codes(uow: UnitOfWork) -> int:
    """Drop codes that went out of date a day ago, with where they were sent; how many."""
    return await uow.execute(_FORGET, before=uow.now - timedelta(days=1))


def _digest(code_id: UUID, code: str) -> bytes:
    return hashlib.sha256(code_id.bytes + code.encode("utf-8", "replace")).digest()


def _what(scope: TenantScope) -> str:
    return f"customer-code {scope.tenant_id}"


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]
