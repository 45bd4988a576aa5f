"""The walk of test_object_swap, over a door whose fields do leak: each is seen, by its name."""

from typing import Any

import asyncpg
import pytest

from api.app import open_services
from api.credentials import admin_context
from api.transport import graphql_endpoint
from tenants.database import Pool
from tenants.platform import platform_scope
from tenants.roles import RoleUrls
from tests.api.client import settings_for
from tests.conftest import Servers, TwoTenants
from tests.isolation.leaks import LEAKING, leaking_schema
from tests.isolation.walk import walk

pytestmark = pytest.mark.anyio


async def test_each_planted_leak_is_seen_and_no_honest_field_is_named(
    superuser: "asyncpg.Connection[Any]",
    database: RoleUrls,
    servers: Servers,
    platform_pool: Pool,
    tenants: TwoTenants,
) -> None:
    schema = leaking_schema(await platform_scope(platform_pool, reason="leaks of a test"))
    async with open_services(settings_for(database, servers.redis_url)) as services:
        intruder = await walk(
            graphql_endpoint(schema, open_context=admin_context(services)),
            schema,
            "/",
            "secret",
            ours=tenants.ours,
            other=tenants.neighbour,
            superuser=superuser,
            platform_pool=platform_pool,
        )
    # A changed row is told by its table: which of the fields did it, the comparison cannot know.
    seen = {"brandSpoil" if name == "brand" else name for name in intruder.faults}
    assert seen == set(LEAKING)
