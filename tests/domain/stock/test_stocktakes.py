"""Stocktakes: counts held against the books of their own instant, whatever came and went since."""

import pytest
from sqlalchemy import select

from domain.bulk import Rejected
from domain.errors import DomainError, Invalid, NotAllowed, NotFound
from domain.stock.holds.returns import Back, return_shipped
from domain.stock.holds.rows import lines_of
from domain.stock.holds.shipping import ship_hold
from domain.stock.lots import recall_lot
from domain.stock.moves import Coming, Going, InsufficientStock, LotFacts
from domain.stock.tables import Lot, LotBalance, StockMovement
from tests.domain.stock.conftest import Room
from tests.domain.stock.stocktaking import Taking, take_stock

pytestmark = pytest.mark.anyio

SHOWN = ("counted", "expected", "difference")


async def sell(room: Room, sku: str, quantity: int) -> None:
    await room.post(Going(kind="sale", spot=room.at(sku), quantity=quantity, is_sale=True))


async def receive(room: Room, sku: str, quantity: int, value: int = 0, **more: object) -> None:
    coming = {"kind": "receipt", "spot": room.at(sku), "quantity": quantity, **more}
    await room.post(Coming(value_minor=value, **coming))  # type: ignore[arg-type]


async def refused(taking: Taking, **how: bool) -> DomainError:
    with pytest.raises(DomainError) as caught:
        await taking.approve(**how)
    return caught.value


async def test_a_sale_before_the_count_is_not_counted_and_one_after_it_is_taken_off(
    room: Room,
) -> None:
    taking = await take_stock(room)
    await sell(room, "A", 1_000)
    await taking.count("A", 7_000)  # 9 were on the books, 2 are lost
    await sell(room, "A", 3_000)
    await taking.count("B", 4_000)
    await sell(room, "B", 1_000)
    await taking.finish()
    assert await taking.lines(*SHOWN) == {"A": (7_000, 9_000, -2_000), "B": (4_000, 4_000, 0)}
    await sell(room, "A", 1_000)
    await taking.approve()
    assert await room.levels() == {("A", "main"): (3_000, 0), ("B", "main"): (3_000, 0)}
    assert await taking.state() == "approved"
    await room.check()


async def test_parts_of_many_people_are_added_up_and_a_sale_between_them_is_unsure(
    room: Room,
) -> None:
    taking = await take_stock(room)
    await taking.count("A", 6_000)
    await taking.count("A", 5_000)
    await taking.count("A", -1_000)  # scanned twice
    await taking.count("B", 3_000)
    await sell(room, "B", 1_000)
    await taking.count("B", 1_000)
    await taking.finish()
    shown = await taking.lines(*SHOWN, "is_unsure")
    assert shown == {"A": (10_000, 10_000, 0, False), "B": (4_000, 3_000, 1_000, True)}
    await taking.recount("B")
    assert await taking.lines(*SHOWN) == {}
    await taking.count("B", 3_000)
    await taking.finish()
    shown = await taking.lines(*SHOWN, "is_unsure")
    assert shown == {"A": (10_000, 10_000, 0, False), "B": (3_000, 3_000, 0, False)}


async def test_a_scan_that_is_sent_again_counts_once(room: Room) -> None:
    taking = await take_stock(room)
    first = await taking.count("A", 6_000, key="scan-1")
    assert await taking.count("A", 6_000, key="scan-1") == first
    with pytest.raises(DomainError) as caught:
        await taking.count("A", 7_000, key="scan-1")
    assert (caught.value.code, caught.value.path) == ("TAKEN", ("counts", "0", "key"))
    await taking.finish()
    assert (await taking.lines("counted"))["A"] == (6_000,)
    assert await taking.count("A", 6_000, key="scan-1") == first
    with pytest.raises(NotAllowed):
        await taking.count("A", 1_000, key="scan-2")


async def test_a_scan_from_before_a_recount_counts_no_more_however_late_it_comes(
    room: Room,
) -> None:
    taking = await take_stock(room)
    async with room.scope.writing("test") as uow:
        before = uow.now
    await taking.recount("A")
    await taking.count("A", 99_000, counted_at=before)
    await taking.count("A", 10_000)
    await taking.finish()
    assert (await taking.lines("counted"))["A"] == (10_000,)


