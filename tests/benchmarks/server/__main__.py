"""Ryad's server under load against the bare limit; one table.

    python -m integrations.embedded python -m tests.benchmarks.server

From nothing (servers, schema, 1,000 products x 4 variants) it starts two single processes of the
same HTTP server: Ryad's API by its own command, throttled by Valkey as ever (with a plan that lets
all through), and `bare`: Starlette, asyncpg and orjson with the three pages written by hand, over
the very statements that Ryad's pages send. That both give the same bytes is checked first. Then a
third process loads them in turn, page by page and round by round; ratios are those of one round,
and the table shows their medians. It ends with 1 where a bar is missed.

The limit does not ask who is calling: finding the key's shop and charging the bucket (three trips)
are Ryad's own, and stand in its figures.
"""

import argparse
import asyncio
import os
import pickle
import secrets
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from tenants.roles import RoleUrls
from tests.api.client import Client, open_app, settings_for
from tests.benchmarks.server import bare
from tests.benchmarks.server.measure import BARS, Figures, Meter, Side, show
from tests.benchmarks.server.pages import Page, pages
from tests.benchmarks.server.processes import Load, free_port, server
from tests.benchmarks.storefront import BLENDS, Sent, open_shop
from tests.master_keys import MASTER_KEYS

WARM_UP_SECONDS: Final = 1.0


def serving(kind: str, app: str, port: int) -> list[str]:
    """The command of one process of an HTTP server; `app` is a factory."""
    if kind == "granian":
        options = "--interface asgi --factory --http 1 --no-ws --loop uvloop --log-level warning"
        return [sys.executable, "-m", "granian", *options.split(), "--port", str(port), app]
    options = "--factory --loop uvloop --http httptools --no-access-log --log-level warning"
    return [sys.executable, "-m", "uvicorn", *options.split(), "--port", str(port), app]


def serving_ryad(kind: str, port: int) -> list[str]:
    """Ryad's own command; for another server than its own, that server with its application."""
    if kind == "uvicorn":
        return [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    return serving(kind, "api.app:app", port)


class Prepared(NamedTuple):
    """A shop to be asked, and what was heard of its pages."""

    urls: RoleUrls
    key: str
    pages: list[Page]
    sent: dict[str, tuple[Sent, dict[str, str]]]


async def prepare(superuser_url: str, redis_url: str) -> Prepared:
    """Make the shop, and listen to its pages."""
    async with (
        open_shop(superuser_url) as shop,
        open_app(settings_for(shop.urls, redis_url)) as app,
    ):
        client = Client(app, shop.key)
        found = await client.ask("{ products(first: 8) { nodes { slug } } }")
        asked = pages([one["slug"] for one in found["products"]["nodes"]], BLENDS)
        sent = {page.name: await page.listened(client) for page in asked}
        return Prepared(shop.urls, shop.key, asked, sent)


def fetch(port: int, request: str) -> bytes:
    """The body of an answer."""
    head, _, body = request.partition("\r\n\r\n")
    line, *lines = head.split("\r\n")
    headers = dict(one.split(": ", 1) for one in lines)
    method, path, _ = line.split()
    url = f"http://127.0.0.1:{port}{path}"
    asked = urllib.request.Request(url, body.encode() or None, headers, method=method)
    with urllib.request.urlopen(asked) as answer:
        found: bytes = answer.read()
    return found


def check_same(ryad: Side, limit: Side) -> dict[str, int]:
    """Both give the same bytes for each request; the mean size of a page. Raises SystemExit."""
    sizes = {}
    for name, requests in ryad.requests.items():
        answers = [fetch(limit.port, one) for one in limit.requests[name]]
        for request, expected in zip(requests, answers, strict=True):
            found = fetch(ryad.port, request)
            if not found.startswith(expected[:-1] + b',"extensions":{"cost":'):
                raise SystemExit(f"{name}: not the same:\n{found!r}\n{expected!r}")
        sizes[name] = sum(map(len, answers)) // len(answers)
    return sizes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--server", choices=["uvicorn", "granian"], default="uvicorn")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="a page on one side")
    parser.add_argument("--connections", type=int, default=8)
    chosen = parser.parse_args()
    superuser_url = os.environ["RYAD_TEST_DATABASE_URL"]
    redis_url = os.environ["RYAD_TEST_REDIS_URL"]
    with ExitStack() as ending:
        statements = Path(ending.enter_context(tempfile.TemporaryDirectory())) / "statements"
        urls, key, asked, sent = asyncio.run(prepare(superuser_url, redis_url))
        statements.write_bytes(pickle.dumps(sent))
        settings = {
            "DATABASE_URL": urls.app,
            "DATABASE_PLATFORM_URL": urls.platform,
            "REDIS_URL": redis_url,
            "SECRET_KEYS": MASTER_KEYS,
            "LINK_KEYS": secrets.token_hex(32),
            "LOG_LEVEL": "warning",
            "BARE_STATEMENTS": str(statements),
        }
        ports = free_port(), free_port()
        commands = (
            serving_ryad(chosen.server, ports[0]),
            serving(chosen.server, f"{bare.__name__}:app", ports[1]),
        )
        pids = [
            ending.enter_context(server(command, port, settings))
            for command, port in zip(commands, ports, strict=True)
        ]
        to_ryad = {page.name: page.to_ryad(key) for page in asked}
        to_limit = {page.name: page.to_limit() for page in asked}
        ryad = Side(ports[0], pids[0], "ryad api", to_ryad)
        limit = Side(ports[1], pids[1], bare.NAME, to_limit)
        sizes = check_same(ryad, limit)
        meter = Meter(ending.enter_context(Load()), superuser_url, chosen.connections)
        results: dict[str, list[tuple[Figures, Figures]]] = {page.name: [] for page in asked}
        for page in asked:
            for side in (ryad, limit):
                meter.run(side, page, WARM_UP_SECONDS)
        for number in range(chosen.rounds):
            for page in asked:
                order = [ryad, limit] if number % 2 == 0 else [limit, ryad]
                found = {side.port: meter.run(side, page, chosen.seconds) for side in order}
                results[page.name].append((found[ryad.port], found[limit.port]))
    print(f"{chosen.server}, {chosen.connections} connections, {chosen.rounds} rounds of ", end="")
    print(f"{chosen.seconds:g} s; each: Ryad, limit, ratio; times in ms, CPU by request")
    heads = ("requests/s", "p50", "p99", "Python CPU", "PostgreSQL CPU")
    print(f"{'page':<23} {'kB':>5} | {' | '.join(f'{head:^19}' for head in heads)} |")
    held = [show(page, sizes[page.name], results[page.name]) for page in asked]
    print(f"bars: requests/s >= {BARS['rps']}, Python CPU <= {BARS['cpu']}, p99 <= {BARS['p99']}")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
