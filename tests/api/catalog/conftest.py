"""Two shops that look alike, and a client at the door of each."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from starlette.types import ASGIApp

from api import storefront
from api.app import open_services
from api.credentials import storefront_context
from api.transport import graphql_endpoint
from tenants.database import Pool, open_pool
from tenants.roles import RoleUrls
from tests.api.catalog.counting import Counted
from tests.api.client import Client, CountingPool, make_key, open_app, settings_for
from tests.conftest import Servers, TwoTenants
from tests.factories_catalog import Shop, make_window


@pytest.fixture(scope="session")
async def app(database: RoleUrls, servers: Servers) -> AsyncIterator[ASGIApp]:
    """The whole application, on the servers of the tests."""
    async with open_app(settings_for(database, servers.redis_url)) as started:
        yield started


@dataclass
class Stall:
    """A shop, and a buyer at its window."""

    shop: Shop
    buyer: Client


@dataclass
class TwoStalls:
    """Ours, and a neighbour's who must never be seen through our window."""

    ours: Stall
    neighbour: Stall

    @property
    def shop(self) -> Shop:
        return self.ours.shop

    @property
    def buyer(self) -> Client:
        return self.ours.buyer


@pytest.fixture
async def stalls(app: ASGIApp, pool: Pool, platform_pool: Pool, tenants: TwoTenants) -> TwoStalls:
    async def stall(tenant_id: UUID) -> Stall:
        key = await make_key(platform_pool, tenant_id, "publishable")
        return Stall(await make_window(pool, tenant_id), Client(app, key))

    return TwoStalls(await stall(tenants.ours), await stall(tenants.neighbour))


@pytest.fixture
async def counted(
    database: RoleUrls, servers: Servers, stalls: TwoStalls
) -> AsyncIterator[Counted]:
    """One connection for all: a request that wants a second one while it holds it fails."""
    async with (
        open_services(settings_for(database, servers.redis_url)) as services,
        open_pool(database.app, size=1) as only,
    ):
        pool: Any = CountingPool(only)
        counting = replace(services, pool=pool)
        door = graphql_endpoint(storefront.SCHEMA, open_context=storefront_context(counting))
        yield Counted(replace(stalls.buyer, app=door), pool)
