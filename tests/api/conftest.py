"""The whole application for the tests of a run, and the desks of two merchants who look alike."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from api.app import create_app
from tenants.database import Pool, open_pool
from tenants.roles import RoleUrls
from tests.api.client import Client, make_key, open_app, settings_for
from tests.conftest import Servers, TwoTenants
from tests.factories import make_tenant
from tests.factories_catalog import Shop, make_window
from tests.seeds import seed_everything

ADMIN = "/admin/graphql"


@pytest.fixture(scope="session")
async def app(database: RoleUrls, servers: Servers) -> AsyncIterator[ASGIApp]:
    """The whole application, on the servers of the tests."""
    async with open_app(settings_for(database, servers.redis_url)) as started:
        yield started


@dataclass
class Desk:
    """A shop, and its merchant's own client at the admin's door, who may do everything."""

    shop: Shop
    admin: Client
    platform_pool: Pool

    async def clerk(self, *permissions: str) -> Client:
        """Another client of the same shop, who may do only this."""
        key = await make_key(self.platform_pool, self.shop.scope.tenant_id, "secret", *permissions)
        return Client(self.admin.app, key, ADMIN)

    def keyed(self, key: str) -> Client:
        """The merchant's client, sending an Idempotency-Key."""
        return Client(self.admin.app, self.admin.key, ADMIN, {"Idempotency-Key": key})


@dataclass
class TwoDesks:
    """Ours, and a neighbour's whose things must be to us as if they did not exist."""

    ours: Desk
    neighbour: Desk


@pytest.fixture
async def desks(app: ASGIApp, pool: Pool, platform_pool: Pool, tenants: TwoTenants) -> TwoDesks:
    async def desk(tenant_id: UUID) -> Desk:
        key = await make_key(platform_pool, tenant_id, "secret", "*")
        return Desk(await make_window(pool, tenant_id), Client(app, key, ADMIN), platform_pool)

    return TwoDesks(await desk(tenants.ours), await desk(tenants.neighbour))


@pytest.fixture(scope="module")
def full_shop(database: RoleUrls, servers: Servers) -> Iterator[tuple[TestClient, dict[str, str]]]:
    """The application, and a key for each of its doors, of a shop with a row of everything.

    It has one connection: whoever wants a second one while he holds it never gets it.
    """

    async def prepare() -> dict[str, str]:
        name = database.app.rpartition("/")[2]
        superuser = await asyncpg.connect(servers.superuser_url, database=name)
        async with open_pool(database.platform) as platform:
            tenant_id = await make_tenant(platform)
            await seed_everything(superuser, tenant_id)
            await superuser.close()
            return {
                "storefront": await make_key(platform, tenant_id, "publishable"),
                "admin": await make_key(platform, tenant_id, "secret", "*"),
            }

    keys = asyncio.run(prepare())
    settings = settings_for(database, servers.redis_url).model_copy(update={"pool_size": 1})
    with TestClient(create_app(settings)) as client:
        yield client, keys
