"""Orders on the desk: statuses of the shop's own, who sees to an order, tags, comments."""

import asyncio
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import update

from domain.merchants.tables import Role, StaffMember
from domain.orders.desk import comments
from domain.orders.desk.tables import OrderCommentText
from domain.orders.orders.tables import Order
from tenants.ids import decode_id, encode_id, new_id
from tests.api.answers import refusals
from tests.api.orders.test_whole_life import AT_COUNTER, BY_CASH, CANCEL, PAY
from tests.api.orders.till import Till, TwoTills

pytestmark = pytest.mark.anyio

ERRORS: Final = "userErrors { code path message }"
STATUS: Final = f"orderStatus {{ id title state colour position isDefault version }} {ERRORS}"
CREATE: Final = f"""mutation ($input: OrderStatusCreateInput!) {{
  orderStatusCreate(input: $input) {{ {STATUS} }} }}"""
CHANGE: Final = f"""mutation ($id: ID!, $input: OrderStatusUpdateInput!) {{
  orderStatusUpdate(id: $id, input: $input) {{ {STATUS} }} }}"""
DELETE: Final = f"""mutation ($id: ID!) {{
  orderStatusDelete(id: $id) {{ orderStatusId {ERRORS} }} }}"""
STATUSES: Final = """query ($where: OrderStatusWhere) { orderStatuses(where: $where) {
  nodes { title isDefault } } }"""
ORDER: Final = """order { id version state status { title colour } assignee { id name } tags
  comments { id text removedAt actor author { name } mentions { name } texts { text } } }"""
SORT: Final = f"""mutation ($id: ID!, $input: OrderSortInput!) {{
  orderSort(id: $id, input: $input) {{ {ORDER} {ERRORS} }} }}"""
SAY: Final = f"""mutation ($id: ID!, $input: OrderCommentInput!) {{
  orderCommentAdd(id: $id, input: $input) {{ {ORDER} {ERRORS} }} }}"""
RESAY: Final = f"""mutation ($id: ID!, $input: OrderCommentInput!) {{
  orderCommentUpdate(id: $id, input: $input) {{ {ORDER} {ERRORS} }} }}"""
UNSAY: Final = f"mutation ($id: ID!) {{ orderCommentRemove(id: $id) {{ {ORDER} {ERRORS} }} }}"
SEEN: Final = f"query ($id: ID!) {{ {ORDER.replace('order {', 'order(id: $id) {')} }}"
TIMELINE: Final = """query ($id: ID!, $after: String) @inContext(language: "ru") {
  orderTimeline(orderId: $id, first: 4, after: $after) { totalCount
    pageInfo { hasNextPage endCursor } nodes { type title entityId author { name } } } }"""
COLLEAGUES: Final = "{ colleagues { id name } }"


async def status(till: Till, title: str, state: str = "CONFIRMED", **more: Any) -> str:
    given = {"title": title, "state": state, "colour": "#FF8800", **more}
    made = await till.do(CREATE, input=given)
    assert made["userErrors"] == [], made["userErrors"]
    return str(made["orderStatus"]["id"])


async def member(till: Till, name: str, points: list[str] | None = None, **more: Any) -> str:
    """A member of staff."""
    async with till.desk.shop.scope.writing("test") as uow:
        role_id = await uow.add(Role, name=f"role of {name}", permissions=["orders:read"])
        said = {"name": name, "email": f"{new_id()}@shop.example", "email_key": str(new_id())}
        staff_id = await uow.add(
            StaffMember,
            identity_id=new_id(),
            role_id=role_id,
            points=points,
            **{"status": "active", **said, **more},
        )
    return encode_id("stf", staff_id)


async def seen(till: Till, order: Any) -> Any:
    return (await till.desk.admin.ask(SEEN, id=order["id"]))["order"]


async def sort(till: Till, order: Any, **given: Any) -> Any:
    return await till.do(SORT, id=order["id"], input=given)


async def test_an_order_gets_the_default_status_of_each_state_that_it_enters(till: Till) -> None:
    await status(till, "Новый", "AWAITING_PAYMENT", isDefault=True)
    await status(till, "Собрать", isDefault=True, position=1)
    packing = await status(till, "Собирается")
    order = await till.order(till.line("TEA"), paymentMethod="ONLINE")
    assert (await seen(till, order))["status"] == {"title": "Новый", "colour": "#ff8800"}
    refused = await sort(till, order, statusId=packing)
    assert refusals(refused) == [("INVALID", "statusId")]
    await till.do(PAY, id=order["id"], input=BY_CASH)
    assert (await seen(till, order))["status"]["title"] == "Собрать"
    assert (await sort(till, order, statusId=packing))["order"]["status"]["title"] == "Собирается"
    assert refusals(await till.do(DELETE, id=packing)) == [("IN_USE", "id")]
    await till.do(AT_COUNTER, id=order["id"])
    assert (await seen(till, order))["status"] is None  # that state has no default
    assert (await till.do(DELETE, id=packing))["orderStatusId"] == packing
    history = (await till.seen(order["id"]))["history"]
    assert [one["type"] for one in history if one["type"] == "order.sorted"] == ["order.sorted"]
    second = await till.order(till.line("TEA"))
    assert (await seen(till, second))["status"]["title"] == "Собрать"
    assert (await sort(till, second, statusId=None))["order"]["status"] is None
    await till.do(CANCEL, id=second["id"], reason="передумал")


