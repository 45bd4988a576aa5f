"""Transfers at the admin's door: sent, under way, received, short; nothing lost between."""

from dataclasses import replace
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from domain.errors import NotAllowed, NotFound
from domain.paging import PageRequest
from domain.stock.tables import StockArrival
from domain.stock.transfers.lists import list_transfers, transfers_seen
from domain.stock.transfers.states import receive_transfer, send_transfer
from tenants.ids import decode_id, encode_id, new_id
from tenants.principal import Actor, Principal
from tests.api.answers import refusals
from tests.api.conftest import TwoDesks
from tests.api.stock.document_desk import Keeper, TwoKeepers, make_keepers
from tests.api.stock.test_holds import hold
from tests.days import today

pytestmark = pytest.mark.anyio

FIELDS: Final = """transfer { id number state allowedActions note version expectedOn
fromLocation { code } toLocation { code } lines { id variant { sku } lot { number } quantity
value { amount } received short shortValue { amount } } }
userErrors { code path message ... on InsufficientStockError { requested available } }"""
CREATE: Final = (
    f"mutation ($input: TransferCreateInput!) {{ transferCreate(input: $input) {{ {FIELDS} }} }}"
)
UPDATE: Final = f"""mutation ($id: ID!, $input: TransferUpdateInput!)
{{ transferUpdate(id: $id, input: $input) {{ {FIELDS} }} }}"""
RECEIVE: Final = f"""mutation ($id: ID!, $lines: [TransferArrivalInput!])
{{ transferReceive(id: $id, lines: $lines) {{ {FIELDS} }} }}"""
LEVELS: Final = """query ($id: ID!) { variant(id: $id) {
stock { onHand available inTransit expected location { code } } } }"""
MOVEMENTS: Final = """query ($id: ID!) {
stockMovements(where: {documentId: {eq: $id}}, first: 100) { nodes {
kind quantity value { amount } reason documentKind documentId at location { code }
lot { number } } } }"""
BALANCES: Final = """query ($at: DateTime) { stockBalances(asOf: $at) {
nodes { variant { sku } location { code } onHand inTransit } } }"""


def step(verb: str) -> str:
    return (
        "mutation ($id: ID!, $version: Int) "
        f"{{ transfer{verb}(id: $id, expectedVersion: $version) {{ {FIELDS} }} }}"
    )


async def draft(keeper: Keeper, *lines: dict[str, Any], **more: Any) -> Any:
    places = {"fromLocation": keeper.at("main"), "toLocation": keeper.at("shop")}
    payload = await keeper.ask(CREATE, input={**places, "lines": lines, **more})
    assert payload["userErrors"] == []
    return payload["transfer"]


async def move(keeper: Keeper, verb: str, transfer: Any) -> Any:
    payload = await keeper.ask(step(verb), id=transfer["id"])
    assert payload["userErrors"] == []
    return payload["transfer"]


async def receive(keeper: Keeper, transfer: Any, *quantities: str) -> Any:
    """So much of each line comes, or all that is left."""
    lines = [
        {"lineId": line["id"], "quantity": quantity}
        for line, quantity in zip(transfer["lines"], quantities, strict=False)
    ]
    payload = await keeper.ask(RECEIVE, id=transfer["id"], lines=lines or None)
    assert payload["userErrors"] == []
    return payload["transfer"]


async def refused(keeper: Keeper, text: str, transfer: Any, **more: Any) -> Any:
    """What is wrong with it; nothing is changed."""
    before = await keeper.rows()
    payload = await keeper.ask(text, id=transfer["id"], **more)
    assert payload["transfer"] is None
    assert await keeper.rows() == before
    return refusals(payload)


async def levels(keeper: Keeper, sku: str) -> dict[str, tuple[str, ...]]:
    """On hand, available, in transit and expected, by place."""
    found = await keeper.ask(LEVELS, id=keeper.of(sku)["id"])
    names = ("onHand", "available", "inTransit", "expected")
    return {
        level["location"]["code"]: tuple(level[name] for name in names) for level in found["stock"]
    }


