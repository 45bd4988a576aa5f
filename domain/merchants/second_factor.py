"""The second factor: an authenticator app, and recovery codes for the day the phone is lost.

Its secret is sealed under the platform's own data key. Codes are counted per account, not per
address: a million tries would find one, and only who knows the password comes this far.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Text, cast, or_, update

from domain.errors import NotAllowed
from domain.merchants.attempts import code_tries, count_tries, forgive
from domain.merchants.errors import SecondFactorRequired, WrongCode
from domain.merchants.identities import identity_of, notify, prove_password
from domain.merchants.reception import Reception
from domain.merchants.secrets import seal, unseal
from tenants.platform import PlatformScope, PlatformUnit
from tenants.platform_tables import NOBODYS, Identity, StaffSession
from tenants.principal import Principal
from tenants.scope import Row
from tenants.totp import (
    find_matching_step,
    new_recovery_codes,
    new_totp_secret,
    otpauth_uri,
    recovery_digest,
)
from tenants.vault import Place

ISSUER: Final = "Ryad"
FRESH: Final = timedelta(minutes=5)
"""How long a proof of presence counts for what is dangerous (keys, staff, export, refunds)."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A secret to be scanned into an app; worth nothing until a code of it was confirmed."""

    uri: str = field(repr=False)
    secret: str = field(repr=False)


async def start_totp(reception: Reception, principal: Principal, *, password: str) -> Enrolment:
    """Begin to set up an app, or begin anew. Raises NotAllowed where one is in use already."""
    scope = await reception.past_tenants("second factor set up")
    identity = await prove_password(reception, scope, principal, password)
    if identity["totp_confirmed_at"] is not None:
        raise NotAllowed(
            en="a second factor is in use; turn it off first",
            ru="второй фактор уже включён; сначала отключите его",
        )
    secret = new_totp_secret()
    async with scope.writing() as unit, unit.tenant(NOBODYS, "totpStart") as uow:
        sealed = await seal(uow, reception.masters, _place(identity["id"]), secret.encode())
        await unit.execute(
            update(Identity)
            .where(Identity.id == identity["id"], Identity.totp_confirmed_at.is_(None))
            .values(totp_secret=sealed, totp_last_step=None)
        )
    return Enrolment(otpauth_uri(secret, account=identity["email"], issuer=ISSUER), secret)


async def confirm_totp(reception: Reception, principal: Principal, *, code: str) -> list[str]:
    """Turn the app on with a first code of it; the recovery codes, shown this once.

    Raises WrongCode, NotAllowed, TooManyTries.
    """
    scope = await reception.past_tenants("second factor confirmed")
    async with scope.writing() as unit:
        identity = await identity_of(unit, principal)
    if identity["totp_secret"] is None or identity["totp_confirmed_at"] is not None:
        raise NotAllowed(
            en="begin to set up an app first", ru="сначала начните настройку приложения"
        )
    await count_tries(scope, [code_tries(identity["id"])])
    codes = new_recovery_codes()
    async with scope.writing() as unit:
        if not await _take_step(reception, unit, identity, code):
            raise WrongCode("code")
        await unit.execute(
            update(Identity)
            .where(Identity.id == identity["id"])
            .values(
                totp_confirmed_at=unit.now,
                recovery_hashes=[recovery_digest(one).hex() for one in codes],
            )
        )
        await _mark_proven(unit, principal)
        await notify(unit, identity["id"], "second_factor_on")
    return codes


async def disable_totp(
    reception: Reception, principal: Principal, *, password: str, code: str
) -> None:
    """Turn the second factor off. Raises WrongPassword, WrongCode, NotAllowed, TooManyTries."""
    scope = await reception.past_tenants("second factor turned off")
    identity = await prove_password(reception, scope, principal, password)
    await expect_second_factor(scope, identity, code)
    async with scope.writing() as unit:
        await take_second_factor(reception, unit, identity, code)
        await unit.execute(
            update(Identity)
            .where(Identity.id == identity["id"])
            .values(
                totp_secret=None, totp_confirmed_at=None, totp_last_step=None, recovery_hashes=[]
            )
        )
        await notify(unit, identity["id"], "second_factor_off")


async def prove_presence(
    reception: Reception, principal: Principal, *, password: str, code: str | None = None
) -> None:
    """Prove once more that it is you, with all your factors: good for five minutes (FRESH).

    Raises WrongPassword, SecondFactorRequired, WrongCode, TooManyTries.
    """
    scope = await reception.past_tenants("presence proven")
    identity = await prove_password(reception, scope, principal, password)
    await expect_second_factor(scope, identity, code)
    async with scope.writing() as unit:
        await take_second_factor(reception, unit, identity, code)
        await _mark_proven(unit, principal)


async def has_second_factor(reception: Reception, principal: Principal) -> bool:
    """Whether the caller signs in with an app's code. Raises NotAllowed for a key."""
    scope = await reception.past_tenants("second factor asked about")
    async with scope.writing() as unit:
        identity = await identity_of(unit, principal)
    return identity["totp_confirmed_at"] is not None


async def expect_second_factor(scope: PlatformScope, identity: Row, code: str | None) -> None:
    """Count a try, where the identity has a second factor. To be asked after the password only.

    Raises SecondFactorRequired, TooManyTries.
    """
    if identity["totp_confirmed_at"] is None:
        return
    if code is None:
        raise SecondFactorRequired("code")
    await count_tries(scope, [code_tries(identity["id"])])


async def take_second_factor(
    reception: Reception, unit: PlatformUnit, identity: Row, code: str | None
) -> None:
    """Use up a code of the app or a recovery code, unless the unit is undone. Raises WrongCode."""
    if identity["totp_confirmed_at"] is None:
        return
    if not (
        await _take_step(reception, unit, identity, code or "")
        or await _take_recovery_code(unit, identity["id"], code or "")
    ):
        raise WrongCode("code")
    await forgive(unit, code_tries(identity["id"]))


async def _take_step(reception: Reception, unit: PlatformUnit, identity: Row, code: str) -> bool:
    async with unit.tenant(NOBODYS, "totpCheck") as uow:
        place = _place(identity["id"])
        secret = await unseal(uow, reception.masters, place, identity["totp_secret"])
    step = find_matching_step(
        secret.reveal().decode(), code, now=unit.now, last_step=identity["totp_last_step"]
    )
    if step is None:
        return False
    # Of two who come with one code at once, one finds the step taken.
    taken = await unit.execute(
        update(Identity)
        .where(
            Identity.id == identity["id"],
            or_(Identity.totp_last_step.is_(None), Identity.totp_last_step < step),
        )
        .values(totp_last_step=step)
    )
    return taken == 1


async def _take_recovery_code(unit: PlatformUnit, identity_id: UUID, code: str) -> bool:
    digest = recovery_digest(code).hex()
    taken = await unit.execute(
        update(Identity)
        .where(Identity.id == identity_id, Identity.recovery_hashes.has_key(digest))
        .values(recovery_hashes=Identity.recovery_hashes.op("-")(cast(digest, Text)))
    )
    if taken:
        await notify(unit, identity_id, "recovery_code_used")
    return taken == 1


async def _mark_proven(unit: PlatformUnit, principal: Principal) -> None:
    await unit.execute(
        update(StaffSession)
        .where(StaffSession.id == principal.credential_id)
        .values(second_factor_at=unit.now)
    )


def _place(identity_id: UUID) -> Place:
    return Place("identity", "totp_secret", identity_id)
