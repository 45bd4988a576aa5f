"""A demand for codes that begins or ends while goods lie there: nothing is asked anew, or lied."""

from typing import Any

import pytest
from sqlalchemy import update

from domain.stock.tables import StockUnit
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.conftest import TwoDesks
from tests.api.stock.marked import INTEGRITY, Bench, make_bench, texts
from tests.api.stock.test_unit_sales import SHIP, hold

pytestmark = pytest.mark.anyio

LINES = """query ($id: ID!) { stockHold(id: $id) { lines { id } } }"""
RETURN = """mutation ($input: StockReturnInput!) { stockReturn(input: $input) {
  stockHold { lines { returned } } userErrors { code path } } }"""
OFF: dict[str, Any] = {"unitCodes": "NONE"}
ON = {"unitCodes": "MARKING", "markingGroup": "shoes"}


@pytest.fixture
async def bench(desks: TwoDesks) -> Bench:
    await make_bench(desks.neighbour)
    return await make_bench(desks.ours)


async def ship(bench: Bench, held: str, *serials: str) -> None:
    shipped = await bench.ask(SHIP, str(new_id()), id=held, codes=texts(*serials) or None)
    assert shipped["userErrors"] == []


async def back(bench: Bench, held: str, quantity: str, *serials: str, **more: Any) -> Any:
    (line,) = (await bench.ask(LINES, id=held))["lines"]
    lines = [{"lineId": line["id"], "quantity": quantity, **more}]
    asked = {"holdId": held, "lines": lines, "codes": texts(*serials)}
    return await bench.ask(RETURN, str(new_id()), input=asked)


async def test_what_lies_there_when_codes_are_asked_for_is_as_if_it_had_come_without(
    bench: Bench,
) -> None:
    assert await bench.ask(INTEGRITY) == []
    assert await bench.level("SOCK") == ("5", None)
    await bench.demand("Носки", unitCodes="SERIAL")
    assert await bench.level("SOCK") == ("5", "5")
    assert await bench.ask(INTEGRITY) == []
    # What goes otherwise than to a buyer is taken from what has no code; a sale names its pieces.
    assert (await bench.change("SOCK", "2", {"text": "S1"}, {"text": "S2"}))["userErrors"] == []
    assert (await bench.change("SOCK", "-5"))["userErrors"] == []
    assert await bench.level("SOCK") == ("2", "0")
    assert refusals(await bench.change("SOCK", "-1")) == [("REQUIRED", "changes.0.codes")]
    assert await bench.ask(INTEGRITY) == []


async def test_what_was_sold_before_comes_back_without_a_code_and_no_more_than_that(
    bench: Bench,
) -> None:
    held = await hold(bench, "заказ", SOCK="3")
    await ship(bench, held)
    await bench.demand("Носки", unitCodes="SERIAL")
    assert (await back(bench, held, "1"))["userErrors"] == []
    assert (await back(bench, held, "1", condition="DAMAGED"))["userErrors"] == []
    assert await bench.level("SOCK") == ("3", "3")
    await bench.change("SOCK", "1", {"text": "S1"})
    other = await hold(bench, "другой", SOCK="1")
    sold = await bench.ask(SHIP, "other", id=other, codes=[{"text": "S1"}])
    assert sold["userErrors"] == []
    assert refusals(await back(bench, other, "1")) == [("REQUIRED", "lines.0.codes")]
    assert await bench.ask(INTEGRITY) == []


async def test_codes_that_nobody_asks_for_are_known_until_goods_of_their_lot_go(
    bench: Bench,
) -> None:
    await bench.change("BOOT", "2", *texts("A1", "A2"))
    await bench.change("BOOT", "2", *texts("B1", "B2"), lot={"number": "B"})
    await bench.demand("Обувь", **OFF)
    assert await bench.level("BOOT") == ("4", None)
    assert (await bench.change("BOOT", "3"))["userErrors"] == []
    assert await bench.serials(state={"eq": "IN_STOCK"}) == ["A1", "A2", "B1", "B2"]
    held = await hold(bench, "заказ", BOOT="1")
    await ship(bench, held)
    # One of the first lot is gone, and nobody knows which.
    assert await bench.serials(state={"eq": "UNTRACKED"}) == ["A1", "A2"]
    assert await bench.serials(state={"eq": "IN_STOCK"}) == ["B1", "B2"]
    last = (await bench.unit("A1"))["history"][-1]
    assert (last["state"], last["movement"]["kind"]) == ("UNTRACKED", "SALE")
    assert await bench.ask(INTEGRITY) == []
    # On again: what is left of them is scanned where it lies, and known as it was.
    await bench.demand("Обувь", **ON)
    assert await bench.level("BOOT") == ("6", "4")
    lot = (await bench.unit("A1"))["lot"]
    assert lot == {"number": None}
    ids = await bench.ask("{ stockUnits(first: 4) { nodes { serial lot { id } } } }")
    lots = {one["serial"]: one["lot"]["id"] for one in ids["nodes"]}
    assert (await bench.scan("BOOT", *texts("A2"), lotId=lots["A2"]))["userErrors"] == []
    assert (await bench.unit("A2"))["state"] == "IN_STOCK"
    # The other one was it; it comes back without its code, for it left so.
    assert (await back(bench, held, "1"))["userErrors"] == []
    assert await bench.ask(INTEGRITY) == []


