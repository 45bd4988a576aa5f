"""Pieces that came without their codes: they are seen, scanned later, and never sold before."""

import asyncio
from typing import Any

import pytest

from tenants.ids import encode_id
from tests.api.answers import refusals
from tests.api.conftest import TwoDesks
from tests.api.stock.marked import INTEGRITY, LEVEL, SCAN, UPDATE, Bench, make_bench, texts
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

CATEGORY = """mutation ($input: CategoryCreateInput!) { categoryCreate(input: $input) {
  category { id unitCodes markingGroup } userErrors { code path } } }"""
CATEGORY_UPDATE = """mutation ($id: ID!, $input: CategoryUpdateInput!) {
  categoryUpdate(id: $id, input: $input) {
    category { unitCodes markingGroup } userErrors { code path } } }"""


@pytest.fixture
async def bench(desks: TwoDesks) -> Bench:
    await make_bench(desks.neighbour)
    return await make_bench(desks.ours)


async def test_what_came_without_codes_is_seen_and_scanned_later(bench: Bench) -> None:
    codes = texts(*(f"A{number}" for number in range(60)))
    line = {"variant": bench.of("BOOT"), "quantity": "100", "codes": codes}
    assert (await bench.receive("r", line))["userErrors"] == []
    assert await bench.level("BOOT") == ("100", "40")
    assert await bench.ask(INTEGRITY) == []
    late = await bench.scan("BOOT", *texts(*(f"B{number}" for number in range(40))))
    assert late["userErrors"] == []
    assert [row["serial"] for row in late["units"]] == [f"B{number}" for number in range(40)]
    assert await bench.level("BOOT") == ("100", "0")
    assert await bench.ask(INTEGRITY) == []
    assert (await bench.unit("B7"))["history"] == [
        {"state": "IN_STOCK", "location": {"code": "main"}, "movement": None, "actor": "KEY"}
    ]
    assert refusals(await bench.scan("BOOT", *texts("C1"))) == [("NOT_ALLOWED", "codes.0")]


async def test_a_scan_says_of_which_lot_where_several_have_pieces_without_codes(
    bench: Bench,
) -> None:
    for number, codes in (("L1", texts("A1")), ("L2", texts("A2", "A3"))):
        line = {"variant": bench.of("BOOT"), "quantity": "2", "lot": {"number": number}}
        await bench.receive(number, {**line, "codes": codes})
    late = await bench.scan("BOOT", *texts("A4"))
    assert late["units"][0]["lot"] == {"number": "L1"}  # the only one with a piece without a code
    await bench.change("BOOT", "1", lot={"number": "L1"})
    await bench.change("BOOT", "1", lot={"number": "L2"})
    assert refusals(await bench.scan("BOOT", *texts("A5"))) == [("REQUIRED", "lotId")]
    lots = 'query { stockUnits(where: {serial: {eq: "A2"}}) { nodes { lot { id } } } }'
    lot_id = (await bench.ask(lots))["nodes"][0]["lot"]["id"]
    late = await bench.scan("BOOT", *texts("A5"), lotId=lot_id)
    assert late["units"][0]["lot"] == {"number": "L2"}
    assert refusals(await bench.scan("BOOT", *texts("A6"), lotId=lot_id)) == [
        ("NOT_ALLOWED", "codes.0")
    ]


async def test_what_is_wrong_with_a_scan_is_told(bench: Bench, desks: TwoDesks) -> None:
    await bench.change("BOOT", "2", *texts("A1"))
    other = Bench(desks.neighbour)
    cases: list[tuple[str, list[Any], dict[str, Any], tuple[str, str]]] = [
        ("BOOT", [], {}, ("REQUIRED", "codes")),
        ("BOOT", texts("A1"), {}, ("TAKEN", "codes.0")),
        ("BOOT", texts("B1", "B1"), {}, ("INVALID", "codes.1")),
        ("BOOT", [{"text": "?"}], {}, ("INVALID", "codes.0")),
        ("SOCK", texts("B1"), {}, ("NOT_ALLOWED", "codes.0")),
        ("SHOE", texts("B1"), {}, ("NOT_ALLOWED", "codes.0")),
        ("BOOT", texts("B1"), {"variant": other.of("BOOT")}, ("NOT_FOUND", "variant")),
        ("BOOT", texts("B1"), {"location": other.here}, ("NOT_FOUND", "location")),
    ]
    for sku, codes, more, refused in cases:
        assert refusals(await bench.scan(sku, *codes, **more)) == [refused], (sku, codes)
    assert await bench.serials() == ["A1"]


