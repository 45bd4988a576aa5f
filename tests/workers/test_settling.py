"""After goods change, the listing's sums are gathered by a job, once for many changes."""

import pytest
from sqlalchemy import func, select

from domain.catalog.changes import products_changed, settle_listing
from domain.catalog.tables import Listing
from tenants.database import Pool
from tenants.jobs import Job
from tenants.platform import platform_scope
from tests.conftest import TwoTenants
from tests.factories_catalog import P, add_products, make_window
from workers.relay import relay_once
from workers.runner import Kind, run_job

pytestmark = pytest.mark.anyio


async def test_many_changes_are_settled_once(
    pool: Pool, platform_pool: Pool, tenants: TwoTenants
) -> None:
    shop = await make_window(pool, tenants.ours)
    products = await add_products(shop, P("Ассам"), P("Сенча"))
    scope = shop.scope
    for product_id in products:
        async with scope.writing("test") as uow:
            await products_changed(uow, [product_id])
    waiting = await scope.reading.rows(select(Job.id, Job.run_at).where(Job.state == "queued"))
    assert len(waiting) == 1
    platform = await platform_scope(platform_pool, reason="test relay")
    async with scope.writing("test") as uow:
        await uow.connection.execute("UPDATE platform.job SET run_at = now()")
    woken = {}

    async def wake(job_id: object, attempt: int) -> None:
        woken[job_id] = attempt

    while await relay_once(platform, wake):
        pass
    job_id = waiting[0]["id"]
    kinds = {"listing.settle": Kind(course=settle_listing)}
    assert await run_job(pool, platform, kinds, job_id, woken[job_id]) == "done"
    left = await scope.reading.value(select(func.count()).where(Listing.ordinal.is_(None)))
    assert left == 0
