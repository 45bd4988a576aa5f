"""Identities: the people behind memberships, and how they prove and change their password."""

from uuid import UUID

from sqlalchemy import select, update

from domain.errors import Invalid, NotAllowed
from domain.mail.letter_jobs import send_later
from domain.merchants.attempts import (
    HOUR,
    Tries,
    by_account,
    by_address,
    code_tries,
    count_tries,
    forgive,
    give_back,
)
from domain.merchants.errors import LinkNoLongerGood, WrongPassword
from domain.merchants.one_time import end_links, find_link, use_link
from domain.merchants.reception import Reception
from tenants.identify import Seen
from tenants.passwords import check_new_password
from tenants.platform import PlatformScope, PlatformUnit
from tenants.platform_tables import NOBODYS, Identity, StaffSession
from tenants.principal import Principal
from tenants.scope import Row
from tenants.values.emails import Email
from tenants.values.invalid import InvalidValue

IDENTITY = (
    Identity.id,
    Identity.email,
    Identity.email_key,
    Identity.name,
    Identity.language,
    Identity.password_hash,
    Identity.email_confirmed_at,
    Identity.totp_secret,
    Identity.totp_confirmed_at,
    Identity.totp_last_step,
)


def read_new_password(password: str, email: str, *path: str) -> str:
    """The password, if it may be one. Raises Invalid."""
    try:
        check_new_password(password, email=email)
    except InvalidValue as error:
        raise Invalid(*path, en=error.message("en"), ru=error.message("ru")) from None
    return password


async def find_identity(unit: PlatformUnit, email_key: str) -> Row | None:
    """The identity with this address, or None."""
    return await unit.row(select(*IDENTITY).where(Identity.email_key == email_key))


async def identity_of(unit: PlatformUnit, principal: Principal) -> Row:
    """The identity of the member of staff who asks, by his session. Raises NotAllowed for a key."""
    found = await unit.row(
        select(*IDENTITY)
        .join(StaffSession, StaffSession.identity_id == Identity.id)
        .where(StaffSession.id == principal.credential_id, StaffSession.revoked_at.is_(None))
    )
    if found is None:
        raise NotAllowed(
            en="only a signed-in member of staff can do this",
            ru="это может сделать только вошедший сотрудник",
        )
    return found


async def prove_password(
    reception: Reception, scope: PlatformScope, principal: Principal, password: str
) -> Row:
    """The caller's identity, if the password is his. Raises WrongPassword, TooManyTries."""
    async with scope.writing() as unit:
        identity = await identity_of(unit, principal)
    tries = [_own_tries(identity["email_key"], principal.address)]
    await count_tries(scope, tries)
    if not await reception.passwords.verify(identity["password_hash"], password):
        raise WrongPassword("password")
    async with scope.writing() as unit:
        await give_back(unit, tries)
    return identity


async def change_password(
    reception: Reception, principal: Principal, *, password: str, new_password: str
) -> None:
    """Take a new password; the caller's session stays, all others of his end, at all merchants.

    Raises WrongPassword, Invalid, TooManyTries, NotAllowed.
    """
    scope = await reception.past_tenants("change of password")
    identity = await prove_password(reception, scope, principal, password)
    read_new_password(new_password, identity["email"], "newPassword")
    hashed = await reception.passwords.hash(new_password)
    async with scope.writing() as unit:
        await _store_password(unit, identity["id"], hashed)
        await end_all_sessions(unit, identity["id"], but=principal.credential_id)
        await notify(unit, identity["id"], "password_changed")


async def request_password_reset(reception: Reception, *, email: Email, seen: Seen) -> None:
    """Have a letter with a link sent, if the address has an account; the answer is always the same.

    The job finds out whether there is one, so known and unknown addresses cost the same here.
    Raises TooManyTries.
    """
    scope = await reception.past_tenants("password reset asked for", seen)
    await count_tries(
        scope,
        [
            by_account("reset", email.key, seen.address, (HOUR, 3)),
            by_address("reset", seen.address, (HOUR, 30)),
        ],
    )
    async with scope.writing() as unit, unit.tenant(NOBODYS, "passwordReset") as uow:
        await send_later(uow, "password_reset", key=email.key, email_key=email.key)


async def reset_password(
    reception: Reception, *, token: str, new_password: str, seen: Seen
) -> None:
    """Set a password by a letter's link; it proves the address too, and ends all sessions.

    Memberships that wait for a confirmation still wait. Raises LinkNoLongerGood, Invalid,
    TooManyTries.
    """
    scope = await reception.past_tenants("password reset", seen)
    await count_tries(scope, [by_address("reset link", seen.address, (HOUR, 30))])
    async with scope.writing() as unit:
        link = await find_link(unit, "reset_password", token)
        email = await unit.value(select(Identity.email).where(Identity.id == link["identity_id"]))
    if email is None:
        raise LinkNoLongerGood("token")
    read_new_password(new_password, email, "newPassword")
    hashed = await reception.passwords.hash(new_password)
    async with scope.writing() as unit:
        await use_link(unit, link)
        await _store_password(unit, link["identity_id"], hashed)
        await unit.execute(
            update(Identity)
            .where(Identity.id == link["identity_id"], Identity.email_confirmed_at.is_(None))
            .values(email_confirmed_at=unit.now)
        )
        await forgive(unit, code_tries(link["identity_id"]))
        await end_all_sessions(unit, link["identity_id"])
        await notify(unit, link["identity_id"], "password_changed")


async def end_all_sessions(
    unit: PlatformUnit, identity_id: UUID, *, but: UUID | None = None
) -> None:
    """Revoke a person's sessions at all merchants, except perhaps the one he sits in."""
    await unit.execute(
        update(StaffSession)
        .where(
            StaffSession.identity_id == identity_id,
            StaffSession.revoked_at.is_(None),
            StaffSession.id.is_distinct_from(but),
        )
        .values(revoked_at=unit.now)
    )


async def notify(unit: PlatformUnit, identity_id: UUID, what: str) -> None:
    """Have a letter sent about a change of how the person signs in."""
    async with unit.tenant(NOBODYS, "notify") as uow:
        await send_later(uow, "account_changed", identity_id=str(identity_id), what=what)


async def _store_password(unit: PlatformUnit, identity_id: UUID, hashed: str) -> None:
    """Store it, and end the links that would set another: whoever has one changes no more."""
    await end_links(unit, "reset_password", identity_id=identity_id)
    await unit.execute(
        update(Identity).where(Identity.id == identity_id).values(password_hash=hashed)
    )


def _own_tries(email_key: str, address: str | None) -> Tries:
    return by_account("own password", email_key, address, (HOUR, 10))
