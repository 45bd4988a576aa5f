"""At the storefront: a cart becomes an order, all of it or nothing, once."""

import asyncio

import pytest
from sqlalchemy import update

from domain.orders.carts.tables import Cart
from domain.orders.orders.tables import Order, OrderEntry, OrderLine
from domain.pricing.tables import Price
from domain.stock.tables import DocumentCounter, StockHold
from tenants.ledger import AuditEntry, EventRow
from tests.api.answers import refusals
from tests.api.orders.till import (
    ADD,
    COMPLETE,
    ORDER_BY_TOKEN,
    SET,
    UPDATE,
    Till,
    TwoTills,
    roubles,
)

pytestmark = pytest.mark.anyio


async def test_from_an_anonymous_cart_to_an_order(till: Till) -> None:
    token, cart = await till.fill(till.line("TEA", "3"), till.line("HONEY"))
    assert cart["total"]["amount"] == "1499.99"
    order = (await till.complete(token, "1499.99"))["order"]
    assert (order["number"], order["state"]) == ("1", "CONFIRMED")
    assert (order["total"], order["toPay"]) == ({"amount": "1499.99"}, {"amount": "1499.99"})
    assert (order["name"], order["phone"]) == ("Анна", "+79161234567")
    assert [(one["title"], one["sku"], one["quantity"]) for one in order["lines"]] == [
        ("Чай", "TEA", "3"),
        ("Мёд", "HONEY", "1"),
    ]
    assert order["lines"][0]["positions"] == [
        {"quantity": "3", "price": {"amount": "333.33"}, "sum": {"amount": "999.99"}}
    ]
    levels = await till.levels()
    assert (levels["TEA"], levels["HONEY"]) == ((10_000, 3_000), (10_000, 1_000))
    again = (await till.buyer.ask(ORDER_BY_TOKEN, token=token))["order"]
    assert again == order
    seen = await till.seen(order["id"])
    assert (seen["source"], seen["hold"]["state"]) == ("SITE", "HELD")
    assert [one["type"] for one in seen["history"]] == ["order.placed"]
    assert [(one["kind"], one["amount"]["amount"], one["reason"]) for one in seen["entries"]] == [
        ("DUE", "1499.99", "placed")
    ]
    await till.check()


async def test_what_is_paid_first_waits_for_that(till: Till) -> None:
    order = await till.order(till.line("TEA"), paymentMethod="ONLINE")
    assert order["state"] == "AWAITING_PAYMENT"
    assert order["payUntil"] is not None
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Price).values(amount_minor=0))
    free = await till.order(till.line("TEA"), paymentMethod="ONLINE")
    assert (free["state"], free["payUntil"]) == ("CONFIRMED", None)
    await till.check()


async def test_sent_again_it_is_the_same_order_and_the_cart_is_shut(till: Till) -> None:
    token, _ = await till.fill(till.line("TEA"))
    first = await till.complete(token, "333.33")
    assert await till.complete(token, "333.33") == first
    assert await till.complete(token, "1.00") == first
    for text, more in (
        (ADD, {"lines": [till.line("TEA")]}),
        (SET, {"lines": [{"id": (await till.look(token))["lines"][0]["id"], "quantity": "2"}]}),
        (UPDATE, {"name": "Пётр"}),
    ):
        assert refusals(await till.ask(text, token=token, **more)) == [("NOT_ALLOWED", "token")]
    assert (await till.look(token))["isOrdered"] is True
    assert len(await till.rows(Order)) == 1


async def test_the_same_request_twice_at_once_makes_one_order(till: Till) -> None:
    token, _ = await till.fill(till.line("TEA"))
    answers = await asyncio.gather(*(till.complete(token, "333.33") for _ in range(10)))
    assert {one["order"]["id"] for one in answers} == {answers[0]["order"]["id"]}
    assert len(await till.rows(Order)) == 1
    assert (await till.levels())["TEA"] == (10_000, 1_000)
    await till.check()


async def nothing_ordered(till: Till) -> None:
    for table in (Order, OrderLine, OrderEntry, StockHold, EventRow, DocumentCounter):
        assert await till.rows(table) == [], table
    assert all(reserved == 0 for _, reserved in (await till.levels()).values())