async def test_what_nobody_counted_stays_unless_the_approver_says_zero(room: Room) -> None:
    for zero in (False, True):
        taking = await take_stock(room)
        await taking.count("A", 10_000)
        await sell(room, "B", 1_000)
        await receive(room, "B", 2_000)  # after the counters have passed
        left = (await room.levels())["B", "main"][0]
        await taking.finish()
        lines = await taking.lines(*SHOWN)
        assert lines["B"] == (None, left - 2_000, 2_000 - left)
        await taking.approve(zero_uncounted=zero)
        assert (await room.levels())["B", "main"] == (2_000 if zero else left, 0)
        await room.check()


async def test_a_scan_that_is_taken_back_is_no_look_at_the_shelf(room: Room) -> None:
    taking = await take_stock(room)
    await taking.count("A", 1_000)
    await taking.count("A", -1_000)
    await taking.count("B", 1_000)
    await taking.count("B", -1_000)
    await taking.count("B", 0)
    await taking.finish()
    assert await taking.lines(*SHOWN) == {"A": (None, 10_000, -10_000), "B": (0, 4_000, -4_000)}
    await taking.approve()
    assert await room.levels() == {("A", "main"): (10_000, 0)}
    await room.check()


async def test_a_lot_that_is_taken_back_leaves_the_others_as_they_were_counted(room: Room) -> None:
    await receive(room, "C", 5_000, 500, lot=LotFacts("old"))
    for back in (LotFacts("wrong"), None):  # by its own number, or by whatever lots
        taking = await take_stock(room, ["C"])
        await taking.count("C", 1_000, lot=LotFacts("wrong"))
        await taking.count("C", -1_000, lot=back)
        await taking.finish()
        assert await taking.lines(*SHOWN) == {"C": (None, 5_000, -5_000)}
    taking = await take_stock(room, ["C"])
    await taking.count("C", 4_000, lot=LotFacts("old"))
    await taking.count("C", 1_000)
    await taking.count("C", -1_000)
    await taking.finish()
    (old,) = [row for row in await room.scope.reading.rows(select(Lot)) if row["number"] == "old"]
    assert await taking.lines("lot_id", *SHOWN) == {"C": (old["id"], 4_000, 5_000, -1_000)}


async def test_what_came_back_damaged_never_lay_there(room: Room) -> None:
    hold = await room.hold("order", {"A": 3_000})
    taking = await take_stock(room)
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, hold)
    (line,) = await lines_of(room.scope.reading, [hold])
    async with room.scope.writing("test") as uow:
        await return_shipped(uow, hold, [Back(line["id"], 2_000, is_damaged=True)])
    await taking.finish()
    assert (await taking.lines("expected"))["A"] == (7_000,)
    await taking.approve(zero_uncounted=True)
    assert await room.levels() == {}
    await room.check()


async def test_only_what_it_is_about_is_counted_and_listed(room: Room) -> None:
    taking = await take_stock(room, ["A"])
    with pytest.raises(NotAllowed):
        await taking.count("B", 1_000)
    await taking.finish()
    assert await taking.lines(*SHOWN) == {"A": (None, 10_000, -10_000)}
    with pytest.raises(NotAllowed):
        await taking.count("A", 1_000)


async def test_what_is_promised_is_not_taken_and_each_such_variant_is_named(room: Room) -> None:
    hold = await room.hold("cart", {"A": 6_000, "B": 3_000})
    taking = await take_stock(room)
    await taking.count("A", 4_000)
    await taking.count("B", 0)
    await taking.finish()
    error = await refused(taking)
    assert isinstance(error, Rejected)
    assert sorted(
        (one.facts["variant_id"], one.facts["requested"], one.facts["available"])
        for one in error.errors
        if isinstance(one, InsufficientStock)
    ) == sorted([(room.variants["A"], 6_000, 4_000), (room.variants["B"], 3_000, 0)])
    assert await taking.state() == "review"
    assert (await room.levels())["A", "main"] == (10_000, 6_000)
    await taking.approve(below_reserved=True)
    assert await room.levels() == {("A", "main"): (6_000, 6_000), ("B", "main"): (3_000, 3_000)}
    assert await taking.lines("difference", "short") == {
        "A": (-6_000, 2_000),
        "B": (-4_000, 3_000),
    }
    async with room.scope.writing("test") as uow:
        await ship_hold(uow, hold)
    await room.check()


