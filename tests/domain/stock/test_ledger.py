"""Goods come and go by lots: who goes first, at what cost, and that nothing is lost on the way."""

from datetime import timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select, update

from domain.errors import Invalid
from domain.paging import PageRequest
from domain.stock.balances import list_balances, list_movements
from domain.stock.integrity import check_stock, find_differences
from domain.stock.moves import Coming, Going, InsufficientStock, LotFacts
from domain.stock.shelves import Heap, Part, at_average, share, take
from domain.stock.tables import LotBalance, StockLevel, StockMovement
from tenants.principal import SYSTEM
from tests.days import today
from tests.domain.stock.conftest import Room

pytestmark = pytest.mark.anyio

TODAY = today()


def coming(room: Room, sku: str, quantity: int, value: int | None = None, **more: object) -> Coming:
    return Coming(
        kind="receipt",
        spot=room.at(sku),
        quantity=quantity,
        value_minor=value,
        **more,  # type: ignore[arg-type]
    )


def going(room: Room, sku: str, quantity: int, **more: object) -> Going:
    return Going(kind="write_off", spot=room.at(sku), quantity=quantity, **more)  # type: ignore[arg-type]


@given(
    heaps=some.lists(some.tuples(some.integers(1, 10**12), some.integers(0, 10**15)), max_size=6),
    wanted=some.lists(some.integers(1, 10**12), max_size=6),
)
def test_no_kopeck_is_lost_however_a_shelf_is_emptied(
    heaps: list[tuple[int, int]], wanted: list[int]
) -> None:
    shelf = [Heap(lot_id, *heap) for lot_id, heap in enumerate(heaps)]  # type: ignore[arg-type]
    parts = [part for quantity in wanted for part in take(shelf, quantity)]
    left: list[Heap | Part] = [*parts, *shelf]
    assert sum(quantity for quantity, _ in heaps) == sum(one.quantity for one in left)
    assert sum(value for _, value in heaps) == sum(one.value_minor for one in left)
    assert all(heap.value_minor == 0 for heap in shelf if heap.quantity == 0)
    assert all(part.quantity > 0 and part.value_minor >= 0 for part in parts)


@pytest.mark.parametrize(
    ("value", "part", "whole", "share_of_it"),
    [(10, 1, 4, 2), (10, 3, 4, 8), (5, 1, 2, 2), (7, 1, 2, 4), (1, 1, 3, 0), (100, 3, 3, 100)],
)
def test_a_share_is_rounded_half_to_even(
    value: int, part: int, whole: int, share_of_it: int
) -> None:
    assert share(value, part, whole) == share_of_it


def test_an_empty_shelf_has_no_average() -> None:
    assert at_average([], 5_000) == 0


async def test_what_came_first_goes_first_at_its_own_cost(room: Room) -> None:
    await room.post(coming(room, "C", 2_000, 20_000))
    await room.post(coming(room, "C", 2_000, 50_000))
    assert await room.post(going(room, "C", 3_000)) == [20_000 + 25_000]
    assert await room.post(going(room, "C", 1_000)) == [25_000]
    await room.check()


async def test_what_expires_first_goes_before_what_came_first(room: Room) -> None:
    soon, late = TODAY + timedelta(days=3), TODAY + timedelta(days=30)
    await room.post(coming(room, "C", 1_000, 100))
    await room.post(coming(room, "C", 1_000, 200, lot=LotFacts("L1", expires_on=late)))
    await room.post(coming(room, "C", 1_000, 300, lot=LotFacts("L2", expires_on=soon)))
    assert [(await room.post(going(room, "C", 1_000)))[0] for _ in range(3)] == [300, 200, 100]
    await room.check()


async def test_what_costs_nobody_knows_comes_at_the_average(room: Room) -> None:
    await room.post(coming(room, "C", 1_000, 100), coming(room, "C", 3_000, 500))
    assert await room.post(coming(room, "C", 2_000)) == [300]
    await room.check()


async def test_a_number_is_one_lot_however_often_it_comes(room: Room) -> None:
    facts = LotFacts("2026-07", made_on=TODAY, expires_on=TODAY + timedelta(days=9))
    await room.post(coming(room, "C", 1_000, lot=facts), coming(room, "C", 500, lot=facts))
    await room.post(coming(room, "C", 2_000, lot=facts))
    mine = select(LotBalance.quantity).where(LotBalance.variant_id == room.variants["C"])
    assert [row["quantity"] for row in await room.scope.reading.rows(mine)] == [3_500]
    with pytest.raises(Invalid):
        await room.post(coming(room, "C", 1_000, lot=LotFacts("2026-07", expires_on=TODAY)))
    await room.check()


async def test_a_lot_does_not_expire_before_it_is_made(room: Room) -> None:
    wrong = LotFacts("x", made_on=TODAY, expires_on=TODAY - timedelta(days=1))
    with pytest.raises(asyncpg.CheckViolationError):
        await room.post(coming(room, "C", 1_000, lot=wrong))


async def test_a_sale_takes_nothing_that_has_expired(room: Room) -> None:
    gone = LotFacts("old", expires_on=TODAY - timedelta(days=2))
    await room.post(coming(room, "C", 5_000, lot=gone), coming(room, "C", 1_000))
    with pytest.raises(InsufficientStock) as refused:
        await room.post(going(room, "C", 2_000, is_sale=True))
    assert (refused.value.facts["requested"], refused.value.facts["available"]) == (2_000, 1_000)
    await room.post(going(room, "C", 6_000))
    await room.check()


async def test_a_document_is_posted_as_a_whole_or_not_at_all(room: Room) -> None:
    before = await room.levels()
    with pytest.raises(InsufficientStock):
        await room.post(going(room, "A", 1_000), going(room, "B", 4_001))
    assert await room.levels() == before
    await room.check()


async def test_the_ledger_cannot_be_rewritten(room: Room) -> None:
    for column in ("quantity", "value_minor"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with room.scope.writing("test") as uow:
                await uow.execute(update(StockMovement).values({column: 1}))


async def test_balances_are_told_of_any_past_instant(room: Room) -> None:
    seen = []
    for quantity in (3_000, 250, 1_750):
        await room.post(coming(room, "C", quantity, quantity // 10))
        newest = await list_movements(room.scope.reading, SYSTEM, PageRequest(first=1))
        seen.append(newest.rows[0]["at"])
    before = seen[0] - timedelta(microseconds=1)
    told = {}
    for instant in (before, *seen):
        page = await list_balances(
            room.scope.reading,
            SYSTEM,
            PageRequest(first=10),
            instant=instant,
            where={"variantId": {"eq": room.variants["C"]}},
        )
        (row,) = page.rows
        told[instant] = (row["on_hand"], row["value_minor"])
    assert list(told.values()) == [(0, 0), (3_000, 300), (3_250, 325), (5_000, 500)]


async def test_each_row_that_differs_is_named(room: Room) -> None:
    level = update(StockLevel).where(StockLevel.variant_id == room.variants["A"])
    async with room.scope.writing("test") as uow:
        await uow.execute(level.values(on_hand=9_000, reserved=500))
    found = await find_differences(room.scope.reading)
    assert {(row["check"], row["recorded"], row["reckoned"]) for row in found} == {
        ("on_hand", 9_000, 10_000),
        ("lots", 9_000, 10_000),
        ("reserved", 500, 0),
    }
    assert {row["variant_id"] for row in found} == {room.variants["A"]}
    async with room.scope.writing("test") as uow:
        assert await check_stock(uow) == {"differences": 3}
        assert [event.type for event in uow.events] == ["stock.differs"]
