"""A person's data at the doors: consents, groups, all of it handed out, all of it destroyed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import select
from starlette.types import ASGIApp

from domain.customers.consents.messages import send_out, unsubscribe_path
from domain.customers.erasure import papers, people
from domain.customers.finding import find_or_make
from domain.customers.tables import CustomerCode
from domain.files.links import signed_url
from domain.stock.notices.tables import BackInStock
from domain.stock.notices.waiting import wait_for
from tenants.ids import decode_id, encode_id, new_id
from tenants.ledger import EventRow
from tenants.roles import RoleUrls
from tenants.settings import Settings
from tests.api.answers import refusals
from tests.api.client import open_app, settings_for
from tests.api.conftest import TwoDesks
from tests.api.customers.desk import UPDATE, ask, card, found
from tests.conftest import Servers
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

PUBLISH = """mutation ($input: ConsentTextPublishInput!) { consentTextPublish(input: $input) {
consentText { id version } userErrors { code path } } }"""
_CONSENTS = """{ customer { id consents { purpose channel source withdrawnBy address
text { version } } } userErrors { code path } } }"""
GIVE = (
    "mutation ($input: CustomerConsentsGiveInput!) { customerConsentsGive(input: $input) "
    + _CONSENTS
)
WITHDRAW = (
    "mutation ($input: CustomerConsentsWithdrawInput!) "
    "{ customerConsentsWithdraw(input: $input) " + _CONSENTS
)
EXPORT = "mutation ($id: ID!) { customerExport(id: $id) { data userErrors { code path } } }"
ERASE = """mutation ($id: ID!) { customerErase(id: $id) { customer { id name erasedAt tags
contacts { value } externalId { id } } userErrors { code path } } }"""
CANARY = "кенар"
WHOLE: dict[str, Any] = {
    "firstName": f"{CANARY}Имя",
    "lastName": f"{CANARY}Фамилия",
    "note": CANARY,
    "tags": [CANARY],
    "externalId": {"source": "crm", "id": CANARY},
    "contacts": [
        {"kind": "EMAIL", "value": "canary@example.com"},
        {"kind": "PHONE", "value": "+79161234567"},
    ],
    "addresses": [{"address": {"country": "RU", "street": CANARY}, "recipient": CANARY}],
    "legalEntities": [{"kind": "PERSON", "name": CANARY, "inn": "500100732259"}],
}


async def published(desk: Any, **more: Any) -> str:
    given = {"purpose": "MARKETING", "language": "ru", "text": "Пишите мне.", **more}
    made = await ask(desk, PUBLISH, input=given)
    assert made["userErrors"] == []
    text_id: str = made["consentText"]["id"]
    return text_id


async def test_consents_are_given_and_withdrawn_by_staff(desks: TwoDesks) -> None:
    ours = desks.ours
    text, made = await published(ours), await card(ours, WHOLE)
    who = {"id": made["id"]}
    agreed = [{"textId": text, "channel": "EMAIL"}, {"textId": text, "channel": "SMS"}]
    given = await ask(ours, GIVE, input={"customer": who, "consents": agreed})
    assert {(one["channel"], one["source"]) for one in given["customer"]["consents"]} == {
        ("EMAIL", "ADMIN"),
        ("SMS", "ADMIN"),
    }
    left = await ask(ours, WITHDRAW, input={"customer": who, "channel": "SMS"})
    ended = {one["channel"]: one["withdrawnBy"] for one in left["customer"]["consents"]}
    assert ended == {"EMAIL": None, "SMS": "ADMIN"}
    theirs = await published(desks.neighbour)
    wrong = [{"textId": theirs, "channel": "EMAIL"}]
    refused = await ask(ours, GIVE, input={"customer": who, "consents": wrong})
    assert refusals(refused) == [("NOT_FOUND", "consents.0.textId")]
    for bad, code in (({"text": " "}, "REQUIRED"), ({"language": "xx"}, "INVALID")):
        wrong_text = {"purpose": "MARKETING", "language": "ru", "text": "a", **bad}
        assert (await ask(ours, PUBLISH, input=wrong_text))["userErrors"][0]["code"] == code


@pytest.fixture
def chosen(database: RoleUrls, servers: Servers) -> Settings:
    return settings_for(database, servers.redis_url, public_url="https://api.ryad.test")


@pytest.fixture
async def window(chosen: Settings) -> AsyncIterator[ASGIApp]:
    async with open_app(chosen) as app:
        yield app


async def test_a_letters_link_withdraws_at_the_page(
    desks: TwoDesks, window: ASGIApp, chosen: Settings
) -> None:
    ours = desks.ours
    text, made = await published(ours), await card(ours, WHOLE)
    agreed = {"customer": {"id": made["id"]}, "consents": [{"textId": text, "channel": "EMAIL"}]}
    await ask(ours, GIVE, input=agreed)
    scope = ours.shop.scope
    async with scope.writing("test") as uow:
        sent = await send_out(
            uow,
            customer_id=decode_id(made["id"], "cus"),
            purpose="marketing",
            channel="email",
            kind="news",
            recipient="canary@example.com",
            key="1",
        )
    assert sent is not None
    ends = datetime.now(UTC) + timedelta(days=1)
    path = unsubscribe_path(scope.tenant_id, sent)
    link = signed_url(chosen, scope.tenant_id, path, expires_at=ends)
    transport = httpx.ASGITransport(window)
    async with httpx.AsyncClient(transport=transport, base_url=chosen.public_url) as web:
        assert (await web.get(link)).status_code == 200
        assert (await web.get(f"{link}0")).status_code == 404
        assert "Готово" in (await web.post(link)).text
    where = {"customer": {"id": made["id"]}, "purpose": "MARKETING"}
    after = await ask(ours, WITHDRAW, input=where)
    assert [one["withdrawnBy"] for one in after["customer"]["consents"]] == ["LETTER"]


async def test_a_customer_is_of_groups(desks: TwoDesks) -> None:
    ours = desks.ours
    group = """mutation { customerGroupCreate(input: {code: "club", title: "Клуб"}) {
    customerGroup { id } } }"""
    club = (await ask(ours, group))["customerGroup"]["id"]
    theirs = (await ask(desks.neighbour, group))["customerGroup"]["id"]
    made = await card(ours, {"firstName": "А", "groups": [{"id": club}]})
    assert await found(ours, where={"groupId": {"eq": club}}) == [made["id"]]
    wrong = await ask(ours, UPDATE, id=made["id"], input={"groups": [{"id": theirs}]})
    assert refusals(wrong) == [("NOT_FOUND", "groups.0")]
    left = await ask(ours, UPDATE, id=made["id"], input={"groups": []})
    assert left["customer"]["version"] == 2
    assert await found(ours, where={"groupId": {"eq": club}}) == []


async def test_a_person_is_handed_all_and_nothing_of_others(desks: TwoDesks) -> None:
    made = await card(desks.ours, WHOLE)
    await card(desks.ours, {"firstName": "Другой"})
    exported = await ask(desks.ours, EXPORT, id=made["id"])
    text = orjson.dumps(exported["data"]).decode()
    for told in (CANARY, "canary@example.com", "+79161234567", "500100732259"):
        assert told in text
    assert "Другой" not in text
    assert set(exported["data"]) == {f"{table.name}" for _, table in (*people(), *papers())}
    for foreign in ((await card(desks.neighbour, WHOLE))["id"], encode_id("cus", new_id())):
        assert refusals(await ask(desks.ours, EXPORT, id=foreign)) == [("NOT_FOUND", "id")]


async def test_what_is_destroyed_is_nowhere_and_leaves_a_proof(desks: TwoDesks) -> None:
    ours = desks.ours
    text, made = await published(ours), await card(ours, WHOLE)
    agreed = {"customer": {"id": made["id"]}, "consents": [{"textId": text, "channel": "EMAIL"}]}
    await ask(ours, GIVE, input=agreed)
    scope = ours.shop.scope
    await add_products(ours.shop, P("Чай", [V("A", stock=0)]))
    async with scope.writing("test") as uow:
        await wait_for(
            uow,
            ours.shop.variants["A"],
            email="canary@example.com",
            consent_text="Сообщите",
            language="ru",
        )
        codes = {"kind": "phone", "value": "+79161234567", "key": "+79161234567"}
        await uow.add(CustomerCode, **codes, language="ru", expires_at=uow.now)
    erased = await ask(ours, ERASE, id=made["id"])
    assert erased["userErrors"] == []
    assert erased["customer"]["erasedAt"]
    assert erased["customer"] | {"erasedAt": None} == {
        "id": made["id"],
        "name": None,
        "erasedAt": None,
        "tags": [],
        "contacts": [],
        "externalId": None,
    }
    left = [str(await scope.reading.rows(select(entity))) for entity, _ in people()]
    left.append(str(await scope.reading.rows(select(EventRow))))
    left.append(str(await scope.reading.rows(select(BackInStock))))
    left.append(str(await scope.reading.rows(select(CustomerCode))))
    for told in (CANARY, "canary@example.com", "9161234567", "500100732259"):
        assert not [one for one in left if told in one]
    proof = (await ask(ours, EXPORT, id=made["id"]))["data"]["customer_erasure"]
    assert proof[0]["rows"]["customer_contact"] == 2
    assert (await ask(ours, ERASE, id=made["id"]))["userErrors"] == []
    assert refusals(await ask(ours, UPDATE, id=made["id"], input={"note": "x"})) == [
        ("NOT_ALLOWED", "id")
    ]
    async with scope.writing("test") as uow:
        again = await find_or_make(uow, phone="+79161234567")
    assert encode_id("cus", again) != made["id"]
