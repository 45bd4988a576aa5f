"""Levels that are opened for what is to come have what came, and that once."""

import pytest
from sqlalchemy import select

from domain.stock.ledger import post
from domain.stock.levels import open_levels
from domain.stock.moves import Coming, Document, Going, Move
from domain.stock.tables import StockLevel
from tests.domain.stock.conftest import Room

pytestmark = pytest.mark.anyio


async def test_a_level_that_is_opened_for_what_comes_has_it_once(room: Room) -> None:
    spot = room.at("D", room.second)
    moves = [
        Coming(kind="receipt", spot=spot, quantity=quantity, value_minor=quantity)
        for quantity in (3_000, 2_000)
    ]
    async with room.scope.writing("test") as uow:
        levels = await open_levels(uow, [spot], {spot: 5_000})
        assert levels[spot].free == 0
        await post(uow, Document("change"), moves, levels)
    assert (await room.levels())["D", "second"] == (5_000, 0)
    await room.check()


@pytest.mark.parametrize("came", [0, 2_000])
async def test_of_what_was_to_come_a_new_level_keeps_what_was_posted(room: Room, came: int) -> None:
    spot = room.at("D", room.second)
    moves = [Coming(kind="receipt", spot=spot, quantity=came, value_minor=1)] if came else []
    async with room.scope.writing("test") as uow:
        levels = await open_levels(uow, [spot], {spot: 5_000})
        await post(uow, Document("change"), moves, levels)
    assert (await room.levels()).get(("D", "second"), (0, 0)) == (came, 0)
    await room.check()


async def test_what_is_there_is_not_taken_for_new(room: Room) -> None:
    spot = room.at("A")
    async with room.scope.writing("test") as uow:
        levels = await open_levels(uow, [spot], {spot: 5_000})
        assert levels[spot].free == 10_000
        move = Coming(kind="receipt", spot=spot, quantity=5_000, value_minor=1)
        await post(uow, Document("change"), [move], levels)
    assert (await room.levels())["A", "main"] == (15_000, 0)
    await room.check()


async def test_levels_that_are_posted_twice_count_once(room: Room) -> None:
    spot, new = room.at("A"), room.at("D", room.second)
    gone = Going(kind="write_off", spot=spot, quantity=1_000)
    came = Coming(kind="receipt", spot=new, quantity=2_000, value_minor=100)
    back = Going(kind="write_off", spot=new, quantity=500)
    async with room.scope.writing("test") as uow:
        levels = await open_levels(uow, [spot, new], {new: 2_000})
        levels[spot].more_limit += 7_000
        documents: list[list[Move]] = [[], [gone, came], [], [gone, back]]
        for moves in documents:
            await post(uow, Document("change"), moves, levels)
    assert await room.levels() == {
        ("A", "main"): (8_000, 0), ("B", "main"): (4_000, 0), ("D", "second"): (1_500, 0),
    }  # fmt: skip
    limits = select(StockLevel.backorder_limit).where(StockLevel.backorder_limit > 0)
    assert await room.scope.reading.value(limits) == 7_000
    await room.check()
