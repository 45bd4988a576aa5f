"""Sessions: signing in to one space of one merchant, and the end of it.

Looked up on every request by `platform.identify_session`: half an hour idle, twelve hours in all,
and whoever was suspended or revoked meanwhile is refused on the next one.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, Uuid, any_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from domain.errors import NotFound
from domain.mail.letter_jobs import send_later
from domain.merchants.attempts import (
    DAY,
    HOUR,
    MINUTE,
    Tries,
    by_account,
    by_address,
    count_tries,
    forgive,
    give_back,
)
from domain.merchants.errors import SecondFactorRequired, ShopToChoose, WrongCredentials
from domain.merchants.identities import find_identity
from domain.merchants.reception import Mode, Reception, staff_principal
from domain.merchants.second_factor import expect_second_factor, take_second_factor
from domain.merchants.staff import end_sessions
from domain.merchants.tables import Membership, Shop, StaffMember
from tenants.identify import Seen
from tenants.platform import PlatformScope, PlatformUnit
from tenants.platform_tables import Identity, StaffSession, Tenant
from tenants.principal import Actor
from tenants.scope import Row, UnitOfWork
from tenants.tokens import TokenKind, issue_token
from tenants.values.emails import parse_email
from tenants.values.invalid import InvalidValue

LASTS: Final = timedelta(hours=12)
IDLE: Final = timedelta(minutes=30)
MOST_SESSIONS: Final = 20
"""Of one person in one shop; the longest unused end when there are more."""
LONGEST_USER_AGENT: Final = 300


_PLACES: Final = (
    select(
        StaffMember.id,
        StaffMember.tenant_id,
        StaffMember.status,
        Tenant.handle,
        Shop.name.label("shop"),
    )
    .join(Tenant, Tenant.id == StaffMember.tenant_id)
    .join(Shop, Shop.tenant_id == StaffMember.tenant_id)
    .where(
        StaffMember.identity_id == bindparam("identity", type_=Uuid()),
        StaffMember.tenant_id == any_(bindparam("tenants", type_=ARRAY(Uuid()))),
        StaffMember.status != "removed",
        Tenant.status != "erased",
    )
    .order_by(StaffMember.id)
)
_END: Final = (
    update(StaffSession)
    .where(
        StaffSession.id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
        StaffSession.revoked_at.is_(None),
    )
    .values(revoked_at=bindparam("now_", type_=DateTime(timezone=True)))
)
_OLD_SESSIONS: Final = delete(StaffSession).where(
    StaffSession.expires_at < bindparam("before", type_=DateTime(timezone=True))
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session; `token` is shown this once."""

    session_id: UUID
    live_tenant_id: UUID
    staff_id: UUID
    mode: Mode
    expires_at: datetime
    token: str = field(repr=False)


async def sign_in(
    reception: Reception,
    *,
    email: str,
    password: str,
    code: str | None = None,
    shop: str | None = None,
    mode: Mode = "live",
    seen: Seen,
    user_agent: str | None = None,
) -> SignedIn:
    """Open a session by address and password, and a code where the account has a second factor.

    `shop` is a handle; who works for one shop need not say it. Unknown, unconfirmed and mistaken
    take the same time and get the same answer. Raises WrongCredentials, SecondFactorRequired,
    WrongCode, ShopToChoose, TooManyTries.
    """
    try:
        email_key = parse_email(email).key
    except InvalidValue:
        email_key = email[:254]
    scope = await reception.past_tenants("sign-in", seen)
    tries = _tries(email_key, seen.address)
    await count_tries(scope, tries)
    async with scope.writing() as unit:
        identity = await find_identity(unit, email_key)
    is_right = await reception.passwords.verify(
        identity["password_hash"] if identity else None, password
    )
    if identity is None or not is_right:
        raise WrongCredentials
    async with scope.writing() as unit:
        memberships = await _memberships(unit, identity["id"])
    if identity["email_confirmed_at"] is None or not any(
        row["status"] == "active" for row in memberships
    ):
        await _remind(scope, memberships, email_key)
        raise WrongCredentials
    try:
        await expect_second_factor(scope, identity, code)
        async with scope.writing() as unit:
            await take_second_factor(reception, unit, identity, code)
            # Where the shop is still to be said, all is undone, and the code is good once more.
            member = _chosen(memberships, shop)
            await give_back(unit, tries)
            await forgive(unit, tries[0])
            session = await _open(unit, identity["id"], member, mode, seen, user_agent)
    except (SecondFactorRequired, ShopToChoose):
        async with scope.writing() as unit:
            await give_back(unit, tries)
        raise
    if reception.passwords.needs_rehash(identity["password_hash"]):
        await _hash_anew(reception, scope, identity, password)
    return session


async def sign_out(uow: UnitOfWork) -> None:
    """End the caller's own session; in the live space, whichever the session opens.

    Raises NotFound where the caller has none.
    """
    session_id = uow.principal.credential_id
    if uow.principal.actor is not Actor.STAFF or session_id is None:
        raise NotFound(what="session")
    await revoke_session(uow, session_id)


