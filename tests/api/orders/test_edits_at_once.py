"""Edits at once, with each other and with whatever else is done: one after the other, none by half;
and how many statements one takes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Final

import pytest

from api import admin
from api.app import open_services
from api.credentials import admin_context
from api.transport import graphql_endpoint
from domain.orders.orders.tables import OrderLine as Lines
from tenants.roles import RoleUrls
from tests.api.answers import refusals
from tests.api.client import settings_for
from tests.api.orders.test_edits import EDIT, change, edit
from tests.api.orders.test_statements import Counting
from tests.api.orders.test_whole_life import AT_COUNTER, CANCEL, amount
from tests.api.orders.till import Till
from tests.conftest import Servers

pytestmark = pytest.mark.anyio

STATEMENTS: Final = {"less": 27, "more": 36, "nothing": 5}
"""Of an edit that keeps less, that adds and keeps more, that changes nothing; not of its answer."""
BARE: Final = """mutation ($id: ID!, $input: OrderEditInput!) {
  orderEdit(id: $id, input: $input) { userErrors { code path } } }"""


async def test_of_two_edits_by_one_version_one_is_made(till: Till) -> None:
    order = await till.order(till.line("TEA", "5"))
    version = (await till.seen(order["id"]))["version"]
    given = [
        {"reason": "раз", "change": [change(order, "TEA", "2")]},
        {"reason": "два", "change": [change(order, "TEA", "9")]},
    ]
    answers = await asyncio.gather(
        *(till.do(EDIT, id=order["id"], input=one, version=version) for one in given)
    )
    assert sorted(refusals(one) for one in answers) == [[], [("CONFLICT", "expectedVersion")]]
    assert (await till.seen(order["id"]))["revision"] == 2
    await till.check()


async def test_edits_without_a_version_are_made_one_after_the_other(till: Till) -> None:
    order = await till.order(till.line("TEA", "5"))
    add = {"variant": {"id": till.of("NUTS")}}
    answers = await asyncio.gather(*(edit(till, order, add=[add]) for _ in range(5)))
    assert all(one["userErrors"] == [] for one in answers)
    seen = await till.seen(order["id"])
    assert (seen["revision"], amount(seen["total"])) == (6, "1891.65")
    assert (await till.levels())["NUTS"] == (10_000, 5_000)
    await till.check()


async def test_an_edit_and_a_hand_over_agree_whoever_is_first(till: Till) -> None:
    """It is handed over as it was, or as it is then; never more than was sold, nor less kept."""
    for _ in range(6):
        order = await till.order(till.line("TEA", "1"), till.line("NUTS", "1"))
        less = edit(till, order, change=[change(order, "TEA", "0")])
        edited, given = await asyncio.gather(less, till.do(AT_COUNTER, id=order["id"]))
        seen = await till.seen(order["id"])
        assert seen["state"] == "HANDED_OVER"
        if edited["userErrors"]:
            assert refusals(edited) in (
                [("NOT_ALLOWED", "id")],
                [("NOT_ALLOWED", "change.0.quantity")],
            )
        assert amount(given["handOver"]["total"]) == amount(seen["total"])
        await till.check()
    on_hand, reserved = (await till.levels())["TEA"]
    sold = sum(
        int(one["quantity"]) // 1_000 for one in await till.rows(Lines) if one["sku"] == "TEA"
    )
    assert (on_hand, reserved) == (10_000 - sold * 1_000, 0)


async def test_the_last_ones_go_to_one_of_those_who_want_them(till: Till) -> None:
    """Edits and carts want the same ten: all are sold, none twice, and nobody meets a deadlock."""
    orders = [await till.order(till.line("JAM"), till.line("NUTS")) for _ in range(4)]
    carts = [await till.fill(till.line("NUTS"), till.line("JAM")) for _ in range(4)]
    wishes = [
        edit(till, one, change=[change(one, "JAM", "3"), change(one, "NUTS", "3")])
        for one in orders
    ]
    buys = [till.complete(token, cart["total"]["amount"]) for token, cart in carts]
    answers = await asyncio.gather(*wishes, *buys)
    codes = Counter(one["code"] for answer in answers for one in answer["userErrors"])
    assert set(codes) <= {"INSUFFICIENT_STOCK", "CART_PROBLEM"}
    levels = await till.levels()
    kept = (
        4
        + sum(2 for one in answers[:4] if one["order"])
        + sum(1 for one in answers[4:] if one["order"])
    )
    assert levels["JAM"] == levels["NUTS"] == (10_000, kept * 1_000)
    assert kept >= 9
    await till.check()


async def test_an_edit_and_a_cancellation_leave_nothing_kept(till: Till) -> None:
    for _ in range(4):
        order = await till.order(till.line("TEA"))
        more = edit(till, order, change=[change(order, "TEA", "4")])
        cancel = till.do(CANCEL, id=order["id"], reason="передумал")
        edited, cancelled = await asyncio.gather(more, cancel)
        assert cancelled["userErrors"] == []
        assert refusals(edited) in ([], [("NOT_ALLOWED", "id")])
        assert (await till.levels())["TEA"] == (10_000, 0)
        seen = await till.seen(order["id"])
        assert (seen["state"], amount(seen["due"])) == ("CANCELLED", "0.00")
    await till.check()


@pytest.fixture
async def counted(
    till: Till, database: RoleUrls, servers: Servers
) -> AsyncIterator[tuple[Till, Counting]]:
    async with open_services(settings_for(database, servers.redis_url)) as services:
        pool: Any = Counting(services.pool)
        counting = replace(services, pool=pool)
        door = graphql_endpoint(admin.SCHEMA, open_context=admin_context(counting))
        desk = replace(till.desk, admin=replace(till.desk.admin, app=door))
        yield replace(till, desk=desk), pool


async def test_an_edit_takes_its_statements_however_many_lines_there_are(
    counted: tuple[Till, Counting],
) -> None:
    till, pool = counted
    counts: list[dict[str, int]] = []
    for skus in (["TEA"], ["TEA"], ["TEA", "HONEY", "CUP"]):
        order = await till.order(*(till.line(sku, "2") for sku in skus))
        adds = [{"variant": {"id": till.of(sku)}} for sku in ("NUTS", "JAM")[: len(skus)]]
        wishes: dict[str, Any] = {
            "less": {"change": [change(order, sku, "1") for sku in skus]},
            "more": {"add": adds, "change": [change(order, sku, "2") for sku in skus]},
            "nothing": {"change": [change(order, sku, "2") for sku in skus]},
        }
        taken: dict[str, int] = {}
        for name, wish in wishes.items():
            before = len(pool.statements)
            answer = await till.do(BARE, id=order["id"], input={"reason": "звонок", **wish})
            assert answer["userErrors"] == []
            taken[name] = len(pool.statements) - before
        counts.append(taken)
    assert counts[1:] == [STATEMENTS, STATEMENTS]  # a connection learns its types at first
