"""Promotions for segments: for who is in one as he buys, and has shown who he is."""

from typing import Any

import pytest

from tests.api.answers import refusals
from tests.api.customers.desk import ask, card
from tests.api.customers.segments_desk import CREATE, DELETE, UPDATE, segment
from tests.api.orders.test_customers import ANNA, signed_in
from tests.api.orders.test_statements import Counting, counted
from tests.api.orders.till import LOOK, Till, TwoTills
from tests.api.pricing.test_promotions import CREATE as PROMOTION
from tests.api.pricing.test_promotions import QUOTE, make, percent, step

pytestmark = pytest.mark.anyio
counted = counted

LOYAL: dict[str, Any] = {"orders": {"count": {"gte": 1}}, "tag": {"eq": "опт"}}


async def total(till: Till, **details: Any) -> str:
    """What tea costs this buyer."""
    _, cart = await till.fill(till.line("TEA", "3"), **details)
    amount: str = cart["total"]["amount"]
    return amount


async def offered(till: Till, **rule: Any) -> tuple[str, str]:
    """A segment with ten per cent off: its id, and the promotion's."""
    made = await segment(till.desk, "Верные", **rule)
    when = [{"customers": {"customerSegmentIds": [made["id"]]}}]
    return made["id"], await make(till.desk, percent("10"), when=when)


async def test_who_comes_into_a_segment_pays_less_from_then_on(till: Till) -> None:
    await offered(till, **LOYAL)
    anna = (await card(till.desk, ANNA | {"tags": ["опт"]}))["id"]
    boris = (await card(till.desk, {"firstName": "Борис"}))["id"]
    hers, his = await signed_in(till, anna), await signed_in(till, boris)
    assert await total(hers) == "999.99"
    await hers.order(till.line("HONEY"))
    await his.order(till.line("HONEY"))
    assert (await total(hers), await total(his)) == ("899.99", "999.99")
    ordered = await hers.order(till.line("TEA", "3"))
    assert ordered["total"]["amount"] == "899.99"
    # A guest with her phone has not shown that it is his.
    assert await total(till) == "999.99"


async def test_staff_are_told_what_it_costs_a_customer(till: Till) -> None:
    await offered(till, tag={"eq": "опт"})
    anna = (await card(till.desk, {"firstName": "Анна", "tags": ["опт"]}))["id"]
    boris = (await card(till.desk, {"firstName": "Борис"}))["id"]
    lines = [{"variant": {"id": till.of("TEA")}, "quantity": "3"}]

    async def quoted(customer: str) -> str:
        given = {"lines": lines, "buyer": {"customer": {"id": customer}}}
        found = (await till.desk.admin.ask(QUOTE, input=given))["priceQuote"]
        amount: str = found["total"]["amount"]
        return amount

    assert (await quoted(anna), await quoted(boris)) == ("899.99", "999.99")


async def test_a_segment_that_is_named_cannot_go_and_a_broken_one_gives_nothing(
    till: Till,
) -> None:
    desk = till.desk
    snapshotless, promotion = await offered(till, tag={"eq": "опт"})
    assert refusals(await ask(desk, DELETE, id=snapshotless)) == [("IN_USE", "id")]
    anna = await signed_in(till, (await card(desk, ANNA | {"tags": ["опт"]}))["id"])
    assert await total(anna) == "899.99"
    field = """mutation ($input: FieldDefinitionCreateInput!) {
      fieldDefinitionCreate(input: $input) { fieldDefinition { id } } }"""
    given = {"owner": "CUSTOMER", "code": "vip", "kind": "BOOLEAN", "title": "vip"}
    made = (await ask(desk, field, input=given))["fieldDefinition"]["id"]
    rule = {"fields": [{"code": "vip", "isNull": True}]}
    await ask(desk, UPDATE, id=snapshotless, input={"where": rule})
    assert await total(anna) == "899.99"
    await desk.admin.ask(
        f'mutation {{ fieldDefinitionDelete(id: "{made}") {{ userErrors {{ code }} }} }}'
    )
    assert await total(anna) == "999.99"
    assert (await step(desk, "promotionArchive", promotion))["userErrors"] == []


async def test_a_neighbours_segment_is_not_there(tills: TwoTills) -> None:
    theirs = await ask(tills.neighbour.desk, CREATE, input={"title": "x", "where": {}})
    when = [{"customers": {"customerSegmentIds": [theirs["customerSegment"]["id"]]}}]
    rule = {"conditions": when, "actions": [percent("10")]}
    made = await ask(tills.ours.desk, PROMOTION, input={"title": "x", "rule": rule})
    assert refusals(made) == [("NOT_FOUND", "rule.conditions.0.customers.customerSegmentIds.0")]


async def test_a_segment_costs_a_look_one_statement_and_nobody_else_any(
    counted: tuple[Till, Counting],
) -> None:
    till, pool = counted
    anna = await signed_in(till, (await card(till.desk, ANNA))["id"])

    async def looked(whose: Till) -> int:
        token, _ = await whose.fill(till.line("TEA"))
        before = len(pool.statements)
        await whose.buyer.ask(LOOK, token=token)
        return len(pool.statements) - before

    await make(till.desk, percent("10"))
    hers, guests = await looked(anna), await looked(till)
    await offered(till, **LOYAL)
    assert (await looked(anna), await looked(till)) == (hers + 1, guests)
    for title in ("а", "б", "в"):
        made = await segment(till.desk, title, **LOYAL)
        when = [{"customers": {"customerSegmentIds": [made["id"]]}}]
        await make(till.desk, percent("10"), when=when, title=title)
    assert (await looked(anna), await looked(till)) == (hers + 1, guests)
