"""What may be done with goods that soon expire, straight from their row: by whom, and how."""

from typing import Any

import pytest

from tests.api.purchasing.conftest import Buyer, TwoBuyers
from tests.api.purchasing.test_returns import CREATE, day, done, receive, step
from tests.api.purchasing.test_returns import SHIP as SHIP_BACK

pytestmark = pytest.mark.anyio

ROWS = """{ expiringLots(withinDays: 30) { nodes {
  quantity free allowedActions location { id } lot { id number variant { id } } } } }"""
ACTIONS = "{ expiringLots(withinDays: 30) { nodes { allowedActions lot { number } } } }"
HOLD = """mutation ($input: StockHoldCreateInput!) { stockHoldCreate(input: $input) {
  stockHold { id } userErrors { code } } }"""
CHANGE = """mutation ($input: StockChangeInput!) { stockChange(input: $input) {
  variants { sku } userErrors { code path } } }"""
WRITE_OFF = """mutation ($input: WriteOffCreateInput!) { writeOffCreate(input: $input) {
  writeOff { id } userErrors { code path } } }"""
POST = """mutation ($id: ID!) { writeOffPost(id: $id) {
  writeOff { state } userErrors { code path } } }"""


async def rows(buyer: Buyer) -> dict[str, Any]:
    """What expires soon, by the lot's number."""
    found = (await buyer.desk.admin.ask(ROWS))["expiringLots"]["nodes"]
    return {row["lot"]["number"]: row for row in found}


async def test_a_row_s_ids_are_enough_to_write_it_off_and_to_send_it_back(
    buyers: TwoBuyers,
) -> None:
    ours = buyers.ours
    await receive(ours, "B", "10", "7.50", number="gone", expiresOn=day(-2))
    await receive(ours, "B", "4", "8", number="soon", expiresOn=day(3))
    row = (await rows(ours))["gone"]
    assert (row["free"], row["allowedActions"]) == ("10", ["WRITE_OFF", "RETURN_TO_SUPPLIER"])
    line = {"variant": {"id": row["lot"]["variant"]["id"]}, "lotId": row["lot"]["id"]}
    asked = {"location": {"id": row["location"]["id"]}, "lines": [{**line, "quantity": "4"}]}
    paper = await done(ours, WRITE_OFF, input={**asked, "reason": "EXPIRED"})
    assert (await done(ours, POST, "post", id=paper["id"]))["state"] == "POSTED"
    row = (await rows(ours))["gone"]
    assert row["free"] == "6"
    back = {"location": {"id": row["location"]["id"]}, "lines": [{"lotId": row["lot"]["id"]}]}
    sent = await done(ours, CREATE, input=back)
    assert sent["supplier"] == {"title": "Чайный двор"}
    await done(ours, step("Approve"), id=sent["id"])
    await done(ours, SHIP_BACK, "ship", id=sent["id"], codes=None)
    assert list(await rows(ours)) == ["soon"]


async def test_what_may_be_done_is_by_what_is_free_where_it_came_from_and_who_asks(
    buyers: TwoBuyers,
) -> None:
    ours = buyers.ours
    await receive(ours, "B", "4", "8", number="bought", expiresOn=day(3))
    found = {
        "variant": ours.of("C"), "difference": "2", "lot": {"number": "found", "expiresOn": day(3)},
    }  # fmt: skip
    await done(ours, CHANGE, "found", input={"location": ours.here, "changes": [found]})
    actions = {number: row["allowedActions"] for number, row in (await rows(ours)).items()}
    assert actions == {
        "bought": ["MARK_DOWN", "WRITE_OFF", "RETURN_TO_SUPPLIER"],
        "found": ["MARK_DOWN", "WRITE_OFF"],
    }
    held = {"owner": "cart", "lines": [{"variant": ours.of("B"), "quantity": "4"}]}
    await done(ours, HOLD, input=held)
    row = (await rows(ours))["bought"]
    assert (row["quantity"], row["free"], row["allowedActions"]) == ("4", "0", [])
    for permission, allowed in (
        ("inventory:write", ["WRITE_OFF"]), ("prices:write", ["MARK_DOWN"]), ("products:read", []),
    ):  # fmt: skip
        clerk = await ours.desk.clerk("inventory:read", permission)
        nodes = (await clerk.ask(ACTIONS))["expiringLots"]["nodes"]
        assert {row["lot"]["number"]: row["allowedActions"] for row in nodes} == {
            "bought": [], "found": allowed,
        }  # fmt: skip
