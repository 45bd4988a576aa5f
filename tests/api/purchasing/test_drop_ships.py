"""At the admin's door: what a supplier has is shown apart, held, and sent by him."""

from typing import Any

import pytest

from domain.stock.integrity import find_differences
from tests.api.answers import refusals
from tests.api.purchasing.conftest import OFFERS, Buyer, TwoBuyers, money

pytestmark = pytest.mark.anyio

PLACE = """mutation ($input: LocationCreateInput!) { locationCreate(input: $input) {
  location { id } userErrors { code path } } }"""
UPDATE = """mutation ($id: ID!, $input: SupplierUpdateInput!) {
  supplierUpdate(id: $id, input: $input) {
    supplier { location { code } } userErrors { code path } } }"""
HOLD = """stockHold { id state lines { id quantity kept backordered isDropShipped shipped
    location { code } cost { amount currencyCode } } } userErrors { code path }"""
CREATE = f"""mutation ($input: StockHoldCreateInput!) {{
  stockHoldCreate(input: $input) {{ {HOLD} }} }}"""
SHIP = f"mutation ($id: ID!) {{ stockHoldShip(id: $id) {{ {HOLD} }} }}"
RETURN = f"mutation ($input: StockReturnInput!) {{ stockReturn(input: $input) {{ {HOLD} }} }}"
STOCK = """query ($id: ID!) { node(id: $id) { ... on Variant { atSuppliers stock {
  location { code } onHand reserved available backordered atSupplier reservedAtSupplier
  sellable } } } }"""


async def stock(buyer: Buyer, sku: str) -> tuple[str, dict[str, Any]]:
    """What suppliers have of it in all, and the level at the one who sends it."""
    found = await buyer.ask(STOCK, id=buyer.of(sku)["id"])
    levels = {one.pop("location")["code"]: one for one in found["stock"]}
    return found["atSuppliers"], levels["depot"]


async def sending(buyer: Buyer) -> None:
    """Let the supplier send two of B from a place of his own."""
    place = {"code": "depot", "title": "Склад поставщика", "kind": "SUPPLIER"}
    made = (await buyer.ask(PLACE, input=place))["location"]
    changed = await buyer.ask(UPDATE, id=buyer.supplier, input={"location": made})
    assert changed == {"supplier": {"location": {"code": "depot"}}, "userErrors": []}
    offer = {"variant": buyer.of("B"), "price": money("12.50"), "stock": "2", "dropShip": True}
    told = await buyer.ask(OFFERS, input={"supplier": {"id": buyer.supplier}, "offers": [offer]})
    assert told["userErrors"] == []


async def test_from_the_offer_to_the_buyer(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    await sending(ours)
    assert await stock(ours, "B") == ("2", {
        "onHand": "0", "reserved": "0", "available": "0", "backordered": "0",
        "atSupplier": "2", "reservedAtSupplier": "0", "sellable": "2",
    })  # fmt: skip
    asked = {"owner": "order", "lines": [{"variant": ours.of("B"), "quantity": "2"}]}
    hold = (await ours.ask(CREATE, input=asked))["stockHold"]
    (line,) = hold["lines"]
    assert (line["location"]["code"], line["isDropShipped"], line["backordered"]) == (
        "depot", True, "0",
    )  # fmt: skip
    assert (await stock(ours, "B"))[1]["reservedAtSupplier"] == "2"
    assert (await stock(ours, "B"))[1]["sellable"] == "0"
    more = {"owner": "other", "lines": [{"variant": ours.of("B"), "quantity": "1"}]}
    assert refusals(await ours.ask(CREATE, input=more)) == [
        ("INSUFFICIENT_STOCK", "lines.0.quantity")
    ]
    shipped = (await ours.ask(SHIP, id=hold["id"]))["stockHold"]
    (line,) = shipped["lines"]
    assert (shipped["state"], line["shipped"], line["cost"]) == ("SHIPPED", "2", money("25.00"))
    assert (await stock(ours, "B"))[1]["atSupplier"] == "0"
    back = {"holdId": hold["id"], "lines": [{"lineId": line["id"], "quantity": "1"}]}
    refused = await ours.desk.keyed("back").ask(RETURN, input=back)
    assert refusals(refused["stockReturn"]) == [("NOT_ALLOWED", "lines.0.lineId")]
    assert await find_differences(ours.desk.shop.scope.reading) == []


async def test_a_supplier_sends_from_no_place_of_ours_or_anothers(buyers: TwoBuyers) -> None:
    ours, theirs = buyers.ours, buyers.neighbour
    for place, refused in (
        (ours.here, ("INVALID", "location")),
        (theirs.here, ("NOT_FOUND", "location")),
    ):
        answer = await ours.ask(UPDATE, id=ours.supplier, input={"location": place})
        assert refusals(answer) == [refused]
