"""Goods that are known one by one, at the admin's door: how they come in, and what is told."""

from base64 import b64encode
from typing import Any

import pytest

from tenants.values.barcodes import check_digit
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import TwoDesks
from tests.api.stock.marked import EAN, UNIT, UNITS, Bench, make_bench, mark, texts

pytestmark = pytest.mark.anyio

SET = """mutation ($input: StockSetInput!) { stockSet(input: $input) {
  userErrors { code path message } } }"""


@pytest.fixture
async def bench(desks: TwoDesks) -> Bench:
    await make_bench(desks.neighbour)
    return await make_bench(desks.ours)


async def test_a_receipt_keeps_each_code_byte_for_byte(bench: Bench) -> None:
    codes = [*texts("A1"), {"base64": b64encode(b"]d2" + mark("A2").encode()).decode()}]
    line = {"variant": bench.of("BOOT"), "quantity": "3", "lot": {"number": "L"}, "codes": codes}
    assert (await bench.receive("r", line))["userErrors"] == []
    unit = await bench.unit("A1")
    assert unit.pop("id").startswith("unt_")
    assert unit == {
        "code": mark("A1"),
        "codeBase64": b64encode(mark("A1").encode()).decode(),
        "gtin": f"0{EAN}",
        "serial": "A1",
        "state": "IN_STOCK",
        "variant": {"sku": "BOOT"},
        "lot": {"number": "L"},
        "location": {"code": "main"},
        "history": [
            {
                "state": "IN_STOCK",
                "location": {"code": "main"},
                "movement": {"kind": "RECEIPT", "documentKind": "GOODS_RECEIPT"},
                "actor": "KEY",
            }
        ],
    }
    # Another scanner has put its sign before this one; it is kept, and it is the same unit.
    assert (await bench.unit("A2"))["code"] == "]d2" + mark("A2")


async def test_a_serial_number_is_any_line(bench: Bench) -> None:
    assert (await bench.change("PHONE", "1", {"text": "№ 7/я"}))["userErrors"] == []
    unit = await bench.ask(UNIT, code={"base64": b64encode("№ 7/я".encode()).decode()})
    assert (unit["serial"], unit["gtin"], unit["state"]) == ("№ 7/я", None, "IN_STOCK")


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("BOOT", {"text": ""}, "INVALID"),
    ("BOOT", {"base64": ""}, "INVALID"),
    ("BOOT", {"text": "0" * 5_000}, "INVALID"),
    ("BOOT", {"base64": b64encode(mark("A").encode() + b"\x00").decode()}, "INVALID"),
    ("BOOT", {"text": mark("Я")}, "INVALID"),
    ("BOOT", {"base64": "/////w=="}, "INVALID"),
    ("BOOT", {"text": mark("A").replace("\x1d", "")}, "INVALID"),
    ("BOOT", {"text": mark("A", "4600000000005")}, "INVALID"),
    ("BOOT", {"text": mark("A", f"460000000001{check_digit('460000000001')}")}, "INVALID"),
    ("PHONE", {"text": "a\nb"}, "INVALID"),
    ("PHONE", {"base64": "/w=="}, "INVALID"),
    ("SOCK", {"text": mark("A")}, "NOT_ALLOWED"),
]


@pytest.mark.parametrize("at", range(len(BAD)))
async def test_what_is_no_code_is_refused_where_it_stands(bench: Bench, at: int) -> None:
    sku, code, refused = BAD[at]
    before = await everything(bench.desk.shop)
    payload = await bench.change(sku, "2", code)
    assert refusals(payload) == [(refused, "changes.0.codes.0")]
    assert await everything(bench.desk.shop) == before


