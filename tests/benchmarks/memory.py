"""One large answer in a fresh process: the most memory that it took, against its own JSON.

    python -m tests.benchmarks.memory engine|storefront traced|resident

Prints the peak above what there was before, and the length of the JSON, in bytes. `engine` has its
rows at hand; `storefront` reads them, so theirs counts too, at the real door of the service whose
settings the environment names. `traced` is what Python allocated, `resident` what the machine gave.
`tests.benchmarks.growth` runs it in all four ways.
"""

import asyncio
import gc
import os
import sys
import tracemalloc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import orjson

from api.app import create_app
from api.catalog.storefront_examples import LISTING
from tenants.settings import settings
from tests.benchmarks.growing import answer_bytes, products

ENGINES: Final = (250, 100)
STOREFRONTS: Final = (100, 250)
"""Products and variants each. No page of the storefront has more than 100 products."""
SMALL: Final = 2

Answer = Callable[[int], Awaitable[int]]
"""Answer with so many products; the length of the JSON."""
Measure = Callable[[Answer, int], Awaitable[tuple[int, int]]]


def resident(name: str) -> int:
    """VmRSS, or VmHWM, the most that it was, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


async def peak_traced(answer: Answer, count: int) -> tuple[int, int]:
    """Peak and JSON length; Python's own allocations."""
    await answer(SMALL)  # what is made once is not of this answer
    gc.collect()
    tracemalloc.start()
    length = await answer(count)
    return tracemalloc.get_traced_memory()[1], length


async def peak_resident(answer: Answer, count: int) -> tuple[int, int]:
    """Peak and JSON length; the process as the machine sees it."""
    await answer(SMALL)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # noqa: ASYNC240  # begins the peak anew
    before = resident("VmRSS")
    length = await answer(count)
    return resident("VmHWM") - before, length


async def by_engine(measure: Measure) -> tuple[int, int]:
    """The engine alone, its rows made before."""
    rows = products(*ENGINES)

    async def answer(count: int) -> int:
        return len(await answer_bytes(rows[:count]))

    return await measure(answer, ENGINES[0])


async def by_storefront(measure: Measure) -> tuple[int, int]:
    """The whole application, from the request's bytes to the answer's."""
    # So much is more than the storefront takes two seconds for; here its size alone is of interest.
    app = create_app(settings().model_copy(update={"storefront_seconds": 120}))

    async def answer(count: int) -> int:
        return await asked(app, {"query": LISTING, "variables": {"first": count}})

    async with app.router.lifespan_context(app):
        return await measure(answer, STOREFRONTS[0])


async def asked(app: Any, body: dict[str, Any]) -> int:
    """Send a body to the storefront's door; the length of what it sent back."""
    content = orjson.dumps(body)
    headers = {
        "host": "api.example.com",
        "authorization": f"Bearer {os.environ['STOREFRONT_KEY']}",
        "content-type": "application/json",
        "content-length": str(len(content)),
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/storefront/graphql",
        "raw_path": b"/storefront/graphql",
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    length = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal length
        sent = message.get("body", b"")
        if not length and sent and not sent.startswith(b'{"data":{'):
            raise SystemExit(sent[:2000].decode())
        length += len(sent)

    await app(scope, receive, send)
    return length


if __name__ == "__main__":
    whole = {"engine": by_engine, "storefront": by_storefront}[sys.argv[1]]
    measure = {"traced": peak_traced, "resident": peak_resident}[sys.argv[2]]
    print(*asyncio.run(whole(measure)))
