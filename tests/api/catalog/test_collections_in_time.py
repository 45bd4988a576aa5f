"""Collections of what is new: a product leaves when its days are over, with nobody's doing."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.catalog.changes import CLOCKS_APART, REFILL, refill_collections
from domain.catalog.tables import Product
from tenants.database import Pool
from tenants.ids import decode_id
from tenants.jobs import Job
from tenants.ledger import EventRow
from tenants.platform import platform_scope
from tenants.scope import TenantScope
from tests.api.answers import refusals
from tests.api.catalog.test_admin_groups import COLLECT
from tests.api.client import Client, make_key
from tests.api.conftest import Desk, TwoDesks
from tests.factories_catalog import P, add_products
from workers.relay import relay_once
from workers.runner import Kind, run_job

pytestmark = pytest.mark.anyio

DAYS = timedelta(days=30)
SHELF = "query ($id: ID) { collection(id: $id) { products { nodes { title } } } }"
RULE = {"conditions": [{"field": "NEW_WITHIN_DAYS", "values": ["30"]}]}
CREATE = """
mutation { productCreate(input: {title: "Сенча", status: ACTIVE}) { userErrors { code path } } }
"""
UPDATE = """
mutation ($id: ID, $input: CollectionUpdateInput!) { collectionUpdate(id: $id, input: $input) {
  userErrors { code path } } }
"""


async def age(scope: TenantScope, **published_at: datetime) -> None:
    """Give products, by title, another day on which they were first shown."""
    async with scope.writing("test") as uow:
        for title, instant in published_at.items():
            known = update(Product).where(Product.title == title)
            await uow.execute(known.values(published_at=instant))


async def collect(desk: Desk, **more: Any) -> str:
    """A collection made at the door; its id."""
    given = {"title": "Новинки", "kind": "RULE", "rule": RULE, **more}
    data = await desk.admin.ask(COLLECT, input=given)
    assert refusals(data["collectionCreate"]) == []
    return str(data["collectionCreate"]["collection"]["id"])


async def due(scope: TenantScope) -> list[datetime]:
    """When the jobs that wait are due."""
    waiting = select(Job.run_at).where(Job.kind == REFILL, Job.state == "queued")
    return [row["run_at"] for row in await scope.reading.rows(waiting)]


async def work(pool: Pool, platform_pool: Pool, scope: TenantScope) -> None:
    """Do the job that waits, now."""
    async with scope.writing("test") as uow:
        await uow.execute(update(Job).where(Job.kind == REFILL).values(run_at=uow.now))
    woken: dict[UUID, int] = {}

    async def wake(job_id: UUID, attempt: int) -> None:
        woken[job_id] = attempt

    platform = await platform_scope(platform_pool, reason="test relay")
    while await relay_once(platform, wake):
        pass
    mine = select(Job.id).where(Job.kind == REFILL, Job.state == "dispatched")
    job_id = await scope.reading.value(mine)
    kinds = {REFILL: Kind(course=refill_collections)}
    assert await run_job(pool, platform, kinds, job_id, woken[job_id]) == "done"


async def test_a_product_leaves_what_is_new_when_its_days_are_over(
    desks: TwoDesks, pool: Pool, platform_pool: Pool
) -> None:
    shop, scope, now = desks.ours.shop, desks.ours.shop.scope, datetime.now(UTC)
    await add_products(shop, P("Ассам"), P("Сенча"), P("Пуэр"))
    later = now - timedelta(days=2)
    await age(scope, Ассам=now - DAYS + timedelta(hours=1), Сенча=later, Пуэр=now - 2 * DAYS)
    collection = await collect(desks.ours)
    assert await due(scope) == [now + timedelta(hours=1) + CLOCKS_APART]

    buyer = Client(
        desks.ours.admin.app, await make_key(platform_pool, scope.tenant_id, "publishable")
    )
    asked = {"id": collection}
    before = await buyer.get_persisted(SHELF, asked, with_text=True)
    tag = before.headers["etag"]
    assert titles(before.json()) == ["Ассам", "Сенча"]
    assert (await buyer.get_persisted(SHELF, asked, etag=tag)).status_code == 304

    await age(scope, Ассам=now - DAYS - timedelta(hours=1))
    await work(pool, platform_pool, scope)
    after = await buyer.get_persisted(SHELF, asked, etag=tag)
    assert after.status_code == 200
    assert titles(after.json()) == ["Сенча"]
    assert await due(scope) == [later + DAYS + CLOCKS_APART]
    events = select(EventRow.entity_id, EventRow.payload).where(
        EventRow.type == "collection.refilled"
    )
    told = [(row["entity_id"], row["payload"]) for row in await scope.reading.rows(events)]
    assert told == [(decode_id(collection, "col"), {"left": 1})]


async def test_a_product_whose_days_are_over_stays_where_the_rule_means_it_otherwise(
    desks: TwoDesks, pool: Pool, platform_pool: Pool
) -> None:
    shop, scope, now = desks.ours.shop, desks.ours.shop.scope, datetime.now(UTC)
    await add_products(shop, P("Ассам"), P("Сенча"))
    async with scope.writing("test") as uow:
        await uow.execute(update(Product).where(Product.title == "Сенча").values(country="JP"))
    await age(scope, Ассам=now, Сенча=now)
    japanese = {"field": "COUNTRY", "values": ["JP"]}
    rule = {"match": "ANY", "conditions": [*RULE["conditions"], japanese]}
    collection = await collect(desks.ours, rule=rule)
    await age(scope, Ассам=now - 2 * DAYS, Сенча=now - 2 * DAYS)
    await work(pool, platform_pool, scope)
    data = await desks.ours.admin.ask(SHELF, id=collection)
    assert titles({"data": data}) == ["Сенча"]
    assert await due(scope) == []


async def test_a_product_that_comes_has_its_end_looked_after(desks: TwoDesks) -> None:
    scope = desks.ours.shop.scope
    await collect(desks.ours)
    assert await due(scope) == []
    data = await desks.ours.admin.ask(CREATE)
    assert refusals(data["productCreate"]) == []
    published_at = await scope.reading.value(select(Product.published_at))
    assert await due(scope) == [published_at + DAYS + CLOCKS_APART]


async def test_the_next_refill_is_that_of_the_earliest_end(desks: TwoDesks) -> None:
    shop, scope, now = desks.ours.shop, desks.ours.shop.scope, datetime.now(UTC)
    await add_products(shop, P("Ассам"))
    await age(scope, Ассам=now)
    collection = await collect(desks.ours)
    assert await due(scope) == [now + DAYS + CLOCKS_APART]
    await desks.ours.admin.ask(CREATE)
    assert await due(scope) == [now + DAYS + CLOCKS_APART]
    week = {"conditions": [{"field": "NEW_WITHIN_DAYS", "values": ["7"]}]}
    data = await desks.ours.admin.ask(UPDATE, id=collection, input={"rule": week})
    assert refusals(data["collectionUpdate"]) == []
    assert await due(scope) == [now + timedelta(days=7) + CLOCKS_APART]
    assert await due(desks.neighbour.shop.scope) == []


def titles(answer: Any) -> list[str]:
    """Titles on a collection's shelf."""
    return [one["title"] for one in answer["data"]["collection"]["products"]["nodes"]]
