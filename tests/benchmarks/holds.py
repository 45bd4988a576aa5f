"""Holds a second, on one hot variant and on a thousand, beside the same SQL sent by bare asyncpg.

    python -m integrations.embedded python -m tests.benchmarks.holds

It starts from nothing, notes each statement of one hold per variant (its transaction, its events
and its link of the audit chain included), and sends them again with ids, owners and numbers of
their own, as one would by hand. Both take turns, eight at once on connections of one pool; ratios
are those of one round. It ends with 1 where the bar is missed.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, islice
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import select

from domain.catalog.tables import Product, Variant
from domain.stock.holds.demand import Line
from domain.stock.holds.holds import hold_stock
from domain.stock.stock import StockChange, change_stock
from domain.stock.tables import Location, StockLevel
from tenants.database import Pool
from tenants.ids import new_id
from tenants.scope import TenantScope
from tests.benchmarks.storefront import open_shop

BAR: Final = 0.5
AT_ONCE: Final = 8
HOLDS: Final = 240
"""In a round, of each side."""
ROUNDS: Final = 7
UNTIL: Final = datetime.now(UTC) + timedelta(hours=1)

_numbers = count()


class Noting:
    """Notes what is sent inside the block: how, the text, its arguments, and what came back."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, tuple[Any, ...], Any]] = []
        self.own = {name: getattr(asyncpg.Connection, name) for name in _WAYS}

    def __enter__(self) -> "Noting":
        for name in _WAYS:
            setattr(asyncpg.Connection, name, self._noting(name))
        return self

    def __exit__(self, *_: object) -> None:
        for name, own in self.own.items():
            setattr(asyncpg.Connection, name, own)

    def _noting(self, name: str) -> Any:
        async def noting(connection: Any, query: str, *arguments: Any) -> Any:
            found = await self.own[name](connection, query, *arguments)
            self.sent.append((name, query, arguments, found))
            return found

        return noting


_WAYS: Final = ("fetch", "execute", "executemany")


@dataclass(slots=True)
class Recorded:
    """The statements of one hold of one variant."""

    owner: str
    sent: list[tuple[str, str, tuple[Any, ...], Any]]
    known: set[UUID]
    """What was there before; all other ids were made for this hold."""
    events: int = 0
    entries: int = 0
    made: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        found: set[UUID] = set()
        for _, query, arguments, rows in self.sent:
            _ids(arguments, found)
            if _is_head(query):
                self.events, self.entries = rows[0]["event_sequence"], rows[0]["audit_sequence"]
        assert self.events != self.entries, "the numbers could not be told apart"
        self.made = sorted(found - self.known)

    async def again(self, pool: Pool) -> None:
        """The same statements for another owner, as one would send them by hand."""
        other: dict[Any, Any] = {self.owner: f"bare-{next(_numbers)}"}
        for one in self.made:
            other[one] = new_id()
            other[str(one)] = str(other[one])
        async with pool.acquire() as connection:
            for way, query, arguments, _ in self.sent:
                rows = await getattr(connection, way)(query, *_replaced(arguments, other))
                if _is_head(query):
                    for ours, name in ((self.events, "event"), (self.entries, "audit")):
                        head = rows[0][f"{name}_sequence"]
                        other |= {ours + more: head + more for more in range(1, 10)}


def _is_head(query: str) -> bool:
    return "ledger.audit_hash" in query and "FOR UPDATE" in query


def _ids(value: Any, found: set[UUID]) -> None:
    if isinstance(value, UUID):
        found.add(value)
    elif isinstance(value, list | tuple):
        for one in value:
            _ids(one, found)
    elif isinstance(value, dict):
        _ids(list(value.values()), found)


def _replaced(value: Any, other: dict[Any, Any]) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_replaced(one, other) for one in value)
    if isinstance(value, dict):
        return {name: _replaced(one, other) for name, one in value.items()}
    if isinstance(value, UUID | str | int):
        return other.get(value, value)
    return value


async def hold(scope: TenantScope, variant_id: UUID) -> str:
    """One unit for an owner of its own; the owner."""
    owner = f"ryad-{next(_numbers)}"
    async with scope.writing("benchmark") as uow:
        await hold_stock(uow, owner=owner, lines=[Line(variant_id, 1_000)], until=UNTIL)
    return owner


async def record(scope: TenantScope, variant_id: UUID, known: set[UUID]) -> Recorded:
    """A hold that is listened to."""
    with Noting() as noting:
        owner = await hold(scope, variant_id)
    return Recorded(owner, noting.sent, known)


async def stock_up(scope: TenantScope) -> tuple[list[UUID], set[UUID]]:
    """Plenty of a thousand variants; their ids, and all ids that were there before the holds."""
    rows = await scope.reading.rows(select(Variant.id).limit(1_000))
    variants = [row["id"] for row in rows]
    places = await scope.reading.rows(select(Location.id).where(Location.is_default))
    for start in range(0, len(variants), 100):
        async with scope.writing("benchmark") as uow:
            await change_stock(
                uow,
                location=places[0]["id"],
                changes=[StockChange(one, 10**9) for one in variants[start : start + 100]],
            )
    known = {scope.tenant_id, *variants}
    for table in (StockLevel, Location, Product, Variant):
        known |= {row["id"] for row in await scope.reading.rows(select(table.id))}
    return variants, known


async def holds_per_second(work: Sequence[Callable[[], Awaitable[Any]]]) -> float:
    """Done by so many at once."""
    left = iter(work)

    async def one_after_another() -> None:
        for one in left:
            await one()

    began = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    return len(work) / (time.perf_counter() - began)


async def compare(title: str, scope: TenantScope, variants: list[UUID], known: set[UUID]) -> float:
    """Print one line; the median ratio."""
    recorded = {one: await record(scope, one, known) for one in variants}
    turns = cycle(variants)
    found = []
    for number in range(ROUNDS + 1):
        asked = list(islice(turns, HOLDS))
        sides: list[tuple[int, list[Callable[[], Awaitable[Any]]]]] = [
            (0, [lambda one=one: hold(scope, one) for one in asked]),  # type: ignore[misc]
            (1, [lambda one=one: recorded[one].again(scope.pool) for one in asked]),  # type: ignore[misc]
        ]
        rates = [0.0, 0.0]
        for side, work in sides if number % 2 else reversed(sides):
            rates[side] = await holds_per_second(work)
        if number:  # the first one warms up
            found.append((rates[0], rates[1], rates[0] / rates[1]))
    ours, bare, ratio = (float(statistics.median(one)) for one in zip(*found, strict=True))
    sent = len(recorded[variants[0]].sent)
    print(f"{title:<22} {sent:>10} {ours:>8.0f} {bare:>8.0f} {ratio:>6.2f}")
    return ratio


async def main(superuser_url: str) -> int:
    async with open_shop(superuser_url) as shop:
        scope = TenantScope(shop.pool, shop.tenant_id)
        variants, known = await stock_up(scope)
        print(f"{'holds a second':<22} {'statements':>10} {'Ryad':>8} {'bare':>8} {'ratio':>6}")
        ratios = [
            await compare("one hot variant", scope, variants[:1], known),
            await compare("1,000 variants", scope, variants, known),
        ]
    print(f"bar: {BAR}")
    return 0 if min(ratios) >= BAR else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(os.environ["RYAD_TEST_DATABASE_URL"])))