async def revoke_session(uow: UnitOfWork, session_id: UUID) -> None:
    """End a session of this merchant's staff, at once. Raises NotFound."""
    revoked = await uow.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.revoked_at.is_(None))
        .values(revoked_at=uow.now)
    )
    if not revoked:
        raise NotFound("id", what="session")
    uow.record("session.revoked", session_id)


async def revoke_own_session(uow: UnitOfWork, session_id: UUID) -> None:
    """End a session of the caller's own, in the live space. Raises NotFound for anybody else's."""
    whose = await uow.value(select(StaffSession.identity_id).where(StaffSession.id == session_id))
    if whose is None or whose != await _own_identity(uow):
        raise NotFound("id", what="session")
    await revoke_session(uow, session_id)


async def end_own_sessions(uow: UnitOfWork) -> int:
    """End the caller's sessions at this merchant but the one he sits in; how many."""
    identity_id = await _own_identity(uow)
    if identity_id is None:
        raise NotFound(what="session")
    ended = await end_sessions(uow, identity_id, but=uow.principal.credential_id)
    if ended:
        uow.record("staff.sessions_ended", uow.principal.id, count=ended)
    return ended


async def forget_old_sessions(unit: PlatformUnit) -> int:
    """Drop sessions that ended a month ago; how many rows."""
    return await unit.execute(_OLD_SESSIONS, before=unit.now - timedelta(days=30))


def _tries(email_key: str, address: str | None) -> list[Tries]:
    return [
        by_account("sign-in", email_key, address, (MINUTE, 5), (HOUR, 20), (DAY, 60)),
        by_address("sign-in", address, (MINUTE, 20), (HOUR, 200)),
    ]


async def _own_identity(uow: UnitOfWork) -> UUID | None:
    if uow.principal.actor is not Actor.STAFF:
        return None
    identity_id: UUID | None = await uow.value(
        select(StaffMember.identity_id).where(StaffMember.id == uow.principal.id)
    )
    return identity_id


async def _memberships(unit: PlatformUnit, identity_id: UUID) -> list[Row]:
    """The person's places at all merchants that are not gone."""
    tenant_ids = [
        row["tenant_id"]
        for row in await unit.rows(
            select(Membership.tenant_id).where(Membership.identity_id == identity_id)
        )
    ]
    return await unit.rows(_PLACES, identity=identity_id, tenants=tenant_ids)


async def _hash_anew(
    reception: Reception, scope: PlatformScope, identity: Row, password: str
) -> None:
    """Store the password at today's cost, unless it was changed meanwhile."""
    hashed = await reception.passwords.hash(password)
    same = (Identity.id == identity["id"], Identity.password_hash == identity["password_hash"])
    async with scope.writing() as unit:
        await unit.execute(update(Identity).where(*same).values(password_hash=hashed))


def _chosen(memberships: list[Row], shop: str | None) -> Row:
    active = [row for row in memberships if row["status"] == "active"]
    if shop is None and len(active) > 1:
        raise ShopToChoose([{"handle": row["handle"], "name": row["shop"]} for row in active])
    chosen = [row for row in active if shop is None or row["handle"] == shop]
    if not chosen:
        raise NotFound("shop", what="shop")
    return chosen[0]


async def _remind(scope: PlatformScope, memberships: list[Row], email_key: str) -> None:
    """The password is right, but nothing was confirmed yet: send the letter once more."""
    pending = [row for row in memberships if row["status"] == "pending"]
    async with scope.writing() as unit:
        for row in pending:
            async with unit.tenant(row["tenant_id"], "signUpLetter") as uow:
                await send_later(uow, "sign_up", key=email_key, staff_id=str(row["id"]))


async def _open(
    unit: PlatformUnit,
    identity_id: UUID,
    member: Row,
    mode: Mode,
    seen: Seen,
    user_agent: str | None,
) -> SignedIn:
    device = user_agent[:LONGEST_USER_AGENT] if user_agent else None
    mine = (StaffSession.tenant_id == member["tenant_id"], StaffSession.identity_id == identity_id)
    before = await unit.rows(
        select(
            StaffSession.id, StaffSession.address, StaffSession.user_agent, StaffSession.revoked_at
        )
        .where(*mine)
        .order_by(StaffSession.last_used_at.desc())
    )
    issued = issue_token(TokenKind.SESSION)
    expires_at = unit.now + LASTS
    session_id = await unit.add(
        StaffSession,
        tenant_id=member["tenant_id"],
        identity_id=identity_id,
        mode=mode,
        token_hash=issued.digest,
        address=seen.address,
        user_agent=device,
        created_at=unit.now,
        last_used_at=unit.now,
        expires_at=expires_at,
        second_factor_at=unit.now,
    )
    surplus = [row["id"] for row in before if row["revoked_at"] is None][MOST_SESSIONS - 1 :]
    await unit.execute(_END, ids=surplus, now_=unit.now)
    who = staff_principal(member["id"], seen)
    async with unit.tenant(member["tenant_id"], "sessionCreate", principal=who) as uow:
        uow.record("staff.signed_in", member["id"], session_id=session_id, mode=mode)
        if before and not any(
            row["address"] == seen.address and row["user_agent"] == device for row in before
        ):
            await send_later(uow, "new_sign_in", session_id=str(session_id))
    return SignedIn(session_id, member["tenant_id"], member["id"], mode, expires_at, issued.text)
