"""Codes by letter: six digits, good once, for a quarter of an hour, for who asked for them."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, delete, select, update

from domain.courses import Course
from domain.customers.accounts.tables import CustomerCode
from domain.errors import valid
from domain.mail.letter_jobs import send_later
from domain.mail.letters import customer_code
from domain.merchants.attempts import DAY, HOUR, MINUTE, Tries, by_account, by_address, count_tries
from domain.merchants.errors import WrongCode
from domain.merchants.post import Post
from domain.merchants.reception import Reception
from domain.merchants.tables import Shop
from tenants.identify import Seen
from tenants.scope import Row, TenantScope, UnitOfWork
from tenants.values.emails import parse_email
from tenants.values.languages import parse_language

GOOD_FOR: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
DIGITS: Final = 6

_ID: Final = bindparam("asked", type_=CustomerCode.id.type)
_NOW: Final = bindparam("now", type_=CustomerCode.expires_at.type)
_GOOD: Final = (
    CustomerCode.id == _ID,
    CustomerCode.used_at.is_(None),
    CustomerCode.expires_at > _NOW,
)
_TO_SEND: Final = select(CustomerCode.email, CustomerCode.language).where(*_GOOD)
_WRITE: Final = (
    update(CustomerCode).where(*_GOOD).values(code_hash=bindparam("code_hash", type_=LargeBinary()))
)
_TRY: Final = (
    update(CustomerCode)
    .where(*_GOOD, CustomerCode.tries < MOST_TRIES)
    .values(tries=CustomerCode.tries + 1)
    .returning(CustomerCode.id, CustomerCode.code_hash, CustomerCode.email)
)
_USE: Final = update(CustomerCode).where(*_GOOD).values(used_at=_NOW)
_FORGET: Final = delete(CustomerCode).where(CustomerCode.expires_at < bindparam("before"))


async def ask_for_code(
    reception: Reception, scope: TenantScope, *, email: str, language: str, seen: Seen
) -> UUID:
    """Have a code mailed to an address, whether it is known here or not; the id to come back with.

    Raises Invalid, TooManyTries.
    """
    address = valid(parse_email, email, "email")
    spoken = valid(parse_language, language, "language")
    await count_tries(
        await reception.past_tenants("customer's code", seen),
        [
            by_account(_what(scope), address.key, seen.address, (MINUTE, 3), (HOUR, 10)),
            # From wherever it is asked for: nobody's mailbox is to be filled.
            Tries(f"{_what(scope)} {_hashed(address.key)}", ((HOUR, 20), (DAY, 60))),
            by_address(_what(scope), seen.address, (MINUTE, 20), (HOUR, 100)),
        ],
    )
    async with scope.writing("customerCodeSend") as uow:
        await uow.execute(_FORGET, before=uow.now - timedelta(days=1))
        code_id = await uow.add(
            CustomerCode,
            email=address.address,
            email_key=address.key,
            language=spoken,
            expires_at=uow.now + GOOD_FOR,
        )
        await send_later(uow, "customer_code", code_id=str(code_id))
    return code_id


async def send_code(course: Course, post: Post, *, letter_id: str, code_id: str) -> None:
    """Job `mail.customer_code`: make the code, and mail it; of one that is out of date, nothing.

    The code is in the letter alone. Run twice, it sends another; the last is the one that works.
    """
    asked, code = UUID(code_id), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    async with course.writing("customerCode") as uow:
        wanted = await uow.row(_TO_SEND, asked=asked, now=uow.now)
        shop = await uow.value(select(Shop.name))
        if wanted is None or shop is None:
            return
        await uow.execute(_WRITE, asked=asked, now=uow.now, code_hash=_digest(asked, code))
    letter = customer_code(wanted["language"], shop=shop, code=code)
    await post.send(letter_id, wanted["email"], wanted["language"], letter, sender=shop)


async def take_code(scope: TenantScope, code_id: UUID, code: str) -> str:
    """The address that is proved to be the caller's. The try counts before it is looked at.

    Raises WrongCode: wrong, used, out of date, tried too often, or of nobody, alike.
    """
    async with scope.writing("customerCodeTry") as uow:
        row: Row | None = await uow.row(_TRY, asked=code_id, now=uow.now)
    given = _digest(code_id, "".join(code.split())[:20])
    if row is None or not hmac.compare_digest(row["code_hash"] or b"", given):
        raise WrongCode("code")
    return str(row["email"])


async def use_code(uow: UnitOfWork, code_id: UUID) -> None:
    """Use it up; of two at once, one raises WrongCode."""
    if not await uow.execute(_USE, asked=code_id, now=uow.now):
        raise WrongCode("code")


def _digest(code_id: UUID, code: str) -> bytes:
    return hashlib.sha256(code_id.bytes + code.encode("utf-8", "replace")).digest()


def _what(scope: TenantScope) -> str:
    return f"customer-code {scope.tenant_id}"


def _hashed(email_key: str) -> str:
    return hashlib.sha256(email_key.encode()).hexdigest()[:32]
