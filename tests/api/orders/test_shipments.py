"""Parcels with carriers: booked once, numbered, followed to the buyer, called off, tried again."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.orders.hand_overs.tables import HandOver
from domain.orders.shipments.asking import give_up
from domain.orders.shipments.numbers import give_number
from domain.orders.shipments.ports import CarrierUnavailable
from domain.orders.shipments.shipments import ASK
from domain.orders.shipments.tables import Carrier, Shipment, ShipmentStep
from tenants.ids import decode_id, encode_id, new_id
from tenants.jobs import Job
from tests.api.answers import refusals
from tests.api.client import make_key
from tests.api.orders.road import BOOK, BUYERS, CARRIER, CHANGE, INBOX, NUMBERS, RETRY, SEEN, Road
from tests.api.orders.test_letters import CANCEL, PICK, SHIP
from tests.api.orders.till import Till, TwoTills
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio


async def test_a_parcel_from_the_shelf_to_its_buyer(road: Road) -> None:
    till, order = road.till, await road.order()
    hand_over = await road.pick(order)
    await road.jobs(ASK)
    await till.do(SHIP, id=hand_over)
    [seen] = (await till.desk.admin.ask(SEEN, id=order["id"]))["order"]["handOvers"]
    assert (seen["carrier"], seen["trackingNumber"]) == ("Пони", "TT000000014RU")
    assert seen["shipment"]["trackingLink"] == "https://pony.test/TT000000014RU"
    assert seen["shipment"]["price"] == {"amount": "150.00"}
    await road.pass_time(2)
    told = (await till.buyer.ask(BUYERS, token=order["token"]))["order"]
    [parcel] = told["parcels"]
    assert (told["state"], parcel["state"]) == ("IN_DELIVERY", "SHIPPED")
    assert parcel["tracking"]["status"] == "IN_TRANSIT"
    assert [step["status"] for step in parcel["tracking"]["steps"]] == [
        "ACCEPTED",
        None,
        "IN_TRANSIT",
    ]
    await road.pass_time(1)
    await road.pass_time(1)
    told = (await till.buyer.ask(BUYERS, token=order["token"]))["order"]
    assert (told["state"], told["parcels"][0]["state"]) == ("HANDED_OVER", "HANDED_OVER")
    assert await road.events() == [
        "shipment.booked",
        "shipment.in_transit",
        "shipment.ready",
        "shipment.delivered",
    ]
    assert len(await till.rows(ShipmentStep)) == 5
    await road.pass_time(1)  # it is over: nobody is asked
    assert len(await till.rows(ShipmentStep)) == 5
    kinds = [job["kind"] for job in await till.rows(Job) if job["kind"].startswith("mail.parcel")]
    assert sorted(kinds) == ["mail.parcel_ready", "mail.parcel_shipped"]
    await till.check()


async def test_the_letter_waits_for_the_number(road: Road) -> None:
    await road.till.do(SHIP, id=await road.pick(await road.order()))
    letters = [job["kind"] for job in await road.till.rows(Job)]
    assert "mail.parcel_shipped" not in letters
    await road.jobs(ASK)
    letters = [job["kind"] for job in await road.till.rows(Job)]
    assert letters.count("mail.parcel_shipped") == 1


async def test_one_that_comes_back_is_for_staff(road: Road) -> None:
    order = await road.order("Возврат")
    await road.till.do(SHIP, id=await road.pick(order))
    await road.jobs(ASK)
    await road.pass_time(9)
    [seen] = (await road.till.desk.admin.ask(SEEN, id=order["id"]))["order"]["handOvers"]
    assert (seen["state"], seen["shipment"]["state"]) == ("SHIPPED", "RETURNED")
    assert (await road.events())[-1] == "shipment.returned"


async def test_a_lost_answer_books_no_second_parcel(road: Road) -> None:
    await road.pick(await road.order("Обрыв"))
    [shipment] = await road.till.rows(Shipment)
    arguments = {"shipment_id": str(shipment["id"])}
    for _ in range(2):
        with pytest.raises(CarrierUnavailable):
            await road.do(ASK, arguments)
    await road.do(ASK, arguments)
    await road.do(ASK, arguments)  # a job may run twice
    [shipment] = await road.till.rows(Shipment)
    assert (shipment["state"], shipment["reference"]) == ("booked", "P000001")
    assert len(road.depot.parcels) == 1
    assert await road.events() == ["shipment.booked"]


async def test_what_is_refused_waits_for_staff_who_try_again(road: Road) -> None:
    till = road.till
    await road.pick(await road.order("Нигде"))
    await road.jobs(ASK)
    inbox = (await till.desk.admin.ask(INBOX))["shipments"]
    [failed] = inbox["nodes"]
    assert (failed["task"], failed["problem"], failed["allowedActions"]) == (
        "BOOK",
        "туда не возим",
        ["RETRY"],
    )
    retried = (await till.do(RETRY, id=failed["id"]))["shipment"]
    assert retried == {"state": "WAITING", "allowedActions": [], "problem": None}
    assert refusals(await till.do(RETRY, id=failed["id"])) == [("NOT_ALLOWED", "id")]
    await road.jobs(ASK)
    assert (await till.desk.admin.ask(INBOX))["shipments"]["totalCount"] == 1


async def test_who_does_not_answer_in_the_end_is_left_to_staff(road: Road) -> None:
    await road.pick(await road.order("Затор"))
    [shipment] = await road.till.rows(Shipment)
    course = PlainCourse(road.till.desk.shop.scope)
    await give_up(course, shipment_id=str(shipment["id"]), problem="answers 503")
    await road.jobs(ASK)  # it waits for staff, not for the carrier
    assert road.depot.asked == {}
    [failed] = (await road.till.desk.admin.ask(INBOX))["shipments"]["nodes"]
    assert failed["problem"] == "answers 503"


@pytest.mark.parametrize("when", ["before", "lost", "booked"])
async def test_a_cancelled_order_calls_its_parcel_off(road: Road, when: str) -> None:
    order = await road.order("Обрыв" if when == "lost" else "Тверь")
    await road.pick(order)
    if when == "lost":
        [shipment] = await road.till.rows(Shipment)
        with pytest.raises(CarrierUnavailable):
            await road.do(ASK, {"shipment_id": str(shipment["id"])})
    elif when == "booked":
        await road.jobs(ASK)
    assert (await road.till.do(CANCEL, id=order["id"]))["userErrors"] == []
    if when == "lost":
        road.depot.asked.update(dict.fromkeys(road.depot.asked, 9))
    await road.jobs(ASK)
    [shipment] = await road.till.rows(Shipment)
    assert shipment["state"] == "cancelled"
    assert [one["cancelled"] for one in road.depot.parcels.values()] == (
        [] if when == "before" else [True]
    )


async def test_numbers_out_of_the_pool(road: Road) -> None:
    till, given = road.till, {"title": "Почта", "kind": "TABLE", "numbers": "POOL", "lowNumbers": 1}
    post = (await till.do(CARRIER, input=given))["carrier"]["id"]
    pool = {"carrier": {"id": post}, "prefix": "RA", "suffix": "RU"}
    added = await till.do(NUMBERS, input={**pool, "first": 12_345_678, "last": 12_345_679})
    assert added["carrier"] == {
        "numbersLeft": 2,
        "ranges": [{"first": "RA123456785RU", "last": "RA123456799RU", "given": 0}],
    }
    overlapping = {**pool, "first": 12_345_679, "last": 12_345_699}
    assert refusals(await till.do(NUMBERS, input=overlapping)) == [("INVALID", "first")]
    for _ in range(3):
        picked = await till.do(PICK, id=(await till.order(till.line("TEA")))["id"])
        hand_over = picked["handOver"]["id"]
        assert (await till.do(BOOK, id=hand_over, carrier={"id": post}))["userErrors"] == []
        await road.jobs(ASK)
    numbers = {row["tracking_number"] for row in await till.rows(HandOver)}
    assert numbers == {"RA123456785RU", "RA123456799RU", None}
    assert (await road.events()).count("tracking_numbers.low") == 1
    [failed] = (await till.desk.admin.ask(INBOX))["shipments"]["nodes"]
    assert failed["problem"] == "no tracking number is left in the pool"


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"prefix": "ra"}, "INVALID", "prefix"),
        ({"first": -1}, "INVALID", "first"),
        ({"first": 9, "last": 8}, "INVALID", "last"),
        ({"last": 100_000_000}, "INVALID", "last"),
        ({"carrier": {"id": encode_id("car", UUID(int=1))}}, "NOT_FOUND", "carrier"),
    ],
)
async def test_ranges_that_cannot_be(
    road: Road, changes: dict[str, Any], code: str, path: str
) -> None:
    pool = {"carrier": {"id": road.carrier}, "prefix": "RA", "suffix": "RU", "first": 1, "last": 2}
    assert refusals(await road.till.do(NUMBERS, input=pool | changes)) == [(code, path)]


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"title": ""}, "REQUIRED", "title"),
        ({"trackingLink": "https://x.test"}, "INVALID", "trackingLink"),
        ({"trackingLink": "javascript:{number}"}, "INVALID", "trackingLink"),
        ({"lowNumbers": -1}, "INVALID", "lowNumbers"),
        ({"tariff": [{"steps": []}]}, "REQUIRED", "tariff.0.steps"),
    ],
)
async def test_carriers_that_cannot_be(
    till: Till, changes: dict[str, Any], code: str, path: str
) -> None:
    given = {"title": "Почта", "kind": "TABLE", **changes}
    assert refusals(await till.do(CARRIER, input=given)) == [(code, path)]


async def test_what_cannot_be_booked(road: Road, tills: TwoTills) -> None:
    till = road.till
    order = await till.order(till.line("TEA"))
    hand_over = (await till.do(PICK, id=order["id"]))["handOver"]["id"]
    by = {"id": road.carrier}
    for nobodys in (encode_id("hnd", new_id()),):
        assert refusals(await till.do(BOOK, id=nobodys, carrier=by)) == [("NOT_FOUND", "id")]
    theirs = await tills.neighbour.do(CARRIER, input={"title": "Их", "kind": "TABLE"})
    other = {"id": theirs["carrier"]["id"]}
    assert refusals(await till.do(BOOK, id=hand_over, carrier=other)) == [("NOT_FOUND", "carrier")]
    await till.do(CHANGE, id=road.carrier, input={"isActive": False})
    assert refusals(await till.do(BOOK, id=hand_over, carrier=by)) == [("NOT_ALLOWED", "carrier")]
    await till.do(CHANGE, id=road.carrier, input={"isActive": True})
    assert (await till.do(BOOK, id=hand_over, carrier=by))["userErrors"] == []
    assert refusals(await till.do(BOOK, id=hand_over, carrier=by)) == [("NOT_ALLOWED", "id")]
    [shipment] = await till.rows(Shipment)
    neighbours = encode_id("shm", shipment["id"])
    assert refusals(await tills.neighbour.do(RETRY, id=neighbours)) == [("NOT_FOUND", "id")]


async def test_a_mistyped_number_is_seen(till: Till) -> None:
    order = await till.order(till.line("TEA"))
    refused = await till.do(PICK, id=order["id"], track="RA123456784RU")
    assert refusals(refused) == [("INVALID", "trackingNumber")]
    assert await till.rows(Carrier) == []


async def test_no_number_is_given_twice_at_once(road: Road) -> None:
    pool = {"carrier": {"id": road.carrier}, "prefix": "RB", "suffix": "RU"}
    for first in (10, 20):
        given = {**pool, "first": first, "last": first + 4}
        assert (await road.till.do(NUMBERS, input=given))["userErrors"] == []
    carrier_id = decode_id(road.carrier, "car")

    async def take() -> str | None:
        async with road.till.desk.shop.scope.writing("test") as uow:
            return await give_number(uow, carrier_id)

    numbers = await asyncio.gather(*(take() for _ in range(12)))
    assert numbers.count(None) == 2
    assert len({one for one in numbers if one}) == 10


async def test_two_at_once_book_one_parcel(road: Road) -> None:
    till = road.till
    hand_over = (await till.do(PICK, id=(await till.order(till.line("TEA")))["id"]))["handOver"]
    by = {"id": road.carrier}
    answers = await asyncio.gather(
        *(till.do(BOOK, id=hand_over["id"], carrier=by) for _ in range(4))
    )
    assert sorted(len(one["userErrors"]) for one in answers) == [0, 1, 1, 1]
    await road.jobs(ASK)
    assert len(road.depot.parcels) == 1


async def test_who_may_do_what_with_parcels(road: Road) -> None:
    till = road.till
    hand_over = (await till.do(PICK, id=(await till.order(till.line("TEA")))["id"]))["handOver"]
    shop, pool = till.desk.shop, till.desk.platform_pool
    reader = await make_key(pool, shop.scope.tenant_id, "secret", "orders:read")
    client = replace(till.desk.admin, key=reader)
    asked = f'mutation {{ handOverBook(id: "{hand_over["id"]}", carrier: {{id: "{road.carrier}"}})'
    for text, code in (
        (f"{asked} {{ userErrors {{ code }} }} }}", "FORBIDDEN"),
        ("{ carriers { totalCount } }", "FORBIDDEN"),
    ):
        assert (await client.refused(text))["code"] == code
    assert (await client.ask(INBOX))["shipments"]["nodes"] == []
