"""Whole checkouts a second on one process, through the application's door.

    python -m integrations.embedded python -m tests.benchmarks.checkout

Each buyer begins a cart, adds a second line, says who he is, where it goes and how, and orders:
four requests, all answers read whole. Eight do so at once, each with goods of his own choice. It
prints checkouts a second, the wall time of each step (p50, p99), the CPU of the whole process for
one checkout, and the statements of each step, what begins and ends units included.
"""

import asyncio
import os
import statistics
import time
from collections import defaultdict
from itertools import count
from typing import Any, Final
from uuid import UUID

import httpx
from sqlalchemy import select, update

from domain.catalog.tables import Variant
from domain.orders.delivery.methods import create_method
from domain.stock.stock import StockChange, change_stock
from domain.stock.tables import Location
from tenants.ids import encode_id
from tenants.scope import TenantScope
from tests.api.client import Client, open_app, settings_for
from tests.benchmarks.holds import Noting
from tests.benchmarks.storefront import MadeShop, open_shop

AT_ONCE: Final = 8
CHECKOUTS: Final = 80
"""In a round."""
ROUNDS: Final = 5
GOODS: Final = 200

ERRORS: Final = "userErrors { code path message }"
CART: Final = f"""cart {{ lines {{ id quantity total {{ amount }} }} total {{ amount currencyCode }}
  deliveryOptions {{ id price {{ amount }} }} problems {{ code path }} }} {ERRORS}"""
CREATE: Final = f"""mutation ($input: CartCreateInput!) {{
  cartCreate(input: $input) {{ token {CART} }} }}"""
ADD: Final = f"mutation ($input: CartLinesAddInput!) {{ cartLinesAdd(input: $input) {{ {CART} }} }}"
UPDATE: Final = f"mutation ($input: CartUpdateInput!) {{ cartUpdate(input: $input) {{ {CART} }} }}"
COMPLETE: Final = f"""mutation ($input: CheckoutCompleteInput!) {{
  checkoutComplete(input: $input) {{
    order {{ number state total {{ amount }} lines {{ title }} }} {ERRORS} }} }}"""
ADDRESS: Final = {
    "country": "RU",
    "city": "Тверь",
    "street": "Советская, 1",
    "postalCode": "170100",
}

_numbers = count()


async def stock_up(shop: MadeShop) -> tuple[list[UUID], str]:
    """Plenty of some goods, and a way of delivery: their ids, and its."""
    scope = TenantScope(shop.pool, shop.tenant_id)
    ids = [row["id"] for row in await scope.reading.rows(select(Variant.id).limit(GOODS))]
    place = await scope.reading.value(select(Location.id).where(Location.is_default))
    zone = {"steps": [{"price": {"amount": "300.00", "currency_code": "RUB"}}]}
    async with scope.writing("benchmark") as uow:
        await uow.execute(update(Variant).values(stock_policy="tracked"))
        method = await create_method(uow, {"title": "Курьер", "kind": "courier", "zones": [zone]})
    for start in range(0, len(ids), 100):
        async with scope.writing("benchmark") as uow:
            changes = [StockChange(one, 10**9) for one in ids[start : start + 100]]
            await change_stock(uow, location=place, changes=changes)
    return ids, encode_id("dlv", method)


class Buyers:
    """Buyers of a shop, one after another."""

    def __init__(self, http: httpx.AsyncClient, path: str, ids: list[UUID], way: str) -> None:
        self.http, self.path, self.ids, self.way = http, path, ids, way
        self.took: defaultdict[str, list[float]] = defaultdict(list)
        self.sent: dict[str, int] = {}

    async def buy(self, *, noting: Noting | None = None) -> None:
        """One checkout, each step of it timed."""

        async def step(title: str, text: str, **given: Any) -> Any:
            before, began = len(noting.sent) if noting else 0, time.perf_counter()
            body = {"query": text, "variables": {"input": given}}
            answer = (await self.http.post(self.path, json=body)).json()
            self.took[title].append(time.perf_counter() - began)
            if noting:
                self.sent[title] = len(noting.sent) - before
            (payload,) = answer["data"].values()
            assert payload["userErrors"] == [], payload["userErrors"]
            return payload

        number = next(_numbers)
        first, second = (
            {"variantId": encode_id("var", self.ids[(number * 7 + one) % len(self.ids)])}
            for one in range(2)
        )
        token = (await step("create", CREATE, lines=[first]))["token"]
        await step("add", ADD, token=token, lines=[second])
        cart = await step(
            "update",
            UPDATE,
            token=token,
            name="Анна",
            phone=f"+7916{number % 10**7:07}",
            address=ADDRESS,
            deliveryMethodId=self.way,
            paymentMethod="ON_HAND_OVER",
        )
        assert cart["cart"]["problems"] == []
        await step("complete", COMPLETE, token=token, total=cart["cart"]["total"])


async def rounds(buyers: Buyers) -> None:
    """Measure, and print."""
    for _ in range(AT_ONCE):
        await buyers.buy()
    with Noting() as noting:
        await buyers.buy(noting=noting)
    buyers.took.clear()
    rates, cpu = [], []
    for _ in range(ROUNDS):
        began, spent = time.perf_counter(), time.process_time()
        left = iter(range(CHECKOUTS))

        async def one_of(left: Any = left) -> None:
            for _ in left:
                await buyers.buy()

        await asyncio.gather(*(one_of() for _ in range(AT_ONCE)))
        rates.append(CHECKOUTS / (time.perf_counter() - began))
        cpu.append((time.process_time() - spent) / CHECKOUTS)
    print(f"checkouts a second: {statistics.median(rates):.1f} (best round {max(rates):.1f})")
    print(f"CPU of this process for one: {statistics.median(cpu) * 1000:.1f} ms")
    print(f"{'step':<10} {'SQL':>4} {'p50 ms':>8} {'p99 ms':>8}")
    for name, took in buyers.took.items():
        p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
        print(f"{name:<10} {buyers.sent[name]:>4} {p50 * 1000:>8.1f} {p99 * 1000:>8.1f}")


async def main(superuser_url: str, redis_url: str) -> None:
    async with (
        open_shop(superuser_url, count=300) as shop,
        open_app(settings_for(shop.urls, redis_url)) as app,
    ):
        ids, way = await stock_up(shop)
        client = Client(app, shop.key)
        async with client._http() as http:
            await rounds(Buyers(http, client.path, ids, way))


if __name__ == "__main__":
    asyncio.run(main(os.environ["RYAD_TEST_DATABASE_URL"], os.environ["RYAD_TEST_REDIS_URL"]))
