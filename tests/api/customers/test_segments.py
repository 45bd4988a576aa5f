"""Segments at the admin's door: kept, listed, counted, broken; and snapshots of them."""

from typing import Any

import pytest
from sqlalchemy import select

from domain.customers import tables
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.conftest import TwoDesks
from tests.api.customers.desk import FOUND, ask, card
from tests.api.customers.segments_desk import (
    CREATE,
    DELETE,
    FIELD,
    FORGET,
    LIST,
    MEMBERS,
    PREVIEW,
    READ,
    SNAPSHOTS,
    TAKE,
    THEN,
    UPDATE,
    segment,
    told,
    who,
)
from tests.api.customers.test_merging import UNMERGE, merge
from tests.api.pricing.test_price_choice import group

pytestmark = pytest.mark.anyio


async def test_a_segment_is_kept_changed_listed_and_deleted(desks: TwoDesks) -> None:
    ours = desks.ours
    club = await group(ours, "club")
    for at, tag in enumerate(("опт", "чай", "опт")):
        await card(ours, who(f"Имя {at}", f"+7916000000{at}", tags=[tag]))
    where = {"tag": {"eq": "опт"}, "not": {"groupId": {"in": [club]}}}
    made = await segment(ours, "Оптовики", **where)
    assert made | {"id": None} == {
        "id": None,
        "title": "Оптовики",
        "note": None,
        "version": 1,
        "where": where,
        "membership": {"count": 2, "problem": None},
    }
    members = await ask(ours, MEMBERS, id=made["id"])
    assert (members["totalCount"], [one["firstName"] for one in members["nodes"]]) == (
        2,
        ["Имя 2", "Имя 0"],
    )
    again = await ask(ours, UPDATE, id=made["id"], input={"where": where, "expectedVersion": 1})
    assert again["customerSegment"]["version"] == 1
    changed = await ask(ours, UPDATE, id=made["id"], input={"where": {"tag": {"eq": "чай"}}})
    assert changed["customerSegment"]["membership"]["count"] == 1
    assert refusals(
        await ask(ours, UPDATE, id=made["id"], input={"title": "x", "expectedVersion": 1})
    ) == [("CONFLICT", "expectedVersion")]
    taken = await ask(ours, CREATE, input={"title": "ОПТОВИКИ", "where": {}})
    assert refusals(taken) == [("TAKEN", "title")]
    assert await ask(desks.neighbour, READ, id=made["id"]) is None
    assert (await ask(desks.neighbour, LIST))["totalCount"] == 0
    assert (await ask(ours, LIST))["nodes"] == [changed["customerSegment"]]
    gone = await ask(ours, DELETE, id=made["id"], version=2)
    assert gone == {"customerSegmentId": made["id"], "userErrors": []}
    assert await ask(ours, READ, id=made["id"]) is None


async def test_what_a_rule_names_and_is_gone_is_named(desks: TwoDesks) -> None:
    ours = desks.ours
    club = await group(ours, "club")
    given = {"owner": "CUSTOMER", "code": "size", "kind": "TEXT", "title": "Размер"}
    field = (await ask(ours, FIELD, input=given))["fieldDefinition"]["id"]
    await card(ours, who("Анна", "+79160000000"))
    sized = {"or": [{"fields": [{"code": "size", "eq": "XL"}]}, {"tag": {"isNull": True}}]}
    by_field = await segment(ours, "По размеру", **sized)
    by_group = await segment(ours, "Не клуб", **{"not": {"groupId": {"eq": club}}})
    assert [one["membership"]["count"] for one in (by_field, by_group)] == [1, 1]
    await ours.admin.ask(
        f'mutation {{ fieldDefinitionDelete(id: "{field}") {{ userErrors {{ code }} }} }}'
    )
    await ours.admin.ask(
        f'mutation {{ customerGroupDelete(id: "{club}") {{ userErrors {{ code }} }} }}'
    )
    problems = {one["title"]: one["membership"] for one in (await ask(ours, LIST))["nodes"]}
    assert problems["По размеру"]["count"] is None
    assert problems["По размеру"]["problem"]["path"] == ["where", "or", "0", "fields", "0", "code"]
    assert "size" in problems["По размеру"]["problem"]["message"]
    assert problems["Не клуб"]["count"] is None
    assert problems["Не клуб"]["problem"]["path"] == ["where", "not", "groupId", "eq"]
    for one in (by_field, by_group):
        assert (await ours.admin.refused(MEMBERS, id=one["id"]))["code"] == "BAD_USER_INPUT"
        assert (await ask(ours, TAKE, id=one["id"]))["snapshot"] is None


