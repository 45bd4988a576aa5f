"""Measures search at 100,000 variants: `python -m tests.benchmarks.search`, by hand.

Fills a database of its own on the server of RYAD_TEST_DATABASE_URL (once; --fresh does it again)
with a shop of 25,000 products and five smaller ones, then prints for each kind of read what it
takes, and how much of that is ours: "bare" is asyncpg alone running the same SQL.
"""

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
from sqlalchemy import Executable, literal, select

from domain.catalog.facet_bits import gather_facets
from domain.catalog.facets import BRAND, Chosen, Filters
from domain.catalog.listing import BEGINNING, rebuild_listing, recount_words, refresh_listing
from domain.catalog.product_lists import ListOrder, list_products
from domain.catalog.search import Order, search_products, suggest
from domain.catalog.tables import Attribute, Brand, Category, Product
from domain.paging import PageRequest
from migrations.run import upgrade
from tenants.database import Pool, open_pool
from tenants.roles import RoleUrls, create_database, create_roles, role_urls
from tenants.scope import _ONE_STATEMENT, Reading, Row, TenantScope
from tenants.statements import prepare
from tests.benchmarks.search_goods import copy_goods, made_goods
from tests.conftest import PASSWORDS
from tests.factories import make_tenant

DATABASE: Final = "ryad_benchmark_search"
SIZES: Final = (25_000, 3_000, 2_000, 1_000, 1_000, 500)
ROUNDS: Final = 40
PAGE: Final = PageRequest(first=24)


@dataclass(frozen=True, slots=True)
class Noting(Reading):
    """Reads, and notes what asyncpg was given."""

    noted: list[tuple[str, list[Any]]] = field(default_factory=list)

    async def rows(self, statement: Executable, /, **values: Any) -> list[Row]:
        text, arguments = prepare(statement, {"tenant": self.tenant_id, **values})
        one = _ONE_STATEMENT.format(last=len(arguments) + 1, query=text)
        self.noted.append((one, [*arguments, str(self.tenant_id)]))
        return await Reading.rows(self, statement, **values)


Measured = Callable[[Reading], Awaitable[Any]]


async def fill(superuser_url: str, urls: RoleUrls) -> None:
    """The shops, listed and gathered; prints how long each step took."""
    connection = await asyncpg.connect(superuser_url)
    async with (
        open_pool(urls.platform) as platform,
        open_pool(urls.app, statement_timeout="10min") as pool,
    ):
        for seed, size in enumerate(SIZES):
            started = time.perf_counter()
            tenant_id = await make_tenant(platform)
            await copy_goods(connection, made_goods(tenant_id, size, seed=seed))
            copied = time.perf_counter()
            await list_everything(TenantScope(pool, tenant_id))
            listed = time.perf_counter()
            print(f"{size:6} products: {copied - started:5.1f} s to make,", end=" ")
            print(f"{listed - copied:5.1f} s to list")
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def list_everything(scope: TenantScope) -> None:
    """What a job does after an import."""
    after: UUID | None = BEGINNING
    while after is not None:
        async with scope.writing("benchmark") as uow:
            after = await rebuild_listing(uow, after=after)
    async with scope.writing("benchmark") as uow:
        await recount_words(uow)
        while await gather_facets(uow):
            pass


async def refresh(scope: TenantScope, ids: list[UUID]) -> None:
    """One unit of work that does nothing else."""
    async with scope.writing("benchmark") as uow:
        await refresh_listing(uow, ids)


