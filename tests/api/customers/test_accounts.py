"""Customers sign in at the storefront: by code and password, as themselves and as nobody else."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.customers import tables
from domain.customers.accounts.codes import send_code
from domain.customers.finding import find_or_make
from domain.merchants.post import Post
from domain.opening import reception_of
from tenants.database import Pool
from tenants.ids import encode_id, new_id
from tenants.jobs import Job
from tenants.roles import RoleUrls
from tenants.scope import TenantScope
from tests.api.answers import refusals
from tests.api.client import Client, make_key, settings_for
from tests.api.conftest import Desk, TwoDesks
from tests.api.customers.desk import ask, card
from tests.api.customers.test_persons import published
from tests.conftest import Servers
from tests.fakes.courses import PlainCourse
from tests.fakes.mailer import KeptMail

pytestmark = pytest.mark.anyio

ME = """me { id firstName lastName contacts { value verifiedAt } consents { purpose channel source
withdrawnAt } addresses { id address { city } } sessions { id isThis } }"""
SEND = """mutation ($input: CustomerCodeSendInput!) { customerCodeSend(input: $input) { codeId
userErrors { code path message } } }"""
BY_CODE = """mutation ($input: CustomerSessionCreateByCodeInput!) {
customerSessionCreateByCode(input: $input) { token userErrors { code path message } } }"""
BY_PASSWORD = """mutation ($input: CustomerSessionCreateInput!) {
customerSessionCreate(input: $input) { token userErrors { code path message } } }"""
CHANGE = """mutation ($input: MyPasswordChangeInput!) { myPasswordChange(input: $input) {
me { id } userErrors { code path } } }"""
PASSWORD, OTHER_PASSWORD = "кедровые шишки 81", "лисьи горы на север"
ADDRESS = {"address": {"country": "RU", "city": "Тверь"}}
_ENDED = "{ ended userErrors { code path } } }"


@dataclass
class Window:
    """A shop's storefront, its letters, and the browser of a buyer there."""

    desk: Desk
    key: str
    post: Post
    mail: KeptMail = field(default_factory=KeptMail)

    @property
    def scope(self) -> TenantScope:
        return self.desk.shop.scope

    def browser(self, token: str | None = None) -> Client:
        headers = {} if token is None else {"X-Customer-Token": token}
        return Client(self.desk.admin.app, self.key, headers=headers)

    async def ask(self, text: str, /, token: str | None = None, **variables: Any) -> Any:
        """The answer of a document's only field."""
        (payload,) = (await self.browser(token).ask(text, **variables)).values()
        return payload

    async def code(self, email: str) -> dict[str, str]:
        """A code that was asked for, and read in the letter."""
        sent = await self.ask(SEND, input={"email": email})
        assert sent["userErrors"] == []
        return {"codeId": sent["codeId"], "code": await self.letter()}

    async def letter(self) -> str:
        """Do the job that waits, as a worker does; the code in its letter."""
        waiting = update(Job).where(Job.kind == "mail.customer_code", Job.state == "queued")
        async with self.scope.writing("test") as uow:
            jobs = await uow.rows(waiting.values(state="done").returning(Job.arguments))
        for job in jobs:
            await send_code(PlainCourse(self.scope), self.post, **job["arguments"])
        found = re.search(r"\b\d{6}\b", self.mail.letters[-1].text)
        assert found is not None
        return found[0]

    async def enter(self, email: str, **more: Any) -> str:
        """The token of who signs in with a code."""
        entered = await self.ask(BY_CODE, input={**await self.code(email), **more})
        assert entered["userErrors"] == []
        token: str = entered["token"]
        return token

    async def me(self, token: str) -> Any:
        return await self.ask(f"{{ {ME} }}", token)


@pytest.fixture
async def window(
    desks: TwoDesks, database: RoleUrls, servers: Servers, platform_pool: Pool
) -> Window:
    mail = KeptMail()
    chosen = settings_for(database, servers.redis_url)
    key = await make_key(platform_pool, desks.ours.shop.scope.tenant_id, "publishable")
    return Window(desks.ours, key, Post(reception_of(chosen, platform_pool), mail), mail)


async def test_who_is_new_registers_with_a_code(window: Window) -> None:
    text = await published(window.desk)
    token = await window.enter(
        "Anna@Example.com",
        password=PASSWORD,
        profile={"firstName": "Анна"},
        consents=[{"textId": text, "channel": "EMAIL"}],
    )
    me = await window.me(token)
    assert me["firstName"] == "Анна"
    assert me["contacts"][0]["value"] == "Anna@example.com"
    assert me["contacts"][0]["verifiedAt"]
    assert [(one["channel"], one["source"]) for one in me["consents"]] == [("EMAIL", "ACCOUNT")]
    credentials = {"email": "ANNA@example.com", "password": PASSWORD}
    again = await window.ask(BY_PASSWORD, input=credentials)
    assert (await window.me(again["token"]))["id"] == me["id"]
    assert (await window.me(await window.enter("anna@example.com")))["id"] == me["id"]


