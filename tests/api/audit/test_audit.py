"""The audits of graphql-http (GraphQL over HTTP, the specification's MUST, SHOULD and MAY)."""

import asyncio
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from starlette.types import ASGIApp

from api.app import create_app
from tenants.database import open_pool
from tenants.roles import RoleUrls
from tenants.tokens import KeyKind
from tests.api.client import make_key, settings_for
from tests.api.toy_door import toy_door
from tests.conftest import Servers, locked
from tests.factories import make_tenant

HERE = Path(__file__).parent
AUDITS = 61


@contextmanager
def served(app: ASGIApp, *, lifespan: Literal["on", "off"]) -> Iterator[str]:
    """An application on a free port of the loopback; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan=lifespan))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def audits(request: pytest.FixtureRequest) -> Path:
    """A folder with graphql-http installed and our script in it; the next run finds it again."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("the audit needs node and npm")
    folder = request.config.rootpath / ".ryad" / "graphql-http-audit"
    folder.mkdir(parents=True, exist_ok=True)
    installed = folder / "installed"
    with locked(folder / "lock"):
        for name in ("package.json", "audit.mjs"):
            shutil.copy(HERE / name, folder / name)
        if not installed.exists():
            command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
            done = subprocess.run(
                command, cwd=folder, capture_output=True, timeout=120, check=False
            )
            if done.returncode:
                pytest.skip("the npm registry cannot be reached")
            installed.touch()
    return folder


def failed_audits(folder: Path, *arguments: str) -> list[dict[str, str]]:
    """The audits that are not ok, out of all 61."""
    command = ["node", "audit.mjs", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=True
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == AUDITS
    return [result for result in results if result["status"] != "ok"]


def test_all_audits_of_graphql_over_http_are_ok(audits: Path) -> None:
    with served(toy_door(), lifespan="off") as address:
        assert failed_audits(audits, address) == []


@pytest.mark.parametrize(("door", "kind"), [("storefront", "publishable"), ("admin", "secret")])
def test_both_doors_pass_all_audits(
    audits: Path, database: RoleUrls, servers: Servers, door: str, kind: KeyKind
) -> None:
    async def key() -> str:
        async with open_pool(database.platform) as platform:
            return await make_key(platform, await make_tenant(platform), kind, "*")

    app = create_app(settings_for(database, servers.redis_url))
    with served(app, lifespan="on") as address:
        found = failed_audits(audits, f"{address}{door}/graphql", asyncio.run(key()))
    assert found == []
