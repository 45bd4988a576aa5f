"""Exports at the admin's door: asked for, made by their job, fetched, cancelled."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update
from starlette.types import ASGIApp

from domain.merchants.export import run_export
from integrations.files.local import LocalFiles
from integrations.files.stores import file_store
from tenants.database import Pool
from tenants.jobs import Job
from tenants.platform import platform_scope
from tenants.roles import RoleUrls
from tenants.scope import TenantScope
from tests.api.client import settings_for
from tests.api.merchants.conftest import Office, uuid_of
from tests.conftest import Servers
from tests.fakes.courses import PlainCourse
from workers.runner import Kind, run_job

pytestmark = pytest.mark.anyio

CREATE = """
mutation { done: exportCreate { export { id status url } userErrors { code path } } }
"""
CANCEL = """
mutation($id: ID!) { done: exportCancel(id: $id) {
  export { status finishedAt } userErrors { code path } } }
"""


async def test_an_export_is_made_and_fetched_by_its_link(
    app: ASGIApp, office: Office, pool: Pool, database: RoleUrls, servers: Servers
) -> None:
    export = (await office.owner.do(CREATE))["export"]
    assert (export["status"], export["url"]) == ("WAITING", None)
    assert (await office.owner.refused(CREATE))["code"] == "NOT_ALLOWED"
    course = PlainCourse(TenantScope(pool, office.tenant_id))
    store = file_store(settings_for(database, servers.redis_url))
    export_id = uuid_of(export["id"], "exp")
    await run_export(course, store, export_id=str(export_id))
    found = await office.owner.ask(
        "query($id: ID!) { export(id: $id) { status rows sizeBytes sha256 url } }", id=export["id"]
    )
    assert found["export"]["status"] == "READY"
    assert f"upl_{export['id'][4:]}" in found["export"]["url"]


async def test_an_export_is_cancelled_and_another_begun(
    office: Office, neighbour: Office, pool: Pool, tmp_path: Path
) -> None:
    first = (await office.owner.do(CREATE))["export"]["id"]
    assert (await neighbour.owner.refused(CANCEL, id=first))["code"] == "NOT_FOUND"
    for _ in range(2):
        stopped = (await office.owner.do(CANCEL, id=first))["export"]
        assert stopped["status"] == "CANCELLED"
        assert stopped["finishedAt"]
    jobs = await office.owner.ask('{ jobs(kind: "export.run") { nodes { state } } }')
    assert jobs["jobs"]["nodes"] == [{"state": "CANCELLED"}]
    second = (await office.owner.do(CREATE))["export"]["id"]
    course = PlainCourse(TenantScope(pool, office.tenant_id))
    await run_export(course, LocalFiles(tmp_path), export_id=str(uuid_of(second, "exp")))
    assert (await office.owner.refused(CANCEL, id=second))["code"] == "NOT_ALLOWED"


async def test_an_export_that_is_cancelled_while_it_is_made_has_no_file(
    office: Office, pool: Pool, platform_pool: Pool, tmp_path: Path
) -> None:
    export_id = (await office.owner.do(CREATE))["export"]["id"]
    began, cancelled = asyncio.Event(), asyncio.Event()

    class SlowFiles(LocalFiles):
        """A store that takes its time."""

        async def save(self, tenant_id: UUID, name: str, chunks: AsyncIterator[bytes]) -> int:
            began.set()
            await cancelled.wait()
            return await super().save(tenant_id, name, chunks)

    scope = TenantScope(pool, office.tenant_id)
    job = await scope.reading.row(select(Job.id, Job.attempt).where(Job.kind == "export.run"))
    assert job
    async with scope.writing("test") as uow:
        await uow.execute(update(Job).where(Job.id == job["id"]).values(state="dispatched"))
    kinds = {"export.run": Kind(course=partial(run_export, store=SlowFiles(tmp_path)))}
    platform = await platform_scope(platform_pool, reason="test")
    making = asyncio.create_task(run_job(pool, platform, kinds, job["id"], job["attempt"]))
    await began.wait()
    assert (await office.owner.refused(CREATE))["code"] == "NOT_ALLOWED"
    await office.owner.do(CANCEL, id=export_id)
    cancelled.set()
    assert await making == "taken"
    found = await office.owner.ask(
        "query($id: ID!) { export(id: $id) { status url } }", id=export_id
    )
    assert found["export"] == {"status": "CANCELLED", "url": None}
