"""Uses of promotions: never more than allowed, whoever comes at once, and what is given back."""

import asyncio
from uuid import UUID

import asyncpg
import pytest

from domain.catalog.entities import Edit
from domain.customers.tables import Customer
from domain.pricing.buyers import Buyer
from domain.pricing.promotions.facts import Reason
from domain.pricing.promotions.promotions import update_promotion
from domain.pricing.promotions.uses import UsedUp, give_back_uses, use_promotions
from tenants.database import Pool
from tenants.ids import new_id
from tests.conftest import TwoTenants
from tests.domain.pricing.shops import add_promotion, quoted
from tests.factories_catalog import P, Shop, V, add_products, make_window

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shop(pool: Pool, tenants: TwoTenants) -> Shop:
    made = await make_window(pool, tenants.ours)
    await add_products(made, P("Чай", [V("A", 100_00)]), P("Чашка", [V("B", 50_00)]))
    return made


async def customer(shop: Shop, name: str) -> UUID:
    async with shop.scope.writing("test") as uow:
        return await uow.add(Customer, first_name=name)


async def use(shop: Shop, *codes: str, customer_id: UUID | None = None) -> UUID:
    """Quote, and count it for an order; the order's id."""
    order_id = new_id()
    async with shop.scope.writing("test") as uow:
        said = await quoted(shop, *codes, buyer=Buyer(customer_id=customer_id))
        await use_promotions(uow, said, order_id=order_id, customer_id=customer_id)
    return order_id


async def reasons(shop: Shop, *codes: str, buyer: Buyer | None = None) -> list[Reason | None]:
    return [one.reason for one in (await quoted(shop, *codes, buyer=buyer or Buyer())).codes]


@pytest.mark.parametrize("of_code", [True, False])
async def test_of_200_at_once_as_many_as_are_allowed_get_it(shop: Shop, of_code: bool) -> None:
    if of_code:
        await add_promotion(shop, codes=("ЛЕТО",), code_limit=10)
    else:
        await add_promotion(shop, codes=("ЛЕТО",), usage_limit=10)
    said = await quoted(shop, "лето")
    assert [one.discount_minor for one in said.promotions] == [25_00]

    async def order() -> bool:
        try:
            async with shop.scope.writing("test") as uow:
                await use_promotions(uow, said, order_id=new_id())
        except UsedUp:
            return False
        return True

    assert sum(await asyncio.gather(*(order() for _ in range(200)))) == 10
    assert await reasons(shop, "ЛЕТО") == [Reason.USED_UP]


async def test_a_customer_has_his_own_limit(shop: Shop) -> None:
    await add_promotion(shop, codes=("РАЗ",), customer_limit=1)
    assert await reasons(shop, "РАЗ") == [Reason.NEEDS_CUSTOMER]
    anna, boris = await customer(shop, "Анна"), await customer(shop, "Борис")
    await use(shop, "РАЗ", customer_id=anna)
    assert await reasons(shop, "РАЗ", buyer=Buyer(customer_id=anna)) == [Reason.USED_BY_CUSTOMER]
    said = await quoted(shop, "РАЗ", buyer=Buyer(customer_id=boris))
    assert [one.reason for one in said.codes] == [None]

    async def twice() -> None:
        async with shop.scope.writing("test") as uow:
            await use_promotions(uow, said, order_id=new_id(), customer_id=boris)

    done = await asyncio.gather(twice(), twice(), return_exceptions=True)
    assert [type(one) for one in done if one] == [UsedUp]


async def test_what_is_given_back_can_be_used_again(shop: Shop) -> None:
    await add_promotion(shop, codes=("ОДИН",), usage_limit=1)
    order_id = await use(shop, "ОДИН")
    assert await reasons(shop, "ОДИН") == [Reason.USED_UP]

    async def give_back() -> int:
        async with shop.scope.writing("test") as uow:
            return await give_back_uses(uow, order_id)

    assert sorted(await asyncio.gather(give_back(), give_back())) == [0, 1]
    await use(shop, "ОДИН")
    assert await reasons(shop, "ОДИН") == [Reason.USED_UP]


async def test_a_limit_that_comes_later_counts_what_was(shop: Shop) -> None:
    promotion_id = await add_promotion(shop, codes=("МНОГО",))
    anna = await customer(shop, "Анна")
    orders = [await use(shop, "МНОГО", customer_id=anna) for _ in range(3)]
    async with shop.scope.writing("test") as uow:
        await give_back_uses(uow, orders[0])

    async def limit(**limits: int | None) -> None:
        async with shop.scope.writing("test") as uow:
            await update_promotion(uow, Edit(promotion_id, limits))

    await limit(usage_limit=2)
    assert await reasons(shop, "МНОГО") == [Reason.USED_UP]
    await limit(usage_limit=3)
    assert await reasons(shop, "МНОГО") == [None]
    await limit(usage_limit=1)  # fewer than there were: they stay
    assert await reasons(shop, "МНОГО") == [Reason.USED_UP]
    await limit(usage_limit=None, customer_limit=2)
    assert await reasons(shop, "МНОГО", buyer=Buyer(customer_id=anna)) == [Reason.USED_BY_CUSTOMER]
    async with shop.scope.writing("test") as uow:
        await give_back_uses(uow, orders[1])
    assert await reasons(shop, "МНОГО", buyer=Buyer(customer_id=anna)) == [None]


async def test_a_limit_set_meanwhile_counts_orders_under_way(shop: Shop) -> None:
    promotion_id = await add_promotion(shop, codes=("ТОТ",))
    said = await quoted(shop, "ТОТ")

    async def limit() -> None:
        async with shop.scope.writing("test") as uow:
            await update_promotion(uow, Edit(promotion_id, {"usage_limit": 1}))

    async with shop.scope.writing("test") as uow:
        await use_promotions(uow, said, order_id=new_id())
        waiting = asyncio.create_task(limit())
        await asyncio.sleep(0.2)
        assert not waiting.done()
    await waiting
    assert await reasons(shop, "ТОТ") == [Reason.USED_UP]


async def test_orders_without_limits_wait_for_nobody(shop: Shop) -> None:
    await add_promotion(shop)
    said = await quoted(shop)
    async with shop.scope.writing("test") as one:
        await use_promotions(one, said, order_id=new_id())
        async with shop.scope.writing("test") as another:
            async with asyncio.timeout(2):
                await use_promotions(another, said, order_id=new_id())


async def test_an_order_uses_a_promotion_once(shop: Shop) -> None:
    await add_promotion(shop)
    said, order_id = await quoted(shop), new_id()
    async with shop.scope.writing("test") as uow:
        await use_promotions(uow, said, order_id=order_id)
    with pytest.raises(asyncpg.UniqueViolationError):
        async with shop.scope.writing("test") as uow:
            await use_promotions(uow, said, order_id=order_id)
