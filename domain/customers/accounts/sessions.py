"""Sessions of customers: half a year at most, a month unused; looked up on each request."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, any_, bindparam, select, update

from domain.customers.accounts.tables import CustomerSession
from domain.errors import NotFound
from domain.row_sets import IDS
from tenants.identify import Seen
from tenants.scope import Asking, Row, TenantScope, UnitOfWork
from tenants.tokens import TokenKind, issue_token

LASTS: Final = timedelta(days=180)
IDLE: Final = timedelta(days=30)
NOTED: Final = timedelta(hours=1)
"""How old the note of its last use may grow: it is no reason to write on each request."""
MOST_SESSIONS: Final = 20
LONGEST_USER_AGENT: Final = 300

_now = bindparam("now", type_=DateTime(timezone=True))
_idle = bindparam("idle", type_=DateTime(timezone=True))
_ALIVE: Final = (
    CustomerSession.revoked_at.is_(None),
    CustomerSession.expires_at > _now,
    CustomerSession.last_used_at > _idle,
)
_BY_TOKEN: Final = select(CustomerSession).where(
    CustomerSession.token_hash == bindparam("token_hash"), *_ALIVE
)
_OF: Final = (
    select(CustomerSession)
    .where(CustomerSession.customer_id == bindparam("customer"), *_ALIVE)
    .order_by(CustomerSession.last_used_at.desc(), CustomerSession.id)
)
_NOTE: Final = (
    update(CustomerSession)
    .where(CustomerSession.id == bindparam("session"))
    .values(last_used_at=_now)
)
_END: Final = (
    update(CustomerSession)
    .where(CustomerSession.id == any_(IDS), CustomerSession.revoked_at.is_(None))
    .values(revoked_at=_now)
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session; `token` is shown this once."""

    customer_id: UUID
    expires_at: datetime
    token: str = field(repr=False)


async def open_session(
    uow: UnitOfWork, account: Row, *, seen: Seen, user_agent: str | None
) -> SignedIn:
    """A session of the account's customer; of too many the longest unused ends."""
    customer_id: UUID = account["customer_id"]
    issued = issue_token(TokenKind.CUSTOMER)
    before = await sessions_of(uow, customer_id, now=uow.now)
    await _end(uow, [row["id"] for row in before[MOST_SESSIONS - 1 :]])
    expires_at = uow.now + LASTS
    await uow.add(
        CustomerSession,
        customer_id=customer_id,
        account_id=account["id"],
        token_hash=issued.digest,
        address=seen.address,
        user_agent=user_agent[:LONGEST_USER_AGENT] if user_agent else None,
        created_at=uow.now,
        last_used_at=uow.now,
        expires_at=expires_at,
    )
    uow.record("customer.signed_in", customer_id)
    return SignedIn(customer_id, expires_at, issued.text)


async def find_session(scope: TenantScope, token_hash: bytes) -> Row | None:
    """The session that a token opens, if it is alive; that it was used is noted once an hour."""
    reading = scope.reading
    session = await reading.row(
        _BY_TOKEN, token_hash=token_hash, now=reading.now, idle=reading.now - IDLE
    )
    if session is not None and session["last_used_at"] < reading.now - NOTED:
        async with scope.writing("customerSessionUsed") as uow:
            await uow.execute(_NOTE, session=session["id"], now=uow.now)
    return session


async def sessions_of(db: Asking, customer_id: UUID, *, now: datetime) -> list[Row]:
    """A customer's sessions that are alive, the last used first."""
    return await db.rows(_OF, customer=customer_id, now=now, idle=now - IDLE)


async def end_session(uow: UnitOfWork, customer_id: UUID, session_id: UUID) -> None:
    """End one session of a customer's own. Raises NotFound for anybody else's."""
    if session_id not in {row["id"] for row in await sessions_of(uow, customer_id, now=uow.now)}:
        raise NotFound("id", what="session")
    await _end(uow, [session_id])
    uow.record("customer.session_ended", customer_id)


async def end_sessions(uow: UnitOfWork, customer_id: UUID, *, but: UUID | None = None) -> int:
    """End all sessions of a customer but one; how many."""
    rows = await sessions_of(uow, customer_id, now=uow.now)
    ids = [row["id"] for row in rows if row["id"] != but]
    await _end(uow, ids)
    if ids:
        uow.record("customer.sessions_ended", customer_id, count=len(ids))
    return len(ids)


async def _end(uow: UnitOfWork, ids: list[UUID]) -> None:
    if ids:
        await uow.execute(_END, ids=ids, now=uow.now)
