"""`ryad db distribute`: a plain word without Citus; with it, a filled database goes on serving.

The second needs a server with the extension: RYAD_TEST_CITUS_DATABASE_URL, a superuser's address.
One server is enough: its shards are reached through connections, as those of other nodes are.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import bindparam, func, select

from domain.catalog.categories import create_category
from domain.catalog.facets import Filters
from domain.catalog.listing import find_stale, refresh_listing
from domain.catalog.search import Order, search_products, suggest
from domain.catalog.tables import CategoryAncestor, Product
from domain.paging import PageRequest
from migrations.distribute import distribute
from migrations.run import upgrade
from tenants.database import Pool, open_pool
from tenants.roles import RoleUrls, create_database, create_roles, role_urls
from tenants.scope import Reading, TenantScope
from tests.conftest import PASSWORDS
from tests.factories import make_tenant
from tests.factories_catalog import P, V, add_products, make_window

pytestmark = pytest.mark.anyio

PRODUCTS = select(Product.id, Product.title).order_by(Product.title)


async def test_it_says_plainly_that_the_extension_is_missing(
    database: RoleUrls, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await distribute(database.owner) == 1
    assert "not distributed: this database has no citus extension" in capsys.readouterr().out


@pytest.fixture
async def citus() -> AsyncIterator[tuple[RoleUrls, "asyncpg.Connection[Any]"]]:
    """A migrated database with the extension, and its superuser's connection."""
    server = os.environ.get("RYAD_TEST_CITUS_DATABASE_URL")
    if not server:
        pytest.skip("RYAD_TEST_CITUS_DATABASE_URL names no PostgreSQL with Citus")
    name = f"ryad_citus_{secrets.token_hex(4)}"
    urls = role_urls(server, PASSWORDS, name)
    await create_roles(server, PASSWORDS)
    await create_database(server, name)
    superuser = await asyncpg.connect(server, database=name)
    await superuser.execute("CREATE EXTENSION citus")
    for setting in ("citus.shard_count = 2", "citus.enable_local_execution = off"):
        await superuser.execute(f'ALTER DATABASE "{name}" SET {setting}')
    await asyncio.to_thread(upgrade, urls.owner)
    yield urls, superuser
    await superuser.close()
    last = await asyncpg.connect(server)
    await last.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await last.close()


async def test_a_filled_database_is_distributed_and_goes_on(
    citus: tuple[RoleUrls, "asyncpg.Connection[Any]"], capsys: pytest.CaptureFixture[str]
) -> None:
    urls, superuser = citus
    goods = (P("Чай улун", (V("u-1"),)), P("Молоток", (V("m-1"),)))
    async with open_pool(urls.app) as pool, open_pool(urls.platform) as platform:
        shops = [await make_tenant(platform), await make_tenant(platform)]
        for tenant_id in shops:
            await add_products(await make_window(pool, tenant_id), *goods)
        before = [await _titles(TenantScope(pool, one)) for one in shops]
    assert await distribute(urls.owner) == 0
    assert "distributed variant\n" in capsys.readouterr().out
    tables = await superuser.fetch("SELECT logicalrelid::oid AS id FROM pg_dist_partition")
    kept = await superuser.fetchval(
        "SELECT sum(pg_relation_size(id)) FROM unnest($1::oid[]) id", [row["id"] for row in tables]
    )
    assert kept == 0, "the coordinator keeps copies of tenants' rows"
    assert await distribute(urls.owner) == 0
    assert "distributed " not in capsys.readouterr().out
    async with open_pool(urls.app, setting="transaction") as pool:
        scopes = [TenantScope(pool, one, setting="transaction") for one in shops]
        assert [await _titles(scope) for scope in scopes] == before
        await _policy_holds_on_the_nodes(pool, scopes[0], shops[1])
        await _goods_can_be_changed(scopes[0])
        await _goods_are_searched(scopes[0].reading)
        assert await _titles(scopes[1]) == before[1]


async def _titles(scope: TenantScope) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await scope.reading.rows(PRODUCTS)]


async def _policy_holds_on_the_nodes(pool: Pool, ours: TenantScope, neighbour: UUID) -> None:
    """The second wall, without the filter that stands in each statement of a scope."""
    count = "SELECT count(*) FROM product"
    async with pool.acquire() as connection:
        assert await connection.fetchval(count) == 0
    async with ours.writing("test") as uow:
        assert await uow.connection.fetchval(count) == 2
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with ours.writing("test") as uow:
            await uow.connection.execute("INSERT INTO ledger VALUES ($1, 0, 0, '')", neighbour)


async def _goods_can_be_changed(scope: TenantScope) -> None:
    """What Citus takes less of: rows made of rows, deletions by what is no longer true."""
    ids = [row["id"] for row in await scope.reading.rows(PRODUCTS)]
    async with scope.writing("test") as uow:
        top = await create_category(uow, {"title": "Инструмент"})
        await create_category(uow, {"title": "Молотки", "parent": top})
        await refresh_listing(uow, ids)
    assert await find_stale(scope.reading, ids) == set()
    below = select(func.count()).where(CategoryAncestor.ancestor_id == bindparam("top"))
    assert await scope.reading.value(below, top=top) == 2


async def _goods_are_searched(reading: Reading) -> None:
    """What asks about word after word, and what needs a setting on the nodes."""
    assert (await suggest(reading, "чай ул")).queries == ["чай улун"]
    for query in ("молоток", "малаток"):
        found = await search_products(
            reading, query, Filters(), Order.RELEVANCE, PageRequest(first=5)
        )
        assert (found.total, found.query) == (1, "молоток")
