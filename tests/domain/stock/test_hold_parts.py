"""Holds that go out in parts, and what comes back: never more than went, at what it had cost."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.bulk import Rejected
from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.stock.holds.demand import Line
from domain.stock.holds.ends import expire_past_holds, release_hold
from domain.stock.holds.holds import hold_stock
from domain.stock.holds.parts import MoreThanThere, Part
from domain.stock.holds.returns import Back, costs_of, return_shipped
from domain.stock.holds.rows import HoldExpired, lines_of
from domain.stock.holds.shipping import ship_hold
from domain.stock.levels import Spot
from domain.stock.lots import recall_lot
from domain.stock.moves import Coming, LotFacts
from domain.stock.tables import Lot, LotBalance, StockHold, StockMovement
from tenants.ids import new_id
from tests.days import today
from tests.domain.stock.conftest import Room

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


async def lines(room: Room, hold: UUID) -> dict[str, Any]:
    """The hold's lines by sku."""
    skus = {variant: sku for sku, variant in room.variants.items()}
    return {skus[row["variant_id"]]: row for row in await lines_of(room.scope.reading, [hold])}


async def state(room: Room, hold: UUID) -> str:
    found: str = await room.scope.reading.value(select(StockHold.state).where(StockHold.id == hold))
    return found


async def ship(room: Room, hold: UUID, *parts: tuple[str, int]) -> None:
    there = await lines(room, hold)
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, hold, [Part(there[sku]["id"], much) for sku, much in parts] or None)


async def back(room: Room, hold: UUID, *backs: tuple[str, int], **more: Any) -> None:
    there = await lines(room, hold)
    how = {name: more.pop(name) for name in ("is_damaged", "lot_id") if name in more}
    async with room.scope.writing("test") as uow:
        given = [Back(there[sku]["id"], much, **how) for sku, much in backs]
        await return_shipped(uow, hold, given, **more)


