"""Signing in by phone: a code by text message, joined to a card that is surely his."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.customers.accounts import codes
from domain.customers.accounts.codes import forget_old_codes
from domain.customers.erasure import erase_customer
from domain.customers.finding import find_or_make
from domain.customers.tables import CustomerAccount, CustomerCode, CustomerContact
from domain.merchants.attempts import HOUR
from tenants.ids import decode_id, encode_id
from tests.api.answers import refusals
from tests.api.customers.desk import card
from tests.api.customers.test_accounts import BY_CODE, PASSWORD, SEND, Window, window

pytestmark = pytest.mark.anyio
window = window

PHONE = "+79161234567"


async def code(window: Window, phone: str = "8 916 123-45-67") -> dict[str, str]:
    """A code that was asked for, and read in the message."""
    sent = await window.ask(SEND, input={"phone": phone})
    assert sent["userErrors"] == []
    return {"codeId": sent["codeId"], "code": await window.letter()}


async def enter(window: Window, **more: Any) -> str:
    """The token of who signs in by phone."""
    entered = await window.ask(BY_CODE, input={**await code(window), **more})
    assert entered["userErrors"] == []
    token: str = entered["token"]
    return token


async def test_who_is_new_registers_by_a_text_message(window: Window) -> None:
    token = await enter(window, profile={"firstName": "Анна"})
    message = window.mail.letters[-1]
    assert (message.channel, message.to, message.html) == ("sms", PHONE, "")
    assert len(message.text) < 140
    me = await window.me(token)
    assert me["firstName"] == "Анна"
    assert [one["value"] for one in me["contacts"]] == [PHONE]
    assert me["contacts"][0]["verifiedAt"]
    assert (await window.me(await enter(window)))["id"] == me["id"]


async def test_a_phone_leads_to_a_card_that_nobody_else_signs_in_to(window: Window) -> None:
    contacts = [{"kind": "PHONE", "value": PHONE}]
    known = (await card(window.desk, {"firstName": "Анна", "contacts": contacts}))["id"]
    me = await window.me(await enter(window))
    assert me["id"] == known
    reading = window.scope.reading
    (contact,) = await reading.rows(select(CustomerContact))
    assert contact["verified_at"] is not None


async def test_a_phone_that_only_stood_on_anothers_account_leads_nowhere(window: Window) -> None:
    contacts = [{"kind": "PHONE", "value": PHONE}, {"kind": "EMAIL", "value": "boris@example.com"}]
    his = (await card(window.desk, {"firstName": "Борис", "contacts": contacts}))["id"]
    assert (await window.me(await window.enter("boris@example.com")))["id"] == his
    hers = await window.me(await enter(window))
    assert hers["id"] != his
    assert hers["firstName"] is None
    assert len(await window.scope.reading.rows(select(CustomerAccount))) == 2


async def test_a_password_goes_with_an_address(window: Window) -> None:
    asked = {**await code(window), "password": PASSWORD}
    assert refusals(await window.ask(BY_CODE, input=asked)) == [("NOT_ALLOWED", "password")]


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({}, ("REQUIRED", "email")),
        ({"phone": "12"}, ("INVALID", "phone")),
        ({"phone": PHONE, "email": "a@b.ru"}, ("INVALID", "phone")),
        ({"email": "нет"}, ("INVALID", "email")),
    ],
)
async def test_what_cannot_be_written_to(window: Window, given: Any, refused: Any) -> None:
    assert refusals(await window.ask(SEND, input=given)) == [refused]


async def test_a_shop_sends_but_so_many_texts(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "MOST_TEXTS", ((HOUR, 2),))
    for at in range(2):
        await code(window, f"+791612345{at:02}")
    answer = await window.ask(SEND, input={"phone": "+79161234599"})
    assert [one["code"] for one in answer["userErrors"]] == ["TOO_MANY"]
    assert (await window.ask(SEND, input={"email": "anna@example.com"}))["userErrors"] == []
    assert len(window.mail.letters) == 2


async def test_an_address_that_only_stood_on_anothers_account_leads_nowhere(window: Window) -> None:
    """Eve orders as a guest with Anna's phone and an address of her own, before Anna is known."""
    async with window.scope.writing("test") as uow:
        await find_or_make(uow, phone=PHONE, email="eve@example.com")
    anna = await enter(window)
    eve = await window.enter("eve@example.com")
    assert (await window.me(eve))["id"] != (await window.me(anna))["id"]


async def test_no_account_is_opened_on_a_card_that_is_erased_meanwhile(window: Window) -> None:
    contacts = [{"kind": "PHONE", "value": PHONE}]
    known = (await card(window.desk, {"firstName": "Анна", "contacts": contacts}))["id"]
    async with window.scope.writing("test") as uow:
        await erase_customer(uow, decode_id(known, "cus"))
        asked = await code(window)
        entering = asyncio.create_task(window.ask(BY_CODE, input=asked))
        await asyncio.sleep(0.5)  # it waits for the card
    entered = await entering
    assert entered["userErrors"] == []
    assert (await window.me(entered["token"]))["id"] != known
    (account,) = await window.scope.reading.rows(select(CustomerAccount))
    assert encode_id("cus", account["customer_id"]) != known


async def test_where_codes_were_sent_is_forgotten_in_a_day(window: Window) -> None:
    for phone in ("+79160000001", "+79160000002"):
        await code(window, phone)
    old = update(CustomerCode).where(CustomerCode.key == "+79160000001")
    async with window.scope.writing("test") as uow:
        await uow.execute(old.values(expires_at=uow.now - timedelta(days=1, minutes=1)))
        assert await forget_old_codes(uow) == 1
    (left,) = await window.scope.reading.rows(select(CustomerCode))
    assert left["key"] == "+79160000002"
