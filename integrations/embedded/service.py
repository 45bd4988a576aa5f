"""The service's own processes in the demo: guarded like the servers, but run as ourselves."""

from __future__ import annotations

import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from integrations.embedded.process import (
    becomes_ready,
    start_guarded,
    start_server,
    stop_server,
    why_not_started,
)


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
def running_worker(log: Path) -> Iterator[Callable[[], None]]:
    """`ryad work` as long as the block lasts; what it gives waits until the worker has begun.

    Its start is mostly imports: whoever has another start to wait for waits for both at once.
    """
    command = [sys.executable, "-m", "api.cli", "work"]
    server = start_guarded(command, signal.SIGTERM, log, as_self=True)

    def await_begin() -> None:
        if not becomes_ready(server, lambda: "Starting worker" in log.read_text(errors="replace")):
            raise why_not_started("the worker", log)

    try:
        yield await_begin
    finally:
        stop_server(server)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
