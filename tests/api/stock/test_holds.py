"""Holds at the admin's door: however many ask at once, no more is promised than there is."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from domain.catalog.tables import Variant
from domain.stock.integrity import find_differences
from domain.stock.tables import StockHold, StockHoldLine, StockLevel, StockMovement
from tenants.ids import encode_id
from tests.api.answers import refusals
from tests.api.catalog.rows import everything
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

HOLD = """
  stockHold { id state owner expiresAt lines { location { code } variant { sku } quantity } }
  userErrors { code path ... on InsufficientStockError { variantId requested available } }
"""
CREATE = f"""mutation ($input: StockHoldCreateInput!) {{
  stockHoldCreate(input: $input) {{ {HOLD} }} }}"""
RELEASE = f"mutation ($id: ID!) {{ stockHoldRelease(id: $id) {{ {HOLD} }} }}"
SHIP = f"mutation ($id: ID!) {{ stockHoldShip(id: $id) {{ {HOLD} }} }}"
EXTEND = f"""mutation ($id: ID!, $to: DateTime) {{
  stockHoldExtend(id: $id, expiresAt: $to) {{ {HOLD} }} }}"""
ASKERS = 200


@pytest.fixture
async def desk(desks: TwoDesks) -> Desk:
    for one in (desks.ours, desks.neighbour):
        await add_products(
            one.shop,
            *(P(f"Чай {sku}", [V(sku, stock=50_000)]) for sku in "ABCDE"),
            P("Развес", [V("KG", stock=12_345)]),
        )
        async with one.shop.scope.writing("test") as uow:
            by_weight = update(Variant).where(Variant.sku == "KG")
            await uow.execute(by_weight.values(is_weighed=True, quantity_step=1))
    return desks.ours


def line(desk: Desk, sku: str, quantity: str) -> dict[str, Any]:
    variant = {"id": encode_id("var", desk.shop.variants[sku])}
    return {"variant": variant, "quantity": quantity}


async def patiently(desk: Desk, text: str, **variables: Any) -> Any:
    """The payload of a mutation; a door that is too busy is asked again, as it says itself."""
    while True:
        body = (await desk.admin.send(text, **variables)).json()
        if "errors" not in body:
            (payload,) = body["data"].values()
            return payload
        (error,) = body["errors"]
        assert error["extensions"]["code"] == "TIMEOUT", error


async def hold(desk: Desk, owner: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    asked = {"owner": owner, "lines": list(lines), **more}
    made: dict[str, Any] = await patiently(desk, CREATE, input=asked)
    return made


async def storm(desk: Desk, carts: list[list[dict[str, Any]]]) -> int:
    """Every cart asks at once; how many hold all that they asked for. No other refusal is had."""

    async def ask(number: int) -> bool:
        answer = await hold(desk, f"cart:{number}", *carts[number])
        held = answer["stockHold"] is not None
        assert held or {error["code"] for error in answer["userErrors"]} == {"INSUFFICIENT_STOCK"}
        return held

    return sum(await asyncio.gather(*(ask(number) for number in range(len(carts)))))


async def levels(desk: Desk) -> dict[str, tuple[int, int]]:
    """`(on hand, reserved)` by sku."""
    rows = await desk.shop.scope.reading.rows(select(StockLevel))
    skus = {variant: sku for sku, variant in desk.shop.variants.items()}
    return {skus[row["variant_id"]]: (row["on_hand"], row["reserved"]) for row in rows}


async def check(desk: Desk) -> None:
    assert await find_differences(desk.shop.scope.reading) == []


async def test_of_200_askers_50_have_the_50_units(desk: Desk) -> None:
    assert await storm(desk, [[line(desk, "A", "1")]] * ASKERS) == 50
    assert (await levels(desk))["A"] == (50_000, 50_000)
    await check(desk)


async def test_carts_whose_lines_come_in_opposite_orders_do_not_stand_in_a_ring(
    desk: Desk,
) -> None:
    lines = [line(desk, sku, "1") for sku in "ABCDE"]
    carts = [lines if number % 2 else lines[::-1] for number in range(ASKERS)]
    assert await storm(desk, carts) == 50
    assert set((await levels(desk)).values()) == {(50_000, 50_000), (12_345, 0)}
    await check(desk)


async def test_two_lines_of_one_variant_are_not_promised_the_same_unit(desk: Desk) -> None:
    carts = [[line(desk, "A", "1"), line(desk, "B", "1"), line(desk, "A", "2")]] * ASKERS
    assert await storm(desk, carts) == 16
    assert (await levels(desk))["A"] == (50_000, 48_000)
    assert (await levels(desk))["B"] == (50_000, 16_000)
    await check(desk)


async def test_goods_by_weight_are_promised_to_the_gram(desk: Desk) -> None:
    carts = [[line(desk, "KG", "0.123")]] * ASKERS
    assert await storm(desk, carts) == 100
    assert (await levels(desk))["KG"] == (12_345, 12_300)
    assert (await hold(desk, "the rest", line(desk, "KG", "0.045")))["userErrors"] == []
    assert (await hold(desk, "a gram", line(desk, "KG", "0.001")))["stockHold"] is None
    await check(desk)


@pytest.mark.long
@pytest.mark.parametrize("run", range(20))
async def test_twenty_runs_of_random_carts_promise_what_there_is(desk: Desk, run: int) -> None:
    chance = random.Random(run)
    print(f"seed {run}")
    carts = [
        [line(desk, sku, "1") for sku in chance.sample("ABCDE", chance.randint(1, 5))]
        for _ in range(ASKERS)
    ]
    await storm(desk, [[line(desk, "A", "1"), *cart] for cart in carts])
    assert (await levels(desk))["A"] == (50_000, 50_000)
    await check(desk)


async def test_holding_shipping_and_letting_go_at_once_lose_nothing(desk: Desk) -> None:
    """Each of many buyers holds two kinds of tea, then ships or lets go, all at the same time."""
    chance = random.Random(20_26)

    async def buyer(number: int) -> str:
        lines = [line(desk, sku, "1") for sku in chance.sample("ABCDE", 2)]
        made = await hold(desk, f"buyer:{number}", *lines)
        assert made["userErrors"] == []
        ending = chance.choice((SHIP, RELEASE))
        payload = await patiently(desk, ending, id=made["stockHold"]["id"])
        assert payload["userErrors"] == []
        return str(payload["stockHold"]["state"])

    ends = await asyncio.gather(*(buyer(number) for number in range(80)))
    there = await levels(desk)
    assert sum(reserved for _, reserved in there.values()) == 0
    sold = sum(50_000 - there[sku][0] for sku in "ABCDE")
    assert sold == 2_000 * ends.count("SHIPPED") > 0
    await check(desk)


async def test_an_owner_who_asks_again_has_the_hold_that_is_there(desk: Desk) -> None:
    until = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
    asked = [line(desk, "A", "2"), line(desk, "KG", "0.5")]
    first = await hold(desk, "cart", *asked, expiresAt=until)
    assert first["userErrors"] == []
    assert first["stockHold"]["state"] == "HELD"
    assert sorted(
        (one["variant"]["sku"], one["location"]["code"], one["quantity"])
        for one in first["stockHold"]["lines"]
    ) == [("A", "main", "2"), ("KG", "main", "0.5")]
    assert await hold(desk, "cart", *asked, expiresAt=until) == first
    assert refusals(await hold(desk, "cart", line(desk, "A", "1"))) == [("NOT_ALLOWED", "owner")]
    assert (await levels(desk))["A"] == (50_000, 2_000)


async def test_a_hold_goes_its_way(desk: Desk) -> None:
    held = (await hold(desk, "order", line(desk, "A", "2")))["stockHold"]["id"]
    to = "2099-01-01T00:00:00Z"
    extended = await desk.admin.ask(EXTEND, id=held, to=to)
    assert extended["stockHoldExtend"]["stockHold"]["expiresAt"] == to
    for _ in range(2):
        shipped = await desk.admin.ask(SHIP, id=held)
        assert shipped["stockHoldShip"]["stockHold"]["state"] == "SHIPPED"
    late = await desk.admin.ask(RELEASE, id=held)
    assert refusals(late["stockHoldRelease"]) == [("NOT_ALLOWED", "id")]
    assert (await levels(desk))["A"] == (48_000, 0)
    moved = select(func.count()).where(StockMovement.kind == "sale")
    assert await desk.shop.scope.reading.value(moved) == 1


async def test_each_refusal_says_where_and_keeps_nothing(desks: TwoDesks, desk: Desk) -> None:
    before = await everything(desk.shop)
    good, theirs = line(desk, "A", "1"), line(desks.neighbour, "A", "1")
    for lines, refused in (
        ([good, theirs], [("NOT_FOUND", "lines.1.variant")]),
        ([good, line(desk, "B", "0")], [("INVALID", "lines.1.quantity")]),
        ([good, line(desk, "B", "0.5")], [("INVALID", "lines.1.quantity")]),
        ([good, line(desk, "B", "51")], [("INSUFFICIENT_STOCK", "lines.1.quantity")]),
        ([], [("REQUIRED", "lines")]),
        ([good] * 101, [("TOO_MANY", "lines")]),
    ):
        assert refusals(await hold(desk, "cart", *lines)) == refused
    short = (await hold(desk, "cart", line(desk, "A", "51")))["userErrors"][0]
    assert short["variantId"] == encode_id("var", desk.shop.variants["A"])
    assert (short["requested"], short["available"]) == ("51", "50")
    for quantity in ("1.2345", "NaN", "-", "1e3"):
        asked = {"owner": "cart", "lines": [line(desk, "A", quantity)]}
        wrong = await desk.admin.refused(CREATE, input=asked)
        assert wrong["code"] == "BAD_USER_INPUT"
    other = (await hold(desks.neighbour, "cart", theirs))["stockHold"]["id"]
    for ending in (SHIP, RELEASE, EXTEND):
        (payload,) = (await desk.admin.ask(ending, id=other)).values()
        assert refusals(payload) == [("NOT_FOUND", "id")]
    assert await everything(desk.shop) == before
    reading = desk.shop.scope.reading
    for table in (StockHold, StockHoldLine):
        assert await reading.rows(select(table)) == []


async def test_the_window_shows_what_is_left_when_a_hold_takes_the_last(desk: Desk) -> None:
    text = """query ($sku: ID!) { variant: node(id: $sku) {
      ... on Variant { stock { onHand reserved available } } } }"""
    variant = encode_id("var", desk.shop.variants["A"])
    held = (await hold(desk, "cart", line(desk, "A", "50")))["stockHold"]["id"]
    stock = (await desk.admin.ask(text, sku=variant))["variant"]["stock"]
    assert stock == [{"onHand": "50", "reserved": "50", "available": "0"}]
    await desk.admin.ask(RELEASE, id=held)
    stock = (await desk.admin.ask(text, sku=variant))["variant"]["stock"]
    assert stock == [{"onHand": "50", "reserved": "0", "available": "50"}]


async def test_holds_need_their_permission(desk: Desk) -> None:
    reader = await desk.clerk("inventory:read", "products:read")
    asked = {"owner": "cart", "lines": [line(desk, "A", "1")]}
    assert (await reader.refused(CREATE, input=asked))["code"] == "FORBIDDEN"
