"""Returns to suppliers at the admin's door: from a receipt, an expiring or a recalled lot."""

from datetime import timedelta
from typing import Any

import pytest

from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.conftest import TwoDesks
from tests.api.purchasing.conftest import SUPPLIER, Buyer, TwoBuyers, money
from tests.api.stock.marked import make_bench, texts
from tests.days import today

pytestmark = pytest.mark.anyio

FIELDS = """supplierReturn { id number state allowedActions supplierNumber note
  supplier { title } location { title } total { amount currencyCode } cost { amount }
  lines { id variant { sku } lot { number } quantity price { amount } total { amount }
    cost { amount } } }
userErrors { code path message ... on InsufficientStockError { requested available } }"""
CREATE = f"""mutation ($input: SupplierReturnCreateInput!) {{
  supplierReturnCreate(input: $input) {{ {FIELDS} }} }}"""
UPDATE = f"""mutation ($id: ID!, $input: SupplierReturnUpdateInput!) {{
  supplierReturnUpdate(id: $id, input: $input) {{ {FIELDS} }} }}"""
SHIP = f"""mutation ($id: ID!, $codes: [SupplierReturnCodesInput!]) {{
  supplierReturnShip(id: $id, codes: $codes) {{ {FIELDS} }} }}"""
LISTED = """query ($where: SupplierReturnWhere) {
  supplierReturns(where: $where) { totalCount nodes { number state } } }"""
RECEIVE = """mutation ($input: GoodsReceiptCreateInput!) { goodsReceiptCreate(input: $input) {
  goodsReceipt { id } userErrors { code path message } } }"""
EXPIRING = """{ expiringLots(withinDays: 10) { nodes {
  lot { id number } quantity value { amount } } } }"""
RECALL = "mutation ($id: ID!) { lotRecall(id: $id) { lot { state } userErrors { code } } }"
LEVEL = "query ($id: ID!) { variant(id: $id) { stock { onHand available } } }"
MOVED = """query ($id: ID!) { stockMovements(first: 1, where: {variantId: {eq: $id}}) { nodes {
  kind documentKind documentId quantity value { amount } lot { number } } } }"""
HOLD = """mutation ($input: StockHoldCreateInput!) {
  stockHoldCreate(input: $input) { stockHold { id } userErrors { code } } }"""


def step(verb: str) -> str:
    return f"mutation ($id: ID!) {{ supplierReturn{verb}(id: $id) {{ {FIELDS} }} }}"


async def done(buyer: Buyer, text: str, key: str = "", **variables: Any) -> Any:
    """What a mutation made; nothing of it was refused."""
    client = buyer.desk.keyed(key) if key else buyer.desk.admin
    (payload,) = (await client.ask(text, **variables)).values()
    assert payload["userErrors"] == []
    return next(iter(payload.values()))


async def refused(buyer: Buyer, text: str, key: str = "", **variables: Any) -> Any:
    client = buyer.desk.keyed(key) if key else buyer.desk.admin
    (payload,) = (await client.ask(text, **variables)).values()
    return payload["userErrors"]


async def receive(buyer: Buyer, sku: str, quantity: str, price: str, **lot: Any) -> None:
    line = {"variant": buyer.of(sku), "quantity": quantity, "price": money(price), "lot": lot}
    asked = {"supplier": {"id": buyer.supplier}, "lines": [line]}
    await done(buyer, RECEIVE, f"{sku} {quantity} {price} {lot}", input=asked)


async def lots(buyer: Buyer) -> dict[str, str]:
    found = (await buyer.desk.admin.ask(EXPIRING))["expiringLots"]["nodes"]
    return {one["lot"]["number"]: one["lot"]["id"] for one in found}


def day(offset: int) -> str:
    return (today() + timedelta(days=offset)).isoformat()


