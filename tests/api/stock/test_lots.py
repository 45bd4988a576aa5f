"""Lots at the admin's door: what expires first goes first, and what is recalled goes no more."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from domain.stock.integrity import find_differences
from domain.stock.lots import spoil
from domain.stock.tables import Lot
from tenants.ids import encode_id
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks
from tests.api.stock.test_holds import SHIP, hold, line
from tests.days import today
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

CHANGE = """mutation ($input: StockChangeInput!) { stockChange(input: $input) {
  variants { stock { onHand reserved spoilt available } } userErrors { code path } } }"""
LOT = "id number state madeOn expiresOn balances { quantity value { amount } location { code } }"
EXPIRING = f"""query ($days: Int!, $after: String) {{
  expiringLots(withinDays: $days, first: 2, after: $after) {{
    totalCount pageInfo {{ endCursor hasNextPage }}
    nodes {{ quantity expiresOn daysLeft value {{ amount }} lot {{ {LOT} }} }} }} }}"""
RECALL = f"""mutation ($id: ID!) {{ lotRecall(id: $id, reason: "плесень") {{
  lot {{ {LOT} }} userErrors {{ code path }} }} }}"""
REOPEN = "mutation ($id: ID!) { lotReopen(id: $id) { lot { state } userErrors { code path } } }"
UPDATE = """mutation ($id: ID!, $input: LotUpdateInput!) { lotUpdate(id: $id, input: $input) {
  lot { number madeOn expiresOn } userErrors { code path } } }"""
WENT = """query ($lot: ID!) { stockMovements(where: {lotId: {eq: $lot}, kind: {eq: SALE}}) {
  nodes { quantity hold { owner } } } }"""


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    for one in (desks.ours, desks.neighbour):
        await add_products(one.shop, P("Йогурт", [V("Y", stock=0), V("Z", stock=0)]))
    return desks.ours


def in_days(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


async def change(desk: Desk, difference: str, sku: str = "Y", **more: Any) -> Any:
    row = {"variant": {"id": encode_id("var", desk.shop.variants[sku])}, "difference": difference}
    location = {"id": encode_id("loc", desk.shop.location)}
    data = await desk.keyed(f"{sku} {difference} {more!a}").ask(
        CHANGE, input={"location": location, "changes": [{**row, **more}]}
    )
    return data["stockChange"]


async def received(desk: Desk, number: str, units: str, days: int, sku: str = "Y") -> str:
    """A lot that came in at a rouble a unit, and expires in so many days; its id."""
    lot = {"number": number, "expiresOn": in_days(days)}
    cost = {"amount": "1.00", "currencyCode": "RUB"}
    assert (await change(desk, units, sku, lot=lot, unitCost=cost))["userErrors"] == []
    found = await desk.admin.ask(EXPIRING, days=3_650, after=None)
    while True:
        page = found["expiringLots"]
        for row in page["nodes"]:
            if row["lot"]["number"] == number:
                return str(row["lot"]["id"])
        cursor = page["pageInfo"]["endCursor"]
        found = await desk.admin.ask(EXPIRING, days=3_650, after=cursor)


async def stock(desk: Desk) -> Any:
    text = "query ($id: ID!) { node(id: $id) { ... on Variant { stock { %s } } } }"
    fields = "onHand reserved spoilt available"
    data = await desk.admin.ask(text % fields, id=encode_id("var", desk.shop.variants["Y"]))
    return data["node"]["stock"][0]


async def test_what_expires_soon_is_listed_soonest_first_at_its_cost(desk: Desk) -> None:
    for number, days in (("late", 90), ("soon", 5), ("gone", -1)):
        await received(desk, number, "2", days)
    page = (await desk.admin.ask(EXPIRING, days=30, after=None))["expiringLots"]
    assert [(row["lot"]["number"], row["daysLeft"]) for row in page["nodes"]] == [
        ("gone", -1),
        ("soon", 5),
    ]
    assert page["totalCount"] == 2
    assert page["nodes"][0]["value"] == {"amount": "2.00"}
    first = (await desk.admin.ask(EXPIRING, days=365, after=None))["expiringLots"]["pageInfo"]
    rest = await desk.admin.ask(EXPIRING, days=365, after=first["endCursor"])
    assert [row["lot"]["number"] for row in rest["expiringLots"]["nodes"]] == ["late"]
    refused = await desk.admin.refused(EXPIRING, days=-1, after=None)
    assert refused["code"] == "BAD_USER_INPUT"


async def test_what_has_expired_is_not_sold_but_may_be_written_off(desk: Desk) -> None:
    gone = await received(desk, "gone", "3", -1)
    await received(desk, "fresh", "2", 0)
    assert await stock(desk) == {
        "onHand": "5", "reserved": "0", "spoilt": "3", "available": "2",
    }  # fmt: skip
    assert refusals(await hold(desk, "cart", line(desk, "Y", "3"))) == [
        ("INSUFFICIENT_STOCK", "lines.0.quantity")
    ]
    assert (await hold(desk, "cart", line(desk, "Y", "2")))["userErrors"] == []
    assert (await change(desk, "-3", lotId=gone, reason="срок"))["userErrors"] == []
    assert await stock(desk) == {
        "onHand": "2", "reserved": "2", "spoilt": "0", "available": "0",
    }  # fmt: skip
    assert await find_differences(desk.shop.scope.reading) == []


async def test_a_recall_tells_what_is_left_and_to_whom_the_rest_went(desk: Desk) -> None:
    bad = await received(desk, "bad", "5", 9)
    await received(desk, "good", "1", 20)
    held = (await hold(desk, "order 7", line(desk, "Y", "2")))["stockHold"]["id"]
    await desk.admin.ask(SHIP, id=held)
    for _ in range(2):
        recalled = (await desk.admin.ask(RECALL, id=bad))["lotRecall"]
        assert recalled["userErrors"] == []
        assert recalled["lot"]["state"] == "RECALLED"
        left = {"quantity": "3", "value": {"amount": "3.00"}, "location": {"code": "main"}}
        assert recalled["lot"]["balances"] == [left]
    went = (await desk.admin.ask(WENT, lot=bad))["stockMovements"]["nodes"]
    assert went == [{"quantity": "-2", "hold": {"owner": "order 7"}}]
    assert (await stock(desk))["available"] == "1"
    assert refusals(await hold(desk, "cart", line(desk, "Y", "2"))) == [
        ("INSUFFICIENT_STOCK", "lines.0.quantity")
    ]
    assert (await desk.admin.ask(REOPEN, id=bad))["lotReopen"]["lot"] == {"state": "OPEN"}
    assert (await stock(desk))["available"] == "4"


async def test_what_expires_overnight_is_taken_off_the_shelves(desk: Desk) -> None:
    await received(desk, "L", "4", 0)
    async with desk.shop.scope.writing("test") as uow:
        yesterday = today() - timedelta(days=1)
        await uow.execute(update(Lot).values(expires_on=yesterday))
    assert (await stock(desk))["available"] == "4"
    async with desk.shop.scope.writing("test") as uow:
        assert await spoil(uow) == 1
        assert await spoil(uow) == 0
    assert (await stock(desk))["available"] == "0"


async def test_a_lot_is_corrected_and_what_may_be_sold_with_it(desk: Desk) -> None:
    lot = await received(desk, "L1", "4", -3)
    await received(desk, "L2", "1", 5)
    given = {"number": "L3", "madeOn": in_days(-9), "expiresOn": in_days(3)}
    changed = (await desk.admin.ask(UPDATE, id=lot, input=given))["lotUpdate"]
    assert changed == {"lot": given, "userErrors": []}
    assert (await stock(desk))["available"] == "5"
    for wrong, refused in (
        ({"expiresOn": in_days(-10)}, ("INVALID", "expiresOn")),
        ({"number": "L2"}, ("TAKEN", "number")),
        ({"number": "x" * 101}, ("INVALID", "number")),
    ):
        answer = (await desk.admin.ask(UPDATE, id=lot, input=wrong))["lotUpdate"]
        assert refusals(answer) == [refused]


async def test_each_refusal_of_a_lot_says_where(desks: TwoDesks, desk: Desk) -> None:
    mine = await received(desk, "L", "1", 5)
    theirs = await received(desks.neighbour, "L", "1", 5)
    before = await everything(desk.shop)
    early = {"number": "M", "madeOn": in_days(0), "expiresOn": in_days(-1)}
    for difference, more, refused in (
        ("1", {"lot": early}, ("INVALID", "changes.0.lot.expiresOn")),
        ("1", {"lot": {"number": "L", "expiresOn": in_days(6)}}, ("INVALID", "changes.0.lot")),
        ("-1", {"lot": {"number": "L"}}, ("INVALID", "changes.0.lot")),
        ("1", {"lotId": theirs}, ("NOT_FOUND", "changes.0.lotId")),
        ("-2", {"lotId": mine}, ("INSUFFICIENT_STOCK", "changes.0.difference")),
    ):
        answer = await change(desk, difference, **more)
        assert refusals(answer) == [refused], more
    assert refusals(await change(desk, "1", "Z", lotId=mine)) == [("NOT_FOUND", "changes.0.lotId")]
    for text in (RECALL, REOPEN):
        (payload,) = (await desk.admin.ask(text, id=theirs)).values()
        assert refusals(payload) == [("NOT_FOUND", "id")]
    assert await everything(desk.shop) == before
