"""Letters to buyers about their orders: by mail or by phone, each once, and what they say."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from domain.customers.tables import Customer, CustomerMessage
from domain.mail.ports import Message
from domain.merchants.post import Post
from domain.opening import reception_of
from domain.orders.letters.sending import send_of_order
from domain.orders.orders.tables import Order
from domain.orders.orders.unpaid import watch_unpaid
from domain.stock.tables import Location
from tenants.database import Pool
from tenants.ids import decode_id, encode_id
from tenants.jobs import Job
from tenants.roles import RoleUrls
from tests.api.client import settings_for
from tests.api.orders.till import Till, TwoTills
from tests.conftest import Servers
from tests.fakes.courses import PlainCourse
from tests.fakes.mailer import KeptMail

pytestmark = pytest.mark.anyio

PICK: Final = """mutation ($id: ID!, $track: String, $carrier: String) {
  handOverCreate(input: {order: {id: $id}, trackingNumber: $track, carrier: $carrier}) {
    handOver { id } userErrors { code path } } }"""
SHIP: Final = """mutation ($id: ID!) {
  handOverShip(id: $id) { handOver { state } userErrors { code path } } }"""
NAME: Final = """mutation ($id: ID!, $input: HandOverUpdateInput!) {
  handOverUpdate(id: $id, input: $input) { userErrors { code path } } }"""
AT_COUNTER: Final = """mutation ($id: ID!) {
  orderHandOver(id: $id) { order { state } userErrors { code path } } }"""
CANCEL: Final = """mutation ($id: ID!) {
  orderCancel(id: $id, reason: "передумал") { order { state } userErrors { code path } } }"""


@dataclass
class LetterBox:
    """What a shop's buyers are sent, when a worker does the jobs that wait."""

    till: Till
    post: Post
    mail: KeptMail
    done: list[dict[str, Any]] = field(default_factory=list)

    async def empty(self) -> list[Message]:
        waiting = update(Job).where(Job.kind.startswith("mail."), Job.state == "queued")
        async with self.till.desk.shop.scope.writing("test") as uow:
            found = await uow.rows(
                waiting.values(state="done").returning(Job.kind, Job.arguments, Job.id)
            )
        before = len(self.mail.letters)
        for job in sorted(found, key=lambda job: job["id"]):
            self.done.append({"letter": job["kind"][5:], **job["arguments"]})
            await self.do(self.done[-1])
        return self.mail.letters[before:]

    async def do(self, facts: dict[str, Any]) -> None:
        await send_of_order(PlainCourse(self.till.desk.shop.scope), self.post, **facts)


@pytest.fixture
async def box(till: Till, platform_pool: Pool, database: RoleUrls, servers: Servers) -> LetterBox:
    mail = KeptMail()
    reception = reception_of(settings_for(database, servers.redis_url), platform_pool)
    return LetterBox(till, Post(reception, mail), mail)


async def test_who_has_no_address_is_told_by_phone(box: LetterBox) -> None:
    order = await box.till.order(box.till.line("TEA", "2"))
    [said] = await box.empty()
    assert (said.channel, said.to, said.html) == ("sms", "+79161234567", "")
    assert said.text.endswith(f"заказ {order['number']} принят, 666,66 ₽.")
    assert said.text.startswith(said.sender or "no sender")


async def test_a_letter_tells_the_whole_order(box: LetterBox) -> None:
    order = await box.till.order(
        box.till.line("TEA", "2"), email="anna@tea.test", paymentMethod="ONLINE"
    )
    [said] = await box.empty()
    assert (said.channel, said.to) == ("email", "anna@tea.test")
    assert said.subject == f"Заказ № {order['number']} принят"
    for words in ("Здравствуйте, Анна!", "Чай × 2", "666,66 ₽", "Советская, 1", "Оплатить нужно"):
        assert words in said.text


async def test_a_card_knows_what_was_sent_under_one_key(box: LetterBox) -> None:
    await box.till.order(box.till.line("TEA"))
    [said] = await box.empty()
    await box.do(box.done[0])  # tried again: it may not have arrived
    assert [one.key for one in box.mail.letters] == [said.key] * 2
    [noted] = await box.till.rows(CustomerMessage)
    assert (noted["purpose"], noted["kind"], noted["recipient"]) == (
        "service",
        "order_placed",
        "+79161234567",
    )