@pytest.fixture
async def keepers(desks: TwoDesks) -> TwoKeepers:
    return await make_keepers(desks)


@pytest.fixture
async def ours(keepers: TwoKeepers) -> Keeper:
    return keepers.ours


async def test_goods_under_way_are_at_neither_place_and_nobodys_to_sell(ours: Keeper) -> None:
    await ours.receive("CUP", 5_000, 1_001)
    day = today().isoformat()
    paper = await draft(ours, ours.line("CUP", "2"), expectedOn=day, note="к открытию")
    assert (paper["number"], paper["state"]) == ("1", "DRAFT")
    assert paper["allowedActions"] == ["CHANGE_LINES", "SEND", "CANCEL"]
    assert await levels(ours, "CUP") == {"main": ("5", "5", "0", "0")}
    sent = await move(ours, "Send", paper)
    assert sent["allowedActions"] == ["RECEIVE", "CLOSE", "CANCEL"]
    assert sent["lines"][0]["value"] == {"amount": "4.00"}
    assert await levels(ours, "CUP") == {
        "main": ("3", "3", "0", "0"),
        "shop": ("0", "0", "2", "0"),
    }
    too_many = await hold(ours.desk, "cart", ours.line("CUP", "4"))
    assert refusals(too_many) == [("INSUFFICIENT_STOCK", "lines.0.quantity")]
    await ours.check()
    done = await receive(ours, paper)
    assert (done["state"], done["allowedActions"]) == ("RECEIVED", [])
    assert await levels(ours, "CUP") == {
        "main": ("3", "3", "0", "0"),
        "shop": ("2", "2", "0", "0"),
    }
    assert await ours.value() == 1_001
    await ours.check()


async def test_lots_travel_whole_with_their_last_day_and_their_cost(ours: Keeper) -> None:
    late = await ours.receive("CUP", 3_000, 1_000, "late", 60)
    await ours.receive("CUP", 3_000, 100, "soon", 5)
    await ours.receive("CUP", 3_000, 7, "gone", -1)
    lines = [ours.line("CUP", "4"), ours.line("CUP", "1", lotId=late)]
    sent = await move(ours, "Send", await draft(ours, *lines))
    # What has expired stays, unless it is named; what is named goes first.
    assert [line["value"]["amount"] for line in sent["lines"]] == ["4.34", "3.33"]
    await receive(ours, sent, "3.5")
    assert await ours.stock("CUP") == {"main": ("4", "1"), "shop": ("3.5", "3.5")}
    await receive(ours, sent)
    nodes = (await ours.ask(MOVEMENTS, id=sent["id"]))["nodes"]
    moved = {kind: {"late": 0.0, "soon": 0.0} for kind in ("TRANSFER_OUT", "TRANSFER_IN")}
    for one in nodes:
        moved[one["kind"]][one["lot"]["number"]] += abs(float(one["quantity"]))
        assert (one["documentKind"], one["documentId"]) == ("TRANSFER", sent["id"])
    assert moved["TRANSFER_OUT"] == moved["TRANSFER_IN"] == {"late": 2.0, "soon": 3.0}
    assert await ours.value() == 1_107
    await ours.check()


async def test_a_lot_tells_what_of_it_is_under_way_and_comes_recalled(ours: Keeper) -> None:
    bad = await ours.receive("CUP", 3_000, 100, "bad", 9)
    sent = await move(ours, "Send", await draft(ours, ours.line("CUP", "2")))
    recalled = await ours.ask(
        "mutation ($id: ID!) { lotRecall(id: $id) { lot { inTransit balances { quantity } } } }",
        id=bad,
    )
    assert recalled["lot"] == {"inTransit": "2", "balances": [{"quantity": "1"}]}
    await receive(ours, sent)
    assert await ours.stock("CUP") == {"main": ("1", "0"), "shop": ("2", "0")}
    await ours.check()


