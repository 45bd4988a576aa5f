"""What happened to a customer in one list; what staff write on his card."""

from typing import Any, Final

import pytest

from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.conftest import Desk, TwoDesks
from tests.api.customers.desk import UPDATE, ask, card
from tests.api.customers.test_merging import UNMERGE, merge
from tests.api.orders.test_customers import ANNA, signed_in, whose
from tests.api.orders.test_whole_life import AT_COUNTER
from tests.api.orders.till import TwoTills, make_tills

pytestmark = pytest.mark.anyio

TIMELINE: Final = """query ($id: ID!, $first: Int, $after: String, $language: String)
@inContext(language: $language) { customerTimeline(customerId: $id, first: $first, after: $after) {
  totalCount nodes { type title order { number } comment { text } actor entityId }
  pageInfo { endCursor hasNextPage } } }"""
COMMENT: Final = "{ id text isPinned actor editedAt }"
ADD: Final = (
    "mutation ($input: CustomerCommentAddInput!) { customerCommentAdd(input: $input) { comment "
    + COMMENT
    + " userErrors { code path } } }"
)
CHANGE: Final = (
    "mutation ($id: ID!, $input: CustomerCommentUpdateInput!) "
    "{ customerCommentUpdate(id: $id, input: $input) { comment "
    + COMMENT
    + " userErrors { code path } } }"
)
REMOVE: Final = """mutation ($id: ID!) { customerCommentRemove(id: $id) {
  customer { comments { text } } userErrors { code path } } }"""
COMMENTS: Final = "query ($id: ID!) { customer(id: $id) { comments { text isPinned } } }"


@pytest.fixture
async def tills(desks: TwoDesks) -> TwoTills:
    return await make_tills(desks)


async def timeline(desk: Desk, customer: str, **asked: Any) -> Any:
    return await ask(desk, TIMELINE, id=customer, **asked)


async def comment(desk: Desk, customer: str, text: str, **more: Any) -> str:
    """A new comment; its id."""
    made = await ask(desk, ADD, input={"customer": {"id": customer}, "text": text, **more})
    assert made["userErrors"] == []
    comment_id: str = made["comment"]["id"]
    return comment_id


