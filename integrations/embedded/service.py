"""The service's own processes in the demo: guarded like the servers, but run as ourselves."""

from __future__ import annotations

import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integrations.embedded.process import start_server, stop_server


@contextmanager
def running_api(port: int, log: Path) -> Iterator[str]:
    """`ryad serve` on `port`, ready, as long as the block lasts; its address.

    Takes its settings from our environment. Raises PortTaken or StartFailed.
    """

    def command(chosen: int) -> list[str | Path]:
        return [sys.executable, "-m", "api.cli", "serve", "--port", str(chosen)]

    server, chosen = start_server(
        "the API", command, _answers, port=port, stop_with=signal.SIGTERM, log=log, as_self=True
    )
    try:
        yield f"http://127.0.0.1:{chosen}"
    finally:
        stop_server(server)


@contextmanager
def running_worker(log: Path) -> Iterator[None]:
    """`ryad work` as long as the block lasts."""

    def command(_: int) -> list[str | Path]:
        return [sys.executable, "-m", "api.cli", "work"]

    def has_started(_: int) -> bool:
        return "Starting worker" in log.read_text(errors="replace")

    server, _ = start_server(
        "the worker", command, has_started, port=0, stop_with=signal.SIGTERM, log=log, as_self=True
    )
    try:
        yield
    finally:
        stop_server(server)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