@pytest.mark.parametrize(
    ("where", "path"),
    [
        ({"daysSinceCreated": {"gte": -1}}, "where.daysSinceCreated.gte"),
        ({"orders": {"daysSince": {"lte": 99_999}}}, "where.orders.daysSince.lte"),
        (
            {"orders": {"sum": {"gte": {"amount": "1.001", "currencyCode": "RUB"}}}},
            "where.orders.sum.gte.amount",
        ),
        (
            {"orders": {"sum": {"gte": {"amount": "NaN", "currencyCode": "RUB"}}}},
            "where.orders.sum.gte.amount",
        ),
        (
            {"orders": {"sum": {"gte": {"amount": "1", "currencyCode": "rub"}}}},
            "where.orders.sum.gte.currencyCode",
        ),
        ({"fields": [{"code": "нет", "eq": 1}]}, "where.fields.0.code"),
        ({"orders": {"sum": {"gte": None}}}, "where.orders.sum.gte"),
        ({"orders": {"count": {"gte": None}}}, "where.orders.count.gte"),
        ({"orders": {"daysSinceLast": {"gte": None}}}, "where.orders.daysSinceLast.gte"),
        ({"daysToBirthday": {"lte": None}}, "where.daysToBirthday.lte"),
        ({"groupId": {"in": None}}, "where.groupId.in"),
        ({"not": {"not": {"not": {"not": {"not": {"not": {}}}}}}}, "where.not.not.not.not.not.not"),
        ({"or": [{"tag": {"eq": "x"}}] * 51}, "where.or.49"),
        ({"groupId": {"eq": encode_id("cgr", new_id())}}, "where.groupId.eq"),
        (
            {"orders": {"promotionId": {"in": [encode_id("prm", new_id())]}}},
            "where.orders.promotionId.in",
        ),
    ],
)
async def test_rules_that_cannot_be(desks: TwoDesks, where: Any, path: str) -> None:
    answer = await ask(desks.ours, CREATE, input={"title": "x", "where": where})
    ((_, at),) = refusals(answer)
    assert at == path


async def test_a_neighbours_things_are_not_there_to_be_named(desks: TwoDesks) -> None:
    theirs = await group(desks.neighbour, "club")
    answer = await ask(
        desks.ours, CREATE, input={"title": "x", "where": {"groupId": {"eq": theirs}}}
    )
    assert refusals(answer) == [("NOT_FOUND", "where.groupId.eq")]


async def test_a_snapshot_stays_as_it_was(desks: TwoDesks) -> None:
    ours = desks.ours
    made = await segment(ours, "Опт", tag={"eq": "опт"})
    ids = [
        (await card(ours, who(f"Имя {at}", f"+7916000000{at}", tags=["опт"])))["id"]
        for at in range(3)
    ]
    taken = await ask(ours, TAKE, id=made["id"])
    assert taken["userErrors"] == []
    snapshot = taken["snapshot"]
    assert (snapshot["size"], snapshot["where"], snapshot["actor"]) == (
        3,
        {"tag": {"eq": "опт"}},
        "KEY",
    )
    await card(ours, who("Имя 3", "+79160000003", tags=["опт"]))
    await ask(ours, UPDATE, id=made["id"], input={"where": {"tag": {"eq": "чай"}}})

    async def then() -> list[str]:
        return [one["firstName"] for one in (await ask(ours, THEN, id=snapshot["id"]))["nodes"]]

    assert await then() == ["Имя 2", "Имя 1", "Имя 0"]
    assert await told(ours, snapshotId={"eq": snapshot["id"]}) == ["Имя 0", "Имя 1", "Имя 2"]
    await merge(ours, ids[0], ids[2])
    assert await then() == ["Имя 1", "Имя 0"]
    await ask(ours, UNMERGE, id=ids[2])
    assert await then() == ["Имя 2", "Имя 1", "Имя 0"]
    assert (await ask(ours, SNAPSHOTS, id=made["id"])) == {
        "totalCount": 1,
        "nodes": [{"id": snapshot["id"], "size": 3}],
    }
    kept = await ask(ours, DELETE, id=made["id"])
    assert refusals(kept) == [("IN_USE", "id")]
    for foreign in (snapshot["id"], encode_id("sgs", new_id())):
        assert refusals(await ask(desks.neighbour, FORGET, id=foreign)) == [("NOT_FOUND", "id")]
    assert (await ask(desks.neighbour, THEN, id=snapshot["id"]))["totalCount"] == 0
    assert (await ask(ours, FORGET, id=snapshot["id"]))["userErrors"] == []
    assert (await ask(ours, DELETE, id=made["id"]))["userErrors"] == []
    rows = await ours.shop.scope.reading.rows(select(tables.SnapshotMember))
    assert rows == []


async def test_who_sees_no_orders_learns_nothing_of_them(desks: TwoDesks) -> None:
    await card(desks.ours, who("Анна", "+79160000000"))
    clerk = await desks.ours.clerk("customers:read", "customers:write")
    hidden = {"or": [{"not": {"orders": {"count": {"gte": 1}}}}]}
    for text in (PREVIEW, FOUND):
        assert (await clerk.refused(text, where=hidden))["code"] == "BAD_USER_INPUT"
    made = (await clerk.ask(CREATE, input={"title": "x", "where": hidden}))["customerSegmentCreate"]
    assert refusals(made) == [("NOT_ALLOWED", "where")]
