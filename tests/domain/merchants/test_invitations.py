"""Invitations: one address, one place, one acceptance; the mailbox and the password decide."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from domain.errors import DomainError, LimitReached, NotAllowed, NotFound, Taken
from domain.merchants.errors import LinkNoLongerGood, WrongCredentials, WrongPassword
from domain.merchants.invitations import (
    MOST_A_DAY,
    accept_invitation,
    invite_staff,
    revoke_invitation,
)
from domain.merchants.queries import list_invitations
from domain.merchants.reception import Reception
from domain.merchants.sessions import sign_in
from domain.merchants.sign_up import sign_up
from domain.merchants.tables import Invitation, StaffMember, UsageCounter
from tenants.database import Pool
from tests.domain.merchants.merchants import (
    PASSWORD,
    Merchant,
    deliver,
    new_email,
    seen_from,
    staff,
    token_in,
    wish,
)

pytestmark = pytest.mark.anyio

THEIRS = "their own horse's name"


async def invite(merchant: Merchant, email: str, role: str = "cashier") -> UUID:
    role_id = await merchant.role_id(role)
    async with merchant.scope().writing("staffInvite") as uow:
        return await invite_staff(uow, email=email, role_id=role_id)


async def invited(reception: Reception, pool: Pool, merchant: Merchant, email: str) -> str:
    await invite(merchant, email)
    [letter] = (await deliver(reception, pool, merchant.id)).to(email)
    assert "Анна Чайкина" in letter.text
    return token_in(letter.text)


async def members(merchant: Merchant) -> int:
    return int(await merchant.scope().reading.value(select(func.count()).select_from(StaffMember)))


async def test_a_new_person_joins_with_a_name_and_a_password(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    email = new_email()
    token = await invited(reception, pool, merchant, email)
    with pytest.raises(DomainError):
        await accept_invitation(reception, token=token, password=THEIRS, seen=seen_from())
    staff_id = await accept_invitation(
        reception, token=token, password=THEIRS, name="Пётр", seen=seen_from()
    )
    session = await sign_in(reception, email=email, password=THEIRS, seen=seen_from())
    assert (session.live_tenant_id, session.staff_id) == (merchant.id, staff_id)
    with pytest.raises(LinkNoLongerGood):
        await accept_invitation(
            reception, token=token, password=THEIRS, name="Пётр", seen=seen_from()
        )


async def test_who_has_an_account_gives_its_password(
    reception: Reception, pool: Pool, merchant: Merchant, neighbour: Merchant
) -> None:
    token = await invited(reception, pool, merchant, neighbour.email)
    with pytest.raises(WrongPassword):
        await accept_invitation(
            reception, token=token, password=THEIRS, name="Хитрец", seen=seen_from()
        )
    assert await members(merchant) == 1
    await accept_invitation(reception, token=token, password=PASSWORD, seen=seen_from())
    session = await sign_in(
        reception,
        email=neighbour.email,
        password=PASSWORD,
        shop=merchant.opened.handle,
        seen=seen_from(),
    )
    assert session.live_tenant_id == merchant.id


async def test_the_mailbox_takes_over_an_account_that_nobody_confirmed(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    email = new_email()
    await sign_up(
        reception, wish(owner_email=email, owner_password="the strangers word"), seen=seen_from()
    )
    token = await invited(reception, pool, merchant, email)
    await accept_invitation(reception, token=token, password=THEIRS, name="Пётр", seen=seen_from())
    session = await sign_in(reception, email=email, password=THEIRS, seen=seen_from())
    assert session.live_tenant_id == merchant.id
    with pytest.raises(WrongCredentials):
        await sign_in(reception, email=email, password="the strangers word", seen=seen_from())


async def test_two_who_accept_one_invitation_do_not_both_join(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    token = await invited(reception, pool, merchant, new_email())
    outcomes = await asyncio.gather(
        *(
            accept_invitation(
                reception, token=token, password=THEIRS, name="Пётр", seen=seen_from()
            )
            for _ in range(8)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, UUID) for outcome in outcomes) == 1
    assert await members(merchant) == 2


async def test_an_address_is_invited_once(merchant: Merchant) -> None:
    email = new_email()
    first = await invite(merchant, email)
    with pytest.raises(Taken):
        await invite(merchant, email.upper())
    with pytest.raises(Taken):
        await invite(merchant, merchant.email)
    async with merchant.scope().writing("invitationRevoke") as uow:
        await revoke_invitation(uow, first)
    await invite(merchant, email)


async def test_a_revoked_or_expired_invitation_lets_nobody_in(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    revoked = await invited(reception, pool, merchant, new_email())
    async with merchant.scope().writing("invitationRevoke") as uow:
        row = await uow.value(select(Invitation.id).order_by(Invitation.id.desc()))
        await revoke_invitation(uow, row)
        with pytest.raises(NotFound):
            await revoke_invitation(uow, row)
    late_email = new_email()
    expired = await invited(reception, pool, merchant, late_email)
    async with merchant.scope().writing("test") as uow:
        await uow.execute(
            update(Invitation)
            .where(Invitation.email == late_email)
            .values(expires_at=uow.now - timedelta(seconds=1))
        )
    for token in (revoked, expired):
        with pytest.raises(LinkNoLongerGood):
            await accept_invitation(
                reception, token=token, password=THEIRS, name="Пётр", seen=seen_from()
            )
    assert await members(merchant) == 1
    # Its place is free again.
    await invite(merchant, late_email)
    reading = merchant.scope().reading
    assert len(await list_invitations(reading, now=reading.now)) == 1


async def test_nobody_invites_to_more_than_he_has(merchant: Merchant) -> None:
    role_id = await merchant.role_id("owner")
    inviter = staff("staff:write", "orders:read")
    with pytest.raises(NotAllowed):
        async with merchant.scope(inviter).writing("staffInvite") as uow:
            await invite_staff(uow, email=new_email(), role_id=role_id)
    reading = merchant.scope().reading
    assert await list_invitations(reading, now=reading.now) == []


async def test_nobody_takes_back_an_invitation_to_more_than_he_has(merchant: Merchant) -> None:
    invitation_id = await invite(merchant, new_email(), "owner")
    with pytest.raises(NotAllowed):
        async with merchant.scope(staff("staff:write")).writing("invitationRevoke") as uow:
            await revoke_invitation(uow, invitation_id)
    reading = merchant.scope().reading
    assert len(await list_invitations(reading, now=reading.now)) == 1


async def test_a_shop_invites_so_many_a_day_and_no_more_at_once(merchant: Merchant) -> None:
    role_id = await merchant.role_id("cashier")
    async with merchant.scope().writing("staffInvite") as uow:
        for _ in range(MOST_A_DAY - 3):
            await invite_staff(uow, email=new_email(), role_id=role_id)
    results = await asyncio.gather(
        *(invite(merchant, new_email()) for _ in range(100)), return_exceptions=True
    )
    refused = [one for one in results if isinstance(one, LimitReached)]
    assert (len(results) - len(refused), len(refused)) == (3, 97)
    async with merchant.scope().writing("test") as uow:
        yesterday = uow.now - timedelta(days=1, minutes=1)
        await uow.execute(update(Invitation).values(created_at=yesterday))
    await invite(merchant, new_email())


async def test_a_neighbours_role_and_invitation_do_not_exist(
    merchant: Merchant, neighbour: Merchant
) -> None:
    theirs = await invite(neighbour, new_email())
    role_id = await neighbour.role_id("cashier")
    with pytest.raises(NotFound):
        async with merchant.scope().writing("staffInvite") as uow:
            await invite_staff(uow, email=new_email(), role_id=role_id)
    with pytest.raises(NotFound):
        async with merchant.scope().writing("invitationRevoke") as uow:
            await revoke_invitation(uow, theirs)


async def test_the_plan_says_how_many_may_join(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    token = await invited(reception, pool, merchant, new_email())
    async with merchant.scope().writing("test") as uow:
        await uow.execute(
            update(UsageCounter).where(UsageCounter.what == "staff").values(allowed=1)
        )
    with pytest.raises(LimitReached):
        await accept_invitation(
            reception, token=token, password=THEIRS, name="Пётр", seen=seen_from()
        )
    async with merchant.scope().writing("test") as uow:
        await uow.execute(
            update(UsageCounter).where(UsageCounter.what == "staff").values(allowed=2)
        )
    # Nothing of the refused attempt was kept: the link still works.
    await accept_invitation(reception, token=token, password=THEIRS, name="Пётр", seen=seen_from())
