"""A stocktake among sales, receipts and holds at random: after it the books say what is there.

The model is the shelf itself: what lies there, whatever the books say. Goods got lost or turned up
before the stocktake began, and nobody wrote that down.
"""

import asyncio
import os
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from domain.stock.moves import Coming, Going
from tenants.database import open_pool
from tenants.roles import RoleUrls
from tests.domain.stock.conftest import Room, make_room
from tests.domain.stock.stocktaking import Taking, take_stock
from tests.factories import make_tenant

SKUS: Final = ("A", "B", "C")
BOOKS: Final = {"A": 10_000, "B": 4_000, "C": 0}
skus = some.sampled_from(SKUS)
quantities = some.integers(1, 6_000)
steps = some.lists(
    some.one_of(
        some.tuples(some.just("sell"), skus, quantities),
        some.tuples(some.just("receive"), skus, quantities),
        some.tuples(some.just("hold"), skus, quantities),
        some.tuples(some.just("count"), skus, some.integers(1, 3)),
        some.tuples(some.just("count"), skus, some.integers(1, 3)),
    ),
    max_size=14,
)
drifts = some.fixed_dictionaries({sku: some.integers(-BOOKS[sku], 5_000) for sku in SKUS})


@dataclass
class Shelf:
    """What lies there; what the books say, and have promised; what of the start is still there."""

    there: int
    books: int
    old: int
    promised: int = 0
    is_counted: bool = False


@dataclass
class Story:
    """One stocktake, and all that happens meanwhile."""

    room: Room
    taking: Taking
    shelves: dict[str, Shelf]
    holds: int = 0

    async def step(self, what: str, sku: str, quantity: int) -> None:
        await getattr(self, what)(sku, self.shelves[sku], quantity)

    async def sell(self, sku: str, shelf: Shelf, quantity: int) -> None:
        sold = min(quantity, shelf.there, shelf.books - shelf.promised)
        if sold:
            await self.room.post(Going(kind="sale", spot=self.room.at(sku), quantity=sold))
            shelf.there -= sold
            shelf.books -= sold
            shelf.old = max(shelf.old - sold, 0)

    async def receive(self, sku: str, shelf: Shelf, quantity: int) -> None:
        await self.room.post(Coming(kind="receipt", spot=self.room.at(sku), quantity=quantity))
        shelf.there += quantity
        shelf.books += quantity

    async def hold(self, sku: str, shelf: Shelf, quantity: int) -> None:
        kept = min(quantity, shelf.books - shelf.promised) // 1_000 * 1_000
        if kept:
            self.holds += 1
            await self.room.hold(f"cart {self.holds}", {sku: kept})
            shelf.promised += kept

    async def count(self, sku: str, shelf: Shelf, parts: int) -> None:
        if shelf.is_counted:
            await self.taking.recount(sku)
        shelf.is_counted = True
        for part in range(parts):
            share = (
                shelf.there // parts if part else shelf.there - shelf.there // parts * (parts - 1)
            )
            await self.taking.count(sku, share)


def after(shelf: Shelf, *, zero_uncounted: bool) -> int:
    """What the books are to say in the end."""
    if shelf.is_counted:
        return max(shelf.there, shelf.promised)
    if zero_uncounted:
        return max(shelf.books - shelf.old, shelf.promised)
    return shelf.books


def run_stories(database: RoleUrls, examples: int) -> int:
    """Tell so many stories, on connections of their own; how many steps they had."""
    loop = asyncio.new_event_loop()
    pools = (open_pool(database.app), open_pool(database.platform))
    app, platform = (loop.run_until_complete(pool.__aenter__()) for pool in pools)
    told = 0

    async def tell(drift: dict[str, int], meanwhile: Any, later: Any, zero: bool) -> None:
        nonlocal told
        room = await make_room(app, await make_tenant(platform), **BOOKS)
        shelves = {
            sku: Shelf(there=BOOKS[sku] + drift[sku], books=BOOKS[sku], old=BOOKS[sku])
            for sku in SKUS
        }
        story = Story(room, await take_stock(room, SKUS), shelves)
        for what in meanwhile:
            await story.step(*what)
        await story.taking.finish()
        for what in later:
            if what[0] != "count":
                await story.step(*what)
        await story.taking.approve(zero_uncounted=zero, below_reserved=True)
        levels = await room.levels()
        found = {sku: levels.get((sku, "main"), (0, 0)) for sku in SKUS}
        assert found == {
            sku: (after(shelf, zero_uncounted=zero), shelf.promised)
            for sku, shelf in shelves.items()
        }
        await room.check()
        told += len(meanwhile) + len(later)

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize="HYPOTHESIS_RANDOM" not in os.environ,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    @given(drifts, steps, steps, some.booleans())
    def stories(drift: dict[str, int], meanwhile: Any, later: Any, zero: bool) -> None:
        loop.run_until_complete(tell(drift, meanwhile, later, zero))

    try:
        stories()
    finally:
        for pool in pools:
            loop.run_until_complete(pool.__aexit__(None, None, None))
        loop.close()
    return told


def test_after_a_stocktake_the_books_say_what_is_there(database: RoleUrls) -> None:
    assert run_stories(database, examples=40) > 200
