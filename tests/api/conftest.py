"""The whole application for the tests of a run, and the desks of two merchants who look alike."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from starlette.types import ASGIApp

from tenants.database import Pool
from tenants.roles import RoleUrls
from tests.api.client import Client, make_key, open_app, settings_for
from tests.conftest import Servers, TwoTenants
from tests.factories_catalog import Shop, make_window

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
