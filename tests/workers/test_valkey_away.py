"""Valkey ends below a running API and worker, and comes back: nothing is lost, nothing stuck."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from integrations.embedded.process import chosen_port, start_server, stop_server
from integrations.embedded.service import running_api, running_worker
from integrations.embedded.valkey import find_server
from migrations.run import upgrade
from tenants.database import open_pool
from tenants.roles import RoleUrls, create_database, role_urls
from tests.api.client import make_key
from tests.conftest import PASSWORDS, Servers
from tests.factories import make_tenant
from tests.factories_catalog import make_window
from tests.master_keys import MASTER_KEYS

pytestmark = pytest.mark.anyio

EXPORT = "mutation { exportCreate { export { id status } userErrors { message } } }"
STATUS = "query($id: ID!) { export(id: $id) { status } }"
PRODUCTS = "{ products(first: 3) { nodes { title } } }"


@dataclass
class Valkey:
    """A server that can be ended and started again at the same address."""

    folder: Path
    port: int = field(default_factory=lambda: chosen_port(0))
    password: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @contextmanager
    def running(self) -> Iterator[None]:
        def command(port: int) -> list[str | Path]:
            words = f"--bind 127.0.0.1 --port {port} --requirepass {self.password} --appendonly no"
            return [find_server(), *words.split(), "--save", ""]

        def is_ready(_: int) -> bool:
            try:
                with redis.Redis.from_url(self.url) as client:
                    return bool(client.ping())
            except redis.RedisError:
                return False

        log, port = self.folder / "valkey.log", self.port
        server, _ = start_server(
            "Valkey", command, is_ready, port=port, stop_with=signal.SIGTERM, log=log, as_self=True
        )
        try:
            yield
        finally:
            stop_server(server)


@dataclass
class Doors:
    """Both doors of the running API, for one shop."""

    http: httpx.AsyncClient
    keys: dict[str, str]

    async def ask(self, door: str, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = await self.http.post(
            f"/{door}/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {self.keys[door]}"},
        )
        body = answer.json()
        assert answer.status_code == 200, body
        assert "errors" not in body, body
        return body["data"]

    async def export(self) -> str:
        """Ask for an export; its id."""
        asked = (await self.ask("admin", EXPORT))["exportCreate"]
        assert asked["userErrors"] == []
        return str(asked["export"]["id"])

    async def status(self, export_id: str) -> str:
        return str((await self.ask("admin", STATUS, id=export_id))["export"]["status"])

    async def becomes_ready(self, export_id: str) -> None:
        async with asyncio.timeout(60):
            while await self.status(export_id) != "READY":  # noqa: ASYNC110
                await asyncio.sleep(0.1)


@pytest.fixture
def valkey(tmp_path: Path) -> Valkey:
    return Valkey(tmp_path)


@pytest.fixture
async def shop(
    database: RoleUrls,
    servers: Servers,
    valkey: Valkey,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[dict[str, str]]:
    """A shop in a database that this worker alone works on; a key for each door."""
    name = f"ryad_away_{os.getpid()}_{secrets.token_hex(3)}"
    urls = role_urls(servers.superuser_url, PASSWORDS, name)
    await create_database(servers.superuser_url, name)
    await asyncio.to_thread(upgrade, urls.owner)
    chosen = {
        "DATABASE_URL": urls.app,
        "DATABASE_PLATFORM_URL": urls.platform,
        "REDIS_URL": valkey.url,
        "SECRET_KEYS": MASTER_KEYS,
        "LINK_KEYS": secrets.token_hex(32),
        "FILES_URL": f"file:{tmp_path / 'files'}",
    }
    for key, value in chosen.items():
        monkeypatch.setenv(key, value)
    async with open_pool(urls.app) as pool, open_pool(urls.platform) as platform:
        tenant_id = await make_tenant(platform)
        await make_window(pool, tenant_id)
        yield {
            "storefront": await make_key(platform, tenant_id, "publishable"),
            "admin": await make_key(platform, tenant_id, "secret", "*"),
        }


@pytest.mark.long
async def test_jobs_wait_and_doors_answer_while_valkey_is_away(
    valkey: Valkey, shop: dict[str, str], tmp_path: Path
) -> None:
    with ExitStack() as running:
        with valkey.running():
            address = running.enter_context(running_api(0, tmp_path / "api.log"))
            running.enter_context(running_worker(tmp_path / "worker.log"))()
            doors = Doors(httpx.AsyncClient(base_url=address, timeout=20), shop)
            await doors.becomes_ready(await doors.export())

        waiting = await doors.export()
        for _ in range(20):
            await doors.ask("storefront", PRODUCTS)
        assert await doors.status(waiting) == "WAITING"

        with valkey.running():
            await doors.becomes_ready(waiting)
            await doors.becomes_ready(await doors.export())
        await doors.http.aclose()
