"""What lay in stock before there was a ledger is its opening, in every shop."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domain.stock.integrity import find_differences
from migrations.run import upgrade
from tenants.database import open_pool
from tenants.roles import RoleUrls, create_database, role_urls
from tenants.scope import TenantScope
from tests.conftest import PASSWORDS, Servers

pytestmark = pytest.mark.anyio

PARTS = (
    "INSERT INTO location (tenant_id, id, title, code) VALUES ($1, $2, 'Склад', 'main')",
    "INSERT INTO product (tenant_id, id, title, slug) VALUES ($1, $2, 'Чай', 'chai')",
    "INSERT INTO variant (tenant_id, id, product_id, position) VALUES ($1, $2, $2, 0)",
    "INSERT INTO stock_level (tenant_id, id, location_id, variant_id, on_hand, reserved) "
    "VALUES ($1, gen_random_uuid(), $2, $3, $4, 0)",
)


async def stocked(superuser: "asyncpg.Connection[Any]", on_hand: int) -> Any:
    """A shop of a time before the ledger, with so much of its one variant."""
    tenant, thing = uuid4(), uuid4()
    location, product, variant, level = PARTS
    await superuser.execute(location, tenant, thing)
    await superuser.execute(product, tenant, thing)
    await superuser.execute(variant, tenant, thing)
    await superuser.execute(level, tenant, thing, thing, on_hand)
    return tenant


async def test_the_opening_is_what_was_on_hand(
    servers: Servers, database: RoleUrls, worker_id: str
) -> None:
    name = f"ryad_opening_{worker_id}"
    urls = role_urls(servers.superuser_url, PASSWORDS, name)
    await create_database(servers.superuser_url, name)
    await asyncio.to_thread(upgrade, urls.owner, "0015")
    superuser = await asyncpg.connect(servers.superuser_url, database=name)
    try:
        some, none = await stocked(superuser, 12_500), await stocked(superuser, 0)
        await asyncio.to_thread(upgrade, urls.owner)
        moved = await superuser.fetch("SELECT tenant_id, kind, quantity FROM stock_movement")
        assert [tuple(row) for row in moved] == [(some, "opening", 12_500)]
        async with open_pool(urls.app) as pool:
            for tenant in (some, none):
                assert await find_differences(TenantScope(pool, tenant).reading) == []
    finally:
        await superuser.close()
        server = await asyncpg.connect(servers.superuser_url)
        await server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await server.close()
