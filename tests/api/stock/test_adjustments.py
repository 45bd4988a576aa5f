"""Write-offs, surpluses and conversions at the admin's door."""

import asyncio
from dataclasses import replace
from typing import Any, Final

import pytest

from domain.errors import NotFound
from domain.paging import PageRequest
from domain.stock.adjustments.adjustments import create_adjustment, post_adjustment
from domain.stock.adjustments.lists import adjustments_seen, list_adjustments
from tenants.ids import decode_id, encode_id, new_id
from tenants.principal import Actor, Principal
from tests.api.answers import refusals
from tests.api.conftest import TwoDesks
from tests.api.stock.document_desk import (
    Keeper,
    TwoKeepers,
    make_keepers,
    roubles,
)
from tests.api.stock.test_holds import hold
from tests.days import today

pytestmark = pytest.mark.anyio

HEAD: Final = "id number state allowedActions note version postedAt location { code }"
LINE: Final = "variant { sku } quantity lot { number } value { amount }"
ERRORS: Final = """userErrors { code path message
... on InsufficientStockError { requested available } }"""
BODIES: Final = {
    "writeOff": f"{HEAD} reason lines {{ {LINE} }}",
    "surplus": f"{HEAD} lines {{ {LINE} unitCost {{ amount }} lotNumber expiresOn }}",
    "conversion": f"{HEAD} sources {{ {LINE} }} results {{ {LINE} costShare expiresOn }}",
}
KINDS: Final = {"writeOff": "wro", "surplus": "spl", "conversion": "cnv"}
MOVEMENTS: Final = """query ($id: ID!) { stockMovements(where: {documentId: {eq: $id}}) { nodes {
kind quantity value { amount } reason documentKind documentId lot { number expiresOn } } } }"""


def document(noun: str, verb: str) -> str:
    """The mutation that does something with one of a kind."""
    body = f"{{ {noun} {{ {BODIES[noun]} }} {ERRORS} }}"
    kind = noun[0].upper() + noun[1:]
    if verb == "Create":
        return f"mutation ($input: {kind}CreateInput!) {{ {noun}Create(input: $input) {body} }}"
    if verb == "Update":
        return (
            f"mutation ($id: ID!, $input: {kind}UpdateInput!) "
            f"{{ {noun}Update(id: $id, input: $input) {body} }}"
        )
    return (
        f"mutation ($id: ID!, $version: Int) "
        f"{{ {noun}{verb}(id: $id, expectedVersion: $version) {body} }}"
    )


async def draft(keeper: Keeper, noun: str, **given: Any) -> Any:
    if noun == "writeOff":
        given = {"reason": "DAMAGED", **given}
    payload = await keeper.ask(document(noun, "Create"), input=given)
    assert payload["userErrors"] == []
    return payload[noun]


async def move(keeper: Keeper, noun: str, verb: str, paper: Any, **more: Any) -> Any:
    payload = await keeper.ask(document(noun, verb), id=paper["id"], **more)
    assert payload["userErrors"] == []
    return payload[noun]


async def refused(keeper: Keeper, noun: str, verb: str, paper: Any, **more: Any) -> Any:
    """What is wrong with it; nothing is changed."""
    before = await keeper.rows()
    payload = await keeper.ask(document(noun, verb), id=paper["id"], **more)
    assert payload[noun] is None
    assert await keeper.rows() == before
    return refusals(payload)


@pytest.fixture
async def keepers(desks: TwoDesks) -> TwoKeepers:
    return await make_keepers(desks)


@pytest.fixture
async def ours(keepers: TwoKeepers) -> Keeper:
    return keepers.ours


