"""What the container files call is there, and starts: the same commands, run outside of one.

A container itself is never built here: this reads Dockerfile, compose.yaml and .env.example.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from dotenv import dotenv_values

from integrations.embedded.process import free_port
from tenants.roles import RoleUrls
from tenants.settings import Settings
from tenants.vault import new_master_key
from tests.conftest import PASSWORDS, Servers

ROOT = Path(__file__).parents[2]
DATABASE = "ryad_container"


def dockerfile(instruction: str) -> str:
    """What follows an instruction, where it stands once; continued lines are joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    [found] = re.findall(rf"^\s*{instruction} (.*)$", text, re.MULTILINE)
    return str(found)


def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    return services


def command_of(service: dict[str, Any]) -> list[str]:
    """The words that a container of this service runs."""
    entrypoint = service.get("entrypoint")
    words = shlex.split(entrypoint) if entrypoint else json.loads(dockerfile("ENTRYPOINT"))
    given = service.get("command", [] if entrypoint else json.loads(dockerfile("CMD")))
    return [*words, *given]


def test_every_name_in_the_example_is_a_setting() -> None:
    names = set(dotenv_values(ROOT / ".env.example"))
    assert names - {name.upper() for name in Settings.model_fields} == {"POSTGRES_PASSWORD"}


def test_what_the_image_is_given_is_there() -> None:
    kept = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert all((ROOT / path).exists() for path in kept)
    lock = (ROOT / "requirements.lock").read_text()
    text = (ROOT / "Dockerfile").read_text()
    for package in re.findall(r"uninstall --yes (.+)$", text, re.MULTILINE)[0].split():
        assert f"\n{package}==" in lock


def test_the_service_is_not_given_the_superuser() -> None:
    for name in ("api", "worker"):
        environment = compose()[name]["environment"]
        assert environment == {"POSTGRES_PASSWORD": "", "DATABASE_OWNER_URL": ""}


@pytest.fixture
def environment(servers: Servers, database: RoleUrls) -> dict[str, str]:
    """.env.example filled in for the tests' servers, whose roles `database` has made."""
    at = servers.superuser_url.partition("@")[2].partition("/")[0]
    filled = {name: value or "" for name, value in dotenv_values(ROOT / ".env.example").items()}
    for role, password in PASSWORDS.items():
        name = {"ryad_app": "DATABASE_URL"}.get(role, f"DATABASE_{role[5:].upper()}_URL")
        asked = filled[name].replace("PASSWORD", password)
        assert asked.startswith(f"postgresql://{role}:{password}@postgres:5432/")
        filled[name] = f"postgresql://{role}:{password}@{at}/{DATABASE}"
    filled |= {"REDIS_URL": servers.redis_url, "SECRET_KEYS": f"k1:{new_master_key()}"}
    filled |= {"LINK_KEYS": "3f9c1e07ab52d864" * 4, "DATABASE_SUPERUSER_URL": servers.superuser_url}
    python = Path(sys.executable).parent
    return {**filled, "PATH": f"{python}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


def test_the_services_start_as_they_are_written(
    environment: dict[str, str], tmp_path: Path
) -> None:
    services = compose()
    for _ in range(2):  # it runs at each `docker compose up`
        migrated = subprocess.run(
            command_of(services["migrate"]), cwd=ROOT, env=environment, capture_output=True
        )
        assert migrated.returncode == 0, migrated.stderr
    served = environment | services["api"]["environment"]
    port = free_port()
    api = [*command_of(services["api"]), "--port", str(port)]
    logs = {name: tmp_path / name for name in ("api", "worker")}
    started = [
        subprocess.Popen(words, cwd=ROOT, env=served, stderr=log.open("w"))
        for words, log in ((api, logs["api"]), (command_of(services["worker"]), logs["worker"]))
    ]
    try:
        check = json.loads(dockerfile("HEALTHCHECK").partition(" CMD ")[2])
        check = [word.replace("8000", str(port)) for word in check]
        deadline = time.monotonic() + 120
        while subprocess.run(check, env=served, capture_output=True).returncode != 0:
            assert time.monotonic() < deadline, logs["api"].read_text()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
            assert answer.status == 200
        while "Starting worker" not in logs["worker"].read_text():
            assert time.monotonic() < deadline, logs["worker"].read_text()
            time.sleep(0.05)
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(60) for process in started]
    assert codes[0] in (0, -signal.SIGTERM), logs["api"].read_text()