async def reads(reading: Reading) -> dict[str, Measured]:
    """What is measured, by the name that is printed."""

    async def named(table: Any, title: str) -> UUID:
        found = await reading.value(select(table.id).where(table.title == literal(title)))
        return UUID(str(found))

    top, leaf = await named(Category, "Крепёж"), await named(Category, "Саморез")
    brand, colour = await named(Brand, "Bosch"), await named(Attribute, "Цвет")
    chosen = (Chosen(BRAND, [str(brand)]), Chosen(str(colour), ["белый", "серый"]))

    def searched(query: str, filters: Filters | None = None, *, facets: bool = True) -> Measured:
        order = Order.RELEVANCE if query else Order.PRICE
        return lambda db: search_products(
            db, query, filters or Filters(), order, PAGE, with_facets=facets
        )

    def listed(filters: Filters, order: ListOrder) -> Measured:
        return lambda db: list_products(db, filters, order, PAGE)

    def suggested(prefix: str) -> Measured:
        return lambda db: suggest(db, prefix)

    return {
        "search «саморезы», facets": searched("саморезы"),
        "search «саморезы», page only": searched("саморезы", facets=False),
        "search «саморез оцинкованный», facets": searched("саморез оцинкованный"),
        "search «bosch», facets": searched("bosch"),
        "search «для дерева», facets": searched("для дерева"),
        "search «саморезы» + 2 facets chosen": searched("саморезы", Filters(chosen=chosen)),
        "search by article": searched("art-000123-2"),
        "search, last word begun «кров»": searched("саморезы кров"),
        "search with a mistake «шурупаверт»": searched("шурупаверт"),
        "search on the other keyboard": searched("iehegjdthn"),
        "category of 400 with facets": searched("", Filters(within=leaf)),
        "category of 6,000 with facets": searched("", Filters(within=top)),
        "  and 2 facets chosen": searched("", Filters(within=top, chosen=chosen)),
        "everything with facets": searched(""),
        "category page, newest": listed(Filters(within=top), ListOrder.NEWEST),
        "category page, by price, in stock": listed(
            Filters(within=top, available_only=True), ListOrder.PRICE
        ),
        "suggest «с»": suggested("с"),
        "suggest «само»": suggested("само"),
        "suggest «саморез оцин»": suggested("саморез оцин"),
    }


async def timed(work: Callable[[], Awaitable[Any]], rounds: int) -> list[float]:
    """Milliseconds of each round, after three to warm up."""
    taken = []
    for number in range(rounds + 3):
        started = time.perf_counter()
        await work()
        if number >= 3:
            taken.append((time.perf_counter() - started) * 1_000)
    return sorted(taken)


async def measure(pool: Pool, tenant_id: UUID, rounds: int) -> None:
    """Print a line for each read, then what it takes to write."""
    scope = TenantScope(pool, tenant_id)
    print(f"\n{'':40}{'best':>8}{'p50':>8}{'p95':>8}{'bare p50':>10}{'ratio':>7}   (ms)")
    for name, read in (await reads(scope.reading)).items():
        noting = Noting(pool, tenant_id, scope.reading.now)
        await read(noting)

        async def bare(noted: list[tuple[str, list[Any]]] = noting.noted) -> None:
            for text, arguments in noted:
                async with pool.acquire() as connection:
                    await connection.fetch(text, *arguments)

        mine = await timed(partial(read, scope.reading), rounds)
        theirs = await timed(bare, rounds)
        p50, low = statistics.median(mine), statistics.median(theirs)
        print(f"{name:40}{mine[0]:8.1f}{p50:8.1f}{mine[len(mine) * 95 // 100]:8.1f}", end="")
        print(f"{low:10.1f}{p50 / low:7.2f}")
    found = await scope.reading.rows(select(Product.id).order_by(Product.id).limit(literal(1_000)))
    for count in (1, 100, 1_000):
        ids = [row["id"] for row in found[:count]]
        taken = await timed(partial(refresh, scope, ids), max(3, rounds // 4))
        print(f"refresh {count:5} unchanged products         {taken[0]:8.1f}", end="")
        print(f"{statistics.median(taken):8.1f}{taken[-1]:8.1f}")


async def run(superuser_url: str, urls: RoleUrls, *, filled: bool, rounds: int) -> None:
    path = urlsplit(urls.app).path
    here = urlunsplit(urlsplit(superuser_url)._replace(path=path))
    if not filled:
        await fill(here, urls)
    connection = await asyncpg.connect(here)
    biggest = await connection.fetchval(
        "SELECT tenant_id FROM product GROUP BY tenant_id ORDER BY count(*) DESC LIMIT 1"
    )
    await connection.close()
    async with open_pool(urls.app) as pool:
        await measure(pool, UUID(str(biggest)), rounds)


async def prepare_database(superuser_url: str, name: str, *, fresh: bool) -> bool:
    """Make a database unless it is there; whether it is filled already."""
    connection = await asyncpg.connect(superuser_url)
    try:
        if fresh:
            await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
    finally:
        await connection.close()
    await create_roles(superuser_url, PASSWORDS)
    await create_database(superuser_url, name)
    return known is not None


def main() -> None:
    """Read the arguments and go."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--fresh", action="store_true", help="fill the database again")
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    asked = arguments.parse_args()
    superuser_url = os.environ["RYAD_TEST_DATABASE_URL"]
    filled = asyncio.run(prepare_database(superuser_url, DATABASE, fresh=asked.fresh))
    urls = role_urls(superuser_url, PASSWORDS, DATABASE)
    upgrade(urls.owner)
    asyncio.run(run(superuser_url, urls, filled=filled, rounds=asked.rounds))


if __name__ == "__main__":
    main()