async def test_an_expiring_lot_goes_back_to_whom_it_came_from_at_what_it_was_bought_for(
    buyers: TwoBuyers,
) -> None:
    ours = buyers.ours
    await receive(ours, "B", "10", "7.50", number="old", expiresOn=day(3))
    await receive(ours, "B", "5", "8", number="new", expiresOn=day(90))
    lot = (await lots(ours))["old"]
    made = await done(ours, CREATE, input={"lines": [{"lotId": lot}], "supplierNumber": "R-17"})
    assert made | {"id": "", "lines": []} == {
        "id": "",
        "number": "1",
        "state": "DRAFT",
        "allowedActions": ["CHANGE_LINES", "APPROVE", "CANCEL"],
        "supplierNumber": "R-17",
        "note": None,
        "supplier": {"title": "Чайный двор"},
        "location": {"title": "Склад"},
        "total": {"amount": "75.00", "currencyCode": "RUB"},
        "cost": None,
        "lines": [],
    }
    (line,) = made["lines"]
    assert line | {"id": ""} == {
        "id": "",
        "variant": {"sku": "B"},
        "lot": {"number": "old"},
        "quantity": "10",
        "price": {"amount": "7.50"},
        "total": {"amount": "75.00"},
        "cost": None,
    }
    approved = await done(ours, step("Approve"), id=made["id"])
    assert approved["allowedActions"] == ["SHIP", "CANCEL"]
    assert (await ours.ask(LEVEL, id=ours.of("B")["id"]))["stock"][0]["onHand"] == "15"
    shipped = await done(ours, SHIP, "ship", id=made["id"])
    assert (shipped["state"], shipped["cost"]) == ("SHIPPED", {"amount": "75.00"})
    assert (await ours.ask(LEVEL, id=ours.of("B")["id"]))["stock"][0]["onHand"] == "5"
    assert (await ours.ask(MOVED, id=ours.of("B")["id"]))["nodes"] == [
        {
            "kind": "SUPPLIER_RETURN",
            "documentKind": "SUPPLIER_RETURN",
            "documentId": made["id"],
            "quantity": "-10",
            "value": {"amount": "-75.00"},
            "lot": {"number": "old"},
        }
    ]
    assert await done(ours, SHIP, "ship", id=made["id"]) == shipped
    assert (await ours.ask(LEVEL, id=ours.of("B")["id"]))["stock"][0]["onHand"] == "5"