async def test_what_was_sold_by_its_code_and_comes_back_unasked_is_let_go(bench: Bench) -> None:
    await bench.change("BOOT", "3", *texts("A1", "A2", "A3"))
    held = await hold(bench, "заказ", BOOT="2")
    await ship(bench, held, "A1", "A2")
    await bench.demand("Обувь", **OFF)
    assert refusals(await back(bench, held, "1", "A1")) == [("NOT_ALLOWED", "codes.0")]
    assert (await back(bench, held, "1"))["userErrors"] == []
    assert await bench.serials(state={"eq": "UNTRACKED"}) == ["A1", "A2"]
    assert await bench.serials(state={"eq": "IN_STOCK"}) == ["A3"]
    await bench.demand("Обувь", **ON)
    assert await bench.level("BOOT") == ("2", "1")
    assert (await bench.scan("BOOT", *texts("A2")))["userErrors"] == []
    assert await bench.ask(INTEGRITY) == []


async def test_what_is_under_way_when_codes_are_asked_for_no_more_is_let_go_as_it_comes(
    bench: Bench,
) -> None:
    await bench.change("BOOT", "2", *texts("A1", "A2"))
    made = await bench.ask(
        """mutation { locationCreate(input: {title: "Лавка", code: "shop", kind: STORE}) {
        location { id } } }"""
    )
    given = {
        "fromLocation": bench.here,
        "toLocation": {"id": made["location"]["id"]},
        "lines": [{"variant": bench.of("BOOT"), "quantity": "2"}],
    }
    made = await bench.ask(
        """mutation ($input: TransferCreateInput!) { transferCreate(input: $input) {
        transfer { id lines { id } } } }""",
        input=given,
    )
    paper = made["transfer"]
    done = await bench.ask(
        """mutation ($id: ID!, $codes: [ScannedCodeInput!]) {
        transferSend(id: $id, codes: $codes) { userErrors { code } } }""",
        "send",
        id=paper["id"],
        codes=texts("A1", "A2"),
    )
    assert done["userErrors"] == []
    await bench.demand("Обувь", **OFF)
    done = await bench.ask(
        """mutation ($id: ID!, $lines: [TransferArrivalInput!]) {
        transferReceive(id: $id, lines: $lines) { userErrors { code } } }""",
        "receive",
        id=paper["id"],
        lines=[{"lineId": paper["lines"][0]["id"], "quantity": "1"}],
    )
    assert done["userErrors"] == []
    close = """mutation ($id: ID!) { transferClose(id: $id) {
      transfer { state } userErrors { code } } }"""
    assert (await bench.ask(close, "close", id=paper["id"]))["userErrors"] == []
    assert await bench.serials(state={"eq": "UNTRACKED"}) == ["A1", "A2"]
    assert await bench.ask(INTEGRITY) == []


async def test_more_codes_than_goods_of_a_lot_are_named(bench: Bench) -> None:
    await bench.change("BOOT", "2", *texts("A1", "A2"))
    await bench.change("BOOT", "-1", *texts("A1"))
    await bench.change("BOOT", "5", lot={"number": "B"})
    async with bench.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(StockUnit).values(state="in_stock", is_here=True))
    assert await bench.ask(INTEGRITY) == [
        {"check": "UNITS", "variant": {"sku": "BOOT"}, "recorded": "1", "reckoned": "2"}
    ]


async def test_goods_that_are_weighed_from_now_on_let_their_codes_go_as_they_go(
    bench: Bench,
) -> None:
    await bench.change("BOOT", "2", *texts("A1", "A2"))
    weighed = """mutation ($id: ID!) { variantUpdate(id: $id, input: {isWeighed: true}) {
      userErrors { code } } }"""
    variant = encode_id("var", bench.desk.shop.variants["BOOT"])
    assert (await bench.ask(weighed, id=variant))["userErrors"] == []
    assert (await bench.change("BOOT", "-0.5"))["userErrors"] == []
    assert await bench.serials(state={"eq": "UNTRACKED"}) == ["A1", "A2"]
    assert await bench.ask(INTEGRITY) == []