async def test_one_status_of_a_state_is_its_default(till: Till) -> None:
    first = await status(till, "Собрать", isDefault=True)
    await status(till, "Ждёт", "AWAITING_PAYMENT", isDefault=True)
    second = await status(till, "Собирается", isDefault=True)
    changed = await till.do(CHANGE, id=first, input={"isDefault": True, "title": "К сборке"})
    assert changed["orderStatus"]["isDefault"]
    again = await till.do(CHANGE, id=first, input={"isDefault": True, "colour": "#00ff00"})
    assert (again["orderStatus"]["colour"], again["userErrors"]) == ("#00ff00", [])
    given = {"state": "CONFIRMED", "colour": "#ff8800", "isDefault": True}
    answers = await asyncio.gather(
        *(till.do(CHANGE, id=one, input={"isDefault": True}) for one in (first, second)),
        *(till.do(CREATE, input={**given, "title": f"Ещё {n}"}) for n in range(4)),
    )
    assert [one["userErrors"] for one in answers] == [[]] * 6  # they wait for each other
    found = await till.desk.admin.ask(STATUSES, where={"state": {"eq": "CONFIRMED"}})
    assert sum(one["isDefault"] for one in found["orderStatuses"]["nodes"]) == 1


async def test_statuses_that_cannot_be(till: Till) -> None:
    await status(till, "Собрать")
    base = {"title": "Ещё", "state": "CONFIRMED", "colour": "#ff8800"}
    for given, where in (
        ({"title": "собрать"}, ("TAKEN", "title")),
        ({"title": " "}, ("REQUIRED", "title")),
        ({"colour": "red"}, ("INVALID", "colour")),
        ({"colour": "#ff880"}, ("INVALID", "colour")),
        ({"position": -1}, ("INVALID", "position")),
    ):
        assert refusals(await till.do(CREATE, input={**base, **given})) == [where]


async def test_the_database_keeps_statuses_to_their_state(till: Till) -> None:
    waits = await status(till, "Ждёт", "AWAITING_PAYMENT")
    order = await till.order(till.line("TEA"))
    one: UUID = decode_id(order["id"], "ord")
    wrong = update(Order).values(status_id=decode_id(waits, "ost")).where(Order.id == one)

    async def write() -> None:
        async with till.desk.shop.scope.writing("test") as uow:
            await uow.execute(wrong)

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await write()


async def test_who_sees_to_an_order_and_its_tags(tills: TwoTills) -> None:
    till = tills.ours
    order = await till.order(till.line("TEA"))
    vera, gone = await member(till, "Вера"), await member(till, "Глеб", status="suspended")
    away = await member(till, "Дина", points=[])
    theirs = await member(tills.neighbour, "Ева")
    sorted_ = await sort(till, order, assigneeId=vera, tags={"add": [" срочно ", "опт"]})
    assert sorted_["order"]["assignee"] == {"id": vera, "name": "Вера"}
    assert sorted_["order"]["tags"] == ["опт", "срочно"]
    less = await sort(till, order, tags={"remove": ["опт"], "add": ["vip"]}, assigneeId=None)
    assert (less["order"]["tags"], less["order"]["assignee"]) == (["vip", "срочно"], None)
    assert (await sort(till, order, tags={"set": []}))["order"]["tags"] == []
    for wrong, where in (
        ({"assigneeId": gone}, ("NOT_FOUND", "assigneeId")),
        ({"assigneeId": theirs}, ("NOT_FOUND", "assigneeId")),
        ({"assigneeId": away}, ("NOT_ALLOWED", "assigneeId")),
        ({"tags": {"add": ["x" * 51]}}, ("INVALID", "tags.add.0")),
        ({"tags": {"set": [f"{n}" for n in range(51)]}}, ("TOO_MANY", "tags")),
        ({"expectedVersion": 1, "tags": {"add": ["поздно"]}}, ("CONFLICT", "expectedVersion")),
    ):
        assert refusals(await sort(till, order, **wrong)) == [where], wrong
    version = (await seen(till, order))["version"]
    same = await sort(till, order, assigneeId=None, tags={"set": []})
    assert same["order"]["version"] == version  # nothing is no edit
    found = (await till.desk.admin.ask(COLLEAGUES))["colleagues"]
    assert [one["name"] for one in found] == ["Вера", "Дина"]


