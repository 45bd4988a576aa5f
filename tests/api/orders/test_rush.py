"""Two hundred buyers at once: of fifty units fifty are sold, of ten uses of a code ten are used."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.orders.orders.tables import Order
from domain.pricing.promotions.tables import PromotionUse
from domain.stock.ledger import post
from domain.stock.levels import Spot, open_levels
from domain.stock.moves import Coming, Document
from tests.api.orders.till import ADDRESS, BUYER, COMPLETE, CREATE, LOOK, Till, roubles
from tests.api.pricing.test_promotions import make, percent

pytestmark = pytest.mark.anyio

BUYERS = 200


async def fifty(till: Till, sku: str) -> None:
    """Let there be fifty of it."""
    async with till.desk.shop.scope.writing("test") as uow:
        spot = Spot(till.desk.shop.variants[sku], till.desk.shop.location)
        coming = Coming(kind="surplus", spot=spot, quantity=40_000, value_minor=100)
        await post(uow, Document("change"), [coming], await open_levels(uow, [spot]))


async def patient(till: Till, text: str, **variables: Any) -> Any:
    """The data of an answer; who is told that all connections are taken comes again."""
    while True:
        body = (await till.buyer.send(text, **variables)).json()
        if "errors" not in body:
            return body["data"]
        assert {one["extensions"]["code"] for one in body["errors"]} == {"TIMEOUT"}, body["errors"]


async def buy(till: Till, token: str) -> str:
    """Order for what it costs, looking again where that has changed; the total, or the problem."""
    while True:
        cart = (await patient(till, LOOK, token=token))["cart"]
        given = {"token": token, "total": roubles(cart["total"]["amount"])}
        payload = (await patient(till, COMPLETE, input=given))["checkoutComplete"]
        if payload["order"]:
            return str(payload["order"]["total"]["amount"])
        (error,) = payload["userErrors"]
        if error["code"] != "USED_UP" and error["problem"] != "TOTAL_CHANGED":
            return str(error["problem"])


async def test_fifty_are_sold_and_ten_of_them_for_less(till: Till) -> None:
    await fifty(till, "JAM")
    await make(till.desk, percent("10"), codes=["ПЕРВЫЕ"], usageLimit=10)
    given = {
        **BUYER,
        "address": ADDRESS,
        "paymentMethod": "ON_HAND_OVER",
        "lines": [till.line("JAM")],
        "codes": ["первые"],
    }
    tokens = [(await till.ask(CREATE, **given))["token"] for _ in range(BUYERS)]
    found = Counter(await asyncio.gather(*(buy(till, token) for token in tokens)))
    assert found == {"189.00": 10, "210.00": 40, "OUT_OF_STOCK": 150}
    reading = till.desk.shop.scope.reading
    assert (await till.levels())["JAM"] == (50_000, 50_000)
    assert await reading.value(select(func.count(PromotionUse.id))) == 10
    numbers = sorted(row["number"] for row in await till.rows(Order))
    assert numbers == list(range(1, 51))
    await till.check()