async def test_a_lot_that_has_expired_is_sent_back_when_it_is_named(ours: Keeper) -> None:
    gone = await ours.receive("CUP", 3_000, 100, "gone", -1)
    unnamed = await draft(ours, ours.line("CUP", "1"))
    assert await refused(ours, step("Send"), unnamed) == [
        ("INSUFFICIENT_STOCK", "lines.0.quantity")
    ]
    await receive(
        ours, await move(ours, "Send", await draft(ours, ours.line("CUP", "2", lotId=gone)))
    )
    assert await ours.stock("CUP") == {"main": ("1", "0"), "shop": ("2", "0")}
    await ours.check()


async def test_what_is_reserved_is_not_sent(ours: Keeper) -> None:
    await ours.receive("CUP", 5_000, 500)
    assert (await hold(ours.desk, "cart", ours.line("CUP", "4")))["userErrors"] == []
    paper = await draft(ours, ours.line("CUP", "1"), ours.line("CUP", "1"))
    payload = await ours.ask(step("Send"), id=paper["id"])
    assert refusals(payload) == [("INSUFFICIENT_STOCK", "lines.1.quantity")]
    assert (payload["userErrors"][0]["requested"], payload["userErrors"][0]["available"]) == (
        "1",
        "0",
    )


async def test_what_comes_in_parts_comes_at_its_cost_and_what_is_short_is_a_loss(
    ours: Keeper,
) -> None:
    await ours.receive("CUP", 3_000, 1_000)
    await ours.receive("SET", 2_000, 333)
    sent = await move(ours, "Send", await draft(ours, ours.line("CUP", "3"), ours.line("SET", "2")))
    part = await receive(ours, sent, "1", "2")
    assert (part["state"], part["allowedActions"]) == ("PARTLY_RECEIVED", ["RECEIVE", "CLOSE"])
    assert [line["received"] for line in part["lines"]] == ["1", "2"]
    assert (await levels(ours, "CUP"))["shop"] == ("1", "1", "2", "0")
    await ours.check()
    assert await refused(ours, step("Cancel"), sent) == [("NOT_ALLOWED", "id")]
    closed = await move(ours, "Close", sent)
    assert closed["state"] == "RECEIVED"
    came = [(one["received"], one["short"], one["shortValue"]["amount"]) for one in closed["lines"]]
    assert came == [
        ("1", "2", "6.67"),
        ("2", "0", "0.00"),
    ]  # fmt: skip
    assert (await levels(ours, "CUP"))["shop"] == ("1", "1", "0", "0")
    nodes = (await ours.ask(MOVEMENTS, id=sent["id"]))["nodes"]
    (loss,) = [one for one in nodes if one["kind"] == "WRITE_OFF"]
    assert (loss["quantity"], loss["value"], loss["reason"], loss["location"]) == (
        "-2",
        {"amount": "-6.67"},
        "shortage",
        {"code": "shop"},
    )
    assert await ours.value() == 1_333 - 667
    await ours.check()


async def test_a_whole_load_may_be_lost(ours: Keeper) -> None:
    await ours.receive("CUP", 3_000, 1_000)
    sent = await move(ours, "Send", await draft(ours, ours.line("CUP", "3")))
    await move(ours, "Close", sent)
    assert await levels(ours, "CUP") == {"main": ("0", "0", "0", "0"), "shop": ("0", "0", "0", "0")}
    assert await ours.value() == 0
    await ours.check()


async def test_what_is_called_back_lies_where_it_lay(ours: Keeper) -> None:
    await ours.receive("CUP", 3_000, 1_000, "L1", 9)
    await ours.receive("CUP", 3_000, 500, "L2", 19)
    sent = await move(ours, "Send", await draft(ours, ours.line("CUP", "4")))
    called = await move(ours, "Cancel", sent)
    assert (called["state"], called["allowedActions"]) == ("CANCELLED", [])
    assert await levels(ours, "CUP") == {"main": ("6", "6", "0", "0"), "shop": ("0", "0", "0", "0")}
    assert await ours.value() == 1_500
    await ours.check()
    drafted = await draft(ours, ours.line("CUP", "4"))
    assert (await move(ours, "Cancel", drafted))["state"] == "CANCELLED"