async def test_of_many_who_scan_one_code_one_has_it(bench: Bench) -> None:
    await bench.change("BOOT", "20")
    given = {"variant": bench.of("BOOT"), "location": bench.here, "codes": texts("A1")}
    answers = await asyncio.gather(*(bench.ask(SCAN, input=given) for _ in range(10)))
    told = sorted(str(refusals(answer)) for answer in answers)
    assert told == ["[('TAKEN', 'codes.0')]"] * 9 + ["[]"]
    assert await bench.serials() == ["A1"]


async def test_a_category_says_it_for_all_below_it(bench: Bench) -> None:
    above = await bench.ask(
        CATEGORY, input={"title": "Молочное", "unitCodes": "MARKING", "markingGroup": "milk"}
    )
    below = await bench.ask(
        CATEGORY, input={"title": "Сыр", "parent": {"id": above["category"]["id"]}}
    )
    assert below["category"]["unitCodes"] is None
    await add_products(bench.desk.shop, P("Сыр", [V("CHEESE", stock=0)]))
    await bench.demand("Сыр", mainCategory={"id": below["category"]["id"]})

    async def told() -> str:
        return str((await bench.ask(LEVEL, id=bench.of("CHEESE")["id"]))["unitCodes"])

    assert await told() == "MARKING"
    none = {"unitCodes": "NONE"}
    await bench.ask(CATEGORY_UPDATE, id=below["category"]["id"], input=none)
    assert await told() == "NONE"
    await bench.demand("Сыр", unitCodes="SERIAL")
    assert await told() == "SERIAL"
    back: dict[str, Any] = {"unitCodes": None}
    await bench.demand("Сыр", **back)
    await bench.ask(CATEGORY_UPDATE, id=below["category"]["id"], input=back)
    assert await told() == "MARKING"
    payload = await bench.ask(CATEGORY_UPDATE, id=above["category"]["id"], input=none)
    assert payload["category"] == {"unitCodes": "NONE", "markingGroup": None}
    assert await told() == "NONE"


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"unitCodes": "MARKING"}, ("REQUIRED", "markingGroup")),
        ({"unitCodes": "SERIAL", "markingGroup": "shoes"}, ("INVALID", "markingGroup")),
        ({"markingGroup": "shoes"}, ("INVALID", "markingGroup")),
        ({"unitCodes": "MARKING", "markingGroup": "Обувь"}, ("INVALID", "markingGroup")),
    ],
)
async def test_marking_has_its_group_and_nothing_else_has(
    bench: Bench, said: dict[str, str], refused: tuple[str, str]
) -> None:
    payload = await bench.ask(CATEGORY, input={"title": "Всё", **said})
    assert refusals(payload) == [refused]
    product = encode_id("prd", bench.desk.shop.products["Носки"])
    assert refusals(await bench.ask(UPDATE, id=product, input=said)) == [refused]


async def test_goods_by_weight_have_no_codes(bench: Bench) -> None:
    weighed = """mutation ($id: ID!) { variantUpdate(id: $id, input: {isWeighed: true}) {
      userErrors { code } } }"""
    assert (await bench.ask(weighed, id=bench.of("SHOE")["id"]))["userErrors"] == []
    assert (await bench.ask(LEVEL, id=bench.of("SHOE")["id"]))["unitCodes"] == "NONE"
    refused = await bench.change("SHOE", "1", *texts("A1"))
    assert refusals(refused) == [("NOT_ALLOWED", "changes.0.codes.0")]
    assert (await bench.change("SHOE", "0.5"))["userErrors"] == []