async def test_refused_while_anything_blocks_and_nothing_is_half_done(till: Till) -> None:
    token, cart = await till.fill(till.line("TEA"), till.line("CUP"), phone="", address=None)
    refused = await till.complete(token, cart["total"]["amount"])
    assert refused["order"] is None
    assert [(one["problem"], one["path"], one["fix"]) for one in refused["userErrors"]] == [
        ("CONTACT_MISSING", ["phone"], "FILL_IN"),
        ("ADDRESS_MISSING", ["address"], "FILL_IN"),
    ]
    assert {one["code"] for one in refused["userErrors"]} == {"CART_PROBLEM"}
    await nothing_ordered(till)


async def test_the_buyer_pays_the_total_that_he_has_seen_or_nothing(till: Till) -> None:
    token, cart = await till.fill(till.line("TEA", "2"))
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(update(Price).values(amount_minor=334_00))
    refused = await till.complete(token, cart["total"]["amount"])
    (error,) = refused["userErrors"]
    assert (error["problem"], error["path"], error["fix"]) == ("TOTAL_CHANGED", ["total"], "ACCEPT")
    assert "668.00" in error["message"]
    await nothing_ordered(till)
    assert (await till.complete(token, "668.00"))["order"]["total"]["amount"] == "668.00"
    foreign = await till.ask(COMPLETE, token=token, total=roubles("668.00", "USD"))
    assert foreign["userErrors"] == []  # it is ordered: what is said now changes nothing


@pytest.mark.parametrize("total", ["-1", "NaN", "1.001", "1e3", "", "9" * 30])
async def test_totals_that_cannot_be(till: Till, total: str) -> None:
    token, _ = await till.fill(till.line("TEA"))
    refused = await till.complete(token, total)
    assert refused["order"] is None
    assert refused["userErrors"]
    await nothing_ordered(till)


async def test_too_little_is_told_line_by_line_bundles_by_their_parts(till: Till) -> None:
    token, cart = await till.fill(till.line("SET", "4"), till.line("TEA", "3"), till.line("CUP"))
    refused = await till.complete(token, cart["total"]["amount"])
    assert [(one["problem"], one["path"], one["available"]) for one in refused["userErrors"]] == [
        ("OUT_OF_STOCK", ["lines", "0", "quantity"], "0")
    ]
    await nothing_ordered(till)
    line = {"id": cart["lines"][1]["id"], "quantity": "2"}
    fewer = (await till.ask(SET, token=token, lines=[line]))["cart"]
    assert (await till.complete(token, fewer["total"]["amount"]))["userErrors"] == []
    levels = await till.levels()
    assert (levels["TEA"], levels["CUP"]) == ((10_000, 10_000), (10_000, 5_000))
    by_sku = {row["sku"]: row["takes"] for row in await till.rows(OrderLine)}
    ids = till.desk.shop.variants
    assert by_sku["SET"] == {str(ids["TEA"]): 8_000, str(ids["CUP"]): 4_000}
    await till.check()


async def test_nothing_personal_is_in_the_feed_or_the_log(till: Till) -> None:
    await till.order(till.line("TEA"), email="anna@example.com", note="код домофона 12")
    for table in (EventRow, AuditEntry):
        told = str([dict(row) for row in await till.rows(table)])
        for word in ("Анна", "9161234567", "anna@example", "домофона", "Советская"):
            assert word not in told


async def test_a_neighbours_cart_is_not_there(tills: TwoTills) -> None:
    token, _ = await tills.neighbour.fill(tills.neighbour.line("TEA"))
    refused = await tills.ours.complete(token, "333.33")
    assert refusals(refused) == [("NOT_FOUND", "token")]
    assert [row["order_id"] for row in await tills.neighbour.rows(Cart)] == [None]
    assert (await tills.neighbour.complete(token, "333.33"))["order"]["number"] == "1"
    assert (await tills.ours.buyer.ask(ORDER_BY_TOKEN, token=token))["order"] is None
