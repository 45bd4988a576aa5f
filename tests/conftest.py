"""A real PostgreSQL and Valkey for the whole run; each test makes its own two tenants.

Row level security keeps tests apart, so they commit for real, run in parallel and clean up nothing.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import hypothesis
import pytest

from tenants.database import Pool, open_pool
from tenants.roles import APP, OWNER, PLATFORM, RoleUrls, create_database, create_roles, role_urls

# A loaded machine runs examples slowly; that says nothing about the code.
hypothesis.settings.register_profile("ryad", deadline=None)
hypothesis.settings.load_profile("ryad")

PASSWORDS = {OWNER: "owner-of-tests", APP: "app-of-tests", PLATFORM: "platform-of-tests"}
TEMPLATE = "ryad_template"


@pytest.fixture(scope="session", autouse=True)
def every_statement_names_its_tenant() -> Iterator[None]:
    """All that the tests have sent for a tenant, looked through when they are over."""
    yield
    from tenants import statements
    from tests.houserules.routing import refused, unrouted

    astray = {
        shape.text: missing
        for (every_tenant, _), shape in statements._shapes.items()
        if not every_tenant and (missing := unrouted(shape.text) + refused(shape.text))
    }
    assert astray == {}


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@dataclass(frozen=True)
class Servers:
    superuser_url: str
    redis_url: str


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The servers that `./ryad test` started, or our own when pytest is run by itself."""
    if url := os.environ.get("RYAD_TEST_DATABASE_URL"):
        yield Servers(url, os.environ["RYAD_TEST_REDIS_URL"])
        return
    from integrations.embedded import throwaway_servers

    with throwaway_servers() as started:
        yield Servers(started.database_url, started.redis_url)


@pytest.fixture(scope="session")
def database(
    servers: Servers, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> RoleUrls:
    """A database of this test process, copied from one that the migrations built once per run."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if worker_id != "master" else shared
    with locked(shared / "template.lock"):
        # A worker that started a server of its own has a template of its own, too.
        server = sha256(servers.superuser_url.encode()).hexdigest()[:6]
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12] + server
        template = f"{TEMPLATE}_{run}"
        built = shared / f"{template}.built"
        urls = role_urls(servers.superuser_url, PASSWORDS, template)
        if not built.exists():
            from migrations.run import upgrade

            asyncio.run(create_roles(servers.superuser_url, PASSWORDS))
            asyncio.run(create_database(servers.superuser_url, template))
            upgrade(urls.owner)
            built.touch()
        name = f"ryad_{run}_{worker_id}"
        asyncio.run(create_database(servers.superuser_url, name, template))
    return role_urls(servers.superuser_url, PASSWORDS, name)


@pytest.fixture
async def superuser(
    servers: Servers, database: RoleUrls
) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """One who passes every wall, in this test process's database."""
    name = database.app.rpartition("/")[2]
    connection = await asyncpg.connect(servers.superuser_url, database=name)
    yield connection
    await connection.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time, among those that share a folder."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
async def pool(database: RoleUrls) -> AsyncIterator[Pool]:
    """Connections of the application's role, as the service has them."""
    async with open_pool(database.app) as opened:
        yield opened


@pytest.fixture(scope="session")
async def platform_pool(database: RoleUrls) -> AsyncIterator[Pool]:
    """Connections of the platform's role."""
    async with open_pool(database.platform) as opened:
        yield opened


@dataclass(frozen=True)
class TwoTenants:
    """Ours, and a neighbour who must never be seen."""

    ours: UUID
    neighbour: UUID


@pytest.fixture
async def tenants(platform_pool: Pool) -> TwoTenants:
    from tests.factories import make_tenant

    return TwoTenants(await make_tenant(platform_pool), await make_tenant(platform_pool))
