"""Back in stock: a buyer asks at the window, once; an event says it when it can be had again."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.catalog.changes import products_changed
from domain.catalog.tables import BundleItem, Product
from domain.stock.holds.demand import Line
from domain.stock.holds.ends import release_hold
from domain.stock.holds.holds import hold_stock
from domain.stock.nights import work_at_night
from domain.stock.notices.tables import BackInStock
from domain.stock.stock import StockChange, change_stock
from tenants.ids import encode_id, new_id
from tenants.ledger import EventRow
from tests.api.answers import refusals
from tests.api.catalog.conftest import TwoStalls
from tests.api.catalog.conftest import stalls as stalls
from tests.api.catalog.rows import everything
from tests.factories_catalog import P, V, add_products
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio

ASK = """
mutation ($input: BackInStockSubscribeInput!) { done: backInStockSubscribe(input: $input) {
  variantId userErrors { code path message } } }
"""
AGREED = "Сообщите мне письмом, когда товар появится."


async def ask(stalls: TwoStalls, variant: UUID, **given: Any) -> Any:
    asked = {"variantId": encode_id("var", variant), "email": "buyer@example.ru"}
    data = await stalls.buyer.ask(ASK, input={**asked, "consentText": AGREED, **given})
    return data["done"]


async def told(stalls: TwoStalls) -> list[tuple[UUID | None, int]]:
    """Of which variants buyers were told, and how many buyers."""
    asked = select(EventRow.entity_id, EventRow.payload).where(
        EventRow.type == "stock.back_in_stock"
    )
    rows = await stalls.shop.scope.reading.rows(asked.order_by(EventRow.sequence))
    return [(row["entity_id"], row["payload"]["buyers"]) for row in rows]


async def change(stalls: TwoStalls, variant: UUID, difference: int) -> None:
    async with stalls.shop.scope.writing("test") as uow:
        changes = [StockChange(variant, difference)]
        await change_stock(uow, location=stalls.shop.location, changes=changes)


async def test_buyers_are_told_once_when_it_can_be_had_again(stalls: TwoStalls) -> None:
    await add_products(stalls.shop, P("Чай", [V("A", stock=0), V("B", stock=0)]))
    tea, other = stalls.shop.variants["A"], stalls.shop.variants["B"]
    for email in ("buyer@example.ru", "BUYER@example.ru", "second@example.ru"):
        assert (await ask(stalls, tea, email=email))["userErrors"] == []
    await ask(stalls, other)
    waiting = await stalls.shop.scope.reading.rows(select(BackInStock))
    assert sorted(row["email_key"] for row in waiting if row["variant_id"] == tea) == [
        "buyer@example.ru",
        "second@example.ru",
    ]
    assert await told(stalls) == []
    await change(stalls, tea, 2_000)
    assert await told(stalls) == [(tea, 2)]
    await change(stalls, tea, -2_000)
    await change(stalls, tea, 1_000)
    assert await told(stalls) == [(tea, 2)]


async def test_what_a_cart_lets_go_is_back_too(stalls: TwoStalls) -> None:
    await add_products(stalls.shop, P("Чай", [V("A", stock=1_000)]))
    tea = stalls.shop.variants["A"]
    async with stalls.shop.scope.writing("test") as uow:
        hold_id = await hold_stock(uow, owner="cart", lines=[Line(tea, 1_000)])
    assert (await ask(stalls, tea))["userErrors"] == []
    async with stalls.shop.scope.writing("test") as uow:
        await release_hold(uow, hold_id)
    assert await told(stalls) == [(tea, 1)]


async def test_each_refusal_says_why_and_keeps_nothing(stalls: TwoStalls) -> None:
    await add_products(stalls.shop, P("Чай", [V("A", stock=0), V("B", stock=1_000)]))
    await add_products(stalls.neighbour.shop, P("Чай", [V("A", stock=0)]))
    tea = stalls.shop.variants["A"]
    before = await everything(stalls.shop)
    for variant, given, refused in (
        (tea, {"email": "nobody"}, ("INVALID", "email")),
        (tea, {"consentText": " "}, ("REQUIRED", "consentText")),
        (tea, {"language": "x" * 20}, ("INVALID", "language")),
        (stalls.shop.variants["B"], {}, ("NOT_ALLOWED", "variantId")),
        (stalls.neighbour.shop.variants["A"], {}, ("NOT_FOUND", "variantId")),
        (new_id(), {}, ("NOT_FOUND", "variantId")),
    ):
        assert refusals(await ask(stalls, variant, **given)) == [refused]
    assert await everything(stalls.shop) == before


async def test_a_bundle_is_back_when_its_parts_are(stalls: TwoStalls) -> None:
    parts = [V("A", stock=0), V("B", stock=5_000)]
    await add_products(stalls.shop, P("Чай", parts), P("Набор", [V("SET", stock=0)]))
    tea, bundle = stalls.shop.variants["A"], stalls.shop.variants["SET"]
    async with stalls.shop.scope.writing("test") as uow:
        for at, part in enumerate(("A", "B")):
            of = {"variant_id": bundle, "part_variant_id": stalls.shop.variants[part]}
            await uow.add(BundleItem, **of, quantity=2_000, position=at)
    assert (await ask(stalls, bundle))["userErrors"] == []
    await change(stalls, tea, 1_000)
    assert await told(stalls) == []
    await change(stalls, tea, 1_000)
    assert await told(stalls) == [(bundle, 1)]
    async with stalls.shop.scope.writing("test") as uow:
        hold_id = await hold_stock(uow, owner="cart", lines=[Line(tea, 1_000)])
    assert (await ask(stalls, bundle))["userErrors"] == []
    async with stalls.shop.scope.writing("test") as uow:
        await release_hold(uow, hold_id)
    assert await told(stalls) == [(bundle, 1), (bundle, 1)]


async def show(stalls: TwoStalls, status: str) -> None:
    async with stalls.shop.scope.writing("test") as uow:
        await uow.execute(update(Product).values(status=status))
        await products_changed(uow, stalls.shop.products.values())


async def test_what_is_not_shown_is_not_waited_for_and_is_told_of_once_it_is(
    stalls: TwoStalls,
) -> None:
    await add_products(stalls.shop, P("Чай", [V("A", stock=0), V("B", stock=0)]))
    tea, other = stalls.shop.variants["A"], stalls.shop.variants["B"]
    await ask(stalls, tea)
    await show(stalls, "draft")
    assert refusals(await ask(stalls, other)) == [("NOT_FOUND", "variantId")]
    await change(stalls, tea, 1_000)
    assert await told(stalls) == []
    await show(stalls, "active")
    for _ in range(2):
        await work_at_night(PlainCourse(stalls.shop.scope))
        assert await told(stalls) == [(tea, 1)]


async def test_who_asks_while_it_comes_in_is_told_by_night(stalls: TwoStalls) -> None:
    await add_products(stalls.shop, P("Чай", [V("A", stock=0)]))
    tea = stalls.shop.variants["A"]
    async with stalls.shop.scope.writing("test") as uow:
        await change_stock(uow, location=stalls.shop.location, changes=[StockChange(tea, 1_000)])
        assert (await ask(stalls, tea))["userErrors"] == []
    assert await told(stalls) == []
    await work_at_night(PlainCourse(stalls.shop.scope))
    assert await told(stalls) == [(tea, 1)]
