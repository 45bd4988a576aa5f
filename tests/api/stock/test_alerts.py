"""Alerts: what runs low is said once, what expires soon is said in good time and once."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.paging import PageRequest
from domain.stock.nights import work_at_night
from domain.stock.notices.minimums import count_below_minimum, list_below_minimum
from domain.stock.tables import Location
from tenants.ids import encode_id, new_id
from tenants.ledger import EventRow
from tenants.principal import Actor, Principal
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks
from tests.api.stock.test_lots import change, in_days, received
from tests.factories_catalog import P, V, add_products
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio

SET = """mutation ($input: StockMinimumSetInput!) { done: stockMinimumSet(input: $input) {
  variants { sku stock { minimum available } } userErrors { code path } } }"""
BELOW = """query ($where: StockBalanceWhere) { stockBelowMinimum(where: $where, first: 1) {
  totalCount nodes { variant { sku } lacking level {
    minimum available backordered backorderLimit atSupplier sellable location { code } } } } }"""
HOLD = """mutation ($input: StockHoldCreateInput!) { done: stockHoldCreate(input: $input) {
  stockHold { id } userErrors { code } } }"""
RELEASE = "mutation ($id: ID!) { done: stockHoldRelease(id: $id) { userErrors { code } } }"
CHANGE_LOT = """mutation ($id: ID!, $on: Date!) {
  done: lotUpdate(id: $id, input: {expiresOn: $on}) { userErrors { code } } }"""
SETTINGS = """mutation ($days: Int!) { shopUpdate(input: {expiryNoticeDays: $days}) {
  shop { expiryNoticeDays } userErrors { code path } } }"""


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    for one in (desks.ours, desks.neighbour):
        await add_products(one.shop, P("Чай", [V("Y", stock=10_000), V("Z", stock=3_000)]))
    return desks.ours


def minimum(desk: Desk, sku: str, quantity: str | None) -> Any:
    return {"variant": {"id": encode_id("var", desk.shop.variants[sku])}, "minimum": quantity}


async def set_to(desk: Desk, *rows: Any, **more: Any) -> Any:
    asked = {"location": {"id": encode_id("loc", desk.shop.location)}, "minimums": list(rows)}
    return (await desk.admin.ask(SET, input={**asked, **more}))["done"]


async def events(desk: Desk, kind: str) -> list[Any]:
    asked = select(EventRow.entity_id, EventRow.payload).where(EventRow.type == kind)
    rows = await desk.shop.scope.reading.rows(asked.order_by(EventRow.sequence))
    return [(row["entity_id"], row["payload"]) for row in rows]


async def low(desk: Desk) -> list[tuple[str, int, int]]:
    """Which variants were said to be low, of how much was available, of how much should be."""
    skus: dict[UUID, str] = {variant: sku for sku, variant in desk.shop.variants.items()}
    told = await events(desk, "stock.low")
    return [(skus[one], said["available"], said["minimum"]) for one, said in told]


async def keep(desk: Desk, owner: str, quantity: str) -> str:
    line = {"variant": {"id": encode_id("var", desk.shop.variants["Y"])}, "quantity": quantity}
    done = (await desk.admin.ask(HOLD, input={"owner": owner, "lines": [line]}))["done"]
    assert done["userErrors"] == []
    return str(done["stockHold"]["id"])


async def test_a_level_that_falls_below_its_minimum_is_said_once_until_it_recovers(
    desk: Desk,
) -> None:
    done = await set_to(desk, minimum(desk, "Y", "8"), minimum(desk, "Z", "3"))
    assert [one["stock"][0] for one in done["variants"]] == [
        {"minimum": "8", "available": "10"}, {"minimum": "3", "available": "3"},
    ]  # fmt: skip
    await keep(desk, "first", "2")
    assert await low(desk) == []
    second = await keep(desk, "second", "1")
    assert await low(desk) == [("Y", 7_000, 8_000)]
    await keep(desk, "third", "1")
    await change(desk, "-1")
    assert len(await low(desk)) == 1
    await desk.admin.ask(RELEASE, id=second)
    await change(desk, "1")
    assert len(await low(desk)) == 1
    await change(desk, "1", reason="again")  # eight: it has recovered
    await change(desk, "-3")
    assert await low(desk) == [("Y", 7_000, 8_000), ("Y", 5_000, 8_000)]
    found = (await desk.admin.ask(BELOW, where=None))["stockBelowMinimum"]
    assert found == {"totalCount": 1, "nodes": [{
        "variant": {"sku": "Y"}, "lacking": "3",
        "level": {
            "minimum": "8", "available": "5", "backordered": "0", "backorderLimit": "0",
            "atSupplier": "0", "sellable": "5", "location": {"code": "main"},
        },
    }]}  # fmt: skip


async def test_what_is_below_a_new_minimum_is_said_at_once_and_no_minimum_ends_it(
    desk: Desk,
) -> None:
    for _ in range(2):
        await set_to(desk, minimum(desk, "Y", "20"))
    await set_to(desk, minimum(desk, "Y", "30"))
    assert await low(desk) == [("Y", 10_000, 20_000)]
    assert (await desk.admin.ask(BELOW, where=None))["stockBelowMinimum"]["totalCount"] == 1
    await set_to(desk, minimum(desk, "Y", None))
    assert (await desk.admin.ask(BELOW, where=None))["stockBelowMinimum"]["totalCount"] == 0
    await change(desk, "-9")
    assert len(await low(desk)) == 1


async def test_of_many_minimums_the_wrong_ones_are_named(desks: TwoDesks, desk: Desk) -> None:
    theirs = encode_id("var", desks.neighbour.shop.variants["Y"])
    rows = [
        minimum(desk, "Y", "5"),
        minimum(desk, "Z", "0"),
        minimum(desk, "Y", "6"),
        {"variant": {"id": theirs}, "minimum": "1"},
    ]
    before = await everything(desk.shop)
    refused = [
        ("INVALID", "minimums.1.minimum"),
        ("INVALID", "minimums.2.variant"),
        ("NOT_FOUND", "minimums.3.variant"),
    ]
    assert refusals(await set_to(desk, *rows)) == refused
    assert await everything(desk.shop) == before
    done = await set_to(desk, *rows, errorPolicy="SKIP_FAILED")
    assert refusals(done) == refused
    assert [one and one["stock"][0]["minimum"] for one in done["variants"]] == [
        "5",
        None,
        None,
        None,
    ]
    elsewhere = {"location": {"id": encode_id("loc", desks.neighbour.shop.location)}}
    assert refusals(await set_to(desk, rows[0], **elsewhere)) == [("NOT_FOUND", "location")]
    too_many = [minimum(desk, "Y", "5")] * 101
    assert (await set_to(desk, *too_many))["userErrors"][0]["code"] == "TOO_MANY"
    reader = await desk.clerk("inventory:read")
    asked = {"location": {"id": encode_id("loc", desk.shop.location)}, "minimums": rows[:1]}
    assert (await reader.refused(SET, input=asked))["code"] == "FORBIDDEN"


async def test_who_sees_some_points_alone_sees_what_is_low_there(desk: Desk) -> None:
    await set_to(desk, minimum(desk, "Y", "20"), minimum(desk, "Z", "20"))
    async with desk.shop.scope.writing("test") as uow:
        other = await uow.add(Location, title="other", code="other")
    db, found = desk.shop.scope.reading, []
    for points in (None, (desk.shop.location,), (other,), ()):
        who = Principal(Actor.STAFF, new_id(), points=points)
        page = await list_below_minimum(db, who, PageRequest(first=5))
        assert len(page.rows) == await count_below_minimum(db, who)
        found.append(len(page.rows))
    assert found == [2, 2, 0, 0]


async def test_a_lot_near_its_end_is_told_of_once_for_each_number_of_days(desk: Desk) -> None:
    near = await received(desk, "near", "2", 13)
    await received(desk, "far", "2", 15)
    await received(desk, "gone", "2", -1)
    recalled = await received(desk, "recalled", "2", 3)
    await desk.admin.ask("mutation ($id: ID!) { lotRecall(id: $id) { lot { id } } }", id=recalled)
    empty = await received(desk, "empty", "2", 5)
    await change(desk, "-2", lotId=empty)

    async def told() -> list[tuple[str, int, int]]:
        await work_at_night(PlainCourse(desk.shop.scope))
        said = [payload for _, payload in await events(desk, "stock.lot_expiring")]
        return [(one["number"], one["days_left"], one["quantity"]) for one in said]

    assert await told() == [("near", 13, 2_000)]
    assert await told() == [("near", 13, 2_000)]
    done = (await desk.admin.ask(SETTINGS, days=5))["shopUpdate"]
    assert done["shop"] == {"expiryNoticeDays": 5}
    assert await told() == [("near", 13, 2_000)]
    await desk.admin.ask(CHANGE_LOT, id=near, on=in_days(4))
    assert await told() == [("near", 13, 2_000), ("near", 4, 2_000)]
    assert refusals((await desk.admin.ask(SETTINGS, days=0))["shopUpdate"]) == [
        ("INVALID", "expiryNoticeDays")
    ]
