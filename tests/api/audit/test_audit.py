"""The audits of graphql-http (GraphQL over HTTP, the specification's MUST, SHOULD and MAY)."""

import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from tests.api.toy_door import toy_door

HERE = Path(__file__).parent
AUDITS = 61


@pytest.fixture
def served() -> Iterator[str]:
    """The toy door on a free port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(toy_door(), log_level="warning", lifespan="off"))
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
    for name in ("package.json", "audit.mjs"):
        shutil.copy(HERE / name, folder / name)
    if not (folder / "node_modules" / "graphql-http").exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
        if done.returncode:
            pytest.skip("the npm registry cannot be reached")
    return folder


def test_all_audits_of_graphql_over_http_are_ok(audits: Path, served: str) -> None:
    done = subprocess.run(
        ["node", "audit.mjs", served],
        cwd=audits,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == AUDITS
