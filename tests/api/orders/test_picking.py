"""Pick lists: the place and the lot that expires first; another lot, where staff have chosen it."""

from typing import Any, Final

import pytest
from sqlalchemy import select

from domain.stock.tables import StockMovement
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.orders.test_letters import PICK, SHIP
from tests.api.orders.till import Till, TwoTills
from tests.api.stock.marked import make_bench, texts
from tests.api.stock.test_lots import received
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

LIST: Final = """query ($id: ID!) { order(id: $id) { handOvers { pickList {
  lineId quantity variant { sku } location { code } unitCodes codesWanted
  lots { lot { number } quantity } } } } }"""
WITH_LOTS: Final = """mutation ($id: ID!, $lots: [PickedLotInput!]) {
  handOverShip(id: $id, lots: $lots) { handOver { state pickList { quantity } }
    userErrors { code path } } }"""


@pytest.fixture
async def milk(till: Till) -> Till:
    """A till with milk of two lots, OLD and NEW, three bottles each."""
    await add_products(till.desk.shop, P("Молоко", [V("MILK", 90_00, stock=0)]))
    for number, days in (("NEW", 20), ("OLD", 5)):
        await received(till.desk, number, "3", days, "MILK")
    return till


async def picked(till: Till, quantity: str) -> tuple[Any, str]:
    """An order of so much milk, and its hand-over."""
    order = await till.order(till.line("MILK", quantity))
    return order, str((await till.do(PICK, id=order["id"]))["handOver"]["id"])


async def lots_by_number(till: Till) -> dict[str, str]:
    found = await till.desk.admin.ask(
        "{ expiringLots(withinDays: 100, first: 50) { nodes { lot { id number } } } }"
    )
    return {row["lot"]["number"]: row["lot"]["id"] for row in found["expiringLots"]["nodes"]}


async def sold(till: Till) -> dict[str, int]:
    """What went of each lot, by its id."""
    rows = await till.desk.shop.scope.reading.rows(
        select(StockMovement.lot_id, StockMovement.quantity).where(StockMovement.kind == "sale")
    )
    return {encode_id("lot", row["lot_id"]): -row["quantity"] for row in rows}


async def test_the_list_names_what_expires_first(milk: Till) -> None:
    order, _ = await picked(milk, "4")
    [hand_over] = (await milk.desk.admin.ask(LIST, id=order["id"]))["order"]["handOvers"]
    [line] = hand_over["pickList"]
    assert line == {
        "lineId": order["lines"][0]["id"],
        "quantity": "4",
        "variant": {"sku": "MILK"},
        "location": {"code": "main"},
        "unitCodes": "NONE",
        "codesWanted": 0,
        "lots": [
            {"lot": {"number": "OLD"}, "quantity": "3"},
            {"lot": {"number": "NEW"}, "quantity": "1"},
        ],
    }


async def test_two_parcels_are_not_picked_of_the_same_bottles(milk: Till) -> None:
    orders = [(await picked(milk, "2"))[0] for _ in range(2)]
    asked = "{ handOvers(first: 5) { nodes { pickList { lots { lot { number } quantity } } } } }"
    both = (await milk.desk.admin.ask(asked))["handOvers"]["nodes"]
    taken = {"OLD": 0, "NEW": 0}
    for one in both:
        for lot in one["pickList"][0]["lots"]:
            taken[lot["lot"]["number"]] += int(lot["quantity"])
    assert len(orders) == len(both) == 2
    assert taken == {"OLD": 3, "NEW": 1}


async def test_another_lot_goes_where_it_was_taken(milk: Till) -> None:
    _, hand_over = await picked(milk, "2")
    lots = await lots_by_number(milk)
    shipped = await milk.do(WITH_LOTS, id=hand_over, lots=[{"lotId": lots["NEW"], "quantity": "1"}])
    assert shipped["userErrors"] == []
    assert shipped["handOver"] == {"state": "SHIPPED", "pickList": []}
    assert await sold(milk) == {lots["NEW"]: 1_000, lots["OLD"]: 1_000}
    await milk.check()


async def test_lots_that_cannot_be_taken(milk: Till, tills: TwoTills) -> None:
    _, hand_over = await picked(milk, "4")
    lots = await lots_by_number(milk)
    await add_products(tills.neighbour.desk.shop, P("Их", [V("THEIRS", 1_00, stock=0)]))
    theirs = await received(tills.neighbour.desk, "THEIRS", "5", 9, "THEIRS")
    nothing = encode_id("lot", new_id())
    for lot, quantity, refusal in (
        (theirs, "1", ("NOT_FOUND", "lots.0.lotId")),
        (nothing, "1", ("NOT_FOUND", "lots.0.lotId")),
        (lots["OLD"], "4", ("NOT_ALLOWED", "lots.0.quantity")),
        (lots["OLD"], "0", ("INVALID", "lots.0.quantity")),
        (lots["OLD"], "-1", ("INVALID", "lots.0.quantity")),
    ):
        given = [{"lotId": lot, "quantity": quantity}]
        assert refusals(await milk.do(WITH_LOTS, id=hand_over, lots=given)) == [refusal]
    twice = [{"lotId": lots["OLD"], "quantity": "2"}] * 2
    refused = await milk.do(WITH_LOTS, id=hand_over, lots=twice)
    assert refusals(refused) == [("NOT_ALLOWED", "lots.1.quantity")]
    assert await sold(milk) == {}
    assert (await milk.do(SHIP, id=hand_over))["userErrors"] == []


async def test_pieces_that_are_known_one_by_one_are_to_be_scanned(till: Till) -> None:
    bench = await make_bench(till.desk)
    assert (await bench.change("BOOT", "1", *texts("A1")))["userErrors"] == []
    order = await till.order({"variantId": bench.of("BOOT")["id"], "quantity": "1"})
    await till.do(PICK, id=order["id"])
    [hand_over] = (await till.desk.admin.ask(LIST, id=order["id"]))["order"]["handOvers"]
    [line] = hand_over["pickList"]
    assert (line["unitCodes"], line["codesWanted"]) == ("MARKING", 1)
