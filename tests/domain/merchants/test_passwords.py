"""A new password, by letter or by the old one; no answer says whether there is an account."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from domain.errors import Invalid, NotAllowed
from domain.merchants.errors import LinkNoLongerGood, TooManyTries, WrongCredentials, WrongPassword
from domain.merchants.identities import change_password, request_password_reset, reset_password
from domain.merchants.reception import Reception
from domain.merchants.sessions import sign_in
from domain.merchants.sign_up import sign_up
from tenants.database import Pool
from tenants.identify import caller_by_session
from tenants.jobs import Job
from tenants.platform import platform_scope
from tenants.platform_tables import NOBODYS, OneTimeToken
from tenants.scope import TenantScope
from tenants.tokens import TokenKind, token_digest
from tenants.values.emails import parse_email
from tests.domain.merchants.merchants import (
    PASSWORD,
    Merchant,
    at,
    deliver,
    new_email,
    seen_from,
    token_in,
    wish,
)

pytestmark = pytest.mark.anyio

NEW = "another horse entirely"


async def link_for(reception: Reception, pool: Pool, email: str) -> str:
    await request_password_reset(reception, email=parse_email(email), seen=seen_from())
    [letter] = (await deliver(reception, pool)).to(email)
    return token_in(letter.text)


async def test_a_letters_link_sets_a_password_once_and_ends_all_sessions(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    session = await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())
    token = await link_for(reception, pool, merchant.email)
    with pytest.raises(Invalid):
        await reset_password(reception, token=token, new_password="short", seen=seen_from())
    await reset_password(reception, token=token, new_password=NEW, seen=seen_from())
    with pytest.raises(LinkNoLongerGood):
        await reset_password(reception, token=token, new_password=NEW, seen=seen_from())
    digest = token_digest(TokenKind.SESSION, session.token)
    assert await caller_by_session(pool, digest, seen_from()) is None
    with pytest.raises(WrongCredentials):
        await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())
    await sign_in(reception, email=merchant.email, password=NEW, seen=seen_from())
    told = (await deliver(reception, pool)).to(merchant.email)
    assert len(told) == 1


async def test_with_one_link_used_its_twins_end(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    first = await link_for(reception, pool, merchant.email)
    second = await link_for(reception, pool, merchant.email)
    await reset_password(reception, token=first, new_password=NEW, seen=seen_from())
    with pytest.raises(LinkNoLongerGood):
        await reset_password(reception, token=second, new_password=PASSWORD, seen=seen_from())


async def test_two_who_hold_one_link_do_not_both_set_a_password(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    token = await link_for(reception, pool, merchant.email)
    outcomes = await asyncio.gather(
        *(
            reset_password(reception, token=token, new_password=NEW, seen=seen_from())
            for _ in range(5)
        ),
        return_exceptions=True,
    )
    assert sum(outcome is None for outcome in outcomes) == 1


async def test_asking_for_an_unknown_address_leaves_the_same_trace(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    async def trace(email: str) -> list[list[str]]:
        await request_password_reset(reception, email=parse_email(email), seen=seen_from())
        jobs = await TenantScope(pool, NOBODYS).reading.rows(
            select(Job.kind, Job.arguments, Job.state).where(Job.dedup_key == email)
        )
        return [[job["kind"], *sorted(job["arguments"]), job["state"]] for job in jobs]

    nobody = new_email()
    assert await trace(nobody) == await trace(merchant.email)
    mail = await deliver(reception, pool)
    assert mail.to(nobody) == []
    assert len(mail.to(merchant.email)) == 1


async def test_letters_are_not_sent_without_end(reception: Reception, merchant: Merchant) -> None:
    here, email = seen_from(), parse_email(merchant.email)
    for _ in range(3):
        await request_password_reset(reception, email=email, seen=here)
    with pytest.raises(TooManyTries):
        await request_password_reset(reception, email=email, seen=here)


async def test_a_link_is_good_for_an_hour(
    reception: Reception, pool: Pool, platform_pool: Pool, merchant: Merchant
) -> None:
    token = await link_for(reception, pool, merchant.email)
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        await unit.execute(
            update(OneTimeToken)
            .where(OneTimeToken.token_hash == token_digest(TokenKind.ONE_TIME, token))
            .values(expires_at=OneTimeToken.expires_at - timedelta(hours=1))
        )
    with pytest.raises(LinkNoLongerGood):
        await reset_password(reception, token=token, new_password=NEW, seen=seen_from())


@pytest.mark.parametrize("token", ["", "ot_", "st_" + "a" * 43, "ot_" + "a" * 43])
async def test_what_was_never_a_link_is_a_link_no_longer_good(
    reception: Reception, token: str
) -> None:
    with pytest.raises(LinkNoLongerGood):
        await reset_password(reception, token=token, new_password=NEW, seen=seen_from())


async def test_a_reset_proves_the_mailbox_but_takes_over_no_shop(
    reception: Reception, pool: Pool
) -> None:
    """Somebody opened a shop with the address; its owner sets a password; the shop is not his."""
    email = new_email()
    opened = await sign_up(
        reception, wish(owner_email=email, owner_password="the strangers word"), seen=seen_from()
    )
    await deliver(reception, pool, opened.tenant_id)
    token = await link_for(reception, pool, email)
    await reset_password(reception, token=token, new_password=NEW, seen=seen_from())
    for password in ("the strangers word", NEW):
        with pytest.raises(WrongCredentials):
            await sign_in(reception, email=email, password=password, seen=seen_from())
    # The right password brings the letter once more, so that he can say yes.
    assert len((await deliver(reception, pool, opened.tenant_id)).to(email)) == 1


async def test_who_is_in_changes_the_password_with_the_old_one(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    mine, other = [
        await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())
        for _ in range(2)
    ]
    me = at(merchant.owner, mine.session_id)
    with pytest.raises(WrongPassword):
        await change_password(reception, me, password="a guess", new_password=NEW)
    with pytest.raises(Invalid):
        await change_password(reception, me, password=PASSWORD, new_password="1234567890")
    await change_password(reception, me, password=PASSWORD, new_password=NEW)
    for session, is_open in ((mine, True), (other, False)):
        digest = token_digest(TokenKind.SESSION, session.token)
        assert (await caller_by_session(pool, digest, seen_from()) is not None) is is_open
    await sign_in(reception, email=merchant.email, password=NEW, seen=seen_from())


async def test_a_changed_password_ends_the_links_that_would_set_another(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    stolen = await link_for(reception, pool, merchant.email)
    session = await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())
    me = at(merchant.owner, session.session_id)
    await change_password(reception, me, password=PASSWORD, new_password=NEW)
    with pytest.raises(LinkNoLongerGood):
        await reset_password(reception, token=stolen, new_password=PASSWORD, seen=seen_from())


async def test_a_key_has_no_password_to_change(reception: Reception, merchant: Merchant) -> None:
    with pytest.raises(NotAllowed):
        await change_password(reception, merchant.owner, password=PASSWORD, new_password=NEW)


async def test_a_stolen_session_cannot_guess_the_password(
    reception: Reception, merchant: Merchant
) -> None:
    session = await sign_in(reception, email=merchant.email, password=PASSWORD, seen=seen_from())
    me = at(merchant.owner, session.session_id)
    for _ in range(10):
        with pytest.raises(WrongPassword):
            await change_password(reception, me, password="a guess", new_password=NEW)
    with pytest.raises(TooManyTries):
        await change_password(reception, me, password=PASSWORD, new_password=NEW)


async def test_no_link_lies_in_a_row(
    reception: Reception, pool: Pool, platform_pool: Pool, merchant: Merchant
) -> None:
    token = await link_for(reception, pool, merchant.email)
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        assert await unit.value(select(func.count()).where(Job.kind == "mail.password_reset"))
        arguments = await unit.rows(select(Job.arguments).where(Job.kind.startswith("mail.")))
    assert not [row for row in arguments if token in str(row["arguments"])]
