"""A process that is killed with goods in its hands leaves them on the shelf, and nobody waiting."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from domain.catalog.tables import Variant
from domain.stock.holds.ends import expire_past_holds
from domain.stock.tables import StockHold
from tenants.roles import RoleUrls
from tests.domain.stock.conftest import Room

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
ROUNDS = 2
PAST = 10
HOLDER = """
import asyncio, sys
from uuid import UUID
from domain.stock.holds.demand import Line
from domain.stock.holds.holds import hold_stock
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
FREER = """
import asyncio, sys
from uuid import UUID
from domain.stock.holds.ends import expire_past_holds
from tenants.database import open_pool
from tenants.scope import TenantScope

async def free(url, tenant):
    async with open_pool(url) as pool:
        async with TenantScope(pool, UUID(tenant)).writing("test") as uow:
            print(await expire_past_holds(uow), flush=True)
            await asyncio.sleep(600)

asyncio.run(free(*sys.argv[1:]))
"""


async def started(script: str, *arguments: str) -> asyncio.subprocess.Process:
    """Another process, at work on this."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script, *arguments), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )


async def test_what_a_killed_process_held_is_free_at_once(room: Room, database: RoleUrls) -> None:
    for number in range(ROUNDS):
        asked = (str(room.scope.tenant_id), str(room.variants["A"]), str(10_000 - 2_000 * number))
        holder = await started(HOLDER, database.app, *asked)
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"has it all\n"
        waiting = asyncio.create_task(room.hold(f"cart:{number}", {"A": 2_000}))
        os.kill(holder.pid, signal.SIGKILL)
        await waiting
        await holder.wait()
        await room.check()
    assert (await room.levels())["A", "main"] == (10_000, 2_000 * ROUNDS)


async def test_a_worker_killed_while_it_frees_leaves_all_to_the_next(
    room: Room, database: RoleUrls
) -> None:
    async with room.scope.writing("test") as uow:
        await uow.execute(update(Variant).where(Variant.sku == "B").values(quantity_step=100))
    for number in range(PAST):
        await room.hold(f"past:{number}", {"A": 1_000, "B": 400})
    async with room.scope.writing("test") as uow:
        over = datetime.now(UTC) - timedelta(minutes=1)
        await uow.execute(update(StockHold).values(expires_at=over))
    for number in range(ROUNDS):
        freer = await started(FREER, database.app, str(room.scope.tenant_id))
        assert freer.stdout is not None
        assert await freer.stdout.readline() == b"{'expired': %d}\n" % PAST
        waiting = asyncio.create_task(room.hold(f"cart:{number}", {"A": 5_000}))
        os.kill(freer.pid, signal.SIGKILL)
        await waiting  # the job is late, and blocks nobody
        await freer.wait()
        await room.check()
    states = select(StockHold.state).where(StockHold.expires_at.is_not(None))
    assert {row["state"] for row in await room.scope.reading.rows(states)} == {"held"}
    async with room.scope.writing("test") as uow:
        assert await expire_past_holds(uow) == {"expired": PAST}
    assert {row["state"] for row in await room.scope.reading.rows(states)} == {"expired"}
    assert await room.levels() == {("A", "main"): (10_000, 10_000), ("B", "main"): (4_000, 0)}
    await room.check()
