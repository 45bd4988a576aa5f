"""Promotions in carts and orders: codes, gifts, free delivery, and uses that are given back."""

from typing import Any

import pytest
from sqlalchemy import update

from domain.orders.orders.tables import OrderLine
from domain.pricing.promotions.tables import PromotionUse
from domain.stock.tables import StockLevel
from tests.api.answers import refusals
from tests.api.orders.test_delivery import made
from tests.api.orders.test_whole_life import AT_COUNTER, CANCEL
from tests.api.orders.till import ADD, UPDATE, Till, problems
from tests.api.pricing.test_promotions import make, percent

pytestmark = pytest.mark.anyio


async def test_a_code_lowers_the_price_of_cart_and_order_alike(till: Till) -> None:
    await make(till.desk, percent("10"), codes=["ЧАЙ-10"])
    token, cart = await till.fill(till.line("TEA", "3"), codes=["чай 10", "нет такого"])
    assert (cart["codes"], cart["total"]["amount"]) == (["чай 10", "нет такого"], "899.99")
    assert problems(cart) == [("CODE_DOES_NOT_APPLY", "codes.1")]
    assert [one["isBlocking"] for one in cart["problems"]] == [False]
    order = (await till.complete(token, "899.99"))["order"]
    positions = order["lines"][0]["positions"]
    assert [one["sum"]["amount"] for one in positions] == ["299.99", "600.00"]
    (use,) = await till.rows(PromotionUse)
    assert (use["discount_minor"], use["given_back_at"]) == (100_00, None)
    await till.do(CANCEL, id=order["id"], reason="передумал")
    (use,) = await till.rows(PromotionUse)
    assert use["given_back_at"] is not None
    await till.check()


async def test_a_gift_is_held_and_handed_over_for_nothing(till: Till) -> None:
    await make(till.desk, {"gift": {"variantId": till.of("CUP")}})
    token, cart = await till.fill(till.line("HONEY"))
    assert cart["gifts"] == [{"variant": {"sku": "CUP"}, "quantity": "1"}]
    order = (await till.complete(token, "500.00"))["order"]
    assert [(one["sku"], one["total"]["amount"]) for one in order["lines"]] == [
        ("HONEY", "500.00"),
        ("CUP", "0.00"),
    ]
    assert (await till.levels())["CUP"] == (10_000, 1_000)
    given = await till.do(AT_COUNTER, id=order["id"])
    assert (given["handOver"]["total"]["amount"], given["order"]["state"]) == (
        "500.00",
        "HANDED_OVER",
    )
    assert (await till.levels())["CUP"] == (9_000, 0)
    await till.check()


async def test_a_gift_that_has_run_out_holds_up_nobody(till: Till) -> None:
    await make(till.desk, {"gift": {"variantId": till.of("CUP")}})
    cup = till.desk.shop.variants["CUP"]
    async with till.desk.shop.scope.writing("test") as uow:
        await uow.execute(
            update(StockLevel).where(StockLevel.variant_id == cup).values(spoilt=10_000)
        )
    token, cart = await till.fill(till.line("HONEY"))
    assert (cart["gifts"], problems(cart)) == ([], [("GIFT_GONE", "gifts")])
    assert (await till.complete(token, "500.00"))["userErrors"] == []
    assert [row["sku"] for row in await till.rows(OrderLine)] == ["HONEY"]


async def test_the_last_ones_are_sold_before_they_are_given(till: Till) -> None:
    await make(till.desk, {"gift": {"variantId": till.of("CUP")}})
    token, cart = await till.fill(till.line("CUP", "9"))
    assert (cart["gifts"][0]["quantity"], problems(cart)) == ("1", [])
    more = await till.ask(ADD, token=token, lines=[till.line("CUP")])
    assert (more["cart"]["gifts"], problems(more["cart"])) == ([], [("GIFT_GONE", "gifts")])
    assert (await till.complete(token, "1005.00"))["userErrors"] == []
    assert (await till.levels())["CUP"] == (10_000, 10_000)


async def test_delivery_may_be_given_too(till: Till) -> None:
    way = await made(till)
    await make(till.desk, {"freeDelivery": True})
    token, cart = await till.fill(till.line("HONEY"), deliveryMethodId=way)
    assert (cart["deliveryOptions"][0]["price"], cart["total"]) == (
        {"amount": "0.00"},
        {"amount": "500.00"},
    )
    assert (await till.complete(token, "500.00"))["userErrors"] == []


@pytest.mark.parametrize("codes", [["x"] * 11 + ["y"], ["x" * 101], [""]])
async def test_codes_that_cannot_be(till: Till, codes: list[Any]) -> None:
    token, _ = await till.fill(till.line("HONEY"))
    ((_, path),) = refusals(await till.ask(UPDATE, token=token, codes=codes))
    assert path.startswith("codes")