async def test_a_write_off_takes_what_expires_first_at_what_it_cost(ours: Keeper) -> None:
    await ours.receive("CUP", 5_000, 1_000, "late", 90)
    await ours.receive("CUP", 3_000, 100, "gone", -1)
    lines = [ours.line("CUP", "4")]
    paper = await draft(ours, "writeOff", lines=lines, note="бой", reason="OTHER")
    assert paper | {"id": "", "version": 0} == {
        "id": "", "number": "1", "state": "DRAFT",
        "allowedActions": ["CHANGE_LINES", "POST", "CANCEL"],
        "note": "бой", "version": 0, "postedAt": None, "location": {"code": "main"},
        "reason": "OTHER",
        "lines": [{"variant": {"sku": "CUP"}, "quantity": "4", "lot": None, "value": None}],
    }  # fmt: skip
    assert await ours.stock("CUP") == {"main": ("8", "5")}
    posted = await move(ours, "writeOff", "Post", paper)
    assert (posted["state"], posted["allowedActions"]) == ("POSTED", [])
    assert posted["lines"][0]["value"] == {"amount": "3.00"}
    assert await ours.stock("CUP") == {"main": ("4", "4")}
    went = (await ours.ask(MOVEMENTS, id=paper["id"]))["nodes"]
    assert sorted((one["lot"]["number"], one["quantity"]) for one in went) == [
        ("gone", "-3"),
        ("late", "-1"),
    ]
    assert {
        (one["kind"], one["documentKind"], one["documentId"], one["reason"]) for one in went
    } == {("WRITE_OFF", "WRITE_OFF", paper["id"], "other")}
    assert await ours.value() == 800
    await ours.check()


async def test_what_is_reserved_cannot_be_written_off(ours: Keeper) -> None:
    await ours.receive("CUP", 5_000, 500)
    await ours.receive("SET", 2_000, 500)
    made = await hold(ours.desk, "cart", ours.line("CUP", "4"))
    assert made["userErrors"] == []
    lines = [ours.line("SET", "1"), ours.line("CUP", "2")]
    paper = await draft(ours, "writeOff", lines=lines)
    assert await refused(ours, "writeOff", "Post", paper) == [
        ("INSUFFICIENT_STOCK", "lines.1.quantity")
    ]
    payload = await ours.ask(document("writeOff", "Post"), id=paper["id"])
    (error,) = payload["userErrors"]
    assert (error["requested"], error["available"]) == ("2", "1")


async def test_what_is_reserved_is_of_lots_that_may_be_sold(ours: Keeper) -> None:
    """All of the good lot is promised; the rest has expired, and cannot stand in for it."""
    good = await ours.receive("CUP", 2_000, 500, "good", 9)
    await ours.receive("CUP", 3_000, 500, "gone", -1)
    assert (await hold(ours.desk, "cart", ours.line("CUP", "2")))["userErrors"] == []
    named = await draft(ours, "writeOff", lines=[ours.line("CUP", "1", lotId=good)])
    assert await refused(ours, "writeOff", "Post", named) == [
        ("INSUFFICIENT_STOCK", "lines.0.quantity")
    ]
    rest = await draft(ours, "writeOff", lines=[ours.line("CUP", "3")])
    await move(ours, "writeOff", "Post", rest)
    assert await ours.stock("CUP") == {"main": ("2", "0")}
    await ours.check()


async def test_lots_that_are_named_go_before_those_that_come_first(ours: Keeper) -> None:
    soon = await ours.receive("CUP", 2_000, 20, "soon", 5)
    await ours.receive("CUP", 2_000, 200, "late", 50)
    lines = [ours.line("CUP", "2"), ours.line("CUP", "2", lotId=soon)]
    posted = await move(ours, "writeOff", "Post", await draft(ours, "writeOff", lines=lines))
    assert [line["value"]["amount"] for line in posted["lines"]] == ["2.00", "0.20"]
    assert posted["lines"][1]["lot"] == {"number": "soon"}


async def test_what_was_found_is_worth_what_is_said_or_the_average(ours: Keeper) -> None:
    await ours.receive("CUP", 3_000, 100)
    lot = {"number": "L1", "expiresOn": today().isoformat()}
    lines = [
        ours.line("CUP", "1.5"),
        ours.line("BOX", "2", unitCost=roubles("10.01"), lot=lot),
    ]
    paper = await draft(ours, "surplus", location=ours.at("main"), lines=lines)
    posted = await move(ours, "surplus", "Post", paper)
    assert [line["value"]["amount"] for line in posted["lines"]] == ["0.50", "20.02"]
    assert (posted["lines"][1]["lotNumber"], posted["lines"][1]["expiresOn"]) == (
        "L1",
        lot["expiresOn"],
    )
    assert await ours.stock("BOX") == {"main": ("2", "2")}
    assert await ours.value() == 100 + 50 + 2_002
    await ours.check()


