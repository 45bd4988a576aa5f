"""Hostile documents and bodies at both real doors: codes, processor time, memory, the loop's gaps.

    python -m integrations.embedded python -m tests.benchmarks.hostile

The doors are served in this process, and the client is another one, so that all that is measured
here is ours. Each document and body is sent alone, with a key, and its processor time taken (the
best of three, the document new each time, so that nothing is remembered). Then 1,000 of them are
sent eight at a time while a ticker watches the event loop, and the process's memory is read before
and after. A gap of the loop is told in time on the wall and in processor time: what others do to a
busy machine is in the first alone.
"""

import asyncio
import gc
import os
import resource
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from typing import Final

import httpx
import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import create_app
from migrations.run import upgrade
from tenants.database import open_pool
from tenants.roles import create_database, create_roles, new_role_urls, passwords_of
from tests.api.client import make_key, settings_for
from tests.api.files_door import listening
from tests.api.hostile_documents import at_real_doors, megabytes_of
from tests.api.test_hostile_requests import BODIES
from tests.factories import make_tenant

TRIES: Final = 3
FLOOD: Final = 1_000
AT_ONCE: Final = 8
TICK_SECONDS: Final = 0.005
CLOSED: Final = 0
"""For a status: the door closed on a body that was too long, before all of it was sent."""
MEBIBYTE: Final = 1024 * 1024


def requests() -> Iterator[tuple[str, bytes]]:
    """Name and body of everything hostile that the doors get."""
    documents = {name: text for name, (text, _) in at_real_doors().items()}
    for name, text in {**documents, **megabytes_of(900_000)}.items():
        yield name, orjson.dumps({"query": text})
    for name, (body, _) in BODIES.items():
        yield name, body
    rows = [{"title": f"T{number}", "sku": "x" * 20} for number in range(21_600)]
    lists = [rows[start : start + 240] for start in range(0, len(rows), 240)]
    yield "variables of a megabyte", orjson.dumps({"query": "{ a }", "variables": {"v": lists}})


def afresh(body: bytes, number: int) -> bytes:
    """The same body as nobody has seen it; what is no object stays as it is."""
    return body.replace(b'{"query":"', b'{"query":"#%d\\n' % number, 1)


@dataclass(frozen=True)
class Sender:
    """The client: it lives in another process, and tells what statuses came."""

    url: str
    key: str | None

    def one_by_one(self) -> list[int]:
        """Send each request TRIES times in a row, as somebody new each time."""
        return asyncio.run(self._one_by_one())

    def flood(self) -> Counter[int]:
        """Send FLOOD requests, AT_ONCE at a time; how often each status came."""
        return asyncio.run(self._flood([body for _, body in requests()]))

    async def _one_by_one(self) -> list[int]:
        async with httpx.AsyncClient(headers=self._headers(), timeout=60) as http:
            return [
                await self._send(http, afresh(body, number), f"2001:db8::{place:x}:{number}")
                for place, (_, body) in enumerate(requests())
                for number in range(TRIES)
            ]

    async def _flood(self, bodies: list[bytes]) -> Counter[int]:
        statuses: Counter[int] = Counter()
        waiting = iter(range(FLOOD))

        async def send(http: httpx.AsyncClient) -> None:
            for number in waiting:
                body = afresh(bodies[number % len(bodies)], time.perf_counter_ns())
                statuses[await self._send(http, body, "2001:db8::ffff")] += 1

        async with httpx.AsyncClient(headers=self._headers(), timeout=60) as http:
            await asyncio.gather(*(send(http) for _ in range(AT_ONCE)))
        return statuses

    async def _send(self, http: httpx.AsyncClient, body: bytes, address: str) -> int:
        headers = {"X-Forwarded-For": address}
        try:
            return (await http.post(self.url, content=body, headers=headers)).status_code
        except httpx.TransportError:
            return CLOSED

    def _headers(self) -> dict[str, str]:
        key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return {"Content-Type": "application/json", **key}


@dataclass
class Metered:
    """The application, and the processor time from the end of each request to that of the next."""

    app: ASGIApp
    spent: list[float] = field(default_factory=list)
    ended: float = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        now = time.process_time()
        self.spent.append((now - self.ended) * 1000)
        self.ended = now


async def largest_gaps(stop: asyncio.Event) -> tuple[float, float]:
    """The longest time that the loop kept a ticker waiting, in milliseconds: wall, processor."""
    walls, spent = [], []
    while not stop.is_set():
        wall, processor = time.perf_counter(), time.thread_time()
        await asyncio.sleep(TICK_SECONDS)
        walls.append(time.perf_counter() - wall - TICK_SECONDS)
        spent.append(time.thread_time() - processor)
    return max(walls) * 1000, max(spent) * 1000


def memory() -> int:
    """Resident bytes of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


async def measure(app: ASGIApp, door: str, key: str | None) -> None:
    """Send everything to a door, and print what it cost."""
    metered, on = Metered(app), socket.create_server(("127.0.0.1", 0))
    sender = Sender(f"http://127.0.0.1:{on.getsockname()[1]}/{door}/graphql", key)
    names = [name for name, _ in requests()]
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        away = partial(asyncio.get_running_loop().run_in_executor, apart)
        async with listening(metered, on):
            await away(sender.flood)  # caches fill once
            metered.spent.clear()
            metered.ended = time.process_time()
            seen = await away(sender.one_by_one)
            tries = metered.spent
            costs = [min(tries[at : at + TRIES]) for at in range(0, len(tries), TRIES)]
            before, stop = memory(), asyncio.Event()
            ticker = asyncio.create_task(largest_gaps(stop))
            statuses = await away(sender.flood)
            stop.set()
            (wall, spent), grown = await ticker, memory() - before
    print(f"\n{door}, {'with a key' if key else 'nobody'}: {len(names)} requests")
    dearest = sorted(zip(costs, seen[::TRIES], names, strict=True), reverse=True)
    for needed, status, name in dearest[:8]:
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
    settings = settings_for(urls, os.environ["RYAD_TEST_REDIS_URL"], trusted_proxies=1)
    gc.freeze()  # as api.app.app does
    async with open_pool(urls.platform) as platform:
        tenant_id = await make_tenant(platform)
        keys: dict[str, str | None] = {
            "storefront": await make_key(platform, tenant_id, "publishable"),
            "admin": await make_key(platform, tenant_id, "secret", "*"),
        }
        for door, key in [*keys.items(), ("admin", None)]:
            await measure(create_app(settings), door, key)


if __name__ == "__main__":
    asyncio.run(main())
