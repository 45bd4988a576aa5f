"""Goods sold before they come: within the limit, told apart from what is there, served in order."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import func, select, update

from domain.bulk import ErrorPolicy
from domain.errors import DomainError, NotAllowed
from domain.stock.holds.backorder_limits import BackorderLimit, set_backorder_limits
from domain.stock.holds.demand import Line
from domain.stock.holds.ends import expire_past_holds, release_hold
from domain.stock.holds.holds import hold_stock
from domain.stock.holds.parts import Part
from domain.stock.holds.rows import lines_of
from domain.stock.holds.shipping import NotThereYet, ship_hold
from domain.stock.ledger import post
from domain.stock.levels import open_levels
from domain.stock.lots import recall_lot, reopen_lot
from domain.stock.moves import Coming, Document, InsufficientStock
from domain.stock.tables import Lot, StockLevel
from tenants.ledger import EventRow
from tenants.scope import UnitOfWork
from tests.domain.stock.conftest import Room
from tests.domain.stock.test_round_trips import trips

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


async def limit(room: Room, sku: str, much: int, place: UUID | None = None) -> None:
    async with room.scope.writing("test") as uow:
        rows = [BackorderLimit(room.variants[sku], much)]
        await set_backorder_limits(uow, location=place or room.main, limits=rows)


async def level(room: Room, sku: str, place: UUID | None = None) -> tuple[int, int, int]:
    """`(on hand, reserved, backordered)`."""
    spot = room.at(sku, place)
    row = await room.scope.reading.row(
        select(StockLevel.on_hand, StockLevel.reserved, StockLevel.backordered).where(
            StockLevel.variant_id == spot.variant_id, StockLevel.location_id == spot.location_id
        )
    )
    assert row is not None
    return row["on_hand"], row["reserved"], row["backordered"]


async def waiting(room: Room, *holds: UUID) -> list[int]:
    """How much each of these holds still waits for."""
    rows = await lines_of(room.scope.reading, holds)
    return [
        sum(row["backordered"] for row in rows if row["hold_id"] == one and row["is_open"])
        for one in holds
    ]


async def receive(room: Room, sku: str, quantity: int, place: UUID | None = None) -> None:
    spot = room.at(sku, place)
    await room.post(Coming(kind="receipt", spot=spot, quantity=quantity, value_minor=quantity))


async def refusal(doing: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        await doing
    return refused.value


async def ship(room: Room, hold: UUID, quantity: int | None = None) -> None:
    (line,) = await lines_of(room.scope.reading, [hold])
    parts = None if quantity is None else [Part(line["id"], quantity)]
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, hold, parts)


async def test_more_is_held_than_is_there_as_far_as_the_limit(room: Room) -> None:
    await limit(room, "A", 5_000)
    await room.hold("one", {"A": 8_000})
    two = await room.hold("two", {"A": 6_000})
    assert await level(room, "A") == (10_000, 10_000, 4_000)
    assert await waiting(room, two) == [4_000]
    short = await refusal(room.hold("three", {"A": 2_000}))
    assert isinstance(short, InsufficientStock)
    assert short.facts["available"] == 1_000
    await room.hold("three", {"A": 1_000})
    assert await level(room, "A") == (10_000, 10_000, 5_000)
    await room.check()


async def test_what_is_there_goes_first_wherever_it_is(room: Room) -> None:
    await limit(room, "A", 50_000)
    await receive(room, "A", 3_000, room.second)
    await room.hold("one", {"A": 14_000})
    assert await level(room, "A") == (10_000, 10_000, 1_000)
    assert await level(room, "A", room.second) == (3_000, 3_000, 0)


async def test_what_comes_is_theirs_who_wait_in_their_order(room: Room) -> None:
    await limit(room, "D", 9_000)
    holds = [await room.hold(f"cart:{n}", {"D": 3_000}) for n in range(3)]
    assert await waiting(room, *holds) == [3_000, 3_000, 3_000]
    await receive(room, "D", 4_000)
    assert await waiting(room, *holds) == [0, 2_000, 3_000]
    assert await level(room, "D") == (4_000, 4_000, 5_000)
    assert isinstance(await refusal(room.hold("late", {"D": 5_000})), InsufficientStock)
    late = await room.hold("late", {"D": 4_000})
    await receive(room, "D", 7_000)
    assert await waiting(room, *holds, late) == [0, 0, 0, 2_000]
    await room.check()


async def test_what_is_let_go_is_theirs_too(room: Room) -> None:
    await limit(room, "B", 10_000)
    soon = datetime.now(UTC) + timedelta(minutes=5)
    first = await room.hold("first", {"B": 2_000})
    past = await room.hold("past", {"B": 2_000}, until=soon)
    waits = [await room.hold(f"cart:{n}", {"B": 2_000}, until=soon + n * DAY) for n in range(3)]
    async with room.scope.writing("test") as uow:
        await release_hold(uow, first)
    assert await waiting(room, *waits) == [0, 2_000, 2_000]
    async with room.scope.writing("test") as uow:
        uow.now += timedelta(hours=1)
        assert await expire_past_holds(uow) == {"expired": 2}
    assert await waiting(room, past, *waits) == [0, 0, 0, 0]
    assert await level(room, "B") == (4_000, 4_000, 0)
    await room.check()


async def test_a_new_hold_does_not_go_before_those_who_wait(room: Room) -> None:
    await limit(room, "B", 10_000)
    soon = datetime.now(UTC) + timedelta(minutes=5)
    await room.hold("past", {"B": 4_000}, until=soon)
    waits = await room.hold("waits", {"B": 3_000})
    async with room.scope.writing("test") as uow:  # the job is late
        uow.now += DAY
        new = await hold_stock(uow, owner="new", lines=[Line(room.variants["B"], 2_000)])
    assert await waiting(room, waits, new) == [0, 1_000]
    assert await level(room, "B") == (4_000, 4_000, 1_000)
    await room.check()


async def test_who_is_past_his_time_is_passed_over(room: Room) -> None:
    await limit(room, "D", 10_000)
    soon = datetime.now(UTC) + timedelta(minutes=5)
    await room.hold("past", {"D": 4_000}, until=soon)
    waits = await room.hold("waits", {"D": 3_000})
    async with room.scope.writing("test") as uow:
        uow.now += DAY
        await arrive(uow, room, 3_000)
    assert await waiting(room, waits) == [0]
    await room.check()


async def arrive(uow: UnitOfWork, room: Room, quantity: int) -> None:
    """So much of D, by this unit."""
    move = Coming(kind="receipt", spot=room.at("D"), quantity=quantity, value_minor=0)
    await post(uow, Document("change"), [move], await open_levels(uow, [move.spot]))


async def test_what_may_not_be_sold_serves_nobody(room: Room) -> None:
    await limit(room, "D", 5_000)
    await receive(room, "D", 5_000)
    lot = await room.scope.reading.value(select(Lot.id).order_by(Lot.received_at.desc()).limit(1))
    async with room.scope.writing("test") as uow:
        await recall_lot(uow, lot)
    hold = await room.hold("waits", {"D": 4_000})
    assert await level(room, "D") == (5_000, 0, 4_000)
    async with room.scope.writing("test") as uow:
        await reopen_lot(uow, lot)
    assert await waiting(room, hold) == [0]
    assert await level(room, "D") == (5_000, 4_000, 0)
    await room.check()


async def test_what_is_not_there_is_not_shipped(room: Room) -> None:
    await limit(room, "B", 10_000)
    hold = await room.hold("order", {"B": 7_000})
    for quantity in (None, 5_000):
        wrong = await refusal(ship(room, hold, quantity))
        assert isinstance(wrong, NotThereYet)
        assert wrong.facts["available"] == 4_000
        assert wrong.path == (("id",) if quantity is None else ("lines", "0", "quantity"))
    await ship(room, hold, 4_000)
    assert await level(room, "B") == (0, 0, 3_000)
    await room.check()
    await receive(room, "B", 3_000)
    await ship(room, hold)
    assert await level(room, "B") == (0, 0, 0)
    await room.check()


async def test_who_lets_go_waits_no_more(room: Room) -> None:
    await limit(room, "B", 3_000)
    hold = await room.hold("order", {"B": 7_000})
    async with room.scope.writing("test") as uow:
        await release_hold(uow, hold)
    assert await level(room, "B") == (4_000, 0, 0)
    await room.hold("other", {"B": 7_000})
    await room.check()


async def test_the_limit_is_never_below_what_is_waited_for(room: Room) -> None:
    await limit(room, "D", 5_000)
    await room.hold("order", {"D": 3_000})
    wrong = await refusal(limit(room, "D", 2_000))
    assert (type(wrong), wrong.path) == (NotAllowed, ("limits", "0", "limit"))
    await limit(room, "D", 3_000)
    assert isinstance(await refusal(room.hold("more", {"D": 1_000})), InsufficientStock)
    async with room.scope.writing("test") as uow:
        rows = [
            BackorderLimit(room.variants["D"], 2_000),
            BackorderLimit(room.variants["A"], -1),
            BackorderLimit(room.variants["A"], 1_000),
            BackorderLimit(room.variants["A"], 2_000),
        ]
        made = await set_backorder_limits(
            uow, location=room.main, limits=rows, policy=ErrorPolicy.SKIP_FAILED
        )
    assert [one is None for one in made.ids] == [True, True, True, True]
    assert [error.path[1:] for error in made.errors] == [
        ("0", "limit"), ("1", "limit"), ("2", "variantId"), ("3", "variantId"),
    ]  # fmt: skip


async def test_the_database_itself_refuses_more_than_the_limit(room: Room) -> None:
    await limit(room, "D", 5_000)
    with pytest.raises(asyncpg.CheckViolationError):
        async with room.scope.writing("test") as uow:
            await uow.execute(update(StockLevel).values(backordered=5_001))


async def test_many_who_ask_at_once_have_what_is_there_and_the_limit(room: Room) -> None:
    await limit(room, "A", 7_000)
    done = await asyncio.gather(
        *(room.hold(f"cart:{n}", {"A": 1_000}) for n in range(60)), return_exceptions=True
    )
    assert [isinstance(one, InsufficientStock) for one in done].count(False) == 17
    assert await level(room, "A") == (10_000, 10_000, 7_000)
    await room.check()


async def test_many_who_wait_are_served_in_as_many_statements_as_one(room: Room) -> None:
    await limit(room, "D", 100_000)
    counts = []
    for turn, many in enumerate((1, 1, 30)):  # the first is there to be learnt from
        for number in range(many):
            await room.hold(f"{turn}:{number}", {"D": 1_000})
        sent, _ = await trips(room, lambda uow, many=many: arrive(uow, room, many * 1_000))
        counts.append(sent)
    assert await level(room, "D") == (32_000, 32_000, 0)
    assert counts[1] == counts[2]
    told = select(func.count()).where(EventRow.type == "hold.covered")
    assert await room.scope.reading.value(told) == 32