async def test_what_is_known_is_not_told(window: Window) -> None:
    await window.enter("anna@example.com", password=PASSWORD)
    for email in ("anna@example.com", "nobody@example.com"):
        assert (await window.ask(SEND, input={"email": email}))["userErrors"] == []
    told = [
        (await window.ask(BY_PASSWORD, input={"email": email, "password": "не тот пароль"}))
        for email in ("anna@example.com", "nobody@example.com", "no address")
    ]
    assert told[0] == told[1] == told[2]
    assert refusals(told[0]) == [("NOT_ALLOWED", "")]


async def test_a_code_is_good_once_for_who_asked(window: Window) -> None:
    mine = await window.code("anna@example.com")
    theirs = await window.code("eve@example.com")
    for wrong in (
        {"codeId": theirs["codeId"], "code": mine["code"] + "0"},
        {"codeId": encode_id("ccd", new_id()), "code": mine["code"]},
        {"codeId": mine["codeId"], "code": ""},
    ):
        assert refusals(await window.ask(BY_CODE, input=wrong)) == [("INVALID", "code")]
    assert (await window.ask(BY_CODE, input=mine))["token"]
    assert refusals(await window.ask(BY_CODE, input=mine)) == [("INVALID", "code")]
    late = await window.code("late@example.com")
    async with window.scope.writing("test") as uow:
        before = tables.CustomerCode.expires_at - timedelta(minutes=16)
        await uow.execute(update(tables.CustomerCode).values(expires_at=before))
    assert refusals(await window.ask(BY_CODE, input=late)) == [("INVALID", "code")]


async def test_a_code_is_not_guessed(window: Window) -> None:
    """After five wrong ones the right one is wrong, though all are tried at once."""
    right = await window.code("anna@example.com")
    wrong = {"codeId": right["codeId"], "code": f"{(int(right['code']) + 1) % 10**6:06}"}
    await asyncio.gather(*(window.ask(BY_CODE, input=wrong) for _ in range(5)))
    assert refusals(await window.ask(BY_CODE, input=right)) == [("INVALID", "code")]


async def test_of_many_at_once_one_uses_the_code(window: Window) -> None:
    code = await window.code("anna@example.com")
    entered = await asyncio.gather(*(window.ask(BY_CODE, input=code) for _ in range(5)))
    assert len([one for one in entered if one["token"]]) == 1
    assert len(await window.scope.reading.rows(select(tables.CustomerSession))) == 1


async def test_an_address_leads_to_the_card_that_has_it(window: Window) -> None:
    contacts = [{"kind": "EMAIL", "value": "anna@example.com"}]
    known = await card(window.desk, {"firstName": "Анна", "contacts": contacts})
    token = await window.enter("anna@example.com", profile={"firstName": "Ева"})
    me = await window.me(token)
    assert (me["id"], me["firstName"]) == (known["id"], "Анна")


async def test_a_phone_of_another_opens_no_card(window: Window) -> None:
    async with window.scope.writing("test") as uow:
        victim = await find_or_make(uow, phone="+79161234567", name="Анна")
        await find_or_make(uow, phone="+79161234567", email="eve@example.com")
    me = await window.me(await window.enter("eve@example.com"))
    assert me["id"] != encode_id("cus", victim)


async def test_a_new_password_ends_the_sessions_before_it(window: Window) -> None:
    first = await window.enter("anna@example.com", password=PASSWORD)
    second = await window.enter("anna@example.com")
    wrong = {"password": "не тот пароль", "newPassword": OTHER_PASSWORD}
    assert refusals(await window.ask(CHANGE, second, input=wrong)) == [("NOT_ALLOWED", "password")]
    weak = {"password": PASSWORD, "newPassword": "1234567890"}
    assert refusals(await window.ask(CHANGE, second, input=weak)) == [("INVALID", "newPassword")]
    right = {"password": PASSWORD, "newPassword": OTHER_PASSWORD}
    assert (await window.ask(CHANGE, second, input=right))["userErrors"] == []
    assert (await window.browser(first).refused(f"{{ {ME} }}"))["code"] == "UNAUTHENTICATED"
    third = await window.enter("anna@example.com", password=PASSWORD)
    assert (await window.browser(second).refused(f"{{ {ME} }}"))["code"] == "UNAUTHENTICATED"
    assert len((await window.me(third))["sessions"]) == 1


async def test_sessions_are_listed_and_ended(window: Window, desks: TwoDesks) -> None:
    first, second, third = [await window.enter("anna@example.com") for _ in range(3)]
    other = await window.enter("boris@example.com")
    sessions = (await window.me(third))["sessions"]
    assert [one["isThis"] for one in sessions].count(True) == 1
    end = "mutation ($id: ID) { mySessionEnd(id: $id) " + _ENDED
    theirs = (await window.me(other))["sessions"][0]["id"]
    for foreign in (theirs, encode_id("cse", new_id())):
        assert refusals(await window.ask(end, third, id=foreign)) == [("NOT_FOUND", "id")]
    assert (await window.ask(end, first))["ended"] == 1
    assert (await window.browser(first).refused(f"{{ {ME} }}"))["code"] == "UNAUTHENTICATED"
    ended = await window.ask("mutation { myOtherSessionsEnd " + _ENDED, third)
    assert ended["ended"] == 1
    assert (await window.browser(second).refused(f"{{ {ME} }}"))["code"] == "UNAUTHENTICATED"
    assert (await window.me(other))["id"]


