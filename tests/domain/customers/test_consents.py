"""No message without a consent that is valid then: the database itself refuses, whoever asks."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import func, insert, select, update

from domain.customers.consents.consents import (
    Agreed,
    consents_of,
    give_consents,
    withdraw_consents,
)
from domain.customers.consents.messages import NoConsent, leave_by_letter, send_out
from domain.customers.consents.tables import Consent, CustomerMessage
from domain.customers.consents.texts import publish_text
from domain.customers.customers import create_customer
from domain.errors import NotFound
from tenants.database import Pool
from tenants.ids import new_id
from tenants.scope import TenantScope, UnitOfWork
from tests.conftest import TwoTenants

pytestmark = pytest.mark.anyio

MARKETING = {"purpose": "marketing", "channel": "email", "kind": "news", "recipient": "a@b.ru"}


class Buyer:
    """A customer of a shop, and the words that he may agree to."""

    def __init__(self, scope: TenantScope, customer: UUID, text: UUID) -> None:
        self.scope, self.customer, self.text = scope, customer, text

    async def agree(self, channel: str = "email", text: UUID | None = None) -> None:
        async with self.scope.writing("test") as uow:
            agreed = [Agreed(text or self.text, channel)]
            await give_consents(uow, self.customer, agreed, source="account")

    async def withdraw(self, **which: str) -> int:
        async with self.scope.writing("test") as uow:
            return await withdraw_consents(uow, self.customer, by="account", **which)

    async def send(self, key: str, **more: Any) -> UUID | None:
        async with self.scope.writing("test") as uow:
            return await self.sending(uow, key, **more)

    async def sending(self, uow: UnitOfWork, key: str, **more: Any) -> UUID | None:
        return await send_out(uow, customer_id=self.customer, key=key, **{**MARKETING, **more})

    async def sent(self) -> int:
        counted: int = await self.scope.reading.value(
            select(func.count()).select_from(CustomerMessage)
        )
        return counted


@pytest.fixture
async def buyer(pool: Pool, tenants: TwoTenants) -> Buyer:
    scope = TenantScope(pool, tenants.ours)
    async with scope.writing("test") as uow:
        text = await publish_text(uow, purpose="marketing", language="ru", text="Согласен.")
        return Buyer(scope, await create_customer(uow, {"first_name": "Анна"}), text)


async def test_a_message_goes_out_under_its_consent_alone(buyer: Buyer) -> None:
    with pytest.raises(NoConsent):
        await buyer.send("1")
    await buyer.agree()
    assert await buyer.send("2") is not None
    for other in ({"channel": "sms"}, {"purpose": "reviews"}):
        with pytest.raises(NoConsent):
            await buyer.send("3", **other)
    assert await buyer.withdraw(purpose="marketing") == 1
    with pytest.raises(NoConsent):
        await buyer.send("4")
    await buyer.agree()
    assert await buyer.send("5") is not None
    assert await buyer.sent() == 2


async def test_a_service_message_needs_none(buyer: Buyer) -> None:
    assert await buyer.send("1", purpose="service") is not None


async def test_the_same_message_goes_out_once(buyer: Buyer) -> None:
    await buyer.agree()
    assert await buyer.send("1") is not None
    assert await buyer.send("1") is None
    assert await buyer.sent() == 1


async def test_no_instant_can_be_made_up(buyer: Buyer) -> None:
    """Neither a consent of yesterday nor a message of before its end can be written."""
    await buyer.agree()
    at = func.now()
    columns = {"tenant_id": buyer.scope.tenant_id, "customer_id": buyer.customer}
    message = {**columns, **MARKETING, "id": new_id(), "key": "1", "sent_at": at}
    consent = {
        **columns,
        "id": new_id(),
        "purpose": "marketing",
        "channel": "sms",
        "text_id": buyer.text,
        "source": "account",
        "granted_at": at,
    }
    for statement in (
        insert(CustomerMessage).values(message),
        insert(Consent).values(consent),
        update(Consent).values(granted_at=at),
        update(Consent).values(channel="sms"),
        update(CustomerMessage).values(sent_at=at),
        update(CustomerMessage).values(purpose="service"),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with buyer.scope.writing("test") as uow:
                await uow.execute(statement)


async def test_withdrawing_waits_for_what_is_being_sent_and_stops_the_next(buyer: Buyer) -> None:
    await buyer.agree()
    async with buyer.scope.writing("test") as uow:
        await buyer.sending(uow, "1")
        withdrawing = asyncio.create_task(buyer.withdraw())
        done, _ = await asyncio.wait([withdrawing], timeout=0.3)
        assert not done
    assert await withdrawing == 1
    with pytest.raises(NoConsent):
        await buyer.send("2")


async def test_a_hundred_at_once_agree_and_withdraw(buyer: Buyer) -> None:
    """Each change is whole: never two valid at once, and no message outside of one."""
    barrier = asyncio.Barrier(100)

    async def one(number: int) -> None:
        await barrier.wait()
        try:
            if number % 3 == 0:
                await buyer.agree()
            elif number % 3 == 1:
                await buyer.withdraw()
            else:
                await buyer.send(str(number))
        except NoConsent:
            pass

    await asyncio.gather(*(one(number) for number in range(100)))
    reading = buyer.scope.reading
    outside = (
        select(func.count())
        .select_from(CustomerMessage)
        .where(
            ~select(Consent.id)
            .where(
                Consent.granted_at <= CustomerMessage.sent_at,
                func.coalesce(Consent.withdrawn_at > CustomerMessage.sent_at, True),
            )
            .exists()
        )
    )
    assert await reading.value(outside) == 0
    valid = select(func.count()).select_from(Consent).where(Consent.withdrawn_at.is_(None))
    assert await reading.value(valid) <= 1


async def test_other_words_take_the_place_of_the_old(buyer: Buyer) -> None:
    await buyer.agree()
    await buyer.agree()
    async with buyer.scope.writing("test") as uow:
        same = await publish_text(uow, purpose="marketing", language="ru", text=" Согласен.\n")
        assert same == buyer.text
        newer = await publish_text(uow, purpose="marketing", language="ru", text="Согласна.")
    await buyer.agree(text=newer)
    rows = await consents_of(buyer.scope.reading, [buyer.customer])
    assert [(row["text_id"], row["withdrawn_by"]) for row in rows] == [
        (newer, None),
        (buyer.text, "renewed"),
    ]


async def test_a_letters_link_ends_what_it_was_sent_under(buyer: Buyer) -> None:
    await buyer.agree()
    await buyer.agree("sms")
    letter, receipt = await buyer.send("1"), await buyer.send("2", purpose="service")
    assert letter is not None
    assert receipt is not None
    async with buyer.scope.writing("test") as uow:
        assert not await leave_by_letter(uow, receipt)
        assert await leave_by_letter(uow, letter)
    with pytest.raises(NoConsent):
        await buyer.send("3")
    assert await buyer.send("4", channel="sms") is not None


async def test_anothers_words_cannot_be_agreed_to(
    buyer: Buyer, pool: Pool, tenants: TwoTenants
) -> None:
    async with TenantScope(pool, tenants.neighbour).writing("test") as uow:
        theirs = await publish_text(uow, purpose="marketing", language="ru", text="Согласен.")
    with pytest.raises(NotFound) as refused:
        await buyer.agree(text=theirs)
    assert refused.value.path == ("consents", "0", "textId")
    assert await consents_of(buyer.scope.reading, [buyer.customer]) == []
