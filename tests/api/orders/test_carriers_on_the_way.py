"""Carriers that fall silent, are not set up, and take parts of an order."""

from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import update

from domain.orders.shipments.following import FOLLOW
from domain.orders.shipments.ports import CarrierUnavailable, Step
from domain.orders.shipments.shipments import ASK
from domain.orders.shipments.tables import Shipment
from integrations.carriers.trial import TrialGate
from integrations.carriers.ways import KnownCarriers
from tenants.jobs import MOST_FAILURES, Job
from tests.api.orders.road import BOOK, CARRIER, INBOX, RETRY, Road
from tests.api.orders.test_edits import change, edit
from tests.api.orders.test_letters import SHIP
from tests.api.orders.test_whole_life import UNPICK
from tests.api.orders.till import roubles
from tests.fakes.courses import PlainCourse
from workers.runner import NotReady
from workers.shipments import run_following

pytestmark = pytest.mark.anyio

PICK_SOME: Final = """mutation ($input: HandOverCreateInput!) { handOverCreate(input: $input) {
  handOver { id } userErrors { code path } } }"""


async def test_who_fell_silent_is_asked_again_and_no_letter_is_written_twice(road: Road) -> None:
    order = await road.order()
    await road.till.do(SHIP, id=await road.pick(order))
    await road.jobs(ASK)
    await road.jobs(FOLLOW)
    long_ago = timedelta(days=61)
    async with road.till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Shipment).values(told_at=uow.now - long_ago))
    await road.jobs(FOLLOW)
    [failed] = (await road.till.desk.admin.ask(INBOX))["shipments"]["nodes"]
    assert "60 days" in failed["problem"]
    assert (await road.till.do(RETRY, id=failed["id"]))["userErrors"] == []
    await road.jobs(ASK)
    await road.jobs(FOLLOW)  # still nothing new: he has another sixty days
    [shipment] = await road.till.rows(Shipment)
    assert (shipment["state"], shipment["problem"]) == ("booked", None)
    assert sum(road.depot.asked.values()) == 1  # he had it already
    letters = [job["kind"] for job in await road.till.rows(Job)]
    assert letters.count("mail.parcel_shipped") == 1
    told = [f"shipment.{what}" for what in ("booked", "accepted", "failed", "retried")]
    assert await road.events() == told


async def test_a_parcel_is_worth_what_is_in_it(road: Road) -> None:
    till = road.till
    steps = [
        {"sumTo": roubles("400"), "price": roubles("50")},
        {"sumFrom": roubles("400"), "price": roubles("90")},
    ]
    given = {"title": "Почта", "kind": "TABLE", "tariff": [{"steps": steps}]}
    post = (await till.do(CARRIER, input=given))["carrier"]["id"]
    order = await till.order(till.line("TEA", "3"))  # 999.99 in all
    lines = [{"lineId": order["lines"][0]["id"], "quantity": "1"}]
    for _ in range(2):
        picked = await till.do(PICK_SOME, input={"order": {"id": order["id"]}, "lines": lines})
        assert picked["userErrors"] == []
        lines[0]["quantity"] = "2"
        await till.do(BOOK, id=picked["handOver"]["id"], carrier={"id": post})
        await road.jobs(ASK)
    assert [row["price_minor"] for row in await till.rows(Shipment)] == [50_00, 90_00]


async def test_what_was_edited_meanwhile_is_called_off_all_the_same(road: Road) -> None:
    till = road.till
    order = await road.order("Обрыв")
    hand_over = await road.pick(order)
    [shipment] = await till.rows(Shipment)
    arguments = {"shipment_id": str(shipment["id"])}
    with pytest.raises(CarrierUnavailable):
        await road.do(ASK, arguments)
    assert (await till.do(UNPICK, id=hand_over))["userErrors"] == []
    added = {"variant": {"id": till.of("CUP")}, "quantity": "1"}
    gone = change(order, "TEA", "0")
    assert (await edit(till, order, add=[added], change=[gone]))["userErrors"] == []
    for _ in range(2):
        with suppress(CarrierUnavailable):
            await road.do(ASK, arguments)
    [shipment] = await till.rows(Shipment)
    assert shipment["state"] == "cancelled"
    assert [one["cancelled"] for one in road.depot.parcels.values()] == [True]


class Muddled(TrialGate):
    """The way to a carrier whose news nobody can read."""

    async def track(self, reference: str) -> list[Step]:
        raise OverflowError("date value out of range")


class MuddledCarriers(KnownCarriers):
    def gate(self, kind: str, tariff: Any) -> Muddled:
        return Muddled(self.http, self.test_url)


async def test_news_that_cannot_be_read_are_in_the_end_left_to_staff(road: Road) -> None:
    await road.pick(await road.order())
    await road.jobs(ASK)
    [shipment] = await road.till.rows(Shipment)
    muddled = MuddledCarriers(road.carriers.http, road.carriers.test_url)
    for failed, state in ((0, "booked"), (MOST_FAILURES - 1, "failed")):
        course: Any = PlainCourse(road.till.desk.shop.scope, failed)
        with pytest.raises(OverflowError):
            await run_following(course, carriers=muddled, shipment_id=str(shipment["id"]))
        assert [row["state"] for row in await road.till.rows(Shipment)] == [state]
    [inbox] = (await road.till.desk.admin.ask(INBOX))["shipments"]["nodes"]
    assert (await road.till.do(RETRY, id=inbox["id"]))["userErrors"] == []
    await road.jobs(ASK)
    await road.jobs(FOLLOW)
    [shipment] = await road.till.rows(Shipment)
    assert (shipment["state"], shipment["status"]) == ("booked", "accepted")


async def test_a_way_that_is_not_set_up_stops_no_following(road: Road) -> None:
    await road.pick(await road.order())
    await road.jobs(ASK)
    [shipment] = await road.till.rows(Shipment)
    none, course = KnownCarriers(road.carriers.http), PlainCourse(road.till.desk.shop.scope)
    with pytest.raises(NotReady):  # it waits until it is
        await run_following(course, carriers=none, shipment_id=str(shipment["id"]))  # type: ignore[arg-type]
