"""What a quote asks of the database: as much for many lines, codes and promotions as for few."""

from dataclasses import replace
from typing import Any

import pytest

from domain.pricing.buyers import Buyer
from domain.pricing.quotes import quote
from tenants.database import Pool
from tenants.ids import new_id
from tests.api.client import CountingPool
from tests.conftest import TwoTenants
from tests.domain.pricing.shops import add_promotion
from tests.factories_catalog import P, V, add_products, make_window

pytestmark = pytest.mark.anyio

MOST = 11
"""Lines' variants, goods, lists, prices, codes, promotions, uses, shelves, the seller, gifts; and
one to spare."""


async def test_a_quote_asks_no_more_of_more(pool: Pool, tenants: TwoTenants) -> None:
    shop = await make_window(pool, tenants.ours)
    await add_products(shop, *(P(f"Чай {at}", [V(f"T{at}", 100_00 + at)]) for at in range(40)))
    gift = {"gift": {"variant_id": shop.variants["T0"]}}
    counted: Any = CountingPool(pool)
    scope = replace(shop.scope, pool=counted)

    async def asked(lines: int, *codes: str) -> int:
        before = len(counted.statements)
        wanted = [(shop.variants[f"T{at}"], 1_000) for at in range(lines)]
        said = await quote(scope.reading, wanted, codes=codes, buyer=Buyer(customer_id=new_id()))
        assert all(one.reason is None for one in said.codes)
        return len(counted.statements) - before

    bare = await asked(1)
    await add_promotion(shop, gift, codes=("ABC-0",), usage_limit=5, customer_limit=1)
    few = await asked(1, "ABC-0")
    for at in range(1, 6):
        await add_promotion(shop, gift, codes=(f"ABC-{at}",), usage_limit=5)
        await add_promotion(shop)
    many = await asked(40, *(f"ABC-{at}" for at in range(6)))
    assert bare < few == many <= MOST
