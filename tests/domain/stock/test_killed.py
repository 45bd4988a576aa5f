"""A process that is killed with goods in its hands leaves them on the shelf, and nobody waiting."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tenants.roles import RoleUrls
from tests.domain.stock.conftest import Room

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
ROUNDS = 2
HOLDER = """
import asyncio, sys
from uuid import UUID
from domain.stock.demand import Line
from domain.stock.holds import hold_stock
from tenants.database import open_pool
from tenants.scope import TenantScope

async def hold(url, tenant, variant, left):
    async with open_pool(url) as pool:
        async with TenantScope(pool, UUID(tenant)).writing("test") as uow:
            await hold_stock(uow, owner="killed", lines=[Line(UUID(variant), int(left))])
            print("has it all", flush=True)
            await asyncio.sleep(600)

asyncio.run(hold(*sys.argv[1:]))
"""


async def test_what_a_killed_process_held_is_free_at_once(room: Room, database: RoleUrls) -> None:
    for number in range(ROUNDS):
        asked = (str(room.scope.tenant_id), str(room.variants["A"]), str(10_000 - 2_000 * number))
        holder = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", HOLDER, database.app, *asked),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"has it all\n"
        waiting = asyncio.create_task(room.hold(f"cart:{number}", {"A": 2_000}))
        os.kill(holder.pid, signal.SIGKILL)
        await waiting
        await holder.wait()
        await room.check()
    assert (await room.levels())["A", "main"] == (10_000, 2_000 * ROUNDS)