async def refusal(doing: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        await doing
    return refused.value


async def value(room: Room, spot: Spot) -> int:
    rows = await room.scope.reading.rows(
        select(LotBalance.value_minor).where(
            LotBalance.variant_id == spot.variant_id, LotBalance.location_id == spot.location_id
        )
    )
    return sum(row["value_minor"] for row in rows)


async def test_a_part_goes_and_the_rest_stays_held(room: Room) -> None:
    hold = await room.hold("order", {"A": 5_000, "B": 2_000})
    await ship(room, hold, ("A", 2_000))
    assert await state(room, hold) == "partly_shipped"
    assert await room.levels() == {("A", "main"): (8_000, 3_000), ("B", "main"): (4_000, 2_000)}
    await room.check()
    await ship(room, hold, ("A", 1_000), ("B", 2_000), ("A", 1_000))
    assert await room.levels() == {("A", "main"): (6_000, 1_000), ("B", "main"): (2_000, 0)}
    await ship(room, hold)
    assert await state(room, hold) == "shipped"
    assert await room.levels() == {("A", "main"): (5_000, 0), ("B", "main"): (2_000, 0)}
    await ship(room, hold)
    assert (await room.levels())["A", "main"] == (5_000, 0)
    await room.check()


async def test_parts_that_make_up_the_whole_end_the_hold(room: Room) -> None:
    hold = await room.hold("order", {"A": 3_000})
    await ship(room, hold, ("A", 1_000), ("A", 2_000))
    assert await state(room, hold) == "shipped"
    again = await refusal(ship(room, hold, ("A", 1_000)))
    assert isinstance(again, NotAllowed)


async def test_what_is_left_is_released_or_its_time_is_over(room: Room) -> None:
    first = await room.hold("one", {"A": 5_000})
    await ship(room, first, ("A", 2_000))
    async with room.scope.writing("test") as uow:
        await release_hold(uow, first)
    soon = datetime.now(UTC) + timedelta(minutes=5)
    second = await room.hold("two", {"B": 3_000}, until=soon)
    await ship(room, second, ("B", 1_000))
    async with room.scope.writing("test") as uow:
        uow.now += DAY
        assert await expire_past_holds(uow) == {"expired": 1}
    assert [await state(room, one) for one in (first, second)] == ["released", "expired"]
    assert await room.levels() == {("A", "main"): (8_000, 0), ("B", "main"): (3_000, 0)}
    await room.check()
    assert isinstance(await refusal(ship(room, first)), NotAllowed)
    assert isinstance(await refusal(ship(room, second)), HoldExpired)
    # What went out may still come back.
    await back(room, first, ("A", 2_000))
    assert (await room.levels())["A", "main"] == (10_000, 0)


async def test_an_owner_s_key_is_his_again_when_his_hold_has_ended_but_not_shipped_whole(
    room: Room,
) -> None:
    first = await room.hold("one", {"A": 5_000})
    await ship(room, first, ("A", 2_000))
    assert await room.hold("one", {"A": 5_000}) == first
    assert isinstance(await refusal(room.hold("one", {"A": 3_000})), NotAllowed)
    async with room.scope.writing("test") as uow:
        await release_hold(uow, first)
    second = await room.hold("one", {"A": 3_000}, until=datetime.now(UTC) + timedelta(minutes=5))
    await ship(room, second, ("A", 1_000))
    async with room.scope.writing("test") as uow:
        uow.now += DAY  # and no job has seen to it
        third = await hold_stock(uow, owner="one", lines=[Line(room.variants["A"], 3_000)])
    assert [await state(room, one) for one in (first, second, third)] == [
        "released", "expired", "held",
    ]  # fmt: skip
    assert (await room.levels())["A", "main"] == (7_000, 3_000)
    await ship(room, third)
    # What was sold whole is not sold twice.
    assert await room.hold("one", {"A": 3_000}) == third
    assert isinstance(await refusal(room.hold("one", {"B": 1_000})), NotAllowed)
    await room.check()


async def test_of_askers_by_a_key_that_is_free_again_all_have_one_hold(room: Room) -> None:
    first = await room.hold("one", {"A": 2_000})
    await ship(room, first, ("A", 1_000))
    async with room.scope.writing("test") as uow:
        await release_hold(uow, first)
    found = await asyncio.gather(*(room.hold("one", {"A": 2_000}) for _ in range(20)))
    assert len(set(found)) == 1
    assert first not in found
    assert (await room.levels())["A", "main"] == (9_000, 2_000)
    await room.check()


async def test_the_rest_of_a_part_blocks_nobody_past_its_time(room: Room) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    hold = await room.hold("one", {"A": 10_000}, until=soon)
    await ship(room, hold, ("A", 4_000))
    async with room.scope.writing("test") as uow:
        uow.now += DAY
        await hold_stock(uow, owner="two", lines=[Line(room.variants["A"], 6_000)])
    assert isinstance(await refusal(ship(room, hold)), HoldExpired)
    assert await room.hold("one", {"A": 10_000}) == hold
    assert (await room.levels())["A", "main"] == (6_000, 6_000)
    await room.check()


async def test_twenty_who_ship_at_once_ship_what_is_held(room: Room) -> None:
    hold = await room.hold("order", {"A": 7_000})
    done = await asyncio.gather(
        *(ship(room, hold, ("A", 1_000)) for _ in range(20)), return_exceptions=True
    )
    assert [isinstance(one, DomainError) for one in done].count(False) == 7
    assert (await room.levels())["A", "main"] == (3_000, 0)
    await room.check()


async def test_each_part_that_cannot_be_is_named(room: Room) -> None:
    hold = await room.hold("order", {"A": 5_000, "B": 1_000})
    other = await room.hold("other", {"B": 1_000})
    mine, theirs = await lines(room, hold), await lines(room, other)

    async def shipping(*parts: Part) -> None:
        async with room.scope.writing("test") as uow:
            await ship_hold(uow, hold, parts)

    a = mine["A"]["id"]
    wrong = await refusal(shipping(Part(a, 3_000), Part(a, 3_000), Part(new_id(), 1_000)))
    assert isinstance(wrong, Rejected)
    assert [(type(one), one.path) for one in wrong.errors] == [
        (MoreThanThere, ("lines", "1", "quantity")),
        (NotFound, ("lines", "2", "lineId")),
    ]
    assert wrong.errors[0].facts["left"] == 2_000
    for part, kind in (
        (Part(theirs["B"]["id"], 1_000), NotFound),
        (Part(a, 0), Invalid),
        (Part(a, -1_000), Invalid),
        (Part(a, 500), Invalid),
    ):
        assert type(await refusal(shipping(part))) is kind
    assert (await room.levels())["A", "main"] == (10_000, 5_000)
    await room.check()


async def test_what_comes_back_lies_in_its_lots_at_its_cost_to_the_kopeck(room: Room) -> None:
    this_day = today()
    spot = room.at("C")
    for number, days, cost in (("L1", 5, 100), ("L2", 9, 1_000)):
        lot = LotFacts(number, expires_on=this_day + days * DAY)
        await room.post(
            Coming(kind="receipt", spot=spot, quantity=3_000, value_minor=cost, lot=lot)
        )
    hold = await room.hold("order", {"C": 4_000})
    await ship(room, hold, ("C", 1_000))
    await ship(room, hold)
    line = (await lines(room, hold))["C"]["id"]
    assert await costs_of(room.scope.reading, [line]) == {line: 100 + 333}
    assert await value(room, spot) == 667
    await back(room, hold, ("C", 1), reason="не подошёл")  # a gram of it
    for _ in range(2):
        await back(room, hold, ("C", 1_000))
    assert isinstance(await refusal(back(room, hold, ("C", 2_000))), MoreThanThere)
    await back(room, hold, ("C", 1_999))
    assert await costs_of(room.scope.reading, [line]) == {line: 0}
    lots = select(Lot.number, LotBalance.quantity, LotBalance.value_minor).join(
        LotBalance, LotBalance.lot_id == Lot.id
    )
    rows = await room.scope.reading.rows(lots.where(Lot.number.is_not(None)).order_by(Lot.number))
    assert [tuple(row) for row in rows] == [("L1", 3_000, 100), ("L2", 3_000, 1_000)]
    moved = await room.scope.reading.rows(
        select(StockMovement.reason).where(
            StockMovement.kind == "return", StockMovement.quantity == 1
        )
    )
    assert [row["reason"] for row in moved] == ["не подошёл"]
    assert isinstance(await refusal(back(room, hold, ("C", 1))), MoreThanThere)
    await room.check()


async def test_the_lot_that_came_back_may_be_named(room: Room) -> None:
    spot = room.at("D")
    for number in ("L1", "L2"):
        lot = LotFacts(number)
        await room.post(Coming(kind="receipt", spot=spot, quantity=1_000, value_minor=7, lot=lot))
    hold = await room.hold("order", {"D": 2_000})
    await ship(room, hold)
    rows = await room.scope.reading.rows(select(Lot.id, Lot.number).where(Lot.number == "L2"))
    await back(room, hold, ("D", 1_000), lot_id=rows[0]["id"])
    assert isinstance(await refusal(back(room, hold, ("D", 1_000), lot_id=rows[0]["id"])), Invalid)
    there = await room.scope.reading.rows(
        select(LotBalance.lot_id).where(
            LotBalance.variant_id == spot.variant_id, LotBalance.quantity > 0
        )
    )
    assert [row["lot_id"] for row in there] == [rows[0]["id"]]
    await room.check()


async def test_what_is_damaged_comes_back_and_is_a_loss_at_once(room: Room) -> None:
    spot = room.at("D")
    await room.post(Coming(kind="receipt", spot=spot, quantity=3_000, value_minor=1_000))
    hold = await room.hold("order", {"D": 2_000})
    await ship(room, hold)
    await back(room, hold, ("D", 1_000), is_damaged=True, reason="бой")
    rows = await room.scope.reading.rows(
        select(StockMovement.kind, StockMovement.quantity)
        .where(StockMovement.document_id == hold)
        .order_by(StockMovement.at, StockMovement.id)
    )
    assert [tuple(row) for row in rows] == [
        ("sale", -2_000), ("return", 1_000), ("write_off", -1_000),
    ]  # fmt: skip
    line = (await lines(room, hold))["D"]
    assert (line["shipped"], line["returned"]) == (2_000, 1_000)
    assert (await costs_of(room.scope.reading, [line["id"]]))[line["id"]] in (333, 334)
    assert (await room.levels())["D", "main"] == (1_000, 0)
    await room.check()


async def test_goods_may_come_back_to_another_place(room: Room) -> None:
    hold = await room.hold("order", {"A": 4_000})
    await ship(room, hold, ("A", 3_000))
    await back(room, hold, ("A", 1_000), location=room.second)
    assert (await room.levels()) == {
        ("A", "main"): (7_000, 1_000),
        ("A", "second"): (1_000, 0),
        ("B", "main"): (4_000, 0),
    }
    more = await refusal(back(room, hold, ("A", 3_000)))
    assert (type(more), more.facts["left"]) == (MoreThanThere, 2_000)
    await room.check()


async def test_nothing_comes_back_that_has_not_gone(room: Room) -> None:
    hold = await room.hold("order", {"A": 4_000})
    assert isinstance(await refusal(back(room, hold, ("A", 1_000))), NotAllowed)
    unknown = await refusal(_return(room, new_id(), [Back(new_id(), 1_000)]))
    assert (type(unknown), unknown.path) == (NotFound, ("id",))
    await ship(room, hold, ("A", 1_000))
    assert (await refusal(_return(room, hold, []))).path == ("lines",)
    async with room.scope.writing("test") as uow:
        await uow.execute(update(Lot).values(state="recalled"))
    await back(room, hold, ("A", 1_000))  # a recalled lot comes back, too: it is not sold again
    short = await refusal(room.hold("other", {"A": 1_000}))
    assert short.facts["available"] == 0
    await room.check()


async def _return(room: Room, hold: UUID, backs: list[Back]) -> None:
    async with room.scope.writing("test") as uow:
        await return_shipped(uow, hold, backs)


async def test_twenty_who_return_at_once_bring_back_what_went(room: Room) -> None:
    hold = await room.hold("order", {"A": 7_000})
    await ship(room, hold)
    done = await asyncio.gather(
        *(back(room, hold, ("A", 1_000)) for _ in range(20)), return_exceptions=True
    )
    assert [isinstance(one, DomainError) for one in done].count(False) == 7
    assert (await room.levels())["A", "main"] == (10_000, 0)
    await room.check()


async def test_what_comes_back_damaged_is_lost_at_its_own_cost(room: Room) -> None:
    lot = LotFacts("L1")
    spot = room.at("D")
    await room.post(Coming(kind="receipt", spot=spot, quantity=1_000, value_minor=100, lot=lot))
    hold = await room.hold("order", {"D": 1_000})
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, hold)
    await room.post(Coming(kind="receipt", spot=spot, quantity=2_000, value_minor=1_800, lot=lot))
    (line,) = await lines_of(room.scope.reading, [hold])
    async with room.scope.writing("test") as uow:
        await return_shipped(uow, hold, [Back(line["id"], 1_000, is_damaged=True)])
    lost = select(StockMovement.value_minor).where(StockMovement.kind == "write_off")
    assert await room.scope.reading.value(lost) == -100
    await room.check()


async def test_what_comes_back_damaged_does_not_ask_what_is_reserved(room: Room) -> None:
    hold = await room.hold("order", {"B": 1_000})
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, hold)
    await room.post(Coming(kind="receipt", spot=room.at("B"), quantity=2_000, value_minor=100))
    await room.hold("other", {"B": 5_000})
    newest = select(Lot.id).order_by(Lot.received_at.desc()).limit(1)
    async with room.scope.writing("test") as uow:  # less may be sold now than is promised
        await recall_lot(uow, await room.scope.reading.value(newest))
    (line,) = await lines_of(room.scope.reading, [hold])
    async with room.scope.writing("test") as uow:
        await return_shipped(uow, hold, [Back(line["id"], 1_000, is_damaged=True)])
    assert (await room.levels())["B", "main"] == (5_000, 5_000)
    await room.check()
