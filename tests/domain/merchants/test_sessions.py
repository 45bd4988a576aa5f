"""Signing in: tries are counted where they come from, and what was ended is refused at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from domain.errors import NotFound
from domain.merchants.errors import ShopToChoose, TooManyTries, WrongCredentials
from domain.merchants.lifecycle import suspend_merchant
from domain.merchants.queries import list_sessions
from domain.merchants.reception import Reception
from domain.merchants.sessions import (
    MOST_SESSIONS,
    SignedIn,
    forget_old_sessions,
    revoke_session,
    sign_in,
    sign_out,
)
from domain.merchants.staff import end_sessions, suspend_staff
from domain.merchants.tables import StaffMember
from tenants.database import Pool
from tenants.identify import Caller, caller_by_session
from tenants.ledger import AuditEntry
from tenants.passwords import Cost, Passwords
from tenants.platform import platform_scope
from tenants.platform_tables import Attempt, Identity, StaffSession
from tenants.principal import Actor, Principal
from tenants.tokens import TokenKind, token_digest
from tests.domain.merchants.merchants import (
    PASSWORD,
    Merchant,
    at,
    deliver,
    new_address,
    new_email,
    open_merchant,
    seen_from,
)

pytestmark = pytest.mark.anyio


async def enter(reception: Reception, merchant: Merchant, **more: object) -> SignedIn:
    told = {"email": merchant.email, "password": PASSWORD, "seen": seen_from(), **more}
    return await sign_in(reception, **told)  # type: ignore[arg-type]


async def caller(pool: Pool, session: SignedIn) -> Caller | None:
    return await caller_by_session(
        pool, token_digest(TokenKind.SESSION, session.token), seen_from()
    )


async def test_a_session_opens_one_space_with_the_roles_permissions(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    for mode, tenant_id in (
        ("live", merchant.opened.tenant_id),
        ("test", merchant.opened.test_tenant_id),
    ):
        session = await enter(reception, merchant, mode=mode)
        found = await caller(pool, session)
        assert found
        assert (found.tenant_id, found.live_tenant_id, found.mode) == (tenant_id, merchant.id, mode)
        assert found.principal.id == merchant.owner_id
        assert found.principal.credential_id == session.session_id
        assert found.principal.may("merchant:close")
        assert session.token not in repr(session)


@pytest.mark.parametrize(
    ("email", "password"),
    [(None, "wrong"), ("nobody@tea.test", PASSWORD), ("no address", PASSWORD), (None, "")],
)
async def test_unknown_and_mistaken_get_the_same_answer(
    reception: Reception, merchant: Merchant, email: str | None, password: str
) -> None:
    with pytest.raises(WrongCredentials) as refused:
        await enter(reception, merchant, email=email or merchant.email, password=password)
    assert (refused.value.path, refused.value.facts) == ((), {})


async def test_guessing_ends_soon_but_locks_out_nobody_else(
    reception: Reception, merchant: Merchant
) -> None:
    attacker = seen_from()
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await enter(reception, merchant, password="a guess", seen=attacker)
    with pytest.raises(TooManyTries):
        # Also with the right password: to the attacker it looks like any other.
        await enter(reception, merchant, seen=attacker)
    await enter(reception, merchant)
    neighbour = merchant.email.replace("@", "x@")
    with pytest.raises(WrongCredentials):
        await enter(reception, merchant, email=neighbour, seen=attacker)


async def test_a_hundred_guesses_at_once_are_counted_before_they_are_looked_at(
    reception: Reception, merchant: Merchant
) -> None:
    attacker = seen_from()

    async def guess() -> str:
        try:
            await enter(reception, merchant, password="a guess", seen=attacker)
        except (WrongCredentials, TooManyTries) as refusal:
            return type(refusal).__name__
        return "in"

    answers = await asyncio.gather(*(guess() for _ in range(100)))
    assert answers.count("in") == 0
    # A minute may turn over on the way: then there are two windows.
    assert 5 <= answers.count("WrongCredentials") <= 10


async def test_an_address_is_held_back_over_many_accounts(reception: Reception) -> None:
    attacker = seen_from()
    refused = 0
    for _ in range(45):
        try:
            await sign_in(reception, email=new_email(), password="a guess", seen=attacker)
        except TooManyTries:
            refused += 1
        except WrongCredentials:
            pass
    assert refused >= 5


async def test_one_customer_of_ipv6_is_one_address(
    reception: Reception, merchant: Merchant
) -> None:
    network = new_address().removesuffix("::1")
    outcomes = []
    for number in range(6):
        try:
            await enter(
                reception, merchant, password="a guess", seen=seen_from(f"{network}::{number:x}")
            )
        except (WrongCredentials, TooManyTries) as refusal:
            outcomes.append(type(refusal))
    assert outcomes[-1] is TooManyTries


async def test_coming_in_wipes_out_ones_own_failures(
    reception: Reception, merchant: Merchant
) -> None:
    here = seen_from()
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(WrongCredentials):
                await enter(reception, merchant, password="oh, the other one", seen=here)
        await enter(reception, merchant, seen=here)


async def test_the_table_of_tries_names_nobody(
    reception: Reception, merchant: Merchant, platform_pool: Pool
) -> None:
    with pytest.raises(WrongCredentials):
        await enter(reception, merchant, password="a guess")
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        subjects = [row["subject"] for row in await unit.rows(select(Attempt.subject))]
    assert subjects
    assert not [subject for subject in subjects if merchant.email.split("@")[0] in subject]


async def test_revoked_is_refused_on_the_next_request(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    one, other = await enter(reception, merchant), await enter(reception, merchant)
    async with merchant.scope().writing("sessionRevoke") as uow:
        await revoke_session(uow, one.session_id)
    assert await caller(pool, one) is None
    assert await caller(pool, other) is not None
    async with merchant.scope(at(merchant.owner, other.session_id)).writing("signOut") as uow:
        await sign_out(uow)
    assert await caller(pool, other) is None


async def test_all_sessions_but_ones_own_can_be_ended(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    mine, *others = [await enter(reception, merchant) for _ in range(3)]
    found = await caller(pool, mine)
    assert found
    async with merchant.scope().writing("sessionsRevoke") as uow:
        identity_id = await uow.value(
            select(StaffMember.identity_id).where(StaffMember.id == merchant.owner_id)
        )
        assert await end_sessions(uow, identity_id, but=mine.session_id) == 2
    assert await caller(pool, mine) is not None
    assert [await caller(pool, session) for session in others] == [None, None]


async def test_a_neighbours_session_does_not_exist(
    reception: Reception, pool: Pool, merchant: Merchant, neighbour: Merchant
) -> None:
    session = await enter(reception, neighbour)
    with pytest.raises(NotFound):
        async with merchant.scope().writing("sessionRevoke") as uow:
            await revoke_session(uow, session.session_id)
    assert await caller(pool, session) is not None
    reading = merchant.scope().reading
    assert await list_sessions(reading, neighbour.owner_id, now=reading.now) == []


@pytest.mark.parametrize(
    ("column", "ago", "is_good"),
    [
        ("last_used_at", timedelta(minutes=29), True),
        ("last_used_at", timedelta(minutes=31), False),
        ("expires_at", timedelta(seconds=1), False),
    ],
)
async def test_a_session_ends_by_itself(
    reception: Reception,
    pool: Pool,
    platform_pool: Pool,
    merchant: Merchant,
    column: str,
    ago: timedelta,
    is_good: bool,
) -> None:
    session = await enter(reception, merchant)
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        await unit.execute(
            update(StaffSession)
            .where(StaffSession.id == session.session_id)
            .values({column: datetime.now(UTC) - ago})
        )
    assert (await caller(pool, session) is not None) is is_good


async def test_use_keeps_a_session_alive(
    reception: Reception, pool: Pool, platform_pool: Pool, merchant: Merchant
) -> None:
    session = await enter(reception, merchant)
    scope = await platform_scope(platform_pool, reason="test")
    used = select(StaffSession.last_used_at).where(StaffSession.id == session.session_id)
    async with scope.writing() as unit:
        await unit.execute(
            update(StaffSession)
            .where(StaffSession.id == session.session_id)
            .values(last_used_at=unit.now - timedelta(minutes=20))
        )
    await caller(pool, session)
    async with scope.writing() as unit:
        assert await unit.value(used) > unit.now - timedelta(minutes=1)


async def test_a_suspended_member_is_refused_on_the_next_request(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    second = await open_merchant(reception, pool)
    session = await enter(reception, second)
    async with second.scope().writing("test") as uow:
        # Another owner, so that the first can go.
        owner = await uow.row(select(StaffMember.role_id))
        assert owner
        await uow.add(
            StaffMember,
            identity_id=UUID(int=7),
            role_id=owner["role_id"],
            name="Б",
            email="b@tea.test",
            email_key="b@tea.test",
            points=None,
            status="active",
        )
        await suspend_staff(uow, second.owner_id)
    assert await caller(pool, session) is None
    with pytest.raises(WrongCredentials):
        await enter(reception, second)


async def test_a_suspended_merchants_status_is_seen_at_once(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    session = await enter(reception, merchant)
    await suspend_merchant(
        reception, merchant.id, reason="unpaid", principal=Principal(Actor.PLATFORM)
    )
    found = await caller(pool, session)
    assert found
    assert found.status == "suspended"


async def test_who_works_for_several_shops_says_which(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    second = await open_merchant(
        reception, pool, owner_email=merchant.email, shop_name="Вторая лавка"
    )
    with pytest.raises(ShopToChoose) as refused:
        await enter(reception, merchant)
    assert {shop["handle"] for shop in refused.value.facts["shops"]} == {
        merchant.opened.handle,
        second.opened.handle,
    }
    session = await enter(reception, merchant, shop=second.opened.handle)
    assert session.live_tenant_id == second.id
    with pytest.raises(NotFound):
        await enter(reception, merchant, shop="somebody-elses")


async def test_a_sign_in_from_a_new_place_is_told_by_letter_and_in_the_audit_log(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    home = seen_from()
    await enter(reception, merchant, seen=home, user_agent="Firefox")
    await enter(reception, merchant, seen=home, user_agent="Firefox")
    assert (await deliver(reception, pool, merchant.id)).letters == []
    away = seen_from()
    await enter(reception, merchant, seen=away, user_agent="<b>curl</b>")
    [letter] = (await deliver(reception, pool, merchant.id)).to(merchant.email)
    assert str(away.address) in letter.text
    assert "<b>" not in letter.html
    entry = await merchant.scope().reading.row(
        select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.address)
        .order_by(AuditEntry.sequence.desc())
        .limit(1)
    )
    assert entry
    assert tuple(entry) == ("sessionCreate", merchant.owner_id, away.address)


async def test_a_person_has_a_bounded_number_of_sessions(
    reception: Reception, merchant: Merchant
) -> None:
    for _ in range(MOST_SESSIONS + 2):
        await enter(reception, merchant)
    reading = merchant.scope().reading
    assert len(await list_sessions(reading, merchant.owner_id, now=reading.now)) == MOST_SESSIONS


async def test_a_password_hashed_at_another_cost_is_hashed_anew(
    reception: Reception, platform_pool: Pool, merchant: Merchant
) -> None:
    cheap = Passwords(Cost(memory_kib=32, passes=1))
    scope = await platform_scope(platform_pool, reason="test")
    mine = Identity.email == merchant.email
    async with scope.writing() as unit:
        await unit.execute(
            update(Identity).where(mine).values(password_hash=await cheap.hash(PASSWORD))
        )
    cheap.close()
    await enter(reception, merchant)
    async with scope.writing() as unit:
        stored = await unit.value(select(Identity.password_hash).where(mine))
    assert not reception.passwords.needs_rehash(stored)
    await enter(reception, merchant)


async def test_old_sessions_are_swept(
    reception: Reception, platform_pool: Pool, merchant: Merchant
) -> None:
    session = await enter(reception, merchant)
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        await unit.execute(
            update(StaffSession)
            .where(StaffSession.id == session.session_id)
            .values(expires_at=unit.now - timedelta(days=31))
        )
        assert await forget_old_sessions(unit) >= 1
        left = select(func.count()).where(StaffSession.id == session.session_id)
        assert await unit.value(left) == 0
