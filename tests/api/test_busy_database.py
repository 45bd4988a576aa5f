"""A database that has no time: the doors say so in TIMEOUT, and call nothing of it a bug."""

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import httpx
import pytest
import strawberry
from sqlalchemy import func, select
from starlette.requests import Request

from api.app import open_services
from api.context import Info, RequestContext, Services
from api.credentials import admin_context
from api.engine.fields import PUBLIC, root
from api.refusals import explained
from api.schemas import build_schema
from api.transport import graphql_endpoint
from tenants import database as database_module
from tenants.database import Pool, open_pool
from tenants.roles import RoleUrls
from tests.api.client import make_key, settings_for
from tests.conftest import Servers, TwoTenants

pytestmark = pytest.mark.anyio

SLOW = select(func.pg_sleep(30))


@strawberry.type
class Queries:
    @root(permission=PUBLIC)
    async def slow(self, info: Info) -> bool | None:
        return bool(await info.context.reading.rows(SLOW))

    @root(permission=PUBLIC)
    async def quick(self, info: Info) -> bool:
        return True


@pytest.fixture
async def services(database: RoleUrls, servers: Servers) -> AsyncIterator[Services]:
    """The services of a process whose statements may take half a second."""
    async with (
        open_services(settings_for(database, servers.redis_url)) as opened,
        open_pool(database.app, size=1, statement_timeout="500ms") as impatient,
    ):
        yield replace(opened, pool=impatient)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers wait for a connection for a moment only, where else for seconds."""
    monkeypatch.setattr(database_module, "WAIT_FOR_CONNECTION_SECONDS", 0.05)


async def ask(
    services: Services, key: str, query: str = "{ slow quick }", inside: Services | None = None
) -> httpx.Response:
    """Send a document to a door over these services, or over others once the caller is known."""

    async def open_context(request: Request) -> RequestContext:
        context = await admin_context(services)(request)
        context.services = inside or services
        return context

    schema = build_schema(queries=[Queries], mutations=[])
    door = graphql_endpoint(schema, open_context=open_context, explain=explained)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(door),
        base_url="http://api.test",
        headers={"Authorization": f"Bearer {key}"},
    ) as http:
        return await http.post("/", json={"query": query})


async def test_a_statement_that_was_stopped_fails_its_field_alone(
    services: Services, platform_pool: Pool, tenants: TwoTenants
) -> None:
    answer = await ask(services, await make_key(platform_pool, tenants.ours, "secret", "*"))
    assert answer.status_code == 200
    assert answer.json()["data"] == {"slow": None, "quick": True}
    [error] = answer.json()["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["slow"], "TIMEOUT")
    assert "retryAfter" not in error["extensions"]


async def test_a_key_that_takes_too_long_to_look_up_is_504(
    services: Services, servers: Servers, platform_pool: Pool, tenants: TwoTenants
) -> None:
    key = await make_key(platform_pool, tenants.ours, "secret", "*")
    name = services.settings.database_url.get_secret_value().rpartition("/")[2]
    superuser = await asyncpg.connect(servers.superuser_url, database=name)
    async with superuser.transaction():
        await superuser.execute("LOCK TABLE platform.api_key")
        answer = await ask(services, key)
    await superuser.close()
    assert answer.status_code == 504
    assert answer.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"
    assert (await ask(services, key, "{ quick }")).json()["data"] == {"quick": True}


async def test_where_no_connection_comes_free_the_answer_is_503_and_says_when_to_come_again(
    services: Services, platform_pool: Pool, tenants: TwoTenants, hasty: None
) -> None:
    key = await make_key(platform_pool, tenants.ours, "secret", "*")
    async with services.pool.acquire():
        answer = await ask(services, key)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"


async def test_a_field_that_gets_no_connection_says_when_to_come_again(
    services: Services, platform_pool: Pool, tenants: TwoTenants, hasty: None
) -> None:
    key = await make_key(platform_pool, tenants.ours, "secret", "*")
    async with services.pool.acquire():
        answer = await ask(replace(services, pool=platform_pool), key, inside=services)
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "TIMEOUT"
    assert error["extensions"]["retryAfter"] == 1


async def test_a_server_that_is_gone_is_503(
    services: Services, platform_pool: Pool, tenants: TwoTenants
) -> None:
    key = await make_key(platform_pool, tenants.ours, "secret", "*")
    async with open_pool("postgresql://app:x@127.0.0.1:1/gone", kept=0) as gone:
        answer = await ask(replace(services, pool=gone), key)
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "TIMEOUT"
