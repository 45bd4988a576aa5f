"""Holds that keep other goods than they were made for: never more than there is, nothing lost."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.errors import DomainError, NotAllowed, NotFound
from domain.stock.holds.backorder_limits import BackorderLimit, set_backorder_limits
from domain.stock.holds.changing import change_hold
from domain.stock.holds.demand import Demand
from domain.stock.holds.ends import release_hold
from domain.stock.holds.keeping import lock_free_levels
from domain.stock.holds.parts import Part
from domain.stock.holds.rows import HoldExpired, lines_of
from domain.stock.holds.shipping import ship_hold
from domain.stock.levels import change_levels
from domain.stock.moves import Coming, InsufficientStock
from domain.stock.tables import StockHold
from tests.domain.stock.conftest import Room
from tests.domain.stock.test_holds import SOON, after, soon

pytestmark = pytest.mark.anyio

ALL_HOLDS = select(StockHold)
ALL_TAKEN = {("A", "main"): (10_000, 10_000), ("B", "main"): (4_000, 0)}


def demand(room: Room, lines: dict[str, int]) -> Demand:
    wanted = Demand()
    for sku, quantity in lines.items():
        wanted.asked[room.variants[sku]] = wanted.kept[room.variants[sku]] = quantity
        wanted.places[room.variants[sku]] = ("change", sku, "quantity")
    return wanted


async def change(room: Room, hold: UUID, lines: dict[str, int], **how: Any) -> None:
    async with room.scope.writing("test") as uow:
        await change_hold(uow, hold, demand(room, lines), **{"set_aside": {}, **how})


async def refused(room: Room, hold: UUID, lines: dict[str, int], **how: Any) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        await change(room, hold, lines, **how)
    return refusal.value


async def state(room: Room, hold: UUID) -> str:
    (row,) = [one for one in await room.scope.reading.rows(ALL_HOLDS) if one["id"] == hold]
    return str(row["state"])


async def test_more_of_one_and_less_of_another_is_kept(room: Room) -> None:
    hold = await room.hold("order:1", {"A": 7_000})
    await change(room, hold, {"A": 2_000, "B": 4_000})
    assert await room.levels() == {("A", "main"): (10_000, 2_000), ("B", "main"): (4_000, 4_000)}
    await room.hold("cart:2", {"A": 8_000})
    short = await refused(room, hold, {"A": 3_000, "B": 0})
    assert isinstance(short, InsufficientStock)
    assert (short.path, short.facts["available"]) == (("change", "A", "quantity"), 0)
    assert (await room.levels())["B", "main"] == (4_000, 4_000)
    await change(room, hold, {"A": 2_000})
    assert (await room.levels())["B", "main"] == (4_000, 0)
    await room.check()


async def test_what_has_gone_or_lies_packed_is_not_let_go(room: Room) -> None:
    hold = await room.hold("order:1", {"A": 6_000})
    async with room.scope.writing("test") as uow:
        (line,) = await lines_of(uow, [hold])
        await ship_hold(uow, hold, [Part(line["id"], 2_000)])
    assert isinstance(await refused(room, hold, {"A": 1_000}), NotAllowed)
    packed = {"set_aside": {line["id"]: 3_000}}
    assert isinstance(await refused(room, hold, {"A": 4_000}, **packed), NotAllowed)
    await change(room, hold, {"A": 5_000}, **packed)
    assert (await room.levels())["A", "main"] == (8_000, 3_000)
    await change(room, hold, {"A": 2_000})
    assert (await state(room, hold), (await room.levels())["A", "main"]) == ("shipped", (8_000, 0))
    await change(room, hold, {"A": 3_000})
    assert await state(room, hold) == "partly_shipped"
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, hold)
    assert (await state(room, hold), (await room.levels())["A", "main"]) == ("shipped", (7_000, 0))
    await room.check()


async def test_what_is_not_there_yet_is_let_go_first_and_then_the_farther_place(room: Room) -> None:
    await room.post(Coming(kind="surplus", spot=room.at("A", room.second), quantity=5_000))
    async with room.scope.writing("test") as uow:
        limit = BackorderLimit(room.variants["A"], 9_000)
        await set_backorder_limits(uow, location=room.main, limits=[limit])
    hold = await room.hold("order:1", {"A": 18_000})
    waits = await room.hold("order:2", {"A": 2_000})
    await change(room, hold, {"A": 14_000})
    assert await room.levels() == ALL_TAKEN | {("A", "second"): (5_000, 4_000)}
    await change(room, hold, {"A": 9_000})
    assert await room.levels() == ALL_TAKEN | {("A", "second"): (5_000, 0)}
    async with room.scope.writing("test") as uow:
        (line,) = await lines_of(uow, [waits])
    assert (line["quantity"], line["backordered"]) == (2_000, 1_000)
    await room.check()


async def test_all_of_it_may_be_let_go_and_something_else_be_kept(room: Room) -> None:
    hold = await room.hold("order:1", {"A": 6_000})
    await change(room, hold, {})
    assert (await state(room, hold), (await room.levels())["A", "main"]) == ("held", (10_000, 0))
    await change(room, hold, {"B": 1_000})
    async with room.scope.writing("test") as uow:
        await release_hold(uow, hold)
    assert isinstance(await refused(room, hold, {"A": 1_000}), NotAllowed)
    assert (await room.levels())["B", "main"] == (4_000, 0)


async def test_what_is_past_its_time_changes_no_more(room: Room) -> None:
    hold = await room.hold("cart:1", {"A": 6_000}, until=soon())
    with pytest.raises(HoldExpired):
        async with after(room, SOON * 2) as uow:
            await change_hold(uow, hold, demand(room, {"A": 7_000}), set_aside={})
    missing = await refused(room, room.main, {"A": 1_000})
    assert isinstance(missing, NotFound)


async def test_what_was_shipped_in_time_keeps_nothing_more_after_it(room: Room) -> None:
    hold = await room.hold("cart:1", {"A": 6_000}, until=soon())
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, hold)
    with pytest.raises(HoldExpired):
        async with after(room, SOON * 2) as uow:
            await change_hold(uow, hold, demand(room, {"A": 7_000}), set_aside={})
    await change(room, hold, {"A": 7_000})
    assert await state(room, hold) == "partly_shipped"


async def test_what_others_have_taken_by_their_clock_is_not_let_go_twice(room: Room) -> None:
    hold = await room.hold("cart:1", {"A": 6_000}, until=soon())
    async with after(room, SOON * 2) as uow:
        levels = await lock_free_levels(uow, {room.variants["A"]})
        await change_levels(uow, levels)
    assert isinstance(await refused(room, hold, {"A": 1_000}), HoldExpired)
    assert (await room.levels())["A", "main"] == (10_000, 0)


async def test_what_lies_where_its_buyer_comes_is_let_go_last(room: Room) -> None:
    await room.post(Coming(kind="surplus", spot=room.at("A", room.second), quantity=5_000))
    hold = await room.hold("order:1", {"A": 1_000})
    await change(room, hold, {"A": 4_000}, first=room.second)
    assert (await room.levels())["A", "second"] == (5_000, 3_000)
    await change(room, hold, {"A": 3_000}, first=room.second)
    assert await room.levels() == {
        ("A", "main"): (10_000, 0),
        ("A", "second"): (5_000, 3_000),
        ("B", "main"): (4_000, 0),
    }
