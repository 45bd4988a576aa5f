"""At the admin's door: a hold goes out in parts, and what went comes back."""

from typing import Any

import pytest
from sqlalchemy import select

from domain.stock.integrity import find_differences
from domain.stock.tables import StockLevel
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

HOLD = """
  stockHold { id state lines { id variant { sku } quantity kept shipped returned
                               cost { amount currencyCode } } }
  userErrors { code path }
"""
CREATE = (
    f"mutation ($input: StockHoldCreateInput!) {{ stockHoldCreate(input: $input) {{ {HOLD} }} }}"
)
SHIP = f"""mutation ($id: ID!, $lines: [StockHoldShipLine!]) {{
  stockHoldShip(id: $id, lines: $lines) {{ {HOLD} }} }}"""
RETURN = f"mutation ($input: StockReturnInput!) {{ stockReturn(input: $input) {{ {HOLD} }} }}"
COME = """mutation ($input: GoodsReceiptCreateInput!) {
  goodsReceiptCreate(input: $input) { userErrors { code path message } } }"""


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    for one in (desks.ours, desks.neighbour):
        await add_products(one.shop, P("Чай", [V("TEA", stock=0)]), P("Мёд", [V("HONEY", stock=0)]))
        for sku, price in (("TEA", "100.00"), ("HONEY", "33.33")):
            line = {
                "variant": variant(one, sku),
                "quantity": "5",
                "price": {"amount": price, "currencyCode": "RUB"},
            }
            came = await one.keyed(sku).ask(COME, input={"lines": [line]})
            assert came["goodsReceiptCreate"]["userErrors"] == []
    return desks.ours


def variant(desk: Desk, sku: str) -> dict[str, str]:
    return {"id": encode_id("var", desk.shop.variants[sku])}


async def held(desk: Desk, **quantities: str) -> dict[str, Any]:
    lines = [{"variant": variant(desk, sku), "quantity": much} for sku, much in quantities.items()]
    made = await desk.admin.ask(CREATE, input={"owner": "order", "lines": lines})
    hold: dict[str, Any] = made["stockHoldCreate"]["stockHold"]
    return hold


def line(hold: dict[str, Any], sku: str) -> dict[str, Any]:
    (found,) = [one for one in hold["lines"] if one["variant"]["sku"] == sku]
    return dict(found)


async def test_from_the_hold_to_the_shelf_and_back(desk: Desk) -> None:
    hold = await held(desk, TEA="3", HONEY="2")
    assert line(hold, "TEA")["kept"] == "3"
    part = [{"lineId": line(hold, "TEA")["id"], "quantity": "2"}]
    for _ in range(2):  # sent twice, it goes once
        answer = await desk.keyed("first").ask(SHIP, id=hold["id"], lines=part)
        shipped = answer["stockHoldShip"]["stockHold"]
        assert shipped["state"] == "PARTLY_SHIPPED"
        tea = line(shipped, "TEA")
        assert (tea["quantity"], tea["kept"], tea["shipped"]) == ("3", "1", "2")
        assert tea["cost"] == {"amount": "200.00", "currencyCode": "RUB"}
        assert line(shipped, "HONEY")["kept"] == "2"
    rest = (await desk.admin.ask(SHIP, id=hold["id"]))["stockHoldShip"]["stockHold"]
    assert (rest["state"], line(rest, "HONEY")["cost"]["amount"]) == ("SHIPPED", "66.66")
    back = {
        "holdId": hold["id"],
        "reason": "разбилось в пути",
        "lines": [
            {"lineId": line(hold, "TEA")["id"], "quantity": "1"},
            {"lineId": line(hold, "TEA")["id"], "quantity": "1", "condition": "DAMAGED"},
        ],
    }
    for _ in range(2):
        answer = await desk.keyed("back").ask(RETURN, input=back)
        returned = answer["stockReturn"]["stockHold"]
        tea = line(returned, "TEA")
        assert (tea["shipped"], tea["returned"]) == ("3", "2")
        assert tea["cost"]["amount"] == "100.00"
    rows = await desk.shop.scope.reading.rows(select(StockLevel))
    there = {row["variant_id"]: (row["on_hand"], row["reserved"]) for row in rows}
    assert there[desk.shop.variants["TEA"]] == (3_000, 0)
    assert there[desk.shop.variants["HONEY"]] == (3_000, 0)
    assert await find_differences(desk.shop.scope.reading) == []


async def test_a_part_needs_a_key_and_what_cannot_be_is_named(desks: TwoDesks, desk: Desk) -> None:
    hold, theirs = await held(desk, TEA="3"), await held(desks.neighbour, TEA="3")
    mine, other = line(hold, "TEA")["id"], line(theirs, "TEA")["id"]
    part = [{"lineId": mine, "quantity": "2"}]
    refused = await desk.admin.refused(SHIP, id=hold["id"], lines=part)
    assert refused["code"] == "BAD_USER_INPUT"
    for number, (lines, wrong) in enumerate(
        (
            ([{"lineId": mine, "quantity": "4"}], [("NOT_ALLOWED", "lines.0.quantity")]),
            ([{"lineId": mine, "quantity": "0.5"}], [("INVALID", "lines.0.quantity")]),
            ([{"lineId": mine, "quantity": "-1"}], [("INVALID", "lines.0.quantity")]),
            ([{"lineId": other, "quantity": "1"}], [("NOT_FOUND", "lines.0.lineId")]),
            ([], [("REQUIRED", "lines")]),
        )
    ):
        answer = await desk.keyed(f"ship {number}").ask(SHIP, id=hold["id"], lines=lines)
        assert refusals(answer["stockHoldShip"]) == wrong
    await desk.admin.ask(SHIP, id=hold["id"])
    back = {"holdId": hold["id"], "lines": [{"lineId": mine, "quantity": "1"}]}
    assert (await desk.admin.refused(RETURN, input=back))["code"] == "BAD_USER_INPUT"
    nobody = {"id": encode_id("loc", new_id())}
    for number, (more, refused_as) in enumerate(
        (
            ({"lines": [{"lineId": mine, "quantity": "4"}]}, "NOT_ALLOWED lines.0.quantity"),
            ({"lines": [{"lineId": other, "quantity": "1"}]}, "NOT_FOUND lines.0.lineId"),
            ({"holdId": theirs["id"]}, "NOT_FOUND id"),
            ({"location": nobody}, "NOT_FOUND location"),
        )
    ):
        answer = await desk.keyed(f"back {number}").ask(RETURN, input=back | more)
        ((code, path),) = refusals(answer["stockReturn"])
        assert f"{code} {path}" == refused_as
    assert await find_differences(desk.shop.scope.reading) == []