async def test_it_speaks_as_the_customer_does(box: LetterBox) -> None:
    await box.till.order(box.till.line("TEA"))
    async with box.till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Customer).values(language="en"))
    [said] = await box.empty()
    assert "we have your order" in said.text


async def test_who_wants_text_messages_gets_them(box: LetterBox) -> None:
    await box.till.order(box.till.line("TEA"), email="anna@tea.test")
    async with box.till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Customer).values(contact_channel="sms"))
    [said] = await box.empty()
    assert (said.channel, said.to) == ("sms", "+79161234567")


async def test_the_reminder_is_before_the_end_and_the_end_is_told(box: LetterBox) -> None:
    order = await box.till.order(box.till.line("TEA"), paymentMethod="ONLINE")
    await box.empty()
    order_id = str(decode_id(order["id"], "ord"))
    async with box.till.desk.shop.scope.writing("test") as uow:
        assert await watch_unpaid(uow, order_id=order_id) == {"reminded": 1, "expired": 0}
    [reminder] = await box.empty()
    assert "ждёт оплаты, 333,33 ₽" in reminder.text
    async with box.till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Order).values(pay_until=uow.now))
    async with box.till.desk.shop.scope.writing("test") as uow:
        assert await watch_unpaid(uow, order_id=order_id) == {"reminded": 0, "expired": 1}
    [ended] = await box.empty()
    assert f"заказ {order['number']} отменён" in ended.text


async def test_the_parcel_is_told_with_its_number(box: LetterBox) -> None:
    till = box.till
    order = await till.order(till.line("TEA"), email="anna@tea.test")
    await box.empty()
    made = await till.do(PICK, id=order["id"], track="RA123456785RU", carrier="Почта")
    assert await box.empty() == []  # it is sent to him: that it is picked is nothing to him
    await till.do(SHIP, id=made["handOver"]["id"])
    [said] = await box.empty()
    assert said.subject == f"Заказ № {order['number']} в пути"
    assert "Номер отправления: RA123456785RU." in said.text
    assert "(Почта)" in said.text


async def test_a_number_that_comes_later_is_told_too(box: LetterBox) -> None:
    till = box.till
    order = await till.order(till.line("TEA"), email="anna@tea.test")
    made = await till.do(PICK, id=order["id"])
    await till.do(SHIP, id=made["handOver"]["id"])
    await box.empty()
    named = {"trackingNumber": "RA123456785RU"}
    await till.do(NAME, id=made["handOver"]["id"], input=named)
    [said] = await box.empty()
    assert "RA123456785RU" in said.text
    await till.do(NAME, id=made["handOver"]["id"], input=named)
    assert await box.empty() == []


async def test_who_fetches_is_told_when_it_is_ready_and_not_at_the_counter(
    box: LetterBox,
) -> None:
    till = box.till
    [place] = await till.desk.shop.scope.reading.rows(
        select(Location.id).where(Location.code == "shop")
    )
    fetched = {"address": None, "placeId": encode_id("loc", place["id"])}
    first = await till.order(till.line("TEA"), **fetched)
    await box.empty()
    await till.do(PICK, id=first["id"])
    [said] = await box.empty()
    assert f"заказ {first['number']} можно забрать. Лавка" in said.text
    second = await till.order(till.line("TEA"), **fetched)
    await box.empty()
    await till.do(AT_COUNTER, id=second["id"])
    assert await box.empty() == []


async def test_a_cancelled_order_is_told_of(box: LetterBox) -> None:
    order = await box.till.order(box.till.line("TEA"))
    await box.till.do(CANCEL, id=order["id"])
    placed, cancelled = await box.empty()
    assert "принят" in placed.text
    assert "отменён" in cancelled.text


async def test_a_letter_of_a_neighbours_order_is_nobodys(box: LetterBox, tills: TwoTills) -> None:
    await tills.neighbour.order(tills.neighbour.line("TEA"))
    [theirs] = await tills.neighbour.rows(Order)
    assert theirs["id"] not in {row["id"] for row in await box.till.rows(Order)}
    send = partial(send_of_order, PlainCourse(box.till.desk.shop.scope), box.post)
    await send(letter="order_placed", letter_id="x", sale_id=str(theirs["id"]))
    assert box.mail.letters == []