async def test_a_lot_that_is_promised_is_not_taken_though_spoilt_goods_lie_beside_it(
    room: Room,
) -> None:
    good, old = LotFacts("good"), LotFacts("old")
    await receive(room, "C", 3_000, lot=good)
    await receive(room, "C", 6_000, lot=old)
    lots = {row["number"]: row["id"] for row in await room.scope.reading.rows(select(Lot))}
    async with room.scope.writing("test") as uow:
        await recall_lot(uow, lots["old"])
    await room.hold("cart", {"C": 2_000})
    taking = await take_stock(room, ["C"])
    await taking.count("C", 0, lot=good)
    await taking.count("C", 5_000, lot=old)
    await taking.finish()
    too_little = await refused(taking)
    assert isinstance(too_little, InsufficientStock)
    assert too_little.path == ("id",)
    await taking.approve(below_reserved=True)
    left = await room.scope.reading.rows(select(LotBalance).where(LotBalance.quantity > 0))
    found = {row["lot_id"]: row["quantity"] for row in left}
    assert [found[lots[number]] for number in ("good", "old")] == [2_000, 5_000]
    assert sorted((await taking.lines("short"))["C"]) == [(0,), (2_000,)]
    await room.check()


async def test_two_stocktakes_of_one_variant_correct_it_once(room: Room) -> None:
    one, other = await take_stock(room), await take_stock(room)
    for taking in (one, other):
        await taking.count("A", 20_000)
        await taking.finish()
    await sell(room, "A", 1_000)
    await one.approve()
    await other.approve()
    assert (await room.levels())["A", "main"] == (19_000, 0)
    assert (await other.lines(*SHOWN))["A"] == (20_000, 20_000, 0)


async def test_lots_are_compared_lot_by_lot_where_each_count_names_one(room: Room) -> None:
    old, new = LotFacts("old"), LotFacts("new")
    await receive(room, "C", 5_000, 500, lot=old)
    await receive(room, "C", 5_000, 1_000, lot=new)
    taking = await take_stock(room, ["C"])
    await taking.count("C", 2_000, lot=old)
    await taking.count("C", 6_000, lot=new)
    await taking.count("C", 250, lot=LotFacts("unheard of"))
    await sell(room, "C", 4_000)  # the books take it from the old lot, of which 2 are left
    await taking.finish()
    numbers = {row["id"]: row["number"] for row in await room.scope.reading.rows(select(Lot))}
    by_lot = {numbers[row[0]]: row[1:] for row in (await taking.lines("lot_id", *SHOWN))["C"]}
    assert by_lot == {
        "old": (2_000, 5_000, -3_000),
        "new": (6_000, 5_000, 1_000),
        "unheard of": (250, 0, 250),
    }
    await taking.approve()
    assert (await room.levels())["C", "main"] == (4_250, 0)
    await room.check()


async def test_a_count_without_a_lot_compares_the_variant_as_a_whole(room: Room) -> None:
    await receive(room, "C", 5_000, 500, lot=LotFacts("old"))
    await receive(room, "C", 5_000, 1_500, lot=LotFacts("new"))
    taking = await take_stock(room, ["C"])
    await taking.count("C", 2_000, lot=LotFacts("old"))
    await taking.count("C", 4_000)
    await taking.finish()
    assert await taking.lines(*SHOWN, "value_minor") == {"C": (6_000, 10_000, -4_000, -800)}
    await taking.approve()
    # The older lot goes first, and with it what it cost.
    assert await taking.lines("value_minor") == {"C": (-400,)}
    await room.check()


async def test_movements_say_by_which_stocktake_and_line(room: Room) -> None:
    taking = await take_stock(room)
    await taking.count("A", 11_000)
    await taking.count("B", 3_000)
    await taking.finish()
    await taking.approve()
    asked = select(StockMovement).where(StockMovement.document_id == taking.id)
    rows = await room.scope.reading.rows(asked)
    lines = await taking.lines("id")
    found = {(row["kind"], row["document_kind"], row["line_id"], row["quantity"]) for row in rows}
    assert found == {
        ("stocktake", "stocktake", *lines["A"], 1_000),
        ("stocktake", "stocktake", *lines["B"], -1_000),
    }


async def test_less_than_nothing_cannot_have_been_counted(room: Room) -> None:
    taking = await take_stock(room)
    await taking.count("A", -1_000)
    await taking.finish()
    assert isinstance(await refused(taking), Invalid)
    assert (await room.levels())["A", "main"] == (10_000, 0)


async def test_another_shops_things_are_not_there(room: Room) -> None:
    taking = await take_stock(room)
    stranger = Taking(room, taking.id)
    stranger.room.variants["X"] = taking.id
    with pytest.raises(NotFound):
        await stranger.count("X", 1_000)
