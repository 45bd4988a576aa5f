"""However many lines a document has, it is asked of the database in as many round trips."""

from typing import Any

import pytest

from domain.stock.holds.demand import Line
from domain.stock.holds.ends import release_hold
from domain.stock.holds.holds import hold_stock
from domain.stock.holds.shipping import ship_hold
from domain.stock.moves import LotFacts
from domain.stock.stock import StockChange, StockSet, change_stock, set_stock
from domain.stock.stocktakes.counts import Counted, add_counts
from domain.stock.stocktakes.posting import approve_stocktake
from domain.stock.stocktakes.stocktakes import finish_counting
from domain.stock.units.scanned import Name
from tenants.scope import UnitOfWork
from tests.domain.stock.conftest import Room
from tests.domain.stock.stocktaking import take_stock
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

MANY = 40


async def trips(room: Room, work: Any) -> tuple[int, Any]:
    """How many statements `work(uow)` sends, and what it returns; kept."""
    seen: list[str] = []
    async with room.scope.writing("test") as uow:

        def note(query: Any) -> None:
            seen.append(query.query)

        await work_off(uow)
        uow.connection.add_query_logger(note)
        try:
            result = await work(uow)
        finally:
            uow.connection.remove_query_logger(note)
    return len(seen), result


async def work_off(uow: UnitOfWork) -> None:
    """Let the connection learn the types that it has not met yet; that is asked only once."""
    await uow.connection.fetch("SELECT '{}'::jsonb, ARRAY[gen_random_uuid()]")


async def test_a_document_of_many_lines_takes_no_more_round_trips(room: Room) -> None:
    await add_products(room.shop, *(P(f"П {n}", [V(f"S{n}", stock=9_000)]) for n in range(MANY)))
    variants = [room.shop.variants[f"S{number}"] for number in range(MANY)]
    counts: dict[str, list[int]] = {}
    for round_ in range(2):
        for size in (2, MANY):
            some = variants[:size]
            name = f"{round_}:{size}"
            lines = [Line(variant, 1_000) for variant in some]

            async def held(uow: UnitOfWork, lines: Any = lines, name: str = name) -> Any:
                return await hold_stock(uow, owner=name, lines=lines)

            async def again(uow: UnitOfWork, lines: Any = lines, name: str = name) -> Any:
                return await hold_stock(uow, owner=f"{name}'", lines=lines)

            async def changed(uow: UnitOfWork, some: Any = some) -> Any:
                rows = [StockChange(one, 500, reason="так") for one in some]
                return await change_stock(uow, location=room.main, changes=rows)

            async def counted(uow: UnitOfWork, some: Any = some) -> Any:
                rows = [StockSet(one, 8_000) for one in some]
                return await set_stock(uow, location=room.main, levels=rows)

            first, hold = await trips(room, held)
            _, other = await trips(room, again)
            ship, _ = await trips(room, lambda uow, hold=hold: ship_hold(uow, hold))
            release, _ = await trips(room, lambda uow, other=other: release_hold(uow, other))
            change, _ = await trips(room, changed)
            count, _ = await trips(room, counted)
            counts[name] = [first, ship, release, change, count]
    print(counts)
    assert counts["1:2"] == counts[f"1:{MANY}"]


async def test_a_stocktake_of_many_variants_takes_no_more_round_trips(room: Room) -> None:
    await add_products(room.shop, *(P(f"П {n}", [V(f"S{n}", stock=9_000)]) for n in range(MANY)))
    room.variants |= room.shop.variants
    counts: dict[str, list[int]] = {}
    for round_ in range(2):
        for size in (2, MANY):
            skus = [f"S{number}" for number in range(size)]
            taking = await take_stock(room, skus)
            found = [
                Counted(sku, Name(sku=sku), 8_000 - round_, lot=LotFacts(f"{round_}:{size}"))
                for sku in skus
            ]

            async def sent(uow: UnitOfWork, taking: Any = taking, found: Any = found) -> Any:
                return await add_counts(uow, taking.id, found)

            async def over(uow: UnitOfWork, taking: Any = taking) -> Any:
                return await finish_counting(uow, taking.id)

            async def approved(uow: UnitOfWork, taking: Any = taking) -> Any:
                return await approve_stocktake(uow, taking.id)

            trip = [(await trips(room, work))[0] for work in (sent, over, approved)]
            counts[f"{round_}:{size}"] = trip
    print(counts)
    assert counts["1:2"] == counts[f"1:{MANY}"]