async def test_expired_and_recalled_lots_go_back_too(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    await receive(ours, "B", "4", "1", number="expired", expiresOn=day(-1))
    await receive(ours, "C", "6", "2", number="bad", expiresOn=day(5))
    by_number = await lots(ours)
    await done(ours, RECALL, id=by_number["bad"])
    assert (await ours.ask(LEVEL, id=ours.of("C")["id"]))["stock"][0]["available"] == "0"
    lines = [{"lotId": by_number["expired"]}, {"lotId": by_number["bad"], "quantity": "2.5"}]
    made = await done(ours, CREATE, input={"lines": lines})
    await done(ours, step("Approve"), id=made["id"])
    shipped = await done(ours, SHIP, "ship", id=made["id"])
    assert [line["cost"]["amount"] for line in shipped["lines"]] == ["4.00", "5.00"]
    assert (await ours.ask(LEVEL, id=ours.of("C")["id"]))["stock"][0]["onHand"] == "3.5"


async def test_a_line_without_a_lot_costs_what_was_paid_last_and_goes_first_expired_first(
    buyers: TwoBuyers,
) -> None:
    ours = buyers.ours
    await receive(ours, "B", "2", "10", number="late", expiresOn=day(90))
    await receive(ours, "B", "2", "12", number="soon", expiresOn=day(9))
    lines = [{"variant": ours.of("B"), "quantity": "3"}]
    made = await done(ours, CREATE, input={"supplier": {"id": ours.supplier}, "lines": lines})
    assert made["total"]["amount"] == "36.00"
    lines[0] |= {"price": money("9.99")}
    changed = await done(ours, UPDATE, id=made["id"], input={"lines": lines, "note": "бой"})
    assert (changed["total"]["amount"], changed["note"]) == ("29.97", "бой")
    await done(ours, step("Approve"), id=made["id"])
    assert refusals(
        {"userErrors": await refused(ours, UPDATE, id=made["id"], input={"lines": []})}
    ) == [("NOT_ALLOWED", "lines")]
    shipped = await done(ours, SHIP, "ship", id=made["id"])
    assert shipped["cost"] == {"amount": "34.00"}


async def test_what_is_promised_does_not_go_back(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    lines = [{"variant": ours.of("A"), "quantity": "4", "price": money("1")}]
    made = await done(ours, CREATE, input={"supplier": {"id": ours.supplier}, "lines": lines})
    await done(ours, step("Approve"), id=made["id"])
    kept = {"owner": "cart", "lines": [{"variant": ours.of("A"), "quantity": "2"}]}
    await done(ours, HOLD, input=kept)
    (error,) = await refused(ours, SHIP, "1", id=made["id"])
    assert (error["code"], error["path"]) == ("INSUFFICIENT_STOCK", ["lines", "0", "quantity"])
    assert (error["requested"], error["available"]) == ("4", "3")
    cancelled = await done(ours, step("Cancel"), id=made["id"])
    assert (cancelled["state"], cancelled["allowedActions"]) == ("CANCELLED", [])
    assert (await refused(ours, SHIP, "2", id=made["id"]))[0]["code"] == "NOT_ALLOWED"
    assert (await ours.ask(LEVEL, id=ours.of("A")["id"]))["stock"][0]["onHand"] == "5"


async def test_what_is_wrong_with_lines_is_said_of_each(buyers: TwoBuyers) -> None:
    ours = buyers.ours
    await receive(ours, "B", "4", "1", number="L", expiresOn=day(5))
    lot = (await lots(ours))["L"]
    theirs = {"id": encode_id("var", buyers.neighbour.desk.shop.variants["A"])}
    lines = [
        {"quantity": "1"},
        {"variant": theirs, "quantity": "1"},
        {"variant": ours.of("A"), "lotId": lot},
        {"lotId": encode_id("lot", new_id())},
        {"variant": ours.of("A"), "quantity": "0"},
        {"variant": ours.of("C"), "quantity": "1", "price": money("1", "USD")},
        {"lotId": lot},
        {"lotId": lot, "variant": ours.of("B")},
    ]
    errors = await refused(ours, CREATE, input={"supplier": {"id": ours.supplier}, "lines": lines})
    assert refusals({"userErrors": errors}) == [
        ("REQUIRED", "lines.0.variant"),
        ("NOT_FOUND", "lines.1.variant"),
        ("NOT_FOUND", "lines.2.lotId"),
        ("NOT_FOUND", "lines.3.lotId"),
        ("INVALID", "lines.4.quantity"),
        ("INVALID", "lines.5.price.currencyCode"),
        ("INVALID", "lines.7.lotId"),
    ]
    errors = await refused(
        ours,
        CREATE,
        input={
            "supplier": {"id": ours.supplier},
            "lines": [{"variant": ours.of("C"), "quantity": "1"}],
        },
    )
    assert refusals({"userErrors": errors}) == [("REQUIRED", "lines.0.price")]
    errors = await refused(
        ours, CREATE, input={"lines": [{"variant": ours.of("B"), "quantity": "1"}]}
    )
    assert refusals({"userErrors": errors}) == [("REQUIRED", "supplier")]
    other = await done(ours, SUPPLIER, input={"title": "Другой"})
    made = await done(
        ours,
        CREATE,
        input={
            "supplier": {"id": other["id"]},
            "lines": [{"lotId": lot, "price": money("3")}],
        },
    )
    assert (made["number"], made["total"]["amount"]) == ("1", "12.00")


async def test_a_neighbours_return_is_not_there(buyers: TwoBuyers) -> None:
    ours, theirs = buyers.ours, buyers.neighbour
    lines = [{"variant": ours.of("A"), "quantity": "1", "price": money("1")}]
    made = await done(ours, CREATE, input={"supplier": {"id": ours.supplier}, "lines": lines})
    for text in (step("Approve"), step("Cancel")):
        errors = await refused(theirs, text, id=made["id"])
        assert refusals({"userErrors": errors}) == [("NOT_FOUND", "id")]
    assert await theirs.ask(LISTED) == {"totalCount": 0, "nodes": []}
    assert await ours.ask(LISTED, where={"state": {"eq": "DRAFT"}}) == {
        "totalCount": 1,
        "nodes": [{"number": "1", "state": "DRAFT"}],
    }


async def test_pieces_with_codes_go_back_code_by_code(desks: TwoDesks) -> None:
    bench = await make_bench(desks.ours)
    (made,) = (await desks.ours.admin.ask(SUPPLIER, input={"title": "Сапожник"})).values()
    ours = Buyer(desks.ours, made["supplier"]["id"])
    codes = texts("A", "B", "C")
    line = {"variant": bench.of("BOOT"), "quantity": "3", "codes": codes}
    await bench.receive("r", line)
    lines = [{"variant": ours.of("BOOT"), "quantity": "2", "price": money("5")}]
    draft = await done(ours, CREATE, input={"supplier": {"id": ours.supplier}, "lines": lines})
    approved = await done(ours, step("Approve"), id=draft["id"])
    assert (await refused(ours, SHIP, "1", id=draft["id"])) != []
    named = {"lineId": approved["lines"][0]["id"], "codes": [codes[0], codes[2]]}
    strange = named | {"lineId": encode_id("srl", new_id())}
    errors = await refused(ours, SHIP, "2", id=draft["id"], codes=[named, strange])
    assert refusals({"userErrors": errors}) == [("NOT_FOUND", "codes.1.lineId")]
    halves = [named | {"codes": [code]} for code in named["codes"]]
    errors = await refused(ours, SHIP, "halves", id=draft["id"], codes=halves)
    assert refusals({"userErrors": errors}) == [("INVALID", "codes.1.lineId")]
    await done(ours, SHIP, "3", id=draft["id"], codes=[named])
    states = {serial: (await bench.unit(serial))["state"] for serial in "ABC"}
    assert states == {"A": "SENT_BACK", "B": "IN_STOCK", "C": "SENT_BACK"}