async def test_a_token_is_of_its_own_shop(
    window: Window, desks: TwoDesks, platform_pool: Pool
) -> None:
    token = await window.enter("anna@example.com")
    tenant = desks.neighbour.shop.scope.tenant_id
    key = await make_key(platform_pool, tenant, "publishable")
    elsewhere = Client(window.desk.admin.app, key, headers={"X-Customer-Token": token})
    assert (await elsewhere.refused("{ me { id } }"))["code"] == "UNAUTHENTICATED"
    for nonsense in ("bt_x", "", "ct_" + "a" * 43, "st_" + "a" * 43):
        refused = await window.browser(nonsense).refused("{ me { id } }")
        assert refused["code"] == "UNAUTHENTICATED"


async def test_a_guest_is_nobody(window: Window) -> None:
    assert await window.ask("{ me { id } }") is None
    change = 'mutation { meUpdate(input: {firstName: "X"}) { me { id } } }'
    assert (await window.browser().refused(change))["code"] == "FORBIDDEN"


async def test_only_ones_own_is_changed(window: Window) -> None:
    add = """mutation ($input: CustomerAddressInput!) { myAddressAdd(input: $input) {
    me { addresses { id } } userErrors { code path } } }"""
    anna, eve = await window.enter("anna@example.com"), await window.enter("eve@example.com")
    made = await window.ask(add, anna, input=ADDRESS)
    address = made["me"]["addresses"][0]["id"]
    remove = """mutation ($id: ID!) { myAddressRemove(id: $id) { me { addresses { id } }
    userErrors { code path } } }"""
    edit = """mutation ($id: ID!) { myAddressUpdate(id: $id, input: {flat: "1"}) { me { id }
    userErrors { code path } } }"""
    for attack in (remove, edit):
        for foreign in (address, encode_id("cad", new_id())):
            assert refusals(await window.ask(attack, eve, id=foreign)) == [("NOT_FOUND", "id")]
    named = await window.ask(
        'mutation { meUpdate(input: {firstName: "Анна"}) { me { firstName } } }',
        anna,
    )
    assert named["me"]["firstName"] == "Анна"
    assert (await window.me(eve))["firstName"] is None
    assert (await window.ask(remove, anna, id=address))["me"]["addresses"] == []


async def test_a_customer_agrees_and_withdraws(window: Window) -> None:
    text, token = await published(window.desk), await window.enter("anna@example.com")
    texts = await window.ask("{ consentTexts { id purpose text } }", token)
    assert texts == [{"id": text, "purpose": "MARKETING", "text": "Пишите мне."}]
    given = await window.ask(
        "mutation ($given: [AgreedInput!]!) { myConsentsGive(consents: $given) { me { consents "
        "{ channel withdrawnAt } } userErrors { code } } }",
        token,
        given=[{"textId": text, "channel": "EMAIL"}],
    )
    assert given["me"]["consents"] == [{"channel": "EMAIL", "withdrawnAt": None}]
    left = await window.ask(
        "mutation { myConsentsWithdraw(input: {channel: EMAIL}) { me { consents { withdrawnAt } } "
        "userErrors { code } } }",
        token,
    )
    assert left["me"]["consents"][0]["withdrawnAt"]


async def test_who_is_erased_is_signed_out(window: Window) -> None:
    token = await window.enter("anna@example.com", password=PASSWORD)
    me = await window.me(token)
    erase = "mutation ($id: ID!) { customerErase(id: $id) { userErrors { code } } }"
    assert (await ask(window.desk, erase, id=me["id"]))["userErrors"] == []
    assert (await window.browser(token).refused("{ me { id } }"))["code"] == "UNAUTHENTICATED"
    again = await window.me(await window.enter("anna@example.com"))
    assert again["id"] != me["id"]


async def test_nobodys_mailbox_is_filled(window: Window) -> None:
    sent = [await window.ask(SEND, input={"email": "anna@example.com"}) for _ in range(8)]
    refused = [refusals(one) for one in sent if one["userErrors"]]
    # Three a minute; the minute may turn meanwhile.
    assert len(refused) >= 2
    assert {code for ((code, _),) in refused} == {"TOO_MANY"}


async def test_an_answer_to_a_customer_is_for_no_cache(window: Window) -> None:
    token = await window.enter("anna@example.com")
    asked = await window.browser(token).get_persisted("{ me { id } }", {}, with_text=True)
    assert asked.json()["data"]["me"]
    assert "etag" not in asked.headers
    assert "X-Customer-Token" in asked.headers["vary"]
