"""What the tests of the embedded servers look at: their answers, and their processes."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from integrations.embedded.process import command_line, folder_of

ROOT = Path(__file__).resolve().parents[3]
HOLD_SERVERS = """
import pathlib, sys
from integrations.embedded import embedded_servers
with embedded_servers(pathlib.Path(sys.argv[1]), fast=True) as servers:
    print(servers.database_url, servers.redis_url, flush=True)
    sys.stdin.read()
"""
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")


def query(url: str, statement: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(ask())


def server_pids(state_dir: Path) -> list[int]:
    """Process ids that the two servers' own files name."""
    files = [
        folder_of(state_dir, "postgres") / "data" / "postmaster.pid",
        folder_of(state_dir, "valkey") / "pid",
    ]
    return [int(file.read_text().splitlines()[0]) for file in files if file.exists()]


def eventually(is_so: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_so()


def all_ended(pids: list[int]) -> bool:
    return not any(command_line(pid) for pid in pids)


def hold_servers(state_dir: Path) -> tuple["subprocess.Popen[str]", str]:
    """Another process that runs the servers until its input ends; and the database's URL."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_SERVERS, str(state_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    return holder, holder.stdout.readline().split()[0]


def bury(holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.communicate()
