"""The ledger at the admin's door: what came and went, balances of any instant, the check."""

from typing import Any

import pytest
from sqlalchemy import update

from domain.stock.tables import StockLevel
from tenants.ids import encode_id
from tests.api.answers import refusals
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

CHANGE = """mutation ($input: StockChangeInput!) { stockChange(input: $input) {
  userErrors { code path } } }"""
SET = """mutation ($input: StockSetInput!) { stockSet(input: $input) {
  userErrors { code path } } }"""
MOVEMENTS = """query ($where: StockMovementWhere) { stockMovements(where: $where, first: 50) {
  totalCount nodes { kind quantity value { amount currencyCode } documentKind documentId reason
  actor at variant { sku } location { code } lot { number state balances { quantity } } } } }"""
BALANCES = """query ($at: DateTime) { stockBalances(asOf: $at) {
  nodes { variant { sku } onHand value { amount } averageCost { amount } } } }"""
INTEGRITY = """{ stockIntegrity { check variant { sku } location { code } lot { id }
  recorded reckoned } }"""


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    for one in (desks.ours, desks.neighbour):
        await add_products(one.shop, P("Чай", [V("A", stock=0), V("B", stock=4_000)]))
    return desks.ours


async def change(desk: Desk, key: str, sku: str, difference: str, **more: Any) -> Any:
    row = {"variant": {"id": encode_id("var", desk.shop.variants[sku])}, "difference": difference}
    location = {"id": encode_id("loc", desk.shop.location)}
    data = await desk.keyed(key).ask(
        CHANGE, input={"location": location, "changes": [{**row, **more}]}
    )
    return data["stockChange"]


def roubles(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "RUB"}


async def test_each_change_is_a_movement_at_its_cost(desk: Desk) -> None:
    await change(desk, "1", "A", "2", unitCost=roubles("10.50"), reason="нашли на складе")
    await change(desk, "2", "A", "1", unitCost=roubles("20.00"))
    await change(desk, "3", "A", "-2.5", reason="разбили")
    where = {"variantId": {"eq": encode_id("var", desk.shop.variants["A"])}}
    page = (await desk.admin.ask(MOVEMENTS, where=where))["stockMovements"]
    told = [
        (row["kind"], row["quantity"], row["value"]["amount"], row["reason"])
        for row in page["nodes"]
    ]
    assert told == [
        ("WRITE_OFF", "-0.5", "-10.00", "разбили"),
        ("WRITE_OFF", "-2", "-21.00", "разбили"),
        ("SURPLUS", "1", "20.00", None),
        ("SURPLUS", "2", "21.00", "нашли на складе"),
    ]
    assert page["totalCount"] == 4
    assert {row["documentKind"] for row in page["nodes"]} == {"CHANGE"}
    assert page["nodes"][0]["documentId"] == page["nodes"][1]["documentId"]
    assert page["nodes"][0]["actor"] == "KEY"
    assert (await desk.admin.ask(INTEGRITY))["stockIntegrity"] == []


async def test_balances_are_as_they_were_at_the_instant(desk: Desk) -> None:
    await change(desk, "1", "A", "2", unitCost=roubles("10.00"))
    page = (await desk.admin.ask(MOVEMENTS, where={}))["stockMovements"]
    then = page["nodes"][0]["at"]
    await change(desk, "2", "A", "2", unitCost=roubles("20.00"))

    async def of_a(at: str | None) -> Any:
        nodes = (await desk.admin.ask(BALANCES, at=at))["stockBalances"]["nodes"]
        (row,) = [row for row in nodes if row.pop("variant")["sku"] == "A"]
        return row

    assert await of_a(then) == {
        "onHand": "2",
        "value": {"amount": "20.00"},
        "averageCost": {"amount": "10.00"},
    }
    assert await of_a(None) == {
        "onHand": "4",
        "value": {"amount": "60.00"},
        "averageCost": {"amount": "15.00"},
    }
    assert await of_a("2020-01-01T00:00:00Z") == {
        "onHand": "0",
        "value": {"amount": "0.00"},
        "averageCost": None,
    }


async def test_a_count_is_a_correction(desk: Desk) -> None:
    row = {"variant": {"id": encode_id("var", desk.shop.variants["B"])}}
    levels = [{**row, "onHand": "3.5", "replaces": "4"}]
    location = {"id": encode_id("loc", desk.shop.location)}
    await desk.keyed("count").ask(SET, input={"location": location, "levels": levels})
    where = {"kind": {"eq": "STOCKTAKE"}}
    (moved,) = (await desk.admin.ask(MOVEMENTS, where=where))["stockMovements"]["nodes"]
    assert (moved["quantity"], moved["documentKind"]) == ("-0.5", "COUNT")
    assert moved["lot"]["balances"] == [{"quantity": "3.5"}]


async def test_each_refusal_of_a_change_says_where(desk: Desk) -> None:
    cases: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
        ("-5", {}, ("INSUFFICIENT_STOCK", "changes.0.difference")),
        ("1", {"unitCost": roubles("-1.00")}, ("INVALID", "changes.0.unitCost")),
        ("1", {"unitCost": roubles("1.001")}, ("INVALID", "changes.0.unitCost")),
        ("1", {"reason": "\u0001"}, ("INVALID", "changes.0.reason")),
        ("999999999", {"unitCost": roubles("9999999999")}, ("INVALID", "changes.0.difference")),
    ]
    for number, (difference, more, refused) in enumerate(cases):
        payload = await change(desk, str(number), "B", difference, **more)
        assert refusals(payload) == [refused], more


async def test_what_differs_is_named(desk: Desk) -> None:
    async with desk.shop.scope.writing("test") as uow:
        level = update(StockLevel).where(StockLevel.variant_id == desk.shop.variants["B"])
        await uow.execute(level.values(on_hand=3_000))
    found = (await desk.admin.ask(INTEGRITY))["stockIntegrity"]
    place = {"variant": {"sku": "B"}, "location": {"code": "main"}, "lot": None}
    numbers = {"recorded": "3", "reckoned": "4"}
    assert found == [
        {"check": "ON_HAND", **place, **numbers},
        {"check": "LOTS", **place, **numbers},
    ]