async def test_all_that_happened_is_in_one_list(tills: TwoTills) -> None:
    till, desk = tills.ours, tills.ours.desk
    order = await till.order(till.line("TEA"))
    customer = str((await whose(till, order))[0])
    await signed_in(till, customer)
    await till.do(AT_COUNTER, id=order["id"])
    await comment(desk, customer, "просил звонить после шести")
    await ask(desk, UPDATE, id=customer, input={"note": "любит улун"})
    found = await timeline(desk, customer, first=100)
    types = [one["type"] for one in found["nodes"]]
    assert types[:2] == ["customer.updated", "customer.commented"]
    assert set(types) >= {
        "customer.created",
        "customer.signed_in",
        "order.placed",
        "order.handed_over",
        "hand_over.handed_over",
    }
    assert len(types) == found["totalCount"]
    assert {one["type"]: one["order"] for one in found["nodes"]} | {
        "order.placed": {"number": order["number"]},
        "hand_over.handed_over": {"number": order["number"]},
        "customer.updated": None,
    } == {one["type"]: one["order"] for one in found["nodes"]}
    assert found["nodes"][1]["comment"] == {"text": "просил звонить после шести"}
    assert (await timeline(tills.neighbour.desk, customer))["totalCount"] == 0
    in_russian = await timeline(desk, customer, first=2, language="ru")
    assert [one["title"] for one in in_russian["nodes"]] == ["карточка изменена", "комментарий"]
    paged, after = [], None
    while True:
        page = await timeline(desk, customer, first=2, after=after)
        paged += [one["type"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert paged == types


async def test_orders_are_told_to_who_may_see_them(tills: TwoTills) -> None:
    till = tills.ours
    order = await till.order(till.line("TEA"))
    customer = str((await whose(till, order))[0])
    clerk = await till.desk.clerk("customers:read")
    text = TIMELINE.replace("order { number } ", "")
    seen = (await clerk.ask(text, id=customer))["customerTimeline"]
    assert seen["totalCount"] == len(seen["nodes"]) > 0
    assert {one["type"].partition(".")[0] for one in seen["nodes"]} == {"customer"}


async def test_a_merged_card_brings_what_happened_to_it(desks: TwoDesks) -> None:
    ours = desks.ours
    one, other = [(await card(ours, given))["id"] for given in (ANNA, {"firstName": "Борис"})]
    await comment(ours, other, "на двух карточках")
    await merge(ours, one, other)
    types = [each["type"] for each in (await timeline(ours, one))["nodes"]]
    assert types.count("customer.created") == 2
    assert "customer.commented" in types
    assert (await ask(ours, COMMENTS, id=one))["comments"] == [
        {"text": "на двух карточках", "isPinned": False}
    ]
    await ask(ours, UNMERGE, id=other)
    assert (await ask(ours, COMMENTS, id=one))["comments"] == []
    assert len((await ask(ours, COMMENTS, id=other))["comments"]) == 1


async def test_comments_are_written_pinned_changed_and_removed(desks: TwoDesks) -> None:
    ours = desks.ours
    anna = (await card(ours, ANNA))["id"]
    first = await comment(ours, anna, "важное")
    await comment(ours, anna, "второе\nна двух строках")
    pinned = await ask(ours, CHANGE, id=first, input={"isPinned": True})
    assert pinned["comment"] | {"id": None} == {
        "id": None,
        "text": "важное",
        "isPinned": True,
        "actor": "KEY",
        "editedAt": None,
    }
    changed = await ask(ours, CHANGE, id=first, input={"text": "очень важное"})
    assert changed["comment"]["editedAt"]
    assert (await ask(ours, COMMENTS, id=anna))["comments"] == [
        {"text": "очень важное", "isPinned": True},
        {"text": "второе\nна двух строках", "isPinned": False},
    ]
    left = await ask(ours, REMOVE, id=first)
    assert len(left["customer"]["comments"]) == 1
    assert refusals(await ask(ours, REMOVE, id=first)) == [("NOT_FOUND", "id")]


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"text": "  "}, ("REQUIRED", "text")),
        ({"text": "я" * 5_001}, ("INVALID", "text")),
        ({"text": "\x01"}, ("INVALID", "text")),
        ({"customer": {"id": encode_id("cus", new_id())}}, ("NOT_FOUND", "customer")),
    ],
)
async def test_comments_that_cannot_be(desks: TwoDesks, given: Any, refused: Any) -> None:
    anna = (await card(desks.ours, ANNA))["id"]
    whole = {"customer": {"id": anna}, "text": "x", **given}
    assert refusals(await ask(desks.ours, ADD, input=whole)) == [refused]
    theirs = await comment(desks.neighbour, (await card(desks.neighbour, ANNA))["id"], "x")
    assert refusals(await ask(desks.ours, CHANGE, id=theirs, input={"text": "y"})) == [
        ("NOT_FOUND", "id")
    ]
    assert refusals(await ask(desks.ours, REMOVE, id=theirs)) == [("NOT_FOUND", "id")]


async def test_how_he_wants_to_be_written_to(desks: TwoDesks) -> None:
    ours = desks.ours
    anna = (await card(ours, ANNA | {"contactChannel": "SMS", "quietHours": "21:00 - 09:00"}))["id"]
    wanted = "query ($id: ID!) { customer(id: $id) { contactChannel quietHours } }"
    assert await ask(ours, wanted, id=anna) == {
        "contactChannel": "SMS",
        "quietHours": "21:00-09:00",
    }
    for wrong in ("21-9", "25:00-09:00", "10:00-10:00", "21:00"):
        assert refusals(await ask(ours, UPDATE, id=anna, input={"quietHours": wrong})) == [
            ("INVALID", "quietHours")
        ]
    other = (await card(ours, {"firstName": "Борис"}))["id"]
    await merge(ours, other, anna)
    assert (await ask(ours, wanted, id=other))["quietHours"] == "21:00-09:00"
    await ask(ours, UNMERGE, id=anna)
    assert await ask(ours, wanted, id=other) == {"contactChannel": None, "quietHours": None}
