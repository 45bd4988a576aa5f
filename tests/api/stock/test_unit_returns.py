"""Pieces that buyers bring back: looked at before they are sold again, or written off at once."""

import pytest

from domain.stock.integrity import find_differences
from tests.api.answers import refusals
from tests.api.conftest import TwoDesks
from tests.api.stock.marked import ACCEPT, Bench, make_bench, texts
from tests.api.stock.test_unit_sales import SHIP, hold, receive

pytestmark = pytest.mark.anyio

LINES = """query ($id: ID!) { stockHold(id: $id) { lines { id variant { sku } } } }"""
RETURN = """mutation ($input: StockReturnInput!) { stockReturn(input: $input) {
  stockHold { id } userErrors { code path } } }"""
PARTLY = """mutation ($id: ID!, $lines: [StockHoldShipLine!], $codes: [ScannedCodeInput!]) {
  stockHoldShip(id: $id, lines: $lines, codes: $codes) {
    stockHold { state } userErrors { code path } } }"""


@pytest.fixture
async def bench(desks: TwoDesks) -> Bench:
    await make_bench(desks.neighbour)
    return await make_bench(desks.ours)


async def line_of(bench: Bench, held: str, sku: str = "BOOT") -> str:
    lines = (await bench.ask(LINES, id=held))["lines"]
    return next(str(line["id"]) for line in lines if line["variant"]["sku"] == sku)


async def sold(bench: Bench, owner: str, *serials: str) -> str:
    """A hold that was shipped with these pieces; its id."""
    held = await hold(bench, owner, BOOT=str(len(serials)))
    assert (await bench.ask(SHIP, id=held, codes=texts(*serials)))["userErrors"] == []
    return held


async def test_a_piece_that_came_back_is_sold_again_once_it_is_accepted(bench: Bench) -> None:
    await receive(bench, "OLD", 10, "A1", "A2")
    await receive(bench, "NEW", 90, "B1")
    held = await sold(bench, "первый", "A1", "B1")
    line = {"lineId": await line_of(bench, held), "quantity": "1"}
    back = {"holdId": held, "lines": [line], "codes": texts("B1")}
    assert (await bench.ask(RETURN, "back", input=back))["userErrors"] == []
    unit = await bench.unit("B1")
    assert (unit["state"], unit["lot"]) == ("RETURNED", {"number": "NEW"})
    assert await bench.level("BOOT") == ("2", "0")
    other = await hold(bench, "второй", BOOT="1")
    assert refusals(await bench.ask(SHIP, id=other, codes=texts("B1"))) == [
        ("NOT_ALLOWED", "codes.0")
    ]
    accepted = await bench.ask(ACCEPT, input={"codes": texts("B1")})
    assert accepted == {"units": [{"serial": "B1", "state": "IN_STOCK"}], "userErrors": []}
    assert (await bench.ask(SHIP, id=other, codes=texts("B1")))["userErrors"] == []
    states = [row["state"] for row in (await bench.unit("B1"))["history"]]
    assert states == ["IN_STOCK", "SOLD", "RETURNED", "IN_STOCK", "SOLD"]
    # It is the second buyer's now; the first one has nothing more of it to bring back.
    again = {"holdId": held, "lines": [line], "codes": texts("B1")}
    assert refusals(await bench.ask(RETURN, "again", input=again)) == [("NOT_ALLOWED", "codes.0")]
    assert await find_differences(bench.desk.shop.scope.reading) == []


async def test_what_is_damaged_is_written_off_at_once(bench: Bench) -> None:
    await bench.change("BOOT", "2", *texts("A1", "A2"))
    held = await sold(bench, "заказ", "A1", "A2")
    line = {"lineId": await line_of(bench, held), "quantity": "2", "condition": "DAMAGED"}
    back = {"holdId": held, "lines": [line], "codes": texts("A2", "A1")}
    assert (await bench.ask(RETURN, "back", input=back))["userErrors"] == []
    assert await bench.serials(state={"eq": "WRITTEN_OFF"}) == ["A1", "A2"]
    states = [row["state"] for row in (await bench.unit("A1"))["history"]]
    assert states == ["IN_STOCK", "SOLD", "RETURNED", "WRITTEN_OFF"]
    assert await bench.level("BOOT") == ("0", "0")
    assert await find_differences(bench.desk.shop.scope.reading) == []


async def test_each_piece_that_comes_back_is_named(bench: Bench) -> None:
    await bench.change("BOOT", "3", *texts("A1", "A2", "A3"))
    held = await sold(bench, "заказ", "A1", "A2")
    await sold(bench, "другой", "A3")
    line = {"lineId": await line_of(bench, held), "quantity": "1"}
    for codes, refused in (
        ([], ("REQUIRED", "lines.0.codes")),
        (texts("A3"), ("NOT_ALLOWED", "codes.0")),
        (texts("A9"), ("NOT_FOUND", "codes.0")),
        (texts("A1", "A2"), ("NOT_ALLOWED", "codes.1")),
    ):
        back = {"holdId": held, "lines": [line], "codes": codes}
        payload = await bench.ask(RETURN, f"{codes}"[:200], input=back)
        assert refusals(payload) == [refused], codes
    assert await bench.serials(state={"eq": "SOLD"}) == ["A1", "A2", "A3"]


async def test_only_what_is_returned_is_accepted(bench: Bench) -> None:
    await bench.change("BOOT", "1", *texts("A1"))
    for codes, refused in (
        ([], ("REQUIRED", "codes")),
        (texts("A1"), ("NOT_ALLOWED", "codes.0")),
        (texts("A9"), ("NOT_FOUND", "codes.0")),
    ):
        assert refusals(await bench.ask(ACCEPT, input={"codes": codes})) == [refused]


async def test_a_part_of_a_hold_names_its_own_pieces(bench: Bench) -> None:
    await bench.change("BOOT", "3", *texts("A1", "A2", "A3"))
    held = await hold(bench, "заказ", BOOT="3", SOCK="1")
    boots = {"lineId": await line_of(bench, held), "quantity": "2"}
    short = await bench.ask(PARTLY, "1", id=held, lines=[boots], codes=texts("A1"))
    assert refusals(short) == [("REQUIRED", "lines.0.codes")]
    first = await bench.ask(PARTLY, "2", id=held, lines=[boots], codes=texts("A3", "A1"))
    assert first == {"stockHold": {"state": "PARTLY_SHIPPED"}, "userErrors": []}
    rest = await bench.ask(PARTLY, id=held, codes=texts("A2"))
    assert rest == {"stockHold": {"state": "SHIPPED"}, "userErrors": []}
    assert await find_differences(bench.desk.shop.scope.reading) == []