async def test_more_than_was_sent_is_refused(ours: Keeper) -> None:
    await ours.receive("CUP", 3_000, 1_000)
    sent = await move(ours, "Send", await draft(ours, ours.line("CUP", "2")))
    other = await move(ours, "Send", await draft(ours, ours.line("CUP", "1")))
    line, foreign = sent["lines"][0]["id"], other["lines"][0]["id"]
    await receive(ours, sent, "0.5")
    for lines, expected in (
        ([(line, "1.501")], ("NOT_ALLOWED", "lines.0.quantity")),
        ([(line, "0")], ("INVALID", "lines.0.quantity")),
        ([(line, "-1")], ("INVALID", "lines.0.quantity")),
        ([(line, "1"), (line, "0.5")], ("INVALID", "lines.1.lineId")),
        ([(foreign, "1")], ("NOT_FOUND", "lines.0.lineId")),
        ([], ("REQUIRED", "lines")),
    ):
        given = [{"lineId": one, "quantity": quantity} for one, quantity in lines]
        assert await refused(ours, RECEIVE, sent, lines=given) == [expected]


async def test_a_place_is_told_when_goods_come_and_past_instants_know_them_under_way(
    ours: Keeper,
) -> None:
    await ours.receive("CUP", 3_000, 1_000)
    sent = await move(ours, "Send", await draft(ours, ours.line("CUP", "2")))
    at = max(one["at"] for one in (await ours.ask(MOVEMENTS, id=sent["id"]))["nodes"])
    await receive(ours, sent)
    for instant, there in ((at, ("0", "2")), (None, ("2", "0"))):
        nodes = (await ours.ask(BALANCES, at=instant))["nodes"]
        (shop,) = [
            (one["onHand"], one["inTransit"])
            for one in nodes
            if one["variant"]["sku"] == "CUP" and one["location"]["code"] == "shop"
        ]
        assert shop == there
    changed = await ours.ask(
        '{ events(types: ["stock.changed"], first: 100) { events { entityId } } }'
    )
    assert [one["entityId"] for one in changed["events"]].count(ours.of("CUP")["id"]) == 2


async def test_a_draft_changes_and_what_is_under_way_keeps_all_but_its_day(ours: Keeper) -> None:
    await ours.receive("CUP", 3_000, 1_000)
    paper = await draft(ours, ours.line("CUP", "9"))
    changes = {
        "lines": [ours.line("CUP", "1")],
        "fromLocation": ours.at("main"),
        "toLocation": ours.at("shop"),
    }
    changed = await ours.ask(UPDATE, id=paper["id"], input=changes)
    assert [one["quantity"] for one in changed["transfer"]["lines"]] == ["1"]
    assert await refused(ours, UPDATE, paper, input={"toLocation": ours.at("main")}) == [
        ("INVALID", "toLocation")
    ]
    assert await refused(ours, step("Send"), paper, version=9) == [("CONFLICT", "expectedVersion")]
    await move(ours, "Send", paper)
    for field, value in changes.items():
        assert await refused(ours, UPDATE, paper, input={field: value}) == [("NOT_ALLOWED", field)]
    later = await ours.ask(UPDATE, id=paper["id"], input={"expectedOn": "2099-01-31"})
    assert later["transfer"]["expectedOn"] == "2099-01-31"
    arrival = await ours.desk.shop.scope.reading.rows(select(StockArrival))
    assert [str(row["due_on"]) for row in arrival] == ["2099-01-31"]
    await receive(ours, paper)
    assert await refused(ours, UPDATE, paper, input={"expectedOn": None}) == [
        ("NOT_ALLOWED", "expectedOn")
    ]
    for text in (*map(step, ("Send", "Close", "Cancel")), RECEIVE):
        assert await refused(ours, text, paper) == [("NOT_ALLOWED", "id")]


