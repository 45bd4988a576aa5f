"""Pieces that are known one by one, between two places: each code travels with its piece."""

from typing import Any, Final

import pytest

from domain.stock.integrity import find_differences
from domain.stock.tables import Location
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.conftest import TwoDesks
from tests.api.stock.marked import UNIT, Bench, make_bench, mark, texts
from tests.api.stock.test_unit_sales import receive

pytestmark = pytest.mark.anyio

PAYLOAD: Final = """{ transfer { id state lines { id received short } }
userErrors { code path message } }"""
CREATE: Final = f"""mutation ($input: TransferCreateInput!) {{
transferCreate(input: $input) {PAYLOAD} }}"""
SEND: Final = f"""mutation ($id: ID!, $codes: [ScannedCodeInput!]) {{
transferSend(id: $id, codes: $codes) {PAYLOAD} }}"""
RECEIVE: Final = f"""mutation (
  $id: ID!, $lines: [TransferArrivalInput!], $codes: [ScannedCodeInput!])
{{ transferReceive(id: $id, lines: $lines, codes: $codes) {PAYLOAD} }}"""
CLOSE: Final = f"mutation ($id: ID!) {{ transferClose(id: $id) {PAYLOAD} }}"
CANCEL: Final = f"mutation ($id: ID!) {{ transferCancel(id: $id) {PAYLOAD} }}"


@pytest.fixture
async def bench(desks: TwoDesks) -> Bench:
    await make_bench(desks.neighbour)
    ours = await make_bench(desks.ours)
    await receive(ours, "OLD", 10, "A1", "A2")
    await receive(ours, "NEW", 90, "B1", "B2")
    return ours


async def ask(bench: Bench, text: str, **variables: Any) -> Any:
    return await bench.ask(text, str(new_id()), **variables)


async def draft(bench: Bench, quantity: str) -> Any:
    async with bench.desk.shop.scope.writing("test") as uow:
        shop = await uow.add(Location, title="Лавка", code=f"shop-{new_id().hex}")
    given = {
        "fromLocation": bench.here,
        "toLocation": {"id": encode_id("loc", shop)},
        "lines": [{"variant": bench.of("BOOT"), "quantity": quantity}],
    }
    payload = await ask(bench, CREATE, input=given)
    assert payload["userErrors"] == []
    return payload["transfer"]


async def sent(bench: Bench, *serials: str) -> Any:
    transfer = await draft(bench, str(len(serials)))
    payload = await ask(bench, SEND, id=transfer["id"], codes=texts(*serials))
    assert payload["userErrors"] == []
    return transfer


async def states(bench: Bench, *serials: str) -> list[tuple[str, str]]:
    """The state and the lot of each piece."""
    found = [await bench.ask(UNIT, code={"text": mark(serial)}) for serial in serials]
    return [(unit["state"], unit["lot"]["number"]) for unit in found]


async def test_a_piece_is_in_transit_until_it_comes_and_stays_of_its_lot(bench: Bench) -> None:
    transfer = await sent(bench, "A1", "B1")
    assert await states(bench, "A1", "B1", "B2") == [
        ("IN_TRANSIT", "OLD"),
        ("IN_TRANSIT", "NEW"),
        ("IN_STOCK", "NEW"),
    ]
    assert (await ask(bench, RECEIVE, id=transfer["id"]))["userErrors"] == []
    assert await states(bench, "A1", "B1") == [("IN_STOCK", "OLD"), ("IN_STOCK", "NEW")]
    unit = await bench.unit("B1")
    assert unit["location"]["code"].startswith("shop-")
    kinds = [one["movement"]["kind"] for one in unit["history"]]
    assert kinds == ["RECEIPT", "TRANSFER_OUT", "TRANSFER_IN"]
    assert await find_differences(bench.desk.shop.scope.reading) == []


async def test_of_a_part_that_comes_the_pieces_are_named_and_the_rest_is_written_off(
    bench: Bench,
) -> None:
    transfer = await sent(bench, "A1", "B1", "B2")
    line = {"lineId": transfer["lines"][0]["id"], "quantity": "1"}
    unnamed = await ask(bench, RECEIVE, id=transfer["id"], lines=[line])
    assert refusals(unnamed) == [("REQUIRED", "lines.0.codes")]
    for serial, quantity, refusal in (
        ("A2", "1", ("NOT_ALLOWED", "codes.0")),
        ("none", "1", ("NOT_FOUND", "codes.0")),
        ("B2", "2", ("REQUIRED", "lines.0.codes")),
    ):
        lines = [{**line, "quantity": quantity}]
        payload = await ask(bench, RECEIVE, id=transfer["id"], lines=lines, codes=texts(serial))
        assert refusals(payload) == [refusal]
    came = await ask(bench, RECEIVE, id=transfer["id"], lines=[line], codes=texts("B2"))
    assert came["transfer"]["lines"][0]["received"] == "1"
    assert await states(bench, "B2", "A1") == [("IN_STOCK", "NEW"), ("IN_TRANSIT", "OLD")]
    closed = await ask(bench, CLOSE, id=transfer["id"])
    assert closed["transfer"]["lines"][0]["short"] == "2"
    assert await states(bench, "A1", "B1") == [("WRITTEN_OFF", "OLD"), ("WRITTEN_OFF", "NEW")]
    last = (await bench.unit("A1"))["history"][-1]["movement"]
    assert last == {"kind": "WRITE_OFF", "documentKind": "TRANSFER"}
    assert await find_differences(bench.desk.shop.scope.reading) == []


async def test_what_is_called_back_is_in_stock_again(bench: Bench) -> None:
    transfer = await sent(bench, "A2", "B2")
    assert (await ask(bench, CANCEL, id=transfer["id"]))["userErrors"] == []
    assert await states(bench, "A2", "B2") == [("IN_STOCK", "OLD"), ("IN_STOCK", "NEW")]
    assert await find_differences(bench.desk.shop.scope.reading) == []
    again = await sent(bench, "A2")
    assert (await ask(bench, RECEIVE, id=again["id"]))["userErrors"] == []


async def test_pieces_are_not_sent_without_their_codes(bench: Bench) -> None:
    transfer = await draft(bench, "2")
    for codes, refusal in (
        ([], ("REQUIRED", "lines.0.codes")),
        (texts("A1"), ("REQUIRED", "lines.0.codes")),
        (texts("A1", "A2", "B1"), ("NOT_ALLOWED", "codes.2")),
    ):
        payload = await ask(bench, SEND, id=transfer["id"], codes=codes)
        assert refusals(payload) == [refusal]
    assert await bench.level("BOOT") == ("4", "0")