async def test_a_box_becomes_pieces_at_its_cost_and_expires_as_it_did(ours: Keeper) -> None:
    await ours.receive("BOX", 1_000, 1_000, "B1", 30)
    await ours.receive("BOX", 5_000, 5_000, "B2", 60)
    before = await ours.value()
    paper = await draft(
        ours, "conversion", sources=[ours.line("BOX", "2")], results=[ours.line("PIECE", "14")]
    )
    posted = await move(ours, "conversion", "Post", paper)
    assert posted["results"][0]["value"] == posted["sources"][0]["value"] == {"amount": "20.00"}
    moved = (await ours.ask(MOVEMENTS, id=paper["id"]))["nodes"]
    (made,) = [one for one in moved if not one["quantity"].startswith("-")]
    first = min(one["lot"]["expiresOn"] for one in moved if one is not made)
    assert made["lot"] == {"number": None, "expiresOn": first}
    assert await ours.value() == before
    assert await ours.stock("PIECE") == {"main": ("14", "14")}
    await ours.check()


@pytest.mark.parametrize(
    ("shares", "values"),
    [
        ((None, None), ["3.34", "6.66"]),
        (("9", "1"), ["9.00", "1.00"]),
        (("0", "3"), ["0.00", "10.00"]),
    ],
)
async def test_a_set_taken_apart_leaves_no_minor_unit_behind(
    ours: Keeper, shares: tuple[str | None, str | None], values: list[str]
) -> None:
    await ours.receive("SET", 1_000, 1_000)
    parts = [
        ours.line(sku, quantity, costShare=share)
        for sku, quantity, share in zip(("CUP", "PIECE"), ("1.003", "2"), shares, strict=True)
    ]
    paper = await draft(ours, "conversion", sources=[ours.line("SET", "1")], results=parts)
    posted = await move(ours, "conversion", "Post", paper)
    assert [line["value"]["amount"] for line in posted["results"]] == values
    assert await ours.value() == 1_000
    await ours.check()


async def test_only_what_may_be_sold_becomes_something_else(ours: Keeper) -> None:
    await ours.receive("BOX", 3_000, 300, "old", -1)
    bad = await ours.receive("BOX", 1_000, 300, "bad", 30)
    await ours.receive("BOX", 1_000, 300)
    await ours.ask("mutation ($id: ID!) { lotRecall(id: $id) { userErrors { code } } }", id=bad)
    for units, lot in (("2", None), ("1", bad)):
        source = ours.line("BOX", units, lotId=lot)
        paper = await draft(ours, "conversion", sources=[source], results=[ours.line("PIECE", "1")])
        assert await refused(ours, "conversion", "Post", paper) == [
            ("INSUFFICIENT_STOCK", "sources.0.quantity")
        ]


async def test_each_kind_counts_for_itself_without_gaps(keepers: TwoKeepers) -> None:
    ours = keepers.ours
    good = {"reason": "LOST", "lines": [ours.line("CUP", "1")]}
    bad = {"reason": "LOST", "lines": [ours.line("CUP", "0")]}
    made = await asyncio.gather(
        *(
            ours.ask(document("writeOff", "Create"), input=bad if at % 3 else good)
            for at in range(9)
        )
    )
    numbers = sorted(one["writeOff"]["number"] for one in made if one["writeOff"])
    assert numbers == ["1", "2", "3"]
    for noun in ("surplus", "conversion"):
        assert (await draft(ours, noun))["number"] == "1"
    assert (await draft(keepers.neighbour, "writeOff"))["number"] == "1"
    listed = await ours.ask(
        "query ($where: WriteOffWhere) { writeOffs(first: 2, where: $where) "
        "{ totalCount nodes { number } pageInfo { hasNextPage } } }",
        where={"state": {"eq": "DRAFT"}, "variantId": {"eq": ours.of("CUP")["id"]}},
    )
    assert listed["totalCount"] == 3
    assert [one["number"] for one in listed["nodes"]] == ["3", "2"]
    assert listed["pageInfo"]["hasNextPage"]


