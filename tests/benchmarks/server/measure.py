"""What one side comes to with one page, and both sides in one table."""

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import asyncpg

from tests.benchmarks.server.pages import Page
from tests.benchmarks.server.processes import Load, cpu_seconds, family_of

BARS: Final = {"rps": 0.8, "cpu": 1.5, "p99": 2.0}
"""Ryad divided by the limit: at least so many requests, at most so much CPU and waiting."""


class Figures(NamedTuple):
    """What one side came to in one round; times in milliseconds, CPU by request."""

    rps: float
    p50: float
    p99: float
    cpu: float
    postgres: float


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two servers, as it is measured."""

    port: int
    pid: int
    application: str
    """The name of its connections."""
    requests: dict[str, list[str]]


class Meter:
    """Loads one side with one page, and sees what that costs whom."""

    def __init__(self, load: Load, superuser_url: str, connections: int) -> None:
        self.load = load
        self.superuser_url = superuser_url
        self.connections = connections

    def backends(self, application: str) -> list[int]:
        async def ask() -> list[int]:
            connection = await asyncpg.connect(self.superuser_url)
            found = await connection.fetch(
                "SELECT pid FROM pg_stat_activity WHERE application_name = $1", application
            )
            await connection.close()
            return [row["pid"] for row in found]

        return asyncio.run(ask())

    def run(self, side: Side, page: Page, seconds: float) -> Figures:
        """One side, one page, for so many seconds."""
        served_by, asked = family_of(side.pid), self.backends(side.application)
        before = {pid: cpu_seconds(pid) for pid in [*served_by, *asked]}
        done = self.load.order(
            port=side.port,
            requests=side.requests[page.name],
            connections=self.connections,
            seconds=seconds,
        )

        def spent(pids: Sequence[int]) -> float:
            used = sum(cpu_seconds(pid) - before.get(pid, 0.0) for pid in pids)
            return 1000 * used / done["count"]

        return Figures(
            done["count"] / done["seconds"],
            1000 * done["p50"],
            1000 * done["p99"],
            spent(served_by),
            spent(self.backends(side.application)),
        )


def show(page: Page, size: int, rounds: Sequence[tuple[Figures, Figures]]) -> bool:
    """Print a page's line; whether it holds the bars."""
    parts: list[str] = []
    ratios: dict[str, float] = {}
    for name in Figures._fields:
        pairs = [(getattr(ryad, name), getattr(limit, name)) for ryad, limit in rounds]
        ratios[name] = statistics.median(ryad / max(limit, 1e-9) for ryad, limit in pairs)
        middle = [statistics.median(column) for column in zip(*pairs, strict=True)]
        digits = 0 if name == "rps" else 1 if name in {"p50", "p99"} else 2
        parts.append(f"{middle[0]:>6.{digits}f} {middle[1]:>6.{digits}f} {ratios[name]:>5.2f}")
    holds = ratios["rps"] >= BARS["rps"] and all(ratios[n] <= BARS[n] for n in ("cpu", "p99"))
    said = "holds" if holds else "MISSED"
    print(f"{page.title:<23} {size / 1000:>5.1f} | {' | '.join(parts)} | {said}")
    return holds
