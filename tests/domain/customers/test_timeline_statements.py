"""What a timeline asks of the database: one statement a page, however much happened."""

from dataclasses import replace
from typing import Any

import pytest

from domain.catalog.entities import Edit
from domain.customers.comments import add_comment
from domain.customers.customers import create_customer, update_customer
from domain.customers.timeline import WORDS, called, list_timeline
from domain.paging import PageRequest
from tenants.database import Pool
from tenants.principal import Actor, Principal
from tests.api.client import CountingPool
from tests.conftest import TwoTenants
from tests.factories_catalog import make_window

pytestmark = pytest.mark.anyio

OWNER = Principal(Actor.STAFF, permissions=frozenset({"*"}))


async def test_a_page_is_one_statement(pool: Pool, tenants: TwoTenants) -> None:
    shop = await make_window(pool, tenants.ours)
    counted: Any = CountingPool(pool)
    scope = replace(shop.scope, pool=counted)
    async with shop.scope.writing("test") as uow:
        customer_id = await create_customer(uow, {"first_name": "Анна"})

    async def taken() -> tuple[int, int]:
        before = len(counted.statements)
        page = await list_timeline(scope.reading, OWNER, customer_id, PageRequest(first=100))
        return len(page.rows), len(counted.statements) - before

    assert await taken() == (1, 1)
    for at in range(20):
        async with shop.scope.writing("test") as uow:
            await add_comment(uow, customer_id, text=f"{at}")
            await update_customer(uow, Edit(customer_id, {"note": f"{at}"}))
    assert await taken() == (41, 1)


def test_what_happens_has_words_in_both_languages() -> None:
    assert all(all(said) for said in WORDS.values())
    assert called("order.placed", "ru") != called("order.placed", "en")
    assert called("of.tomorrow", "ru") == "of.tomorrow"
