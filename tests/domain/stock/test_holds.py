"""Holds: kept once, for a time, and never more than there is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.bulk import Rejected
from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.stock.holds.allocation import Offer, Strategy, allocate
from domain.stock.holds.demand import Line
from domain.stock.holds.ends import expire_past_holds, extend_hold, release_hold
from domain.stock.holds.holds import hold_stock
from domain.stock.holds.rows import HoldExpired
from domain.stock.holds.shipping import ship_hold
from domain.stock.levels import Spot
from domain.stock.moves import Coming, InsufficientStock, LotFacts
from domain.stock.tables import Location, StockHold, StockMovement
from tenants.ids import new_id
from tenants.principal import Actor, Principal
from tenants.scope import UnitOfWork
from tests.days import today
from tests.domain.stock.conftest import Room
from tests.factories_catalog import P, V, add_products

pytestmark = pytest.mark.anyio

SOON = timedelta(minutes=15)


@asynccontextmanager
async def after(room: Room, time: timedelta) -> AsyncIterator[UnitOfWork]:
    """A unit of so much later."""
    async with room.scope.writing("test") as uow:
        uow.now += time
        yield uow


def soon() -> datetime:
    return datetime.now(UTC) + SOON


async def refusal(doing: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        await doing
    return refused.value


async def refused_after(
    room: Room, time: timedelta, doing: Callable[[UnitOfWork], Awaitable[Any]]
) -> DomainError:
    """Why a unit of so much later was refused, and undone."""
    with pytest.raises(DomainError) as refused:
        async with after(room, time) as uow:
            await doing(uow)
    return refused.value


NOW = timedelta()


async def test_what_is_held_is_nobody_elses(room: Room) -> None:
    await room.hold("cart:1", {"A": 7_000})
    short = await refusal(room.hold("cart:2", {"A": 4_000}))
    assert isinstance(short, InsufficientStock)
    assert short.path == ("lines", "0", "quantity")
    assert (short.facts["requested"], short.facts["available"]) == (4_000, 3_000)
    await room.hold("cart:2", {"A": 3_000})
    assert (await room.levels())["A", "main"] == (10_000, 10_000)
    await room.check()


async def test_two_lines_of_one_variant_are_one_demand(room: Room) -> None:
    tea = room.variants["A"]
    lines = [Line(tea, 6_000), Line(tea, 5_000)]
    short = await refused_after(room, NOW, partial(hold_stock, owner="cart", lines=lines))
    assert (short.path, short.facts["requested"]) == (("lines", "0", "quantity"), 11_000)
    async with room.scope.writing("test") as uow:
        await hold_stock(uow, owner="cart", lines=[Line(tea, 6_000), Line(tea, 4_000)])
    assert (await room.levels())["A", "main"] == (10_000, 10_000)


async def test_nothing_is_held_when_one_line_fails(room: Room) -> None:
    short = await refusal(room.hold("cart", {"A": 1_000, "B": 5_000, "D": 1_000}))
    assert isinstance(short, Rejected)
    assert [one.path for one in short.errors] == [
        ("lines", "1", "quantity"),
        ("lines", "2", "quantity"),
    ]
    assert (await room.levels())["A", "main"] == (10_000, 0)
    assert await room.scope.reading.rows(select(StockHold)) == []


async def test_an_owner_who_asks_again_has_what_he_has(room: Room) -> None:
    first = await room.hold("cart", {"A": 2_000})
    again = await asyncio.gather(*(room.hold("cart", {"A": 2_000}) for _ in range(10)))
    assert set(again) == {first}
    other = await refusal(room.hold("cart", {"A": 3_000}))
    assert isinstance(other, NotAllowed)
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, first)
    assert await room.hold("cart", {"A": 2_000}) == first
    assert (await room.levels())["A", "main"] == (8_000, 0)
    await room.check()


async def test_of_those_who_ask_at_once_one_makes_the_hold(room: Room) -> None:
    made = await asyncio.gather(*(room.hold("cart", {"A": 2_000}) for _ in range(20)))
    assert len(set(made)) == 1
    assert (await room.levels())["A", "main"] == (10_000, 2_000)
    await room.check()


async def test_what_is_released_is_free_and_may_be_held_anew(room: Room) -> None:
    first = await room.hold("cart", {"A": 9_000, "B": 1_000})
    for _ in range(2):
        async with room.scope.writing("test") as uow:
            await release_hold(uow, first)
    assert set((await room.levels()).values()) == {(10_000, 0), (4_000, 0)}
    assert await room.hold("cart", {"A": 10_000}) != first
    await room.check()


async def test_a_hold_past_its_time_blocks_nobody_though_the_job_is_late(room: Room) -> None:
    first = await room.hold("cart:1", {"A": 10_000, "B": 4_000}, until=soon())
    async with after(room, SOON) as uow:
        second = await hold_stock(uow, owner="cart:2", lines=[Line(room.variants["A"], 10_000)])
    assert await room.levels() == {("A", "main"): (10_000, 10_000), ("B", "main"): (4_000, 4_000)}
    await room.check()
    for ending in (
        partial(ship_hold, hold_id=first),
        partial(extend_hold, hold_id=first, until=None),
    ):
        # By this unit's clock there is time left; but what it kept is another's now.
        assert isinstance(await refused_after(room, NOW, ending), HoldExpired)
    async with after(room, SOON) as uow:
        assert await expire_past_holds(uow) == {"expired": 1}
    assert (await room.levels())["B", "main"] == (4_000, 0)
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, second)
    assert await room.levels() == {("B", "main"): (4_000, 0)}
    await room.check()


async def test_its_owner_begins_anew_when_its_time_is_over(room: Room) -> None:
    first = await room.hold("cart", {"A": 10_000}, until=soon())
    async with after(room, SOON) as uow:
        second = await hold_stock(uow, owner="cart", lines=[Line(room.variants["B"], 1_000)])
    assert first != second
    assert await room.levels() == {("A", "main"): (10_000, 0), ("B", "main"): (4_000, 1_000)}
    await room.check()


async def test_a_hold_is_extended_while_there_is_time(room: Room) -> None:
    hold = await room.hold("cart", {"A": 1_000}, until=soon())
    async with after(room, SOON / 2) as uow:
        await extend_hold(uow, hold, uow.now + SOON)
    async with after(room, SOON) as uow:
        assert await expire_past_holds(uow) == {"expired": 0}
        await ship_hold(uow, hold)
    again = partial(extend_hold, hold_id=hold, until=None)
    assert isinstance(await refused_after(room, 2 * SOON, again), NotAllowed)
    await room.check()


async def test_what_is_shipped_is_sold_at_its_cost_once(room: Room) -> None:
    await room.post(Coming(kind="receipt", spot=room.at("C"), quantity=2_000, value_minor=999))
    hold = await room.hold("order:1", {"C": 500, "A": 1_000})
    for _ in range(2):
        async with room.scope.writing("test") as uow:
            await ship_hold(uow, hold)
    sold = await room.scope.reading.rows(
        select(StockMovement).where(StockMovement.document_id == hold)
    )
    assert sorted((row["kind"], row["quantity"], row["value_minor"]) for row in sold) == [
        ("sale", -1_000, 0),
        ("sale", -500, -250),
    ]
    assert all(row["line_id"] for row in sold)
    await room.check()


async def test_what_expires_while_it_is_held_is_not_shipped(room: Room) -> None:
    last_day = today()
    facts = LotFacts("L", expires_on=last_day)
    await room.post(
        Coming(kind="receipt", spot=room.at("C"), quantity=1_000, value_minor=0, lot=facts)
    )
    hold = await room.hold("order", {"C": 1_000})
    days = timedelta(days=2)
    shipped = await refused_after(room, days, partial(ship_hold, hold_id=hold))
    assert isinstance(shipped, InsufficientStock)
    async with after(room, days) as uow:
        await release_hold(uow, hold)
    anew = partial(hold_stock, owner="o", lines=[Line(room.variants["C"], 1_000)])
    assert isinstance(await refused_after(room, days, anew), InsufficientStock)
    await room.check()


async def test_a_bundle_keeps_its_parts_and_the_uncounted_keep_nothing(room: Room) -> None:
    await add_products(
        room.shop,
        P("Набор", [V("SET", stock=0, parts={"A": 2_000, "B": 1_000})], kind="bundle"),
        P("Услуга", [V("WORK", stock=None)]),
    )
    lines = [(room.shop.variants["SET"], 2_000), (room.shop.variants["WORK"], 7_000)]
    async with room.scope.writing("test") as uow:
        asked = [Line(variant, quantity) for variant, quantity in lines]
        await hold_stock(uow, owner="cart", lines=[*asked, Line(room.variants["A"], 500 * 2)])
    levels = await room.levels()
    assert levels == {("A", "main"): (10_000, 5_000), ("B", "main"): (4_000, 2_000)}


async def test_each_refusal_says_where(room: Room) -> None:
    for lines, path in (
        ([], ("lines",)),
        ([Line(room.variants["A"], 0)], ("lines", "0", "quantity")),
        ([Line(room.variants["A"], -1_000)], ("lines", "0", "quantity")),
        ([Line(room.variants["A"], 1_500)], ("lines", "0", "quantity")),
        ([Line(room.variants["A"], 1_000), Line(new_id(), 1_000)], ("lines", "1", "variantId")),
    ):
        doing = partial(hold_stock, owner="cart", lines=lines)
        assert (await refused_after(room, NOW, doing)).path == path
    assert isinstance(await refusal(room.hold("  ", {"A": 1_000})), DomainError)
    gone = await refusal(room.hold("x", {"A": 1_000}, until=datetime.now(UTC)))
    assert (type(gone), gone.path) == (Invalid, ("until",))
    for ending in (release_hold, ship_hold):
        doing = partial(ending, hold_id=new_id())
        assert isinstance(await refused_after(room, NOW, doing), NotFound)


async def test_places_that_do_not_work_sell_nothing(room: Room) -> None:
    await room.post(
        Coming(kind="receipt", spot=room.at("A", room.second), quantity=1_000, value_minor=0)
    )
    async with room.scope.writing("test") as uow:
        closed = update(Location).where(Location.id == room.main)
        await uow.execute(closed.values(is_active=False))
    short = await refusal(room.hold("cart", {"A": 2_000}))
    assert short.facts["available"] == 1_000


P1, P2, P3, P4 = (UUID(int=number) for number in range(1, 5))


def offers(**places: dict[str, int]) -> list[Offer]:
    """What is free at places of falling priority, by variant."""
    named = {"P1": P1, "P2": P2, "P3": P3, "P4": P4}
    return [
        Offer(Spot(UUID(int=ord(variant)), named[place]), free, -number)
        for number, (place, stock) in enumerate(places.items())
        for variant, free in stock.items()
    ]


def places_of(demand: dict[str, int], found: list[Offer], strategy: Strategy) -> set[UUID]:
    wanted = {UUID(int=ord(variant)): quantity for variant, quantity in demand.items()}
    taken = allocate(wanted, found, strategy)
    for variant, quantity in wanted.items():
        there = sum(one.free for one in found if one.spot.variant_id == variant)
        got = sum(taken[spot] for spot in taken if spot.variant_id == variant)
        assert got == min(quantity, there)
    return {spot.location_id for spot in taken}


def test_the_first_place_gives_first() -> None:
    found = offers(P1={"a": 1}, P2={"a": 5}, P3={"a": 5})
    assert places_of({"a": 3}, found, Strategy.PRIORITY) == {P1, P2}


def test_the_fewest_parcels_are_found_where_the_greedy_would_not() -> None:
    found = offers(
        P1=dict.fromkeys("abcd", 1), P2=dict.fromkeys("abe", 1), P3=dict.fromkeys("cdf", 1)
    )
    demand = dict.fromkeys("abcdef", 1)
    assert places_of(demand, found, Strategy.FEWEST_PARCELS) == {P2, P3}
    assert places_of(demand, found, Strategy.PRIORITY) == {P1, P2, P3}


def test_one_place_that_has_it_all_is_better_than_two_before_it() -> None:
    found = offers(P1={"a": 2}, P2={"a": 2}, P3={"a": 4}, P4={"a": 9})
    assert places_of({"a": 4}, found, Strategy.FEWEST_PARCELS) == {P3}


def test_what_expires_first_is_sold_first() -> None:
    this_day = today()
    tea = UUID(int=7)
    found = [
        Offer(Spot(tea, P1), 5, 9),
        Offer(Spot(tea, P2), 5, 1, this_day + timedelta(days=9)),
        Offer(Spot(tea, P3), 5, 1, this_day),
    ]
    assert allocate({tea: 6}, found, Strategy.EXPIRY_FIRST) == {Spot(tea, P3): 5, Spot(tea, P2): 1}


async def test_who_sees_some_points_holds_and_lets_go_at_those_alone(room: Room) -> None:
    await room.post(Coming(kind="receipt", spot=room.at("A", room.second), quantity=2_000))
    hold = await room.hold("all", {"A": 11_000})
    clerk = Principal(Actor.STAFF, new_id(), points=(room.second,))
    later = datetime.now(UTC) + timedelta(days=1)

    async def by_clerk(work: Callable[[UnitOfWork], Awaitable[UUID]]) -> UUID:
        async with replace(room.scope, principal=clerk).writing("test") as uow:
            return await work(uow)

    with pytest.raises(NotFound):
        await by_clerk(lambda uow: release_hold(uow, hold))
    with pytest.raises(NotFound):
        await by_clerk(lambda uow: extend_hold(uow, hold, later))
    lines = [Line(room.variants["B"], 1_000)]
    with pytest.raises(InsufficientStock):
        await by_clerk(lambda uow: hold_stock(uow, owner="clerk", lines=lines))
    lines = [Line(room.variants["A"], 1_000)]
    own = await by_clerk(lambda uow: hold_stock(uow, owner="clerk", lines=lines))
    await by_clerk(lambda uow: extend_hold(uow, own, later))
    await by_clerk(lambda uow: release_hold(uow, own))
    assert await room.levels() == {
        ("A", "main"): (10_000, 10_000), ("A", "second"): (2_000, 1_000), ("B", "main"): (4_000, 0),
    }  # fmt: skip
    await room.check()
