"""Gift cards and points: nobody spends what is not there, and every entry adds up."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from domain.errors import DomainError, Invalid
from domain.pricing import point_expiry
from domain.pricing.buyers import Buyer
from domain.pricing.gift_cards import (
    CARDS,
    block_gift_card,
    cards_by_ids,
    find_gift_card,
    give_back_to_cards,
    hold_on_cards,
    is_over,
    issue_gift_card,
)
from domain.pricing.levels import create_level
from domain.pricing.point_expiry import expire_points
from domain.pricing.points import (
    MOST_POINTS,
    POINTS,
    adjust_points,
    earn_points,
    hold_points,
    spendable,
    take_points_back,
)
from domain.pricing.purse_tables import GiftCard, GiftCardEntry, PointAccount, PointEntry
from domain.pricing.purses import NotEnough, free_of, give_back, is_one, put_in, spend
from domain.pricing.quotes import quote
from domain.stock.nights import work_at_night
from tenants.database import Pool
from tenants.ids import new_id
from tests.conftest import TwoTenants
from tests.domain.pricing.test_uses import customer
from tests.factories_catalog import P, Shop, V, add_products, make_window
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shop(pool: Pool, tenants: TwoTenants) -> Shop:
    made = await make_window(pool, tenants.ours)
    await add_products(made, P("Чай", [V("A", 100_00)]))
    return made


def roubles(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency_code": "RUB"}


async def issue(shop: Shop, amount: str = "100", **facts: Any) -> str:
    async with shop.scope.writing("test") as uow:
        return (await issue_gift_card(uow, amount=roubles(amount), **facts)).code


async def pay(shop: Shop, code: str, minor: int, order_id: UUID | None = None) -> int:
    """Hold what a card has, up to so much; how much it is."""
    async with shop.scope.writing("test") as uow:
        row = await find_gift_card(uow, code)
        assert row is not None
        part = min(minor, free_of(row))
        if part == 0:
            return 0
        await hold_on_cards(uow, {row["id"]: part}, order_id=order_id or new_id(), currency="RUB")
        return part


async def card(shop: Shop, code: str) -> tuple[int, int]:
    """What is on it, and what of that is held; its entries say the same."""
    row = await find_gift_card(shop.scope.reading, code)
    assert row is not None
    moved = is_one(GiftCardEntry.kind, "issue", "spend", "refund")
    total = select(func.sum(GiftCardEntry.minor)).where(GiftCardEntry.purse_id == row["id"], moved)
    assert await shop.scope.reading.value(total) == row["balance_minor"]
    return row["balance_minor"], row["held_minor"]


async def test_a_card_pays_once_for_what_is_on_it(shop: Shop) -> None:
    code = await issue(shop)
    first, second = new_id(), new_id()
    assert await pay(shop, code.lower().replace("-", " "), 60_00, first) == 60_00
    assert await pay(shop, code, 60_00, second) == 40_00
    assert await card(shop, code) == (100_00, 100_00)
    async with shop.scope.writing("test") as uow:
        assert await spend(uow, CARDS, first) == 60_00
        assert sum((await give_back(uow, CARDS, second)).values()) == 40_00
    assert await card(shop, code) == (40_00, 0)
    async with shop.scope.writing("test") as uow:
        assert await spend(uow, CARDS, first) == 0  # twice is once
        assert sum((await give_back(uow, CARDS, first, 25_00)).values()) == 25_00
    async with shop.scope.writing("test") as uow:
        assert sum((await give_back_to_cards(uow, first, 35_01)).values()) == 35_00
        assert await give_back(uow, CARDS, first) == {}
    assert await card(shop, code) == (100_00, 0)


async def test_of_many_at_once_nobody_has_the_same_kopeck(shop: Shop) -> None:
    code = await issue(shop)

    async def one() -> int:
        try:
            return await pay(shop, code, 30_00)
        except NotEnough:
            return 0

    held = sum(await asyncio.gather(*(one() for _ in range(20))))
    assert held in (90_00, 100_00)
    assert await card(shop, code) == (100_00, held)


async def test_an_order_is_settled_once(shop: Shop) -> None:
    code, order_id = await issue(shop), new_id()
    await pay(shop, code, 70_00, order_id)

    async def settle() -> int:
        async with shop.scope.writing("test") as uow:
            return await spend(uow, CARDS, order_id)

    async def undo() -> int:
        async with shop.scope.writing("test") as uow:
            return sum((await give_back(uow, CARDS, order_id)).values())

    *spent, undone = await asyncio.gather(settle(), settle(), undo())
    assert (sorted(spent), undone) in (([0, 0], 70_00), ([0, 70_00], 70_00))
    assert await card(shop, code) == (100_00, 0)


async def test_cards_that_cannot_pay(shop: Shop, pool: Pool, tenants: TwoTenants) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    ending, blocked = await issue(shop, expires_at=soon), await issue(shop)
    row = await find_gift_card(shop.scope.reading, blocked)
    assert row is not None
    async with shop.scope.writing("test") as uow:
        await block_gift_card(uow, row["id"])
        await uow.execute(
            update(GiftCard)
            .where(GiftCard.expires_at.is_not(None))
            .values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        )
    theirs = await issue(await make_window(pool, tenants.neighbour))
    assert await find_gift_card(shop.scope.reading, theirs) is None
    assert await find_gift_card(shop.scope.reading, "XXXX") is None
    empty, order_id = await issue(shop, "1"), new_id()
    await pay(shop, empty, 1_00, order_id)
    for code in (ending, blocked):
        with pytest.raises(NotEnough):
            await pay(shop, code, 1_00)
    ids = []
    for code in (empty, ending):
        found = await find_gift_card(shop.scope.reading, code)
        assert found is not None
        ids.append(found["id"])
    with pytest.raises(NotEnough):
        async with shop.scope.writing("test") as uow:
            await hold_on_cards(uow, {ids[0]: 1}, order_id=new_id(), currency="RUB")
    with pytest.raises(NotEnough):
        async with shop.scope.writing("test") as uow:
            await hold_on_cards(uow, {ids[0]: 1}, order_id=new_id(), currency="USD")
    async with shop.scope.writing("test") as uow:
        await spend(uow, CARDS, order_id)
        await block_gift_card(uow, ids[0])
        # What it paid cannot go back to it now.
        assert await give_back_to_cards(uow, order_id, 1_00) == {}
    now = await cards_by_ids(shop.scope.reading, ids)
    assert [is_over(now[one], now[one]["seen_at"]) for one in ids] == [True, True]
    with pytest.raises(Invalid):
        await issue(shop, "0")


async def with_levels(shop: Shop) -> UUID:
    """Below 1000.00 there are 5 %, for 30 days, above it 10 %; the id of a customer."""
    async with shop.scope.writing("test") as uow:
        for title, start, earned, days in (("Гость", "0", "5", 30), ("Друг", "1000", "10", None)):
            level = {"title": title, "earn_percent": earned, "most_percent": "50"}
            await create_level(uow, {**level, "from_amount": roubles(start), "valid_days": days})
    return await customer(shop, "Анна")


async def earn(shop: Shop, anna: UUID, paid: int) -> int:
    async with shop.scope.writing("test") as uow:
        return await earn_points(uow, anna, paid, order_id=new_id(), currency="RUB")


async def points(shop: Shop, anna: UUID) -> int:
    """What she may spend; her entries say the same."""
    db = shop.scope.reading
    row = await db.row(select(PointAccount).where(PointAccount.customer_id == anna))
    assert row is not None
    held = select(func.coalesce(func.sum(PointEntry.minor), 0)).where(
        PointEntry.purse_id == row["id"]
    )
    moved = is_one(PointEntry.kind, "earn", "spend", "refund", "expire", "adjust")
    assert await db.value(held.where(moved)) == row["balance_minor"]
    return (await spendable(db, anna)).points


async def test_what_was_bought_makes_the_level(shop: Shop) -> None:
    anna = await with_levels(shop)
    assert await earn(shop, anna, 999_99) == 50_00  # 49.9995
    assert await earn(shop, anna, 1) == 0
    assert await earn(shop, anna, 100_00) == 10_00
    assert await points(shop, anna) == 60_00


async def test_points_lower_what_is_paid_up_to_the_levels_share(shop: Shop) -> None:
    anna = await with_levels(shop)
    await earn(shop, anna, 2_000_00)
    wanted = [(shop.variants["A"], 1_000)]

    async def take(points: int, customer_id: UUID | None) -> tuple[int, int]:
        buyer = Buyer(customer_id=customer_id)
        said = await quote(shop.scope.reading, wanted, buyer=buyer, points=points)
        return said.points, said.total_minor

    assert await take(10_00, anna) == (10_00, 90_00)
    assert await take(99_00, anna) == (50_00, 50_00)
    assert await take(10_00, None) == (0, 100_00)
    async with shop.scope.writing("test") as uow:
        await hold_points(uow, anna, 95_00, order_id=new_id())
        with pytest.raises(NotEnough):
            await hold_points(uow, anna, 5_01, order_id=new_id())
    assert await take(10_00, anna) == (5_00, 95_00)


async def test_what_ends_first_is_spent_first_and_the_rest_of_it_is_over(shop: Shop) -> None:
    anna, order_id = await with_levels(shop), new_id()
    await earn(shop, anna, 1_000_00)  # 50.00 that end
    await earn(shop, anna, 100_00)  # 10.00 that do not
    async with shop.scope.writing("test") as uow:
        await hold_points(uow, anna, 20_00, order_id=order_id)
        await spend(uow, POINTS, order_id)
    assert await points(shop, anna) == 40_00

    async def expire() -> int:
        async with shop.scope.writing("test") as uow:
            return await expire_points(uow)

    assert await expire() == 0
    async with shop.scope.writing("test") as uow:
        ended = datetime.now(UTC) - timedelta(seconds=1)
        earned = PointEntry.expires_at.is_not(None)
        await uow.add(
            PointEntry,
            purse_id=await uow.value(select(PointAccount.id)),
            kind="earn",
            minor=30_00,
            expires_at=ended,
        )
        await uow.execute(
            update(PointAccount).values(balance_minor=PointAccount.balance_minor + 30_00)
        )
        assert await uow.value(select(func.count()).where(earned)) == 2
    # Of 30.00 that have ended 20.00 had been spent.
    assert sorted(await asyncio.gather(expire(), expire())) == [0, 1]
    assert await points(shop, anna) == 60_00


async def test_points_that_are_over_go_by_night(shop: Shop) -> None:
    anna = await with_levels(shop)
    await earn(shop, anna, 100_00)
    async with shop.scope.writing("test") as uow:
        account = await uow.value(select(PointAccount.id))
        ended = datetime.now(UTC) - timedelta(seconds=1)
        await put_in(uow, POINTS, {account: 7_00}, "earn", expires_at=ended)
        await hold_points(uow, anna, 6_00, order_id=new_id())
    await work_at_night(PlainCourse(shop.scope))
    assert await points(shop, anna) == 0  # of 7.00 all but what the order holds


async def test_staff_give_and_take_with_a_reason(shop: Shop) -> None:
    anna = await with_levels(shop)
    async with shop.scope.writing("test") as uow:
        await adjust_points(uow, customer=anna, points=5_00, note="За терпение")
        await adjust_points(uow, customer=anna, points=-2_00, note="Ошибка")
        for given in (
            {"points": -3_01, "note": "x"},
            {"points": 0, "note": "x"},
            {"points": MOST_POINTS - 2_99, "note": "x"},
            {"points": 1, "note": " "},
        ):
            with pytest.raises(DomainError):
                await adjust_points(uow, customer=anna, **given)  # type: ignore[arg-type]
    assert await points(shop, anna) == 3_00


async def test_what_an_order_earned_goes_back_with_it_and_is_owed_where_it_was_spent(
    shop: Shop,
) -> None:
    anna, order_id = await with_levels(shop), new_id()
    async with shop.scope.writing("test") as uow:
        await earn_points(uow, anna, 1_000_00, order_id=order_id, currency="RUB")
        assert await earn_points(uow, anna, 9_00, order_id=new_id(), currency="USD") == 0
    turnover = select(PointAccount.turnover_minor)

    async def take(part: int, returned: int) -> None:
        async with shop.scope.writing("test") as uow:
            await take_points_back(
                uow, anna, part, returned_minor=returned, order_id=order_id, currency="RUB"
            )

    await take(20_00, 400_00)
    assert (await points(shop, anna), await shop.scope.reading.value(turnover)) == (30_00, 600_00)
    kept, dropped = new_id(), new_id()
    async with shop.scope.writing("test") as uow:
        for other, part in ((kept, 20_00), (dropped, 5_00)):
            await hold_points(uow, anna, part, order_id=other)
    await take(30_00, 600_00)
    assert (await points(shop, anna), await shop.scope.reading.value(turnover)) == (0, 0)
    async with shop.scope.writing("test") as uow:
        with pytest.raises(NotEnough):
            await hold_points(uow, anna, 1, order_id=new_id())
        with pytest.raises(NotEnough):
            await adjust_points(uow, customer=anna, points=-1, note="x")
        assert await spend(uow, POINTS, kept) == 20_00
        assert sum((await give_back(uow, POINTS, dropped)).values()) == 5_00
    balance = select(PointAccount.balance_minor)
    assert (await points(shop, anna), await shop.scope.reading.value(balance)) == (0, -20_00)
    async with shop.scope.writing("test") as uow:
        assert await expire_points(uow) == 0
    assert await earn(shop, anna, 500_00) == 25_00
    assert await points(shop, anna) == 5_00


async def test_what_was_bought_in_another_currency_is_not_taken_off_what_was_counted(
    shop: Shop,
) -> None:
    anna, abroad = await with_levels(shop), new_id()
    await earn(shop, anna, 300_00)
    async with shop.scope.writing("test") as uow:
        assert await earn_points(uow, anna, 9_00, order_id=abroad, currency="USD") == 0
        await take_points_back(uow, anna, 0, returned_minor=9_00, order_id=abroad, currency="USD")
    turnover = select(PointAccount.turnover_minor)
    assert await shop.scope.reading.value(turnover) == 300_00


async def test_accounts_that_orders_hold_are_in_nobodys_way(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(point_expiry, "_OVER", point_expiry._OVER.limit(1))
    ended = datetime.now(UTC) - timedelta(seconds=1)
    await with_levels(shop)
    people = [await customer(shop, name) for name in ("Вера", "Глеб", "Дина")]
    for at, one in enumerate(people):
        async with shop.scope.writing("test") as uow:
            await adjust_points(uow, customer=one, points=1, note="x")
            account = await uow.value(
                select(PointAccount.id).where(PointAccount.customer_id == one)
            )
            await put_in(uow, POINTS, {account: 5_00}, "earn", expires_at=ended)
            if at == 0:
                await hold_points(uow, one, 5_01, order_id=new_id())
    await work_at_night(PlainCourse(shop.scope))
    assert [await points(shop, one) for one in people] == [0, 1, 1]