async def test_a_draft_changes_and_what_is_posted_keeps_all_but_its_note(ours: Keeper) -> None:
    await ours.receive("CUP", 3_000, 300)
    paper = await draft(ours, "writeOff", lines=[ours.line("CUP", "9")])
    changes = {"lines": [ours.line("CUP", "1")], "reason": "EXPIRED", "location": ours.at("main")}
    changed = await move(ours, "writeOff", "Update", paper, input=changes)
    assert (changed["reason"], changed["lines"][0]["quantity"]) == ("EXPIRED", "1")
    assert await refused(ours, "writeOff", "Post", paper, version=1) == [
        ("CONFLICT", "expectedVersion")
    ]
    await move(ours, "writeOff", "Post", paper)
    for field, value in changes.items():
        assert await refused(ours, "writeOff", "Update", paper, input={field: value}) == [
            ("NOT_ALLOWED", field)
        ]
    kept = await move(ours, "writeOff", "Update", paper, input={"note": "по акту 7"})
    assert kept["note"] == "по акту 7"
    for verb in ("Post", "Cancel"):
        assert await refused(ours, "writeOff", verb, paper) == [("NOT_ALLOWED", "id")]
    given_up = await draft(ours, "surplus", lines=[ours.line("CUP", "1")])
    assert (await move(ours, "surplus", "Cancel", given_up))["state"] == "CANCELLED"
    assert await refused(ours, "surplus", "Post", given_up) == [("NOT_ALLOWED", "id")]


async def test_a_second_sending_posts_nothing_more_and_all_is_in_the_history(ours: Keeper) -> None:
    await ours.receive("CUP", 3_000, 300)
    paper = await draft(ours, "writeOff", lines=[ours.line("CUP", "1")])
    answers = [
        await ours.ask(document("writeOff", "Post"), id=paper["id"], key="once") for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert await ours.stock("CUP") == {"main": ("2", "2")}
    found = await ours.ask(
        "query ($id: ID!) { auditEntries(where: {entityId: {eq: $id}}) { nodes { action } } }",
        id=paper["id"],
    )
    assert [one["action"] for one in found["nodes"]] == ["writeOffPost", "writeOffCreate"]


async def test_each_refusal_says_where_and_changes_nothing(keepers: TwoKeepers) -> None:
    ours, theirs = keepers.ours, keepers.neighbour
    mine = await ours.receive("CUP", 1_000, 100, "L", 5)
    foreign = await theirs.receive("CUP", 1_000, 100, "L", 5)
    early = {"number": "M", "madeOn": today().isoformat(), "expiresOn": "2020-01-01"}
    known = {"number": "L", "expiresOn": "2099-01-01"}
    line = ours.line
    pieces = [line("PIECE", "1")]
    wrong: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
        ("writeOff", {"location": theirs.at("main")}, ("NOT_FOUND", "location")),
        ("writeOff", {"lines": [theirs.line("CUP", "1")]}, ("NOT_FOUND", "lines.0.variant")),
        ("writeOff", {"lines": [line("CUP", "0")]}, ("INVALID", "lines.0.quantity")),
        ("writeOff", {"lines": [line("CUP", "-1")]}, ("INVALID", "lines.0.quantity")),
        ("writeOff", {"lines": [line("CUP", "1", lotId=foreign)]}, ("NOT_FOUND", "lines.0.lotId")),
        ("writeOff", {"lines": [line("BOX", "1", lotId=mine)]}, ("NOT_FOUND", "lines.0.lotId")),
        ("surplus", {"lines": [line("CUP", "1", lot=early)]}, ("INVALID", "lines.0.lot.expiresOn")),
        ("surplus", {"lines": [line("CUP", "1", lot=known, lotId=mine)]},
         ("INVALID", "lines.0.lot")),
        ("surplus", {"lines": [line("CUP", "1", unitCost=roubles("1", "USD"))]},
         ("INVALID", "lines.0.unitCost.currencyCode")),
        ("surplus", {"lines": [line("CUP", "900000000", unitCost=roubles("9000000"))]},
         ("INVALID", "lines.0.quantity")),
        ("conversion", {"results": [line("CUP", "1", costShare="-1")]},
         ("INVALID", "results.0.costShare")),
        ("conversion", {"sources": [theirs.line("CUP", "1")]}, ("NOT_FOUND", "sources.0.variant")),
    ]  # fmt: skip
    before, beside = await ours.rows(), await theirs.rows()
    for noun, given, expected in wrong:
        given = {"reason": "LOST", **given} if noun == "writeOff" else given
        payload = await ours.ask(document(noun, "Create"), input=given)
        assert refusals(payload) == [expected], given
    for bad in ("NaN", "1.0001", "1e3", ""):
        answer = await ours.desk.keyed("bad").send(
            document("writeOff", "Create"),
            input={"reason": "LOST", "lines": [line("CUP", bad)]},
        )
        assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert (await ours.rows(), await theirs.rows()) == (before, beside)
    posts: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
        ("writeOff", {}, ("REQUIRED", "lines")),
        ("surplus", {"lines": [line("CUP", "1", lot=known)]}, ("INVALID", "lines.0.lot")),
        ("conversion", {"results": pieces}, ("REQUIRED", "sources")),
        ("conversion", {"sources": pieces}, ("REQUIRED", "results")),
        ("conversion", {"sources": [line("CUP", "1")], "results": [line("CUP", "2")]},
         ("INVALID", "results.0.variantId")),
        ("conversion", {"sources": [line("CUP", "1")], "results": [
            line("BOX", "1", costShare="1"), line("SET", "1")]}, ("INVALID", "results")),
    ]  # fmt: skip
    for noun, given, expected in posts:
        paper = await draft(ours, noun, **given)
        assert await refused(ours, noun, "Post", paper) == [expected], given


