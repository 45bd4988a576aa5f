"""Views of the list of orders: one's own and those for all, and what they name that is gone."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import pytest

from domain.errors import NotAllowed, NotFound
from domain.orders.desk.views import (
    MOST,
    create_view,
    delete_view,
    list_views,
    look_at,
    update_view,
)
from tenants.ids import decode_id
from tenants.principal import Actor, Principal
from tenants.scope import TenantScope
from tests.api.answers import refusals
from tests.api.orders.test_desk import DELETE, member, sort, status
from tests.api.orders.till import Till, TwoTills, roubles

pytestmark = pytest.mark.anyio

VIEW: Final = """orderView { id title where position version owner { name }
  look { count problem { message path } } } userErrors { code path message }"""
CREATE: Final = f"""mutation ($input: OrderViewCreateInput!) {{
  orderViewCreate(input: $input) {{ {VIEW} }} }}"""
CHANGE: Final = f"""mutation ($id: ID!, $input: OrderViewUpdateInput!) {{
  orderViewUpdate(id: $id, input: $input) {{ {VIEW} }} }}"""
FORGET: Final = """mutation ($id: ID!) {
  orderViewDelete(id: $id) { orderViewId userErrors { code path } } }"""
VIEWS: Final = "{ orderViews { title where look { count problem { path } } } }"
LIST: Final = "query ($where: OrderWhere) { orders(where: $where) { nodes { number } } }"


async def shared(till: Till, title: str, **where: Any) -> Any:
    made = await till.do(CREATE, input={"title": title, "where": where, "isShared": True})
    assert made["userErrors"] == [], made["userErrors"]
    return made["orderView"]


async def test_a_view_is_the_lists_own_filter_and_tells_how_many(till: Till) -> None:
    packing = await status(till, "Собрать", isDefault=True)
    await till.order(till.line("TEA"))
    await till.order(till.line("HONEY"), paymentMethod="ONLINE")
    where = {
        "statusId": {"in": [packing]},
        "placedAt": {"gte": "2026-01-01T00:00:00Z"},
        "due": {"lte": roubles("400.00")},
        "or": [{"state": {"eq": "CONFIRMED"}}, {"not": {"tag": {"eq": "опт"}}}],
    }
    view = await shared(till, "К сборке", **where)
    assert (view["look"], view["owner"]) == ({"count": 1, "problem": None}, None)
    assert view["where"]["statusId"] == {"in": [packing]}
    assert view["where"]["or"][0] == {"state": {"eq": "CONFIRMED"}}
    found = (await till.desk.admin.ask(LIST, where=view["where"]))["orders"]["nodes"]
    assert found == [{"number": "1"}]
    changed = await till.do(CHANGE, id=view["id"], input={"where": {}, "title": "Все"})
    assert (changed["orderView"]["title"], changed["orderView"]["look"]["count"]) == ("Все", 2)
    assert (await till.do(FORGET, id=view["id"]))["orderViewId"] == view["id"]
    assert (await till.desk.admin.ask(VIEWS))["orderViews"] == []
    assert refusals(await till.do(FORGET, id=view["id"])) == [("NOT_FOUND", "id")]


async def test_what_a_view_names_and_is_gone_is_told_with_its_place(tills: TwoTills) -> None:
    till = tills.ours
    packing = await status(till, "Собрать")
    await shared(till, "К сборке", **{"or": [{"number": {"eq": 1}}, {"statusId": {"eq": packing}}]})
    await shared(till, "Первый", number={"eq": 1})
    assert (await till.do(DELETE, id=packing))["userErrors"] == []
    views = (await till.desk.admin.ask(VIEWS))["orderViews"]
    assert [one["look"] for one in views] == [
        {"count": None, "problem": {"path": ["where", "or", "1", "statusId", "eq"]}},
        {"count": 0, "problem": None},
    ]
    theirs = await status(tills.neighbour, "Собрать")
    for where, path in (
        ({"statusId": {"eq": packing}}, "where.statusId.eq"),
        ({"statusId": {"in": [theirs]}}, "where.statusId.in"),
        ({"variantId": {"eq": tills.neighbour.of("TEA")}}, "where.variantId.eq"),
    ):
        given = {"title": "!", "where": where, "isShared": True}
        assert refusals(await till.do(CREATE, input=given)) == [("NOT_FOUND", path)]
    cannot_be: tuple[tuple[dict[str, Any], str], ...] = (
        ({"title": " ", "where": {}}, "title"),
        ({"title": "!", "where": {"due": {"gte": roubles("NaN")}}}, "where.due.gte.amount"),
        ({"title": "!", "where": {}, "position": -1}, "position"),
    )
    for said, path in cannot_be:
        refused = refusals(await till.do(CREATE, input={**said, "isShared": True}))
        assert [where for _, where in refused] == [path], refused


async def test_ones_own_views_are_ones_own(till: Till) -> None:
    vera, gleb = [decode_id(await member(till, name), "stf") for name in ("Вера", "Глеб")]
    base = till.desk.shop.scope

    def scope(staff: UUID, *permissions: str) -> TenantScope:
        who = Principal(Actor.STAFF, staff, permissions=frozenset(permissions))
        return replace(base, principal=who)

    hers, his = scope(vera, "orders:read"), scope(gleb, "orders:read")
    async with hers.writing("test") as uow:
        view = await create_view(uow, {"title": "Мои", "where": {"assigneeId": {"eq": vera}}})
    order = await till.order(till.line("TEA"))
    await shared(till, "Все")
    await sort(till, order, tags={"add": ["опт"]})

    async def titles(one: TenantScope) -> list[str]:
        return [row["title"] for row in await list_views(one.reading, one.principal)]

    assert (await titles(hers), await titles(his)) == (["Мои", "Все"], ["Все"])
    (look,) = await look_at(
        hers.reading, hers.principal, (await list_views(hers.reading, hers.principal))[:1]
    )
    assert look.orders == 0
    (common,) = [row["id"] for row in await list_views(his.reading, his.principal)]

    async def refused(one: TenantScope, view_id: UUID) -> type[Exception]:
        try:
            async with one.writing("test") as uow:
                await update_view(uow, view_id, {"title": "!"})
        except (NotFound, NotAllowed) as error:
            return type(error)
        raise AssertionError("it was changed")

    assert await refused(his, view) is NotFound
    assert await refused(hers, common) is NotAllowed
    async with scope(gleb, "orders:write").writing("test") as uow:
        await delete_view(uow, common)
    keyed = await till.do(CREATE, input={"title": "Ключа", "where": {}})
    assert refusals(keyed) == [("NOT_ALLOWED", "isShared")]
    reader = await till.desk.clerk("orders:read")
    (answer,) = (
        await reader.ask(CREATE, input={"title": "!", "where": {}, "isShared": True})
    ).values()
    assert refusals(answer) == [("NOT_ALLOWED", "isShared")]


async def test_there_are_not_too_many(till: Till) -> None:
    manager = Principal(Actor.SYSTEM, permissions=frozenset({"*"}))
    async with replace(till.desk.shop.scope, principal=manager).writing("test") as uow:
        for at in range(MOST):
            await create_view(uow, {"title": f"{at}", "where": {}, "is_shared": True})
    refused = await till.do(CREATE, input={"title": "!", "where": {}, "isShared": True})
    assert refusals(refused) == [("TOO_MANY", "title")]
    assert len((await till.desk.admin.ask(VIEWS))["orderViews"]) == MOST