async def test_comments_are_changed_and_taken_back_by_who_wrote_them(till: Till) -> None:
    order, vera = await till.order(till.line("TEA")), await member(till, "Вера")
    said = await till.do(SAY, id=order["id"], input={"text": "Позвонить\nв 9", "mentions": [vera]})
    (comment,) = said["order"]["comments"]
    assert (comment["text"], comment["mentions"]) == ("Позвонить\nв 9", [{"name": "Вера"}])
    assert (comment["actor"], comment["author"]) == ("KEY", None)
    resaid = await till.do(RESAY, id=comment["id"], input={"text": "в 10", "mentions": [vera]})
    (comment,) = resaid["order"]["comments"]
    assert [one["text"] for one in comment["texts"]] == ["в 10", "Позвонить\nв 9"]
    other = await till.desk.clerk("orders:read", "orders:write")
    keyed = replace(other, headers={"Idempotency-Key": str(new_id())})
    for text, more in ((RESAY, {"input": {"text": "!", "mentions": []}}), (UNSAY, {})):
        (payload,) = (await keyed.ask(text, id=comment["id"], **more)).values()
        assert refusals(payload) == [("NOT_ALLOWED", "id")]
    removed = await till.do(UNSAY, id=comment["id"])
    (comment,) = removed["order"]["comments"]
    assert (comment["text"], comment["removedAt"] is not None) == (None, True)
    assert [one["text"] for one in comment["texts"]] == ["в 10", "Позвонить\nв 9"]
    assert refusals(await till.do(UNSAY, id=comment["id"])) == [("NOT_FOUND", "id")]
    await till.do(SAY, id=order["id"], input={"text": "ещё", "mentions": []})
    comments = (await seen(till, order))["comments"]
    assert [one["text"] for one in comments] == ["ещё", None]
    types = [one["type"] for one in (await till.seen(order["id"]))["history"]]
    assert types[:4] == [
        "order.commented",
        "order.comment_removed",
        "order.comment_changed",
        "order.commented",
    ]


async def test_comments_that_cannot_be(tills: TwoTills) -> None:
    till = tills.ours
    order = await till.order(till.line("TEA"))
    gone = await member(till, "Глеб", status="removed")
    for given, where in (
        ({"text": " \n "}, ("REQUIRED", "text")),
        ({"text": "x" * 5_001}, ("INVALID", "text")),
        ({"text": "\x07"}, ("INVALID", "text")),
        ({"text": "да", "mentions": [gone]}, ("NOT_FOUND", "mentions.0")),
    ):
        said = {"mentions": [], **given}
        assert refusals(await till.do(SAY, id=order["id"], input=said)) == [where], given
    theirs = await tills.neighbour.do(SAY, id=order["id"], input={"text": "!", "mentions": []})
    assert refusals(theirs) == [("NOT_FOUND", "id")]
    assert await till.rows(OrderCommentText) == []
    reader = await till.desk.clerk("orders:read")
    refused = await reader.refused(SAY, id=order["id"], input={"text": "!", "mentions": []})
    assert refused["code"] == "FORBIDDEN"


async def test_neither_comments_nor_their_texts_are_without_end(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "MOST", 2)
    monkeypatch.setattr(comments, "MOST_TEXTS", 2)
    order, said = await till.order(till.line("TEA")), {"text": "да", "mentions": []}
    for refused in ([], [], [("TOO_MANY", "text")]):
        assert refusals(await till.do(SAY, id=order["id"], input=said)) == refused
    comment = (await seen(till, order))["comments"][0]["id"]
    for refused in ([], [("TOO_MANY", "text")]):
        assert refusals(await till.do(RESAY, id=comment, input=said)) == refused


async def test_all_that_happened_to_an_order_is_told_in_words_page_by_page(tills: TwoTills) -> None:
    till = tills.ours
    order = await till.order(till.line("TEA"), paymentMethod="ONLINE")
    await till.do(PAY, id=order["id"], input=BY_CASH)
    await till.do(SAY, id=order["id"], input={"text": "Позвонить", "mentions": []})
    await sort(till, order, tags={"add": ["опт"]})
    await till.do(AT_COUNTER, id=order["id"])
    told: list[Any] = []
    after = None
    while True:
        page = (await till.desk.admin.ask(TIMELINE, id=order["id"], after=after))["orderTimeline"]
        told += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert len(told) == page["totalCount"]
    assert [one["type"] for one in told] == [
        one["type"] for one in (await till.seen(order["id"]))["history"]
    ]
    assert told[-1]["title"] == "заказ оформлен"
    assert all(one["title"] != one["type"] for one in told)
    assert {one["entityId"][:3] for one in told} == {"ord", "hnd"}
    refused = await tills.neighbour.desk.admin.refused(TIMELINE, id=order["id"])
    assert refused["code"] in ("NOT_FOUND", "BAD_USER_INPUT")
