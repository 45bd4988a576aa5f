"""What suppliers send straight to our buyers: held like stock, never counted as ours."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select, update

from domain.catalog.entities import Edit
from domain.catalog.tables import Variant
from domain.errors import DomainError, Invalid, NotAllowed
from domain.purchasing.offers import set_offers
from domain.purchasing.suppliers import create_supplier, delete_supplier, update_supplier
from domain.purchasing.tables import Supplier
from domain.stock.holds.backorder_limits import BackorderLimit, set_backorder_limits
from domain.stock.holds.demand import Line
from domain.stock.holds.ends import expire_past_holds, release_hold
from domain.stock.holds.holds import hold_stock
from domain.stock.holds.parts import Part
from domain.stock.holds.returns import Back, return_shipped
from domain.stock.holds.rows import lines_of
from domain.stock.holds.shipping import ship_hold
from domain.stock.holds.supplier_shelves import forget_stale
from domain.stock.moves import InsufficientStock
from domain.stock.places.locations import update_location
from domain.stock.seen_levels import stock_of
from domain.stock.tables import Location, StockLevel, StockMovement
from tests.domain.stock.conftest import Room
from tests.domain.stock.conftest import room as room

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


@pytest.fixture
async def depot(room: Room) -> UUID:
    """The location of a supplier who has 5 of A and 3 of D, and sends both to our buyers."""
    async with room.scope.writing("test") as uow:
        depot = await uow.add(Location, title="Опт", code="depot", kind="supplier", priority=9)
    await told(room, await supplier(room, depot), A=5_000, D=3_000)
    return depot


async def supplier(room: Room, depot: UUID | None, **more: Any) -> UUID:
    async with room.scope.writing("test") as uow:
        return await create_supplier(uow, {"title": "Опт", "location": depot, **more})


async def told(room: Room, supplier_id: UUID, currency: str = "RUB", **has: int | None) -> None:
    """He tells what he has; None: he sends none of it to our buyers."""
    offers = [
        {
            "variant": room.variants[sku],
            "price": {"amount": "33.33", "currency_code": currency},
            "stock": much or 9_000,
            "drop_ship": much is not None,
        }
        for sku, much in has.items()
    ]
    async with room.scope.writing("test") as uow:
        await set_offers(uow, supplier=supplier_id, offers=offers)


async def change_step(room: Room, sku: str) -> None:
    """Let it be sold by thousandths."""
    async with room.scope.writing("test") as uow:
        await uow.execute(update(Variant).where(Variant.sku == sku).values(quantity_step=1))


async def change(room: Room, supplier_id: UUID, **changes: Any) -> None:
    async with room.scope.writing("test") as uow:
        await update_supplier(uow, Edit(supplier_id, changes, None))


async def level(room: Room, sku: str, place: UUID) -> tuple[int, int, int, int]:
    """`(on hand, reserved, what he has, what is reserved with him)`."""
    spot = room.at(sku, place)
    (row,) = await room.scope.reading.rows(
        select(StockLevel).where(
            StockLevel.variant_id == spot.variant_id, StockLevel.location_id == spot.location_id
        )
    )
    return row["on_hand"], row["reserved"], row["backorder_limit"], row["backordered"]


async def refusal(doing: Any) -> DomainError:
    with pytest.raises(DomainError) as refused:
        await doing
    return refused.value


async def ship(room: Room, hold: UUID, *parts: Part) -> None:
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, hold, parts or None)


async def of_supplier(room: Room) -> UUID:
    found: UUID = await room.scope.reading.value(select(Supplier.id))
    return found


async def test_ours_goes_first_and_then_what_the_supplier_has(room: Room, depot: UUID) -> None:
    assert await level(room, "A", depot) == (0, 0, 5_000, 0)
    hold = await room.hold("order", {"A": 12_000})
    assert await level(room, "A", room.main) == (10_000, 10_000, 0, 0)
    assert await level(room, "A", depot) == (0, 0, 5_000, 2_000)
    lines = await lines_of(room.scope.reading, [hold])
    assert {(one["quantity"], one["is_drop_shipped"]) for one in lines} == {
        (10_000, False), (2_000, True),
    }  # fmt: skip
    short = await refusal(room.hold("more", {"A": 4_000}))
    assert isinstance(short, InsufficientStock)
    assert short.facts["available"] == 3_000
    await room.check()


async def test_his_goods_go_without_a_movement_of_ours_and_at_their_cost(
    room: Room, depot: UUID
) -> None:
    hold = await room.hold("order", {"D": 3_000})
    (line,) = await lines_of(room.scope.reading, [hold])
    await ship(room, hold, Part(line["id"], 1_000))
    assert await level(room, "D", depot) == (0, 0, 2_000, 2_000)
    await ship(room, hold)
    await ship(room, hold)
    assert await level(room, "D", depot) == (0, 0, 0, 0)
    (line,) = await lines_of(room.scope.reading, [hold])
    assert (line["shipped"], line["cost_minor"], line["cost_currency"]) == (3_000, 9_999, "RUB")
    moved = select(StockMovement).where(StockMovement.document_id == hold)
    assert await room.scope.reading.rows(moved) == []
    await room.check()
    with pytest.raises(NotAllowed):
        async with room.scope.writing("test") as uow:
            await return_shipped(uow, hold, [Back(line["id"], 1_000)])


async def test_parts_cost_what_the_whole_does(room: Room, depot: UUID) -> None:
    await change_step(room, "D")
    hold = await room.hold("order", {"D": 100})
    (line,) = await lines_of(room.scope.reading, [hold])
    for _ in range(20):
        await ship(room, hold, Part(line["id"], 3), Part(line["id"], 2))
    (line,) = await lines_of(room.scope.reading, [hold])
    assert (line["shipped"], line["cost_minor"]) == (100, 333)


async def test_costs_in_two_currencies_are_not_added_up(room: Room, depot: UUID) -> None:
    hold = await room.hold("order", {"D": 2_000})
    (line,) = await lines_of(room.scope.reading, [hold])
    await ship(room, hold, Part(line["id"], 1_000))
    await change(room, await of_supplier(room), location=None)
    other = await supplier(room, depot, currency="EUR")
    await told(room, other, "EUR", D=7_000)
    assert isinstance(await refusal(ship(room, hold)), NotAllowed)
    (line,) = await lines_of(room.scope.reading, [hold])
    assert (line["shipped"], line["cost_minor"], line["cost_currency"]) == (1_000, 3_333, "RUB")
    await room.check()


async def test_whose_a_place_is_does_not_change(room: Room, depot: UUID) -> None:
    for place, kind in ((depot, "warehouse"), (room.main, "supplier")):
        with pytest.raises(NotAllowed):
            async with room.scope.writing("test") as uow:
                await update_location(uow, Edit(place, {"kind": kind}, None))
    async with room.scope.writing("test") as uow:
        await update_location(uow, Edit(room.main, {"kind": "store"}, None))
        await update_location(uow, Edit(depot, {"kind": "supplier", "priority": 3}, None))


async def test_ours_and_his_of_one_order_go_together(room: Room, depot: UUID) -> None:
    hold = await room.hold("order", {"A": 12_000})
    await ship(room, hold)
    assert await level(room, "A", room.main) == (0, 0, 0, 0)
    assert await level(room, "A", depot) == (0, 0, 3_000, 0)
    costs = {one["cost_minor"] for one in await lines_of(room.scope.reading, [hold])}
    assert costs == {None, 6_666}
    await room.check()


async def test_what_is_let_go_or_past_its_time_is_his_again(room: Room, depot: UUID) -> None:
    first = await room.hold("one", {"D": 1_000})
    soon = datetime.now(UTC) + timedelta(minutes=5)
    await room.hold("two", {"D": 2_000}, until=soon)
    async with room.scope.writing("test") as uow:
        await release_hold(uow, first)
    assert await level(room, "D", depot) == (0, 0, 3_000, 2_000)
    async with room.scope.writing("test") as uow:  # the job is late
        uow.now += timedelta(hours=1)
        await hold_stock(uow, owner="three", lines=[Line(room.variants["D"], 3_000)])
        await expire_past_holds(uow)
    assert await level(room, "D", depot) == (0, 0, 3_000, 3_000)
    await room.check()


async def test_what_he_tells_is_what_can_be_had_but_never_less_than_is_promised(
    room: Room, depot: UUID
) -> None:
    hold = await room.hold("one", {"D": 2_000})
    his = await of_supplier(room)
    await told(room, his, D=1_000)
    assert await level(room, "D", depot) == (0, 0, 2_000, 2_000)
    assert isinstance(await refusal(room.hold("two", {"D": 1_000})), InsufficientStock)
    await told(room, his, D=7_000)
    assert await level(room, "D", depot) == (0, 0, 7_000, 2_000)
    await told(room, his, D=None)
    assert await level(room, "D", depot) == (0, 0, 2_000, 2_000)
    await ship(room, hold)  # what was promised goes, at the price that he told last
    (line,) = await lines_of(room.scope.reading, [hold])
    assert line["cost_minor"] == 6_666
    await room.check()


async def test_what_is_let_go_of_more_than_he_has_is_nobodys_until_he_tells_again(
    room: Room, depot: UUID
) -> None:
    hold = await room.hold("one", {"D": 3_000})
    await told(room, await of_supplier(room), D=1_000)
    async with room.scope.writing("test") as uow:
        await release_hold(uow, hold)
    assert isinstance(await refusal(room.hold("two", {"D": 3_000})), InsufficientStock)
    (there,) = await stock_of(room.scope.reading, [room.variants["D"]])
    assert there["backorder_limit"] == 0
    await told(room, await of_supplier(room), D=1_000)
    await room.hold("two", {"D": 1_000})
    assert await level(room, "D", depot) == (0, 0, 1_000, 1_000)
    await room.check()


async def test_what_has_gone_since_he_told_is_not_there_again(room: Room, depot: UUID) -> None:
    his = await of_supplier(room)
    await ship(room, await room.hold("one", {"D": 1_000}))
    await ship(room, await room.hold("two", {"D": 1_000}))
    for changes in ({"patience_days": 9}, {"is_active": False}, {"is_active": True}):
        await change(room, his, **changes)
    assert await level(room, "D", depot) == (0, 0, 1_000, 0)
    assert isinstance(await refusal(room.hold("three", {"D": 2_000})), InsufficientStock)
    await told(room, his, D=3_000)
    assert await level(room, "D", depot) == (0, 0, 3_000, 0)
    await change(room, his, patience_days=5)
    assert await level(room, "D", depot) == (0, 0, 3_000, 0)
    await room.check()


async def test_what_he_tells_meanwhile_is_not_forgotten(room: Room, depot: UUID) -> None:
    his = await of_supplier(room)
    await change(room, his, patience_days=2)
    async with room.scope.writing("test") as telling:
        telling.now += DAY * 3
        offer = {
            "variant": room.variants["D"],
            "price": {"amount": "33.33", "currency_code": "RUB"},
            "stock": 7_000,
            "drop_ship": True,
        }
        await set_offers(telling, supplier=his, offers=[offer])

        async def forget() -> None:
            async with room.scope.writing("test") as uow:
                uow.now += DAY * 3
                await forget_stale(uow)

        forgetting = asyncio.create_task(forget())  # it finds what is stale, and waits for him
        await asyncio.sleep(0.5)
    await forgetting
    assert await level(room, "D", depot) == (0, 0, 7_000, 0)
    assert await level(room, "A", depot) == (0, 0, 0, 0)


async def test_what_was_told_too_long_ago_is_left_out(room: Room, depot: UUID) -> None:
    await change(room, await of_supplier(room), patience_days=2)
    days = DAY * 3

    async def late() -> None:
        async with room.scope.writing("test") as uow:
            uow.now += days
            await hold_stock(uow, owner="late", lines=[Line(room.variants["D"], 1_000)])

    assert isinstance(await refusal(late()), InsufficientStock)
    hold = await room.hold("order", {"D": 1_000})
    async with room.scope.writing("test") as uow:
        uow.now += days
        assert await forget_stale(uow) == 2
        assert await forget_stale(uow) == 0
    assert await level(room, "D", depot) == (0, 0, 1_000, 1_000)
    assert await level(room, "A", depot) == (0, 0, 0, 0)
    await ship(room, hold)
    await told(room, await of_supplier(room), D=2_000)
    assert await level(room, "D", depot) == (0, 0, 2_000, 0)


async def test_he_who_is_at_work_no_more_sends_nothing(room: Room, depot: UUID) -> None:
    his = await of_supplier(room)
    await room.hold("order", {"D": 1_000})
    await change(room, his, is_active=False)
    assert await level(room, "D", depot) == (0, 0, 1_000, 1_000)
    await change(room, his, is_active=True)
    assert await level(room, "D", depot) == (0, 0, 3_000, 1_000)
    await change(room, his, location=None)
    assert await level(room, "A", depot) == (0, 0, 0, 0)
    await change(room, his, location=depot)
    assert await level(room, "A", depot) == (0, 0, 5_000, 0)
    async with room.scope.writing("test") as uow:
        await delete_supplier(uow, his)
    assert await level(room, "A", depot) == (0, 0, 0, 0)
    assert await level(room, "D", depot) == (0, 0, 1_000, 1_000)
    await room.check()


async def test_what_he_tells_meanwhile_is_all_there_when_he_is_at_work_again(
    room: Room, depot: UUID
) -> None:
    his = await of_supplier(room)
    await ship(room, await room.hold("order", {"D": 2_000}))
    await change(room, his, is_active=False)
    await told(room, his, D=4_000)  # so that the 2 that went before are not among them
    await change(room, his, is_active=True)
    assert await level(room, "D", depot) == (0, 0, 4_000, 0)
    await change(room, his, location=None)
    await change(room, his, location=depot)
    assert await level(room, "D", depot) == (0, 0, 4_000, 0)
    await room.check()


async def test_many_who_ask_at_once_have_what_he_has(room: Room, depot: UUID) -> None:
    done = await asyncio.gather(
        *(room.hold(f"cart:{n}", {"D": 1_000}) for n in range(40)), return_exceptions=True
    )
    assert [isinstance(one, InsufficientStock) for one in done].count(False) == 3
    with pytest.raises(asyncpg.CheckViolationError):
        async with room.scope.writing("test") as uow:
            await uow.execute(update(StockLevel).values(backordered=StockLevel.backordered + 1))
    await room.check()


async def test_a_supplier_sends_from_a_place_of_his_own(room: Room, depot: UUID) -> None:
    assert isinstance(await refusal(supplier(room, room.main)), Invalid)
    rows = [BackorderLimit(room.variants["A"], 9_000)]
    with pytest.raises(NotAllowed):
        async with room.scope.writing("test") as uow:
            await set_backorder_limits(uow, location=depot, limits=rows)
    there = await stock_of(room.scope.reading, [room.variants["D"]])
    assert [(row["is_suppliers"], row["backorder_limit"]) for row in there] == [(True, 3_000)]
