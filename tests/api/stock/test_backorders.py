"""At the admin's door: goods are promised before they come, and theirs who wait when they do."""

from typing import Any

import pytest

from domain.stock.integrity import find_differences
from tenants.ids import encode_id
from tests.api.answers import refusals
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

LIMIT = """mutation ($input: BackorderLimitsInput!) { backorderLimitsSet(input: $input) {
  variants { stock { onHand reserved available backordered backorderLimit sellable } }
  userErrors { code path } } }"""
HOLD = """stockHold { id state lines { quantity kept backordered } }
  userErrors { code path ... on InsufficientStockError { requested available } }"""
CREATE = f"""mutation ($input: StockHoldCreateInput!) {{
  stockHoldCreate(input: $input) {{ {HOLD} }} }}"""
SHIP = f"mutation ($id: ID!) {{ stockHoldShip(id: $id) {{ {HOLD} }} }}"
COME = """mutation ($input: GoodsReceiptCreateInput!) {
  goodsReceiptCreate(input: $input) { userErrors { code path message } } }"""
STOCK = """query ($id: ID!) { variant: node(id: $id) { ... on Variant { stock {
  onHand reserved available backordered backorderLimit sellable } } } }"""


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    for one in (desks.ours, desks.neighbour):
        await add_products(one.shop, P("Чай", [V("TEA", stock=2_000)]))
    return desks.ours


def tea(desk: Desk) -> dict[str, str]:
    return {"id": encode_id("var", desk.shop.variants["TEA"])}


async def limit(desk: Desk, much: str, **more: Any) -> Any:
    rows = [{"variant": tea(desk), "limit": much}]
    asked = {"location": {"id": encode_id("loc", desk.shop.location)}, "limits": rows} | more
    return (await desk.admin.ask(LIMIT, input=asked))["backorderLimitsSet"]


async def test_from_the_limit_to_the_shipment(desk: Desk) -> None:
    made = await limit(desk, "5")
    assert made["variants"][0]["stock"] == [
        {
            "onHand": "2", "reserved": "0", "available": "2",
            "backordered": "0", "backorderLimit": "5", "sellable": "7",
        }
    ]  # fmt: skip
    asked = {"owner": "order", "lines": [{"variant": tea(desk), "quantity": "6"}]}
    held = (await desk.admin.ask(CREATE, input=asked))["stockHoldCreate"]["stockHold"]
    assert held["lines"] == [{"quantity": "6", "kept": "6", "backordered": "4"}]
    more = {"owner": "other", "lines": [{"variant": tea(desk), "quantity": "2"}]}
    short = (await desk.admin.ask(CREATE, input=more))["stockHoldCreate"]["userErrors"]
    assert short == [
        {"code": "INSUFFICIENT_STOCK", "path": ["lines", "0", "quantity"],
         "requested": "2", "available": "1"}
    ]  # fmt: skip
    early = (await desk.admin.ask(SHIP, id=held["id"]))["stockHoldShip"]["userErrors"]
    assert early == [
        {"code": "INSUFFICIENT_STOCK", "path": ["id"], "requested": "6", "available": "2"}
    ]
    price = {"amount": "10.00", "currencyCode": "RUB"}
    come = {"lines": [{"variant": tea(desk), "quantity": "5", "price": price}]}
    assert (await desk.keyed("come").ask(COME, input=come))["goodsReceiptCreate"] == {
        "userErrors": []
    }
    (stock,) = (await desk.admin.ask(STOCK, **tea(desk)))["variant"]["stock"]
    assert stock == {
        "onHand": "7", "reserved": "6", "available": "1",
        "backordered": "0", "backorderLimit": "5", "sellable": "6",
    }  # fmt: skip
    gone = (await desk.admin.ask(SHIP, id=held["id"]))["stockHoldShip"]["stockHold"]
    assert gone["state"] == "SHIPPED"
    assert await find_differences(desk.shop.scope.reading) == []


async def test_each_limit_that_cannot_be_is_named(desks: TwoDesks, desk: Desk) -> None:
    await limit(desk, "5")
    asked = {"owner": "order", "lines": [{"variant": tea(desk), "quantity": "6"}]}
    await desk.admin.ask(CREATE, input=asked)
    for much, wrong in (
        ("3", ("NOT_ALLOWED", "limits.0.limit")),
        ("-1", ("INVALID", "limits.0.limit")),
    ):
        assert refusals(await limit(desk, much)) == [wrong]
    theirs = {"id": encode_id("loc", desks.neighbour.shop.location)}
    assert refusals(await limit(desk, "9", location=theirs)) == [("NOT_FOUND", "location")]
    rows = [{"variant": tea(desks.neighbour), "limit": "1"}]
    assert refusals(await limit(desk, "9", limits=rows)) == [("NOT_FOUND", "limits.0.variant")]
    reader = await desk.clerk("inventory:read", "products:read")
    here = {"location": {"id": encode_id("loc", desk.shop.location)}, "limits": []}
    assert (await reader.refused(LIMIT, input=here))["code"] == "FORBIDDEN"
