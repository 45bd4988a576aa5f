"""The letter that something is back: in the buyer's language, and an end of it by its last link."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update
from starlette.types import ASGIApp

from domain.catalog.tables import Translation
from domain.files.links import signed_url
from domain.mail.ports import Message
from domain.merchants.post import Post
from domain.merchants.tables import Shop
from domain.opening import reception_of
from domain.stock.notices.letters import send_back_in_stock, unsubscribe_path
from domain.stock.notices.tables import BackInStock
from domain.stock.notices.waiting import KEPT, forget_told, write_to_waiting
from domain.stock.stock import StockChange, change_stock
from tenants.database import Pool
from tenants.jobs import Job
from tenants.roles import RoleUrls
from tenants.settings import Settings
from tests.api.catalog.conftest import Stall, TwoStalls
from tests.api.catalog.conftest import stalls as stalls
from tests.api.client import open_app, settings_for
from tests.api.stock.test_waiting import ask
from tests.conftest import Servers
from tests.factories_catalog import P, V, add_products
from tests.fakes.courses import PlainCourse
from tests.fakes.mailer import KeptMail

pytestmark = pytest.mark.anyio


@dataclass
class Window:
    """A shop's post, and the browser that its letters' links are opened in."""

    post: Post
    mail: KeptMail
    settings: Settings
    app: ASGIApp

    async def open(self, link: str, method: str = "GET", **given: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=self.settings.public_url) as web:
            return await web.request(method, link, **given)


@pytest.fixture(scope="module")
def chosen(database: RoleUrls, servers: Servers) -> Settings:
    return settings_for(database, servers.redis_url, public_url="https://api.ryad.test")


@pytest.fixture
async def window(chosen: Settings, platform_pool: Pool) -> AsyncIterator[Window]:
    mail = KeptMail()
    async with open_app(chosen) as app:
        yield Window(Post(reception_of(chosen, platform_pool), mail), mail, chosen, app)


@pytest.fixture
async def tea(stalls: TwoStalls) -> UUID:
    """A variant that is sold out, in Russian and in English."""
    for stall in (stalls.ours, stalls.neighbour):
        await add_products(stall.shop, P("Чай <Ассам>", [V("A", stock=0), V("B", stock=0)]))
    product = stalls.shop.products["Чай <Ассам>"]
    async with stalls.shop.scope.writing("test") as uow:
        of = {"entity_kind": "product", "entity_id": product, "language": "en", "field": "title"}
        await uow.add(Translation, **of, value="Assam tea")
        await uow.execute(update(Shop).values(storefront_origins=["https://tea.example"]))
    return stalls.shop.variants["A"]


async def come_in(stall: Stall, variant: UUID) -> None:
    async with stall.shop.scope.writing("test") as uow:
        await change_stock(uow, location=stall.shop.location, changes=[StockChange(variant, 2_000)])


async def deliver(stall: Stall, window: Window) -> list[Message]:
    """Do the jobs that wait, each once, as a worker does; the letters that went out."""
    course = PlainCourse(stall.shop.scope)
    sent = len(window.mail.letters)
    sign = partial(signed_url, window.settings)
    for kind in ("stock.tell_waiting", "mail.back_in_stock"):
        waiting = update(Job).where(Job.kind == kind, Job.state == "queued").values(state="done")
        async with stall.shop.scope.writing("test") as uow:
            jobs = await uow.rows(waiting.returning(Job.arguments))
        for job in jobs:
            if kind == "stock.tell_waiting":
                await write_to_waiting(course, **job["arguments"])
            else:
                await send_back_in_stock(course, window.post, sign_link=sign, **job["arguments"])
    return window.mail.letters[sent:]


async def waiting(stall: Stall) -> int:
    return len(await stall.shop.scope.reading.rows(select(BackInStock.id)))


def link_in(letter: Message) -> str:
    found = re.findall(r"https://api\.ryad\.test/\S+", letter.text)
    assert len(found) == 1
    return str(found[0])


async def test_each_buyer_gets_one_letter_in_his_language(
    stalls: TwoStalls, window: Window, tea: UUID
) -> None:
    for email, language in (("ivan@example.ru", "ru"), ("john@example.com", "en")):
        assert (await ask(stalls, tea, email=email, language=language))["userErrors"] == []
    await come_in(stalls.ours, tea)
    letters = {letter.to: letter for letter in await deliver(stalls.ours, window)}
    ivan, john = letters["ivan@example.ru"], letters["john@example.com"]
    assert ivan.subject == "Снова в продаже: Чай <Ассам>"
    assert john.subject == "Back in stock: Assam tea"
    assert "Чай &lt;Ассам&gt;" in ivan.html
    for letter in (ivan, john):
        assert "https://tea.example" in letter.text
        assert 'href="https://tea.example"' in letter.html
        assert letter.unsubscribe == link_in(letter)
        assert letter.unsubscribe.replace("&", "&amp;") in letter.html
    assert (ivan.language, john.language) == ("ru", "en")
    await come_in(stalls.ours, tea)
    assert await deliver(stalls.ours, window) == []


async def test_to_look_at_the_page_changes_nothing_and_its_button_ends_all_of_the_buyer(
    stalls: TwoStalls, window: Window, tea: UUID
) -> None:
    await ask(stalls, tea, email="Ivan@example.ru")
    await ask(stalls, stalls.shop.variants["B"], email="ivan@example.ru")
    await ask(stalls, tea, email="other@example.ru")
    await come_in(stalls.ours, tea)
    letters = {letter.to.lower(): letter for letter in await deliver(stalls.ours, window)}
    link = link_in(letters["ivan@example.ru"])
    for _ in range(2):
        page = await window.open(link)
        assert page.status_code == 200
        assert "Больше не сообщать" in page.text
        assert '<form method="post">' in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert await waiting(stalls.ours) == 3
    done = await window.open(link, "POST", data={"List-Unsubscribe": "One-Click"})
    assert (done.status_code, "Готово" in done.text) == (200, True)
    assert await waiting(stalls.ours) == 1
    again = await window.open(link)
    assert "Готово" in again.text
    assert "<form" not in again.text
    await come_in(stalls.ours, stalls.shop.variants["B"])
    assert await deliver(stalls.ours, window) == []


async def test_no_link_but_a_genuine_one_ends_anything(
    stalls: TwoStalls, window: Window, tea: UUID
) -> None:
    await ask(stalls, tea)
    await come_in(stalls.ours, tea)
    [letter] = await deliver(stalls.ours, window)
    link = link_in(letter)
    row = await stalls.shop.scope.reading.row(select(BackInStock.id, BackInStock.tenant_id))
    assert row is not None
    theirs = unsubscribe_path(stalls.neighbour.shop.scope.tenant_id, row["id"])
    sign = partial(signed_url, window.settings)
    past = datetime.now(UTC) - timedelta(seconds=1)
    for wrong in (
        link[:-1],
        link.partition("?")[0],
        theirs + "?" + link.partition("?")[2],
        "/unsubscribe/shop_x/bis_y?" + link.partition("?")[2],
        sign(row["tenant_id"], unsubscribe_path(row["tenant_id"], row["id"]), expires_at=past),
    ):
        for method in ("GET", "POST"):
            assert (await window.open(wrong, method)).status_code == 404
    genuine_of_neighbour = sign(
        stalls.neighbour.shop.scope.tenant_id, theirs, expires_at=past + timedelta(days=1)
    )
    assert (await window.open(genuine_of_neighbour, "POST")).status_code == 200
    assert await waiting(stalls.ours) == 1


async def test_a_link_is_good_for_no_longer_than_its_buyer_is_known(
    stalls: TwoStalls, window: Window, tea: UUID
) -> None:
    await ask(stalls, tea)
    await come_in(stalls.ours, tea)
    [letter] = await deliver(stalls.ours, window)
    told_at = await stalls.shop.scope.reading.value(select(BackInStock.told_at))
    assert int(httpx.URL(link_in(letter)).params["expires"]) < (told_at + KEPT).timestamp()


async def test_who_is_forgotten_before_his_letter_gets_none(
    stalls: TwoStalls, window: Window, tea: UUID
) -> None:
    await ask(stalls, tea)
    await come_in(stalls.ours, tea)
    async with stalls.shop.scope.writing("test") as uow:
        assert await forget_told(uow) == 0
        long_ago = uow.now - KEPT - timedelta(seconds=1)
        await uow.execute(update(BackInStock).values(told_at=long_ago))
    course = PlainCourse(stalls.shop.scope)
    for letters in (1, 0):
        told = await write_to_waiting(course, told_at=long_ago.isoformat())
        assert told == {"letters": letters}
    async with stalls.shop.scope.writing("test") as uow:
        assert await forget_told(uow) == 1
    assert await deliver(stalls.ours, window) == []
