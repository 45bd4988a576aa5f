"""However many codes come or go in one document, it takes as many statements."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from domain.catalog.tables import Product
from domain.purchasing.receipts.receipts import receive_goods
from domain.stock.holds.demand import Line
from domain.stock.holds.holds import hold_stock
from domain.stock.holds.shipping import ship_hold
from domain.stock.tables import StockUnit
from domain.stock.units.scans import scan_units
from tenants.scope import UnitOfWork
from tests.domain.stock.conftest import Room
from tests.domain.stock.test_round_trips import trips

pytestmark = pytest.mark.anyio

RECEIVED = 1_000
SHIPPED = 100
AT_ONCE = 250
"""Codes of one line."""


def codes(name: str, count: int) -> list[bytes]:
    return [f"{name}-{number}".encode() for number in range(count)]


async def received(room: Room, name: str, count: int) -> int:
    """How many statements a receipt of so many codes takes."""
    price = {"amount": "1", "currency_code": "RUB"}
    every = codes(name, count)
    lines = [
        {
            "variant": room.variants["D"],
            "quantity": len(some) * 1_000,
            "price": price,
            "lot": {"number": name},
            "codes": some,
        }
        for some in (every[at : at + AT_ONCE] for at in range(0, count, AT_ONCE))
    ]
    given: dict[str, Any] = {"location": room.main, "lines": lines}
    return (await trips(room, lambda uow: receive_goods(uow, given)))[0]


async def shipped(room: Room, name: str, count: int) -> int:
    """How many statements a shipment of the first of those codes takes."""

    async def held(uow: UnitOfWork) -> UUID:
        return await hold_stock(uow, owner=name, lines=[Line(room.variants["D"], count * 1_000)])

    _, hold_id = await trips(room, held)
    some = codes(name, count)
    return (await trips(room, lambda uow: ship_hold(uow, hold_id, codes=some)))[0]


async def scanned(room: Room, name: str, count: int) -> int:
    """How many statements it takes to scan so many codes of what came without them."""
    given = {
        "variant": room.variants["D"],
        "quantity": count * 1_000,
        "price": {"amount": "1", "currency_code": "RUB"},
    }
    async with room.scope.writing("test") as uow:
        await receive_goods(uow, {"location": room.main, "lines": [given]})
    late = codes(f"late {name}", count)

    async def work(uow: UnitOfWork) -> Any:
        return await scan_units(uow, variant=room.variants["D"], location=room.main, codes=late)

    return (await trips(room, work))[0]


async def test_many_codes_take_no_more_statements_than_few(room: Room) -> None:
    async with room.scope.writing("test") as uow:
        await uow.execute(
            update(Product).where(Product.title == "Товар D").values(unit_codes="serial")
        )
    counts: dict[str, list[int]] = {}
    for round_ in range(2):  # in the first one connections learn types, and counters begin
        for receiving, shipping in ((2, 1), (RECEIVED, SHIPPED)):
            name = f"{round_} {receiving}"
            counts[name] = [
                await received(room, name, receiving),
                await shipped(room, name, shipping),
                await scanned(room, name, shipping),
            ]
    print(counts)
    assert counts["1 2"] == counts[f"1 {RECEIVED}"]
    known = await room.scope.reading.value(select(func.count()).select_from(StockUnit))
    assert known == 2 * (2 + RECEIVED + 1 + SHIPPED)
    await room.check()