async def test_each_refusal_says_where_and_changes_nothing(keepers: TwoKeepers) -> None:
    ours, theirs, line = keepers.ours, keepers.neighbour, keepers.ours.line
    mine = await ours.receive("CUP", 1_000, 100, "L", 5)
    foreign = await theirs.receive("CUP", 1_000, 100, "L", 5)
    wrong: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"fromLocation": theirs.at("main")}, ("NOT_FOUND", "fromLocation")),
        ({"toLocation": theirs.at("shop")}, ("NOT_FOUND", "toLocation")),
        ({"toLocation": ours.at("main")}, ("INVALID", "toLocation")),
        ({"lines": [theirs.line("CUP", "1")]}, ("NOT_FOUND", "lines.0.variant")),
        ({"lines": [line("CUP", "0")]}, ("INVALID", "lines.0.quantity")),
        ({"lines": [line("CUP", "-0.001")]}, ("INVALID", "lines.0.quantity")),
        ({"lines": [line("CUP", "1", lotId=foreign)]}, ("NOT_FOUND", "lines.0.lotId")),
        ({"lines": [line("BOX", "1", lotId=mine)]}, ("NOT_FOUND", "lines.0.lotId")),
    ]
    before, beside = await ours.rows(), await theirs.rows()
    places = {"fromLocation": ours.at("main"), "toLocation": ours.at("shop")}
    for given, expected in wrong:
        payload = await ours.ask(CREATE, input={**places, **given})
        assert refusals(payload) == [expected], given
    assert (await ours.rows(), await theirs.rows()) == (before, beside)
    assert await refused(ours, step("Send"), await draft(ours)) == [("REQUIRED", "lines")]
    there = await draft(theirs, theirs.line("CUP", "1"))
    for id in (there["id"], encode_id("trf", new_id())):
        for text in (*map(step, ("Send", "Close", "Cancel")), RECEIVE):
            assert refusals(await ours.ask(text, id=id)) == [("NOT_FOUND", "id")]
        assert await ours.ask("query ($id: ID!) { transfer(id: $id) { id } }", id=id) is None
        assert await ours.ask("query ($id: ID!) { node(id: $id) { id } }", id=id) is None


async def test_each_end_does_its_own_part(ours: Keeper) -> None:
    await ours.receive("CUP", 3_000, 1_000)
    paper = await draft(ours, ours.line("CUP", "1"))
    transfer_id, scope = decode_id(paper["id"], "trf"), ours.desk.shop.scope
    sender, receiver, stranger = (
        Principal(Actor.STAFF, new_id(), points=(place,))
        for place in (ours.places["main"], ours.places["shop"], new_id())
    )
    for who, seen in ((sender, 1), (receiver, 1), (stranger, 0)):
        assert len((await list_transfers(scope.reading, who, PageRequest())).rows) == seen
        assert len(await transfers_seen(scope.reading, who, [transfer_id])) == seen

    async def by(who: Principal, work: Any) -> None:
        async with replace(scope, principal=who).writing("test") as uow:
            await work(uow, transfer_id)

    for who, work, refusal in (
        (stranger, send_transfer, NotFound),
        (receiver, send_transfer, NotAllowed),
        (sender, send_transfer, None),
        (stranger, receive_transfer, NotFound),
        (sender, receive_transfer, NotAllowed),
        (receiver, receive_transfer, None),
    ):
        if refusal is None:
            await by(who, work)
        else:
            with pytest.raises(refusal):
                await by(who, work)
    assert await ours.stock("CUP") == {"main": ("2", "2"), "shop": ("1", "1")}


async def test_each_transfer_under_way_that_differs_is_named(ours: Keeper) -> None:
    await ours.receive("CUP", 3_000, 1_000)
    await move(ours, "Send", await draft(ours, ours.line("CUP", "2")))
    async with ours.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(StockArrival).values(quantity=500))
    found = await ours.ask("{ stockIntegrity { check location { code } recorded reckoned } }")
    assert found == [
        {"check": "IN_TRANSIT", "location": {"code": "shop"}, "recorded": "0.5", "reckoned": "2"}
    ]
