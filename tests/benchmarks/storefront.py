"""The storefront's pages against the bare limit: the same SQL by asyncpg, the same bytes by orjson.

    python -m integrations.embedded python -m tests.benchmarks.storefront

It starts from nothing (servers, schema, 1,000 products x 4 variants), asks each page of the whole
application in this process, and then sends the very statements that the page has sent, with the
same arguments, on a connection of the same pool, and spells the same answer. The ratio is how much
dearer the page is than that limit; both are taken in turn in one run. `tests.benchmarks.server`
measures the same with servers under load.
"""

import asyncio
import os
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx
import orjson
from sqlalchemy import select

from api.catalog.storefront_examples import LISTING, PRODUCT, SEARCH
from domain.catalog.tables import Product
from migrations.run import upgrade
from tenants.database import Pool, open_pool
from tenants.roles import RoleUrls, create_database, create_roles, new_role_urls, passwords_of
from tenants.scope import TenantScope
from tests.api.client import Client, make_key, open_app, settings_for
from tests.factories import make_tenant
from tests.factories_catalog import P, V, add_categories, add_products, make_window

PRODUCTS: Final = 1_000
WEIGHTS: Final = (50, 100)
ROUNDS: Final = 200
WARM_UP: Final = 20
BLENDS: Final = ("Ассам", "Дарджилинг", "Улун", "Пуэр", "Сенча", "Бергамот", "Иван-чай", "Мята")

Sent = list[tuple[str, tuple[Any, ...]]]


class Listening:
    """Notes the statements of one request, with their arguments."""

    def __init__(self) -> None:
        self.sent: Sent = []
        self._fetch = asyncpg.Connection.fetch

    def __enter__(self) -> "Listening":
        fetch = self._fetch

        async def noting(connection: Any, query: str, *arguments: Any, **more: Any) -> Any:
            self.sent.append((query, arguments))
            return await fetch(connection, query, *arguments, **more)

        asyncpg.Connection.fetch = noting  # type: ignore[method-assign,assignment]
        return self

    def __exit__(self, *_: object) -> None:
        asyncpg.Connection.fetch = self._fetch  # type: ignore[method-assign]


async def make_shop(
    pool: Pool, tenant_id: Any, count: int = PRODUCTS, weights: Sequence[int] = WEIGHTS
) -> None:
    """Products of two variants a weight, with two options, three pictures, prices and stock."""
    shop = await make_window(pool, tenant_id)
    await add_categories(shop, {"Чай": {"Чёрный": {}, "Зелёный": {}}})
    for start in range(0, count, 250):
        products = [
            P(
                f"{BLENDS[number % len(BLENDS)]} {number}",
                categories=("Чёрный" if number % 2 else "Зелёный",),
                images=3,
                variants=[
                    V(
                        sku=f"T-{number}-{weight}-{box}",
                        price=10_000 + number * 10 + weight,
                        options={"Вес": f"{weight} г", "Упаковка": box},
                    )
                    for weight in weights
                    for box in ("пакет", "жесть")
                ],
            )
            for number in range(start, min(start + 250, count))
        ]
        await add_products(shop, *products)


async def analyze(owner_url: str) -> None:
    """What autovacuum does within a minute of such an import."""
    connection = await asyncpg.connect(owner_url)
    await connection.execute("ANALYZE")
    await connection.close()


async def timed(work: Callable[[], Awaitable[Any]]) -> tuple[float, float]:
    """Seconds on the clock and of this process's CPU that one call takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    return time.perf_counter() - wall, time.process_time() - cpu


async def compare(
    title: str, client: Client, http: httpx.AsyncClient, pool: Pool, body: dict[str, Any]
) -> None:
    async def page() -> httpx.Response:
        return await http.post(client.path, json=body)

    for _ in range(WARM_UP):
        answer = await page()
    assert "errors" not in answer.json(), answer.text
    with Listening() as listening:
        await page()
    sent, spoken = listening.sent, answer.json()

    async def bare() -> bytes:
        async with pool.acquire() as connection:
            for query, arguments in sent:
                await connection.fetch(query, *arguments)
        return orjson.dumps(spoken)

    for _ in range(WARM_UP):
        await bare()
    pages, limits = [], []
    for _ in range(ROUNDS):
        pages.append(await timed(page))
        limits.append(await timed(bare))
    walls = [statistics.median(one[0] for one in times) * 1000 for times in (pages, limits)]
    cpus = [statistics.median(one[1] for one in times) * 1000 for times in (pages, limits)]
    print(
        f"{title:<34} {len(sent):>4} {len(answer.content) / 1000:>7.1f} "
        f"{walls[0]:>8.2f} {walls[1]:>8.2f} {walls[0] / walls[1]:>6.1f} "
        f"{cpus[0]:>8.2f} {cpus[1]:>8.2f} {cpus[0] / cpus[1]:>6.1f}"
    )


@dataclass(frozen=True, slots=True)
class MadeShop:
    """A database of its own with the benchmark's shop in it, and a key to its storefront."""

    urls: RoleUrls
    pool: Pool
    tenant_id: UUID
    key: str
    slug: str
    """One of its products."""


@asynccontextmanager
async def open_shop(
    superuser_url: str, count: int = PRODUCTS, weights: Sequence[int] = WEIGHTS
) -> AsyncIterator[MadeShop]:
    """The shop, made anew on a server that has nothing of ours yet."""
    urls = new_role_urls(superuser_url, "ryad_benchmark")
    connection = await asyncpg.connect(superuser_url)
    await connection.execute("DROP DATABASE IF EXISTS ryad_benchmark WITH (FORCE)")
    await connection.close()
    await create_roles(superuser_url, passwords_of(urls))
    await create_database(superuser_url, "ryad_benchmark")
    await asyncio.to_thread(upgrade, urls.owner)
    async with open_pool(urls.app) as pool, open_pool(urls.platform) as platform:
        tenant_id = await make_tenant(platform)
        await make_shop(pool, tenant_id, count, weights)
        await analyze(urls.owner)
        key = await make_key(platform, tenant_id, "publishable")
        rows = await TenantScope(pool, tenant_id).reading.rows(select(Product.slug).limit(1))
        yield MadeShop(urls, pool, tenant_id, key, rows[0]["slug"])


def pages_of(shop: MadeShop) -> list[tuple[str, str, dict[str, Any]]]:
    """What is measured: titles, documents and variables."""
    return [
        ("listing of 24 products", LISTING, {"first": 24}),
        ("product page", PRODUCT, {"slug": shop.slug}),
        ("search with facets", SEARCH, {"query": "улун"}),
    ]


async def main(superuser_url: str, redis_url: str) -> None:
    async with (
        open_shop(superuser_url) as shop,
        open_app(settings_for(shop.urls, redis_url)) as app,
    ):
        client = Client(app, shop.key)
        async with client._http() as http:
            print(
                f"{'page':<34} {'SQL':>4} {'kB':>7} {'ms':>8} {'limit':>8} {'ratio':>6} "
                f"{'CPU ms':>8} {'limit':>8} {'ratio':>6}"
            )
            for title, query, variables in pages_of(shop):
                body = {"query": query, "variables": variables}
                await compare(title, client, http, shop.pool, body)


if __name__ == "__main__":
    asyncio.run(main(os.environ["RYAD_TEST_DATABASE_URL"], os.environ["RYAD_TEST_REDIS_URL"]))