async def test_another_shops_and_another_kinds_are_not_there(keepers: TwoKeepers) -> None:
    ours = keepers.ours
    for noun, kind in KINDS.items():
        foreign = await draft(keepers.neighbour, noun)
        mine = await draft(ours, next(one for one in KINDS if one != noun))
        other = encode_id(kind, decode_id(mine["id"], mine["id"][:3]))
        for id in (foreign["id"], other, encode_id(kind, new_id())):
            for verb in ("Post", "Cancel", "Update"):
                given: dict[str, Any] = {"input": {}} if verb == "Update" else {}
                payload = await ours.ask(document(noun, verb), id=id, **given)
                assert refusals(payload) == [("NOT_FOUND", "id")], (noun, verb)
            assert await ours.ask(f"query ($id: ID!) {{ {noun}(id: $id) {{ id }} }}", id=id) is None
            assert await ours.ask("query ($id: ID!) { node(id: $id) { id } }", id=id) is None


async def test_who_sees_some_points_writes_off_at_those_alone(ours: Keeper) -> None:
    paper = await draft(ours, "writeOff", lines=[ours.line("CUP", "1")])
    paper_id, scope = decode_id(paper["id"], "wro"), ours.desk.shop.scope
    elsewhere = Principal(Actor.STAFF, new_id(), points=(ours.places["shop"],))
    page = await list_adjustments(scope.reading, elsewhere, PageRequest(), kind="write_off")
    assert page.rows == []
    assert await adjustments_seen(scope.reading, elsewhere, [paper_id], kind="write_off") == {}
    given = {"location": ours.places["main"], "reason": "lost"}
    with pytest.raises(NotFound):
        async with replace(scope, principal=elsewhere).writing("test") as uow:
            await post_adjustment(uow, "write_off", paper_id)
    with pytest.raises(NotFound):
        async with replace(scope, principal=elsewhere).writing("test") as uow:
            await create_adjustment(uow, "write_off", given)
