"""Plans: the last unit goes to one, a month begins anew, a smaller plan must fit."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.errors import LimitReached, NotFound
from domain.merchants.plans import change_plan, list_plans, release, take, usage
from domain.merchants.queries import find_merchant
from domain.merchants.reception import Reception
from domain.merchants.tables import UsageCounter
from tenants.database import Pool
from tenants.scope import TenantScope
from tests.domain.merchants.merchants import Merchant

pytestmark = pytest.mark.anyio


async def used(merchant: Merchant, what: str) -> dict[str, Any]:
    reading = merchant.scope().reading
    counted = await usage(reading, now=reading.now)
    return next(row for row in counted if row["what"] == what)


async def test_a_hundred_want_the_last_three_and_three_get_them(merchant: Merchant) -> None:
    async with merchant.scope().writing("test") as uow:
        await take(uow, "products", 997)

    async def want() -> bool:
        try:
            async with merchant.scope().writing("productCreate") as uow:
                await take(uow, "products")
        except LimitReached:
            return False
        return True

    assert sum(await asyncio.gather(*(want() for _ in range(100)))) == 3
    assert await used(merchant, "products") == {"what": "products", "used": 1000, "limit": 1000}


async def test_a_hundred_who_are_the_first_make_one_counter(merchant: Merchant) -> None:
    async def want() -> None:
        async with merchant.scope().writing("test") as uow:
            await take(uow, "variants", 2)

    await asyncio.gather(*(want() for _ in range(100)))
    assert (await used(merchant, "variants"))["used"] == 200


async def test_what_is_refused_or_undone_is_not_counted(merchant: Merchant) -> None:
    async def too_much() -> None:
        async with merchant.scope().writing("test") as uow:
            await take(uow, "products", 999)
            await take(uow, "products", 2)

    with pytest.raises(LimitReached) as refused:
        await too_much()
    assert refused.value.facts == {"what": "products", "limit": 1000, "used": 999}
    assert (await used(merchant, "products"))["used"] == 0
    async with merchant.scope().writing("test") as uow:
        await take(uow, "products", 5)
    async with merchant.scope().writing("test") as uow:
        await release(uow, "products", 7)
    assert (await used(merchant, "products"))["used"] == 0


async def test_a_month_begins_anew(merchant: Merchant) -> None:
    async with merchant.scope().writing("test") as uow:
        await take(uow, "orders_per_month", 500)
        with pytest.raises(LimitReached):
            await take(uow, "orders_per_month")
        uow.now = datetime(uow.now.year + 1, 1, 1, tzinfo=UTC)
        assert await take(uow, "orders_per_month") == 1


async def test_live_and_test_count_apart(pool: Pool, merchant: Merchant) -> None:
    async with TenantScope(pool, merchant.opened.test_tenant_id).writing("test") as uow:
        await take(uow, "products", 1000)
    async with merchant.scope().writing("test") as uow:
        assert await take(uow, "products") == 1


async def test_what_a_plan_does_not_name_is_not_limited(
    reception: Reception, merchant: Merchant
) -> None:
    await change_plan(reception, merchant.id, plan="network", principal=merchant.owner)
    async with merchant.scope().writing("test") as uow:
        await take(uow, "orders_per_month", 10**12)
    assert (await used(merchant, "orders_per_month"))["limit"] is None


async def test_another_plan_holds_at_once_in_both_spaces(
    reception: Reception, pool: Pool, merchant: Merchant
) -> None:
    async with merchant.scope().writing("test") as uow:
        await take(uow, "products", 1000)
    await change_plan(reception, merchant.id, plan="trade", principal=merchant.owner)
    async with merchant.scope().writing("test") as uow:
        assert await take(uow, "products") == 1001
    for tenant_id in (merchant.id, merchant.opened.test_tenant_id):
        found = await find_merchant(TenantScope(pool, tenant_id).reading)
        assert found
        assert (found["plan"], found["limits"]["products"]) == ("trade", 50_000)
    # Back, it would not fit; and then nothing of it holds.
    with pytest.raises(LimitReached) as refused:
        await change_plan(reception, merchant.id, plan="start", principal=merchant.owner)
    assert refused.value.facts["what"] == "products"
    assert (await used(merchant, "products"))["limit"] == 50_000


async def test_only_plans_on_offer_can_be_had(reception: Reception, merchant: Merchant) -> None:
    offered = await list_plans(merchant.scope().reading)
    assert [plan["code"] for plan in offered] == ["start", "trade", "network"]
    for plan in ("test", "free-for-ever"):
        with pytest.raises(NotFound):
            await change_plan(reception, merchant.id, plan=plan, principal=merchant.owner)


async def test_a_neighbours_counters_are_his_own(merchant: Merchant, neighbour: Merchant) -> None:
    async with neighbour.scope().writing("test") as uow:
        await take(uow, "products", 1000)
    assert (await used(merchant, "products"))["used"] == 0
    async with merchant.scope().writing("test") as uow:
        touched = await uow.execute(update(UsageCounter).values(used=0))
    left = await neighbour.scope().reading.value(
        select(UsageCounter.used).where(UsageCounter.what == "products")
    )
    assert touched >= 1
    assert left == 1000
