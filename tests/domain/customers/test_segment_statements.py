"""What segments ask of the database: as much of many customers and segments as of few."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from domain.catalog.fields import define_field
from domain.customers.customers import create_customer
from domain.customers.segments.segments import (
    count_members,
    create_segment,
    look_at,
    members_page,
)
from domain.customers.segments.snapshots import take_snapshot
from domain.customers.tables import CustomerSegment
from domain.paging import PageRequest
from domain.pricing.customer_groups import create_customer_group
from tenants.database import Pool
from tests.api.client import CountingPool
from tests.conftest import TwoTenants
from tests.factories_catalog import make_window

pytestmark = pytest.mark.anyio

PLAIN: dict[str, Any] = {"tag": {"eq": "опт"}, "not": {"orders": {"count": {"gte": 1}}}}
PAGE = PageRequest(first=100)


async def test_a_rule_asks_no_more_of_more(pool: Pool, tenants: TwoTenants) -> None:
    shop = await make_window(pool, tenants.ours)
    counted: Any = CountingPool(pool)
    scope = replace(shop.scope, pool=counted)
    async with shop.scope.writing("test") as uow:
        club = await create_customer_group(uow, {"code": "club", "title": "Клуб"})
        size = {"entity_kind": "customer", "code": "size", "kind": "text", "title": "Размер"}
        await define_field(uow, size)
    whole = {**PLAIN, "fields": [{"code": "size", "isNull": True}], "groupId": {"eq": club}}

    async def asked(rule: dict[str, Any]) -> list[int]:
        numbers = []
        for read in (count_members(scope.reading, rule), members_page(scope.reading, rule, PAGE)):
            before = len(counted.statements)
            await read
            numbers.append(len(counted.statements) - before)
        return numbers

    async def looked() -> int:
        rows = await shop.scope.reading.rows(select(CustomerSegment))
        before = len(counted.statements)
        assert all(one.problem is None for one in await look_at(scope.reading, rows))
        return len(counted.statements) - before

    async def grow(title: str) -> None:
        async with shop.scope.writing("test") as uow:
            await create_segment(uow, {"title": title, "where": PLAIN})
            await create_segment(uow, {"title": f"{title}!", "where": whole})
            for at in range(5):
                await create_customer(uow, {"first_name": f"{title} {at}", "tags": ["опт"]})

    await grow("0")
    few = await asked(PLAIN), await asked(whole), await looked()
    for at in range(1, 6):
        await grow(f"{at}")
    assert (await asked(PLAIN), await asked(whole), await looked()) == few
    assert few == ([1, 1], [3, 3], 3)


async def test_a_snapshot_is_one_statement_for_all(pool: Pool, tenants: TwoTenants) -> None:
    shop = await make_window(pool, tenants.ours)
    counted: Any = Writing(pool)
    scope = replace(shop.scope, pool=counted)
    async with shop.scope.writing("test") as uow:
        segment_id = await create_segment(uow, {"title": "Опт", "where": {"tag": {"eq": "опт"}}})

    async def taken() -> int:
        before = len(counted.statements)
        async with scope.writing("test") as uow:
            await take_snapshot(uow, segment_id)
        return len(counted.statements) - before

    few = await taken()
    async with shop.scope.writing("test") as uow:
        for at in range(30):
            await create_customer(uow, {"first_name": f"{at}", "tags": ["опт"]})
    assert await taken() == few


class Writing(CountingPool):
    """Counts what units of work send, too."""

    def _note(self, query: Any) -> None:
        self.statements.append(query.query)
