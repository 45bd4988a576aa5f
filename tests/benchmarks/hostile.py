"""Hostile documents and bodies at both real doors: codes, processor time, memory, the loop's gaps.

    python -m integrations.embedded python -m tests.benchmarks.hostile

Each document and body is sent alone, with a key, and its processor time taken (the best of three,
the document new each time, so that nothing is remembered). Then 1,000 of them are sent eight at a
time while a ticker watches the event loop, and the process's memory is read before and after. A gap
of the loop is told in time on the wall and in processor time: what others do to a busy machine is
in the first alone. The client runs in the same loop, so its own work is in both.
"""

import asyncio
import os
import resource
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import httpx
import orjson

from migrations.run import upgrade
from tenants.database import open_pool
from tenants.roles import create_database, create_roles, new_role_urls, passwords_of
from tests.api.client import make_key, open_app, settings_for
from tests.api.hostile_documents import at_real_doors, megabytes_of
from tests.api.test_hostile_requests import BODIES
from tests.factories import make_tenant

FLOOD: Final = 1_000
AT_ONCE: Final = 8
TICK_SECONDS: Final = 0.005
MEBIBYTE: Final = 1024 * 1024


def requests() -> Iterator[tuple[str, bytes]]:
    """Name and body of everything hostile that the doors get."""
    documents = {name: text for name, (text, _) in at_real_doors().items()}
    for name, text in {**documents, **megabytes_of(1_900_000)}.items():
        yield name, orjson.dumps({"query": text})
    for name, (body, _) in BODIES.items():
        yield name, body
    rows = [{"title": f"T{number}", "sku": "x" * 20} for number in range(30_000)]
    lists = [rows[start : start + 240] for start in range(0, len(rows), 240)]
    yield "variables of megabytes", orjson.dumps({"query": "{ a }", "variables": {"v": lists}})


def afresh(body: bytes, number: int) -> bytes:
    """The same body as nobody has seen it; what is no object stays as it is."""
    return body.replace(b'{"query":"', b'{"query":"#%d\\n' % number, 1)


async def cost(http: httpx.AsyncClient, path: str, body: bytes) -> tuple[float, int]:
    """Milliseconds of processor time for one request, the best of three; its status."""
    best, status = float("inf"), 0
    for number in range(3):
        began = time.process_time()
        status = (await http.post(path, content=afresh(body, number))).status_code
        best = min(best, time.process_time() - began)
    return best * 1000, status


async def largest_gaps(stop: asyncio.Event) -> tuple[float, float]:
    """The longest time that the loop kept a ticker waiting, in milliseconds: wall, processor."""
    walls, spent = [], []
    while not stop.is_set():
        wall, processor = time.perf_counter(), time.thread_time()
        await asyncio.sleep(TICK_SECONDS)
        walls.append(time.perf_counter() - wall - TICK_SECONDS)
        spent.append(time.thread_time() - processor)
    return max(walls) * 1000, max(spent) * 1000


async def flood(http: httpx.AsyncClient, path: str, bodies: list[bytes]) -> Counter[int]:
    """Send `FLOOD` of them, `AT_ONCE` at a time; how often each status came."""
    statuses: Counter[int] = Counter()
    waiting = iter(range(FLOOD))

    async def sender() -> None:
        for number in waiting:
            body = afresh(bodies[number % len(bodies)], 100 + number)
            statuses[(await http.post(path, content=body)).status_code] += 1
            await asyncio.sleep(0)  # a refusal without a wait would be one long turn

    await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
    return statuses


def memory() -> int:
    """Resident bytes of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


async def measure(app: Any, door: str, key: str | None) -> None:
    """Send everything to a door, and print what it cost."""
    headers = {"Content-Type": "application/json"} | (
        {"Authorization": f"Bearer {key}"} if key else {}
    )
    path = f"/{door}/graphql"
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://api.test", headers=headers
    ) as http:
        named = dict(requests())
        costs = {name: await cost(http, path, body) for name, body in named.items()}
        await flood(http, path, list(named.values()))  # caches fill once
        before, stop = memory(), asyncio.Event()
        ticker = asyncio.create_task(largest_gaps(stop))
        statuses = await flood(http, path, list(named.values()))
        stop.set()
        (wall, spent), grown = await ticker, memory() - before
    print(f"\n{door}, {'with a key' if key else 'nobody'}: {len(named)} requests")
    for name, (needed, status) in sorted(costs.items(), key=lambda one: -one[1][0])[:8]:
        print(f"  {needed:8.1f} ms CPU  {status}  {name}")
    print(f"  largest gap of the loop {wall:.0f} ms, {spent:.0f} ms of it ours")
    print(f"  {FLOOD} requests grew memory by {grown / MEBIBYTE:.1f} MiB")
    print(f"  statuses {dict(sorted(statuses.items()))}")


async def main() -> None:
    superuser = os.environ["RYAD_TEST_DATABASE_URL"]
    urls = new_role_urls(superuser, f"ryad_hostile_{os.getpid()}")
    await create_roles(superuser, passwords_of(urls))
    await create_database(superuser, urls.app.rpartition("/")[2])
    await asyncio.to_thread(upgrade, urls.owner)
    async with open_pool(urls.platform) as platform:
        tenant_id = await make_tenant(platform)
        keys = {
            "storefront": await make_key(platform, tenant_id, "publishable"),
            "admin": await make_key(platform, tenant_id, "secret", "*"),
        }
        async with open_app(settings_for(urls, os.environ["RYAD_TEST_REDIS_URL"])) as app:
            for door, key in keys.items():
                await measure(app, door, key)
            await measure(app, "admin", None)


if __name__ == "__main__":
    asyncio.run(main())