async def test_what_is_not_base64_is_no_input(bench: Bench) -> None:
    answer = await bench.desk.admin.send(UNIT, code={"base64": "что?"})
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_code_is_known_once(bench: Bench) -> None:
    assert (await bench.change("BOOT", "2", *texts("A1", "A2")))["userErrors"] == []
    again = await bench.change("BOOT", "3", *texts("A3", "A1"))
    assert refusals(again) == [("TAKEN", "changes.0.codes.1")]
    assert "in stock" in again["userErrors"][0]["message"]
    twice = await bench.change("BOOT", "3", *texts("A4", "A4"))
    assert refusals(twice) == [("INVALID", "changes.0.codes.1")]
    many = await bench.change("BOOT", "1", *texts("A5", "A6"))
    assert refusals(many) == [("INVALID", "changes.0.codes.1")]
    assert refusals(await bench.change("BOOT", "1.5", *texts("A7"))) == [
        ("NOT_ALLOWED", "changes.0.difference")
    ]
    assert await bench.serials() == ["A1", "A2"]


async def test_a_neighbour_has_the_same_code_for_himself(bench: Bench, desks: TwoDesks) -> None:
    other = Bench(desks.neighbour)
    assert (await other.change("BOOT", "1", *texts("A1")))["userErrors"] == []
    assert await bench.unit("A1") is None
    assert (await bench.change("BOOT", "1", *texts("A1")))["userErrors"] == []
    theirs = await other.unit("A1")
    assert theirs["id"] != (await bench.unit("A1"))["id"]
    found = "query ($id: ID!) { node(id: $id) { id } }"
    assert await bench.ask(found, id=theirs["id"]) is None


async def test_what_is_written_off_is_named_or_has_no_code(bench: Bench) -> None:
    assert (await bench.change("BOOT", "3", *texts("A1", "A2")))["userErrors"] == []
    assert (await bench.change("BOOT", "-1"))["userErrors"] == []
    assert refusals(await bench.change("BOOT", "-1", reason="ещё")) == [
        ("REQUIRED", "changes.0.codes")
    ]
    assert (await bench.change("BOOT", "-1", *texts("A2"), reason="порвали"))["userErrors"] == []
    unit = await bench.unit("A2")
    assert unit["state"] == "WRITTEN_OFF"
    assert [(row["state"], row["movement"]["kind"]) for row in unit["history"]] == [
        ("IN_STOCK", "SURPLUS"),
        ("WRITTEN_OFF", "WRITE_OFF"),
    ]
    gone = await bench.change("BOOT", "-1", *texts("A2"))
    assert refusals(gone) == [("NOT_ALLOWED", "changes.0.codes.0")]
    unknown = await bench.change("BOOT", "-1", *texts("A9"))
    assert refusals(unknown) == [("NOT_FOUND", "changes.0.codes.0")]
    assert (await bench.change("BOOT", "1", *texts("A2"), reason="нашли"))["userErrors"] == []
    assert (await bench.unit("A2"))["state"] == "IN_STOCK"


async def test_units_are_told_page_by_page(bench: Bench) -> None:
    await bench.change("BOOT", "3", *texts("A1", "A2", "A3"))
    await bench.change("SHOE", "1", *texts("B1"))
    await bench.change("BOOT", "-1", *texts("A2"))
    where = {"variantId": {"eq": bench.of("BOOT")["id"]}}
    page = await bench.ask(UNITS, where=where, first=2)
    assert (page["totalCount"], [row["serial"] for row in page["nodes"]]) == (3, ["A1", "A2"])
    rest = await bench.ask(UNITS, where=where, first=2, after=page["pageInfo"]["endCursor"])
    assert [row["serial"] for row in rest["nodes"]] == ["A3"]
    assert await bench.serials(state={"eq": "WRITTEN_OFF"}) == ["A2"]
    assert await bench.serials(serial={"startsWith": "B"}) == ["B1"]


async def test_a_level_that_is_set_below_its_known_pieces_is_refused_at_its_row(
    bench: Bench,
) -> None:
    assert (await bench.change("BOOT", "2", *texts("A1", "A2")))["userErrors"] == []
    rows = [
        {"variant": bench.of("SHOE"), "onHand": "5", "replaces": "0"},
        {"variant": bench.of("BOOT"), "onHand": "1", "replaces": "2"},
    ]
    payload = await bench.ask(SET, "set", input={"location": bench.here, "levels": rows})
    assert refusals(payload) == [("REQUIRED", "levels.1.codes")]
    assert await bench.level("BOOT") == ("2", "0")
