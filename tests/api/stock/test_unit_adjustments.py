"""Pieces that are found, and pieces that become others: each by its code."""

from typing import Any

import pytest

from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import TwoDesks
from tests.api.stock.marked import INTEGRITY, Bench, make_bench, mark, texts

pytestmark = pytest.mark.anyio

SURPLUS = """mutation ($input: SurplusCreateInput!) { surplusCreate(input: $input) {
  surplus { id lines { id } } userErrors { code path } } }"""
FIND = """mutation ($id: ID!, $codes: [StockAdjustmentCodesInput!]) {
  surplusPost(id: $id, codes: $codes) {
    surplus { state } userErrors { code path message } } }"""
CONVERSION = """mutation ($input: ConversionCreateInput!) { conversionCreate(input: $input) {
  conversion { id results { id } } userErrors { code path } } }"""
CONVERT = """mutation (
  $id: ID!, $codes: [ScannedCodeInput!], $results: [StockAdjustmentCodesInput!]) {
  conversionPost(id: $id, codes: $codes, resultCodes: $results) {
    conversion { state } userErrors { code path message } } }"""


@pytest.fixture
async def bench(desks: TwoDesks) -> Bench:
    await make_bench(desks.neighbour)
    return await make_bench(desks.ours)


async def found(bench: Bench, *lines: tuple[str, str]) -> Any:
    """A draft of so much that was found: its id, and those of its lines."""
    given = [{"variant": bench.of(sku), "quantity": quantity} for sku, quantity in lines]
    made = await bench.ask(SURPLUS, input={"location": bench.here, "lines": given})
    assert made["userErrors"] == []
    return made["surplus"]


def named(line: Any, *codes: Any) -> dict[str, Any]:
    return {"lineId": line["id"], "codes": list(codes)}


async def find(bench: Bench, paper: Any, *codes: Any) -> Any:
    return await bench.ask(FIND, str(new_id()), id=paper["id"], codes=list(codes))


async def made_of(bench: Bench, sources: list[Any], results: list[Any]) -> Any:
    sides = [
        [{"variant": bench.of(sku), "quantity": quantity} for sku, quantity in side]
        for side in (sources, results)
    ]
    given = {"location": bench.here, "sources": sides[0], "results": sides[1]}
    made = await bench.ask(CONVERSION, input=given)
    assert made["userErrors"] == []
    return made["conversion"]


async def convert(bench: Bench, paper: Any, codes: list[Any], *results: Any) -> Any:
    asked = {"id": paper["id"], "codes": codes, "results": list(results)}
    return await bench.ask(CONVERT, str(new_id()), **asked)


async def test_what_was_found_is_known_by_its_codes_or_waits_to_be_scanned(bench: Bench) -> None:
    await bench.change("BOOT", "1", *texts("A1"))
    await bench.change("BOOT", "-1", *texts("A1"))
    paper = await found(bench, ("BOOT", "3"), ("PHONE", "1"), ("SOCK", "2"))
    boots, phone, _ = paper["lines"]
    posted = await find(
        bench, paper, named(phone, {"text": "SN 7"}), named(boots, *texts("A1", "A2"))
    )
    assert posted == {"surplus": {"state": "POSTED"}, "userErrors": []}
    assert sorted(await bench.serials(state={"eq": "IN_STOCK"})) == ["A1", "A2", "SN 7"]
    assert await bench.level("BOOT") == ("3", "1")
    unit = await bench.unit("A1")
    assert unit["code"] == mark("A1")
    assert unit["history"][-1]["movement"] == {"kind": "SURPLUS", "documentKind": "SURPLUS"}


async def test_what_is_made_has_codes_of_its_own_and_sources_give_theirs_up(bench: Bench) -> None:
    await bench.change("BOOT", "2", *texts("A1", "A2"))
    paper = await made_of(bench, [("BOOT", "2"), ("SOCK", "1")], [("PHONE", "2")])
    (phones,) = paper["results"]
    short = await convert(bench, paper, texts("A1"), named(phones, {"text": "SN 1"}))
    assert refusals(short) == [("REQUIRED", "sources.0.codes")]
    posted = await convert(
        bench, paper, texts("A2", "A1"), named(phones, {"text": "SN 1"}, {"text": "SN 2"})
    )
    assert posted == {"conversion": {"state": "POSTED"}, "userErrors": []}
    assert await bench.serials(state={"eq": "CONVERTED"}) == ["A1", "A2"]
    assert await bench.serials(state={"eq": "IN_STOCK"}) == ["SN 1", "SN 2"]
    assert await bench.level("PHONE") == ("2", "0")
    assert (await bench.unit("A1"))["history"][-1]["movement"] == {
        "kind": "CONVERSION", "documentKind": "CONVERSION",
    }  # fmt: skip
    # Taken apart again, the pieces are themselves; one by which nobody asks waits for its scan.
    back = await made_of(bench, [("PHONE", "1")], [("BOOT", "2")])
    (boots,) = back["results"]
    posted = await convert(bench, back, [{"text": "SN 2"}], named(boots, *texts("A1")))
    assert posted["userErrors"] == []
    assert (await bench.unit("A1"))["state"] == "IN_STOCK"
    assert await bench.level("BOOT") == ("2", "1")
    assert await bench.ask(INTEGRITY) == []


async def test_each_refusal_says_where_and_moves_nothing(bench: Bench, desks: TwoDesks) -> None:
    await bench.change("BOOT", "2", *texts("A1", "A2"))
    paper = await found(bench, ("BOOT", "2"), ("SOCK", "2"))
    boots, socks = paper["lines"]
    theirs = (await found(Bench(desks.neighbour), ("BOOT", "1")))["lines"][0]
    mine = await made_of(bench, [("BOOT", "1")], [("SHOE", "1")])
    (shoes,) = mine["results"]
    before = await everything(bench.desk.shop)
    cases: list[tuple[list[Any], list[tuple[str, str]]]] = [
        ([named(boots, *texts("B1", "B2", "B3"))], [("INVALID", "codes.0.codes.2")]),
        ([named(boots, *texts("B1", "B1"))], [("INVALID", "codes.0.codes.1")]),
        ([named(boots, *texts("A1"))], [("TAKEN", "codes.0.codes.0")]),
        ([named(boots, {"text": "no mark"})], [("INVALID", "codes.0.codes.0")]),
        ([named(socks, *texts("B1"))], [("NOT_ALLOWED", "codes.0.codes.0")]),
        ([named(boots), named(boots)], [("INVALID", "codes.1.lineId")]),
        ([named(theirs, *texts("B1"))], [("NOT_FOUND", "codes.0.lineId")]),
        ([{"lineId": encode_id("adl", new_id()), "codes": []}], [("NOT_FOUND", "codes.0.lineId")]),
    ]
    for codes, refused in cases:
        assert refusals(await find(bench, paper, *codes)) == refused, codes
    for codes, results, refused in (
        (texts("A1"), [named(shoes, *texts("A2"))], [("TAKEN", "resultCodes.0.codes.0")]),
        (texts("A9"), [], [("NOT_FOUND", "codes.0")]),
        (texts("A1"), [named(boots)], [("NOT_FOUND", "resultCodes.0.lineId")]),
    ):
        assert refusals(await convert(bench, mine, codes, *results)) == refused
    assert await everything(bench.desk.shop) == before
