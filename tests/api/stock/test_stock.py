"""Stock at the admin's door: counted against what was seen, changed by difference, once a key."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from domain.stock.tables import StockLevel
from tenants.ids import encode_id, new_id
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

ANSWER = "variants { stock { onHand reserved available } } userErrors { code path message }"
SET = f"mutation ($input: StockSetInput!) {{ stockSet(input: $input) {{ {ANSWER} }} }}"
CHANGE = f"mutation ($input: StockChangeInput!) {{ stockChange(input: $input) {{ {ANSWER} }} }}"


@pytest.fixture
async def shops(desks: TwoDesks) -> TwoDesks:
    for desk in (desks.ours, desks.neighbour):
        await add_products(desk.shop, P("Чай", [V("A", stock=5_000), V("B", stock=0)]))
    return desks


def here(desk: Desk) -> dict[str, str]:
    return {"id": encode_id("loc", desk.shop.location)}


def of(desk: Desk, sku: str) -> dict[str, Any]:
    return {"variant": {"id": encode_id("var", desk.shop.variants[sku])}}


async def test_a_count_replaces_what_was_seen(shops: TwoDesks) -> None:
    rows = [
        {**of(shops.ours, "A"), "onHand": "7.5", "replaces": "5"},
        {**of(shops.ours, "B"), "onHand": "2", "replaces": "0"},
    ]
    data = await shops.ours.keyed("count").ask(
        SET, input={"location": here(shops.ours), "levels": rows}
    )
    assert data["stockSet"]["userErrors"] == []
    assert data["stockSet"]["variants"] == [
        {"stock": [{"onHand": "7.5", "reserved": "0", "available": "7.5"}]},
        {"stock": [{"onHand": "2", "reserved": "0", "available": "2"}]},
    ]


async def test_a_change_adds_and_takes(shops: TwoDesks) -> None:
    rows = [
        {**of(shops.ours, "A"), "difference": "-4.25"},
        {**of(shops.ours, "B"), "difference": "3"},
    ]
    data = await shops.ours.keyed("goods came").ask(
        CHANGE, input={"location": here(shops.ours), "changes": rows}
    )
    assert [one["stock"][0]["onHand"] for one in data["stockChange"]["variants"]] == ["0.75", "3"]


async def test_each_refusal_says_where_and_changes_nothing(shops: TwoDesks) -> None:
    async with shops.ours.shop.scope.writing("test") as uow:
        await uow.execute(update(StockLevel).values(reserved=2_000))
    before = await everything(shops.ours.shop)
    counted, one_more = {"onHand": "1", "replaces": "0"}, {"difference": "1"}
    cases: list[tuple[str, str, dict[str, Any], dict[str, Any], tuple[str, str]]] = [
        (SET, "levels", counted, {"replaces": "4"}, ("CONFLICT", "replaces")),
        (SET, "levels", counted, {"onHand": "-1", "replaces": "5"}, ("INVALID", "onHand")),
        (SET, "levels", counted, {"replaces": "5"}, ("NOT_ALLOWED", "onHand")),
        (CHANGE, "changes", one_more, {"difference": "-4"}, ("INSUFFICIENT_STOCK", "difference")),
        (CHANGE, "changes", one_more, of(shops.neighbour, "A"), ("NOT_FOUND", "variant")),
        (CHANGE, "changes", one_more, of(shops.ours, "B"), ("INVALID", "variant")),
    ]
    for number, (text, field, good, wrong, refused) in enumerate(cases):
        rows = [{**of(shops.ours, "B"), **good}, {**of(shops.ours, "A"), **good, **wrong}]
        data = await shops.ours.keyed(f"try {number}").ask(
            text, input={"location": here(shops.ours), field: rows}
        )
        (payload,) = data.values()
        assert payload["variants"] is None
        assert refusals(payload) == [(refused[0], f"{field}.1.{refused[1]}")], wrong
    for location in (here(shops.neighbour), {"id": encode_id("loc", new_id())}):
        row = {**of(shops.ours, "B"), "difference": "1"}
        data = await shops.ours.keyed(f"there {location}").ask(
            CHANGE, input={"location": location, "changes": [row]}
        )
        assert refusals(data["stockChange"]) == [("NOT_FOUND", "location")]
    assert await everything(shops.ours.shop) == before


async def test_a_change_needs_a_key_and_happens_once_under_it(shops: TwoDesks) -> None:
    asked = {
        "location": here(shops.ours),
        "changes": [{**of(shops.ours, "B"), "difference": "1"}],
    }
    bare = await shops.ours.admin.refused(CHANGE, input=asked)
    assert bare["code"] == "BAD_USER_INPUT"
    keyed = shops.ours.keyed("one more")
    answers = await asyncio.gather(*(keyed.ask(CHANGE, input=asked) for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["stockChange"]["variants"][0]["stock"][0]["onHand"] == "1"


async def test_of_many_takers_no_more_succeed_than_there_is(shops: TwoDesks) -> None:
    row = {**of(shops.ours, "A"), "difference": "-1"}
    answers = await asyncio.gather(
        *(
            shops.ours.keyed(f"taker {number}").ask(
                CHANGE, input={"location": here(shops.ours), "changes": [row]}
            )
            for number in range(12)
        )
    )
    taken = [answer for answer in answers if not answer["stockChange"]["userErrors"]]
    assert len(taken) == 5


async def test_stock_needs_its_own_permission(shops: TwoDesks) -> None:
    clerk = await shops.ours.clerk("products:write", "products:read", "inventory:read")
    row = {**of(shops.ours, "A"), "difference": "1"}
    refused = await clerk.refused(CHANGE, input={"location": here(shops.ours), "changes": [row]})
    assert refused["code"] == "FORBIDDEN"
