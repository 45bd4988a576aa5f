"""The second factor: codes work once, guesses are counted per account, recovery codes help."""

import asyncio
from dataclasses import dataclass

import pyotp
import pytest
from sqlalchemy import select, update

from domain.errors import NotAllowed
from domain.merchants.errors import (
    SecondFactorRequired,
    ShopToChoose,
    TooManyTries,
    WrongCode,
    WrongPassword,
)
from domain.merchants.identities import request_password_reset, reset_password
from domain.merchants.reception import Reception
from domain.merchants.second_factor import (
    confirm_totp,
    disable_totp,
    prove_presence,
    start_totp,
)
from domain.merchants.sessions import SignedIn, sign_in
from tenants.database import Pool
from tenants.identify import caller_by_session
from tenants.platform import platform_scope
from tenants.platform_tables import Identity
from tenants.principal import Principal
from tenants.tokens import TokenKind, token_digest
from tenants.values.emails import parse_email
from tests.domain.merchants.merchants import (
    PASSWORD,
    Merchant,
    at,
    deliver,
    open_merchant,
    seen_from,
    token_in,
)

pytestmark = pytest.mark.anyio


@dataclass
class Guarded:
    """A merchant whose owner has an app."""

    merchant: Merchant
    me: Principal
    secret: str
    recovery: list[str]

    def code(self, steps: int = 0) -> str:
        """The app's code; `steps` half-minutes later, which is still taken for one."""
        import time

        return pyotp.TOTP(self.secret).at(int(time.time()) + 30 * steps)


async def enter(reception: Reception, guarded: Guarded, code: str | None = None) -> SignedIn:
    return await sign_in(
        reception, email=guarded.merchant.email, password=PASSWORD, code=code, seen=seen_from()
    )


@pytest.fixture
async def guarded(reception: Reception, merchant: Merchant) -> Guarded:
    session = await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())
    me = at(merchant.owner, session.session_id)
    enrolment = await start_totp(reception, me, password=PASSWORD)
    guarded = Guarded(merchant, me, enrolment.secret, [])
    guarded.recovery = await confirm_totp(reception, me, code=guarded.code(-1))
    return guarded


async def test_the_password_alone_is_not_enough(reception: Reception, guarded: Guarded) -> None:
    with pytest.raises(SecondFactorRequired):
        await enter(reception, guarded)
    with pytest.raises(WrongCode):
        await enter(reception, guarded, "000000")
    await enter(reception, guarded, guarded.code())


async def test_a_code_works_once_even_for_two_at_once(
    reception: Reception, guarded: Guarded
) -> None:
    code = guarded.code()
    outcomes = await asyncio.gather(
        *(enter(reception, guarded, code) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, WrongCode) for outcome in outcomes) == 4


async def test_a_recovery_code_works_once_however_it_is_typed(
    reception: Reception, guarded: Guarded, pool: Pool
) -> None:
    typed = guarded.recovery[0].upper().replace("-", " ")
    outcomes = await asyncio.gather(
        *(enter(reception, guarded, typed) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == 1
    letters = (await deliver(reception, pool)).to(guarded.merchant.email)
    assert len(letters) >= 1
    await enter(reception, guarded, guarded.recovery[1])


async def test_codes_cannot_be_guessed_from_many_addresses(
    reception: Reception, guarded: Guarded, pool: Pool
) -> None:
    refused = []
    for _ in range(12):
        try:
            await enter(reception, guarded, "000000")
        except (WrongCode, TooManyTries) as refusal:
            refused.append(type(refusal))
    assert refused[-1] is TooManyTries
    # Who guesses knows the password. A new one ends that, and the owner is in again.
    email = parse_email(guarded.merchant.email)
    await request_password_reset(reception, email=email, seen=seen_from())
    letters = (await deliver(reception, pool)).to(email.address)
    token = next(token_in(letter.text) for letter in letters if "#token=" in letter.text)
    await reset_password(
        reception, token=token, new_password="another horse entirely", seen=seen_from()
    )
    await sign_in(
        reception,
        email=email.address,
        password="another horse entirely",
        code=guarded.code(),
        seen=seen_from(),
    )


async def test_a_code_is_not_lost_on_the_question_which_shop(
    reception: Reception, guarded: Guarded, pool: Pool
) -> None:
    second = await open_merchant(reception, pool, owner_email=guarded.merchant.email)
    code = guarded.code()
    with pytest.raises(ShopToChoose):
        await enter(reception, guarded, code)
    session = await sign_in(
        reception,
        email=guarded.merchant.email,
        password=PASSWORD,
        code=code,
        shop=second.opened.handle,
        seen=seen_from(),
    )
    assert session.live_tenant_id == second.id


async def test_an_app_is_set_up_with_the_password_and_a_first_code(
    reception: Reception, merchant: Merchant
) -> None:
    session = await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())
    me = at(merchant.owner, session.session_id)
    with pytest.raises(NotAllowed):
        await confirm_totp(reception, me, code="000000")
    with pytest.raises(WrongPassword):
        await start_totp(reception, me, password="a guess")
    enrolment = await start_totp(reception, me, password=PASSWORD)
    assert enrolment.secret not in repr(enrolment)
    with pytest.raises(WrongCode):
        await confirm_totp(reception, me, code="000000")
    # Not confirmed, it guards nothing yet.
    await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())


async def test_turning_it_off_takes_both_factors(reception: Reception, guarded: Guarded) -> None:
    with pytest.raises(NotAllowed):
        await start_totp(reception, guarded.me, password=PASSWORD)
    with pytest.raises(WrongPassword):
        await disable_totp(reception, guarded.me, password="a guess", code=guarded.code())
    with pytest.raises(WrongCode):
        await disable_totp(reception, guarded.me, password=PASSWORD, code="000000")
    await disable_totp(reception, guarded.me, password=PASSWORD, code=guarded.code())
    await enter(reception, guarded)


async def test_presence_is_proven_again_with_all_factors(
    reception: Reception, guarded: Guarded, pool: Pool, platform_pool: Pool
) -> None:
    session = await enter(reception, guarded, guarded.code())
    me = at(guarded.merchant.owner, session.session_id)
    with pytest.raises(SecondFactorRequired):
        await prove_presence(reception, me, password=PASSWORD)
    digest = token_digest(TokenKind.SESSION, session.token)
    before = await caller_by_session(pool, digest, seen_from())
    await prove_presence(reception, me, password=PASSWORD, code=guarded.code(1))
    after = await caller_by_session(pool, digest, seen_from())
    assert before
    assert after
    assert after.second_factor_at > before.second_factor_at


async def test_the_secret_is_sealed_and_bound_to_its_row(
    reception: Reception, guarded: Guarded, platform_pool: Pool, neighbour: Merchant
) -> None:
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        stored = await unit.row(
            select(
                Identity.totp_secret, Identity.totp_confirmed_at, Identity.recovery_hashes
            ).where(Identity.email == guarded.merchant.email)
        )
        assert stored
        assert guarded.secret.encode() not in stored["totp_secret"]
        assert not set(guarded.recovery) & set(stored["recovery_hashes"])
        # Moved into another identity's row, it opens nothing there.
        await unit.execute(
            update(Identity)
            .where(Identity.email == neighbour.email)
            .values(
                totp_secret=stored["totp_secret"], totp_confirmed_at=stored["totp_confirmed_at"]
            )
        )
    with pytest.raises(Exception, match="another place"):
        await sign_in(
            reception,
            email=neighbour.email,
            password=PASSWORD,
            code=guarded.code(),
            seen=seen_from(),
        )
