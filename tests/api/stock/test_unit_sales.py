"""Pieces that are sold: named code by code, of the lots that they are of, and never twice."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.stock.integrity import find_differences
from domain.stock.tables import StockMovement
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import TwoDesks
from tests.api.stock.marked import INTEGRITY, Bench, make_bench, mark, texts

pytestmark = pytest.mark.anyio

HOLD = """mutation ($input: StockHoldCreateInput!) { stockHoldCreate(input: $input) {
  stockHold { id } userErrors { code path } } }"""
SHIP = """mutation ($id: ID!, $codes: [ScannedCodeInput!]) { stockHoldShip(id: $id, codes: $codes) {
  stockHold { state } userErrors { code path message } } }"""
RECALL = """mutation ($id: ID!) { lotRecall(id: $id) { userErrors { code } } }"""
SOLD = """query ($lot: ID!) {
  stockMovements(where: {lotId: {eq: $lot}, kind: {eq: SALE}}) {
    nodes { hold { owner } units { serial } } } }"""
LOTS = """{ stockUnits { nodes { serial lot { id number } } } }"""


@pytest.fixture
async def bench(desks: TwoDesks) -> Bench:
    await make_bench(desks.neighbour)
    return await make_bench(desks.ours)


async def hold(bench: Bench, owner: str, **quantities: str) -> str:
    lines = [
        {"variant": bench.of(sku), "quantity": quantity} for sku, quantity in quantities.items()
    ]
    made = await bench.ask(HOLD, input={"owner": owner, "lines": lines})
    assert made["userErrors"] == []
    return str(made["stockHold"]["id"])


async def receive(bench: Bench, number: str, days: int, *serials: str) -> None:
    """A lot of boots that expires in so many days, with these pieces."""
    expires_on = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    line = {
        "variant": bench.of("BOOT"),
        "quantity": str(len(serials)),
        "lot": {"number": number, "expiresOn": expires_on},
        "codes": texts(*serials),
    }
    assert (await bench.receive(number, line))["userErrors"] == []


async def test_a_sale_takes_the_lots_of_the_pieces_that_were_scanned(bench: Bench) -> None:
    await receive(bench, "OLD", 10, "A1", "A2")
    await receive(bench, "NEW", 90, "B1", "B2")
    held = await hold(bench, "заказ 1", BOOT="3", SOCK="2")
    shipped = await bench.ask(SHIP, id=held, codes=texts("B2", "A1", "B1"))
    assert shipped == {"stockHold": {"state": "SHIPPED"}, "userErrors": []}
    assert await bench.serials(state={"eq": "SOLD"}) == ["A1", "B1", "B2"]
    unit = await bench.unit("B2")
    assert unit["history"][-1]["movement"] == {"kind": "SALE", "documentKind": "HOLD"}
    reading = bench.desk.shop.scope.reading
    sales = await reading.rows(
        select(StockMovement.quantity)
        .where(StockMovement.kind == "sale")
        .order_by(StockMovement.quantity)
    )
    assert [row["quantity"] for row in sales] == [-2_000, -2_000, -1_000]
    assert await bench.ask(INTEGRITY) == []
    # Whoever recalls the lot hears which pieces went to whom.
    lots = {row["serial"]: row["lot"]["id"] for row in (await bench.ask(LOTS))["nodes"]}
    assert (await bench.ask(RECALL, id=lots["B1"]))["userErrors"] == []
    (sale,) = (await bench.ask(SOLD, lot=lots["B1"]))["nodes"]
    assert sale["hold"] == {"owner": "заказ 1"}
    assert [row["serial"] for row in sale["units"]] == ["B1", "B2"]


async def test_a_sale_names_each_piece_or_nothing_is_shipped(bench: Bench) -> None:
    await bench.change("BOOT", "3", *texts("A1", "A2"))
    await bench.change("SHOE", "1", *texts("B1"))
    await bench.change("BOOT", "1", *texts("A3"))
    await bench.change("BOOT", "-1", *texts("A3"))
    held = await hold(bench, "заказ", BOOT="2")
    cases: list[tuple[list[Any], list[tuple[str, str]]]] = [
        ([], [("REQUIRED", "codes")]),
        (texts("A1"), [("REQUIRED", "codes")]),
        (texts("A1", "A9"), [("NOT_FOUND", "codes.1")]),
        (texts("A1", "A1"), [("INVALID", "codes.1")]),
        (texts("A1", "B1"), [("NOT_ALLOWED", "codes.1")]),
        (texts("A1", "A3"), [("NOT_ALLOWED", "codes.1")]),
        (texts("A1", "A2", "A3"), [("NOT_ALLOWED", "codes.2")]),
        ([*texts("A1"), {"text": ""}], [("NOT_FOUND", "codes.1")]),
    ]
    before = await everything(bench.desk.shop)
    for codes, refused in cases:
        assert refusals(await bench.ask(SHIP, id=held, codes=codes)) == refused, codes
    assert await everything(bench.desk.shop) == before
    shipped = await bench.ask(SHIP, id=held, codes=texts("A2", "A1"))
    assert shipped["userErrors"] == []


async def test_what_was_never_scanned_is_not_sold(bench: Bench) -> None:
    await bench.change("BOOT", "2")
    held = await hold(bench, "заказ", BOOT="1")
    assert refusals(await bench.ask(SHIP, id=held, codes=[])) == [("REQUIRED", "codes")]
    assert (await bench.scan("BOOT", *texts("A1")))["userErrors"] == []
    assert (await bench.ask(SHIP, id=held, codes=texts("A1")))["userErrors"] == []
    assert await bench.level("BOOT") == ("1", "1")


async def test_a_piece_of_a_recalled_lot_is_not_sold(bench: Bench) -> None:
    await receive(bench, "BAD", 10, "A1", "A2")
    await receive(bench, "GOOD", 90, "B1", "B2")
    held = await hold(bench, "заказ", BOOT="2")
    lots = {row["serial"]: row["lot"]["id"] for row in (await bench.ask(LOTS))["nodes"]}
    await bench.ask(RECALL, id=lots["A1"])
    refused = await bench.ask(SHIP, id=held, codes=texts("B1", "A1"))
    assert refusals(refused) == [("NOT_ALLOWED", "codes.1")]
    assert (await bench.ask(SHIP, id=held, codes=texts("B1", "B2")))["userErrors"] == []


async def test_of_many_who_ship_one_piece_one_does(bench: Bench) -> None:
    await bench.change("BOOT", "10", *texts(*(f"A{number}" for number in range(10))))
    holds = [await hold(bench, f"заказ {number}", BOOT="1") for number in range(10)]
    answers = await asyncio.gather(*(bench.ask(SHIP, id=held, codes=texts("A0")) for held in holds))
    told = sorted(str(refusals(answer)) for answer in answers)
    assert told == ["[('NOT_ALLOWED', 'codes.0')]"] * 9 + ["[]"]
    lost = next(answer for answer in answers if answer["userErrors"])
    assert "sold" in lost["userErrors"][0]["message"]
    assert await bench.serials(state={"eq": "SOLD"}) == ["A0"]
    assert await find_differences(bench.desk.shop.scope.reading) == []
    assert mark("A0") == (await bench.unit("A0"))["code"]


async def test_many_who_ship_the_same_pieces_in_any_order_do_not_wait_in_a_ring(
    bench: Bench,
) -> None:
    pieces = [f"A{number}" for number in range(6)]
    await bench.change("BOOT", "12", *texts(*pieces, *(f"C{number}" for number in range(6))))
    await bench.change("SHOE", "6", *texts(*(f"B{number}" for number in range(6))))
    holds = [await hold(bench, f"заказ {number}", SHOE="1", BOOT="2") for number in range(6)]
    answers = await asyncio.gather(
        *(
            bench.ask(
                SHIP,
                id=held,
                codes=texts(f"B{at}", pieces[at], pieces[(at + 1) % 6])[:: 1 if at % 2 else -1],
            )
            for at, held in enumerate(holds)
        )
    )
    shipped = [answer for answer in answers if not answer["userErrors"]]
    sold = await bench.serials(state={"eq": "SOLD"})
    assert shipped
    assert len(sold) == 3 * len(shipped)
    assert await find_differences(bench.desk.shop.scope.reading) == []


async def test_a_write_off_takes_the_pieces_that_were_scanned(bench: Bench) -> None:
    create = """mutation ($input: WriteOffCreateInput!) { writeOffCreate(input: $input) {
      writeOff { id } userErrors { code path } } }"""
    post = """mutation ($id: ID!, $codes: [ScannedCodeInput!]) {
      writeOffPost(id: $id, codes: $codes) { writeOff { state } userErrors { code path } } }"""
    await bench.change("BOOT", "3", *texts("A1", "A2"))
    lines = [{"variant": bench.of("BOOT"), "quantity": "2"}]
    given = {"location": bench.here, "reason": "DAMAGED", "lines": lines}
    draft = (await bench.ask(create, input=given))["writeOff"]["id"]
    short = await bench.ask(post, "1", id=draft, codes=None)
    assert refusals(short) == [("REQUIRED", "lines.0.codes")]
    # The other one that goes is the one without a code.
    posted = await bench.ask(post, "2", id=draft, codes=texts("A2"))
    assert posted["userErrors"] == []
    assert (await bench.unit("A2"))["state"] == "WRITTEN_OFF"
    assert await bench.level("BOOT") == ("1", "0")
    assert await bench.ask(INTEGRITY) == []
