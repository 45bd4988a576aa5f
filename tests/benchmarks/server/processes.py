"""Processes of the benchmark: starting and ending them, and the CPU that they have used."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import orjson

TICKS: Final = os.sysconf("SC_CLK_TCK")
START_SECONDS: Final = 60.0


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and all its threads; 0 once it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def family_of(pid: int) -> list[int]:
    """A process and those that it has started: some servers serve in a child."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family_of(int(child))
    return found


@contextmanager
def server(command: Sequence[str], port: int, more: Mapping[str, str]) -> Iterator[int]:
    """A server that listens at `port`, ended with the block; its process id."""
    environment = {**os.environ, **more, "PYTHONDONTWRITEBYTECODE": ""}
    child = subprocess.Popen(command, env=environment)
    try:
        _wait_for(port, child)
        yield child.pid
    finally:
        child.terminate()
        child.wait()


def _wait_for(port: int, child: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if child.poll() is not None:
            raise SystemExit(f"{child.args!r} ended with {child.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
        except urllib.error.HTTPError:
            return  # it serves, and has no such page
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"{child.args!r} does not listen")


class Load:
    """The client's process; it carries out one order at a time."""

    def __init__(self) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.server.load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> "Load":
        return self

    def __exit__(self, *_: object) -> None:
        self.child.communicate()

    def order(self, **order: Any) -> dict[str, float]:
        """Send an order and wait until it is done."""
        assert self.child.stdin
        assert self.child.stdout
        self.child.stdin.write(orjson.dumps(order) + b"\n")
        self.child.stdin.flush()
        line = self.child.stdout.readline()
        if not line:
            raise SystemExit("the client has ended")
        answer: dict[str, float] = orjson.loads(line)
        return answer
