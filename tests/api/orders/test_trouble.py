"""Two seconds in which the database ends every connection: no order is half there, none is lost."""

import asyncio
from collections import Counter
from time import monotonic
from typing import Any, Final

import asyncpg
import pytest

from domain.orders.carts.tables import Cart
from domain.orders.orders.tables import Order, OrderLine
from domain.pricing.promotions.tables import PromotionUse
from domain.stock.tables import StockHold
from tests.api.orders.test_rush import fifty
from tests.api.orders.till import ADDRESS, BUYER, COMPLETE, CREATE, Till, roubles
from tests.api.pricing.test_promotions import make, percent

pytestmark = pytest.mark.anyio

BUYERS: Final = 40
TROUBLE_SECONDS: Final = 2.0
END_ALL: Final = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


async def trouble(superuser: "asyncpg.Connection[Any]") -> int:
    """End all other connections of the database, again and again; how many that were."""
    ended, until = 0, monotonic() + TROUBLE_SECONDS
    while monotonic() < until:
        ended += await superuser.fetchval(END_ALL)
        await asyncio.sleep(0.05)
    return ended


async def buy(till: Till, token: str, heard: Counter[str]) -> Any:
    """Order, as often as it takes; what was heard instead is counted."""
    given = {"token": token, "total": roubles("189.00")}
    while True:
        response = await till.buyer.send(COMPLETE, input=given)
        body = response.json()
        if "errors" not in body:
            payload = body["data"]["checkoutComplete"]
            assert payload["userErrors"] == []
            return payload["order"]
        heard[body["errors"][0]["extensions"]["code"]] += 1
        await asyncio.sleep(0.1)


async def test_orders_are_whole_whatever_becomes_of_connections(
    till: Till, superuser: "asyncpg.Connection[Any]"
) -> None:
    await fifty(till, "JAM")
    await make(till.desk, percent("10"), codes=["ПЕРВЫЕ"])
    given = {
        **BUYER,
        "address": ADDRESS,
        "paymentMethod": "ON_HAND_OVER",
        "lines": [till.line("JAM")],
        "codes": ["первые"],
    }
    tokens = [(await till.ask(CREATE, **given))["token"] for _ in range(BUYERS)]
    heard: Counter[str] = Counter()
    ended, *orders = await asyncio.gather(
        trouble(superuser), *(buy(till, token, heard) for token in tokens)
    )
    assert ended > 0
    assert heard.keys() == {"TIMEOUT"}
    assert {one["number"] for one in orders} == {str(number) for number in range(1, BUYERS + 1)}
    assert len(await till.rows(Order)) == len(await till.rows(OrderLine)) == BUYERS
    assert len(await till.rows(PromotionUse)) == len(await till.rows(StockHold)) == BUYERS
    assert len({cart["order_id"] for cart in await till.rows(Cart)}) == BUYERS
    assert (await till.levels())["JAM"] == (50_000, BUYERS * 1_000)
    await till.check()
