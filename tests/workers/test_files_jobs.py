"""The jobs of files and pictures, from the queue to the store."""

from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.catalog.media import add_media, delete_media, media_of
from domain.files.tables import StoredFile
from domain.opening import reception_of
from integrations.dns.records import DnsRecords
from integrations.fetching.http import http_fetcher
from integrations.files.local import LocalFiles
from integrations.sheets.reader import open_sheet
from integrations.sheets.writer import write_sheet
from integrations.yml.reader import open_yml
from tenants.database import Pool
from tenants.jobs import Job
from tenants.platform import platform_scope
from tenants.roles import RoleUrls
from tests.api.client import settings_for
from tests.conftest import Servers, TwoTenants
from tests.domain.catalog.drawings import picture
from tests.factories_catalog import P, add_products, make_window
from tests.integrations.fetching.servers import reply, stranger
from workers.kinds import Tools, kinds_of
from workers.relay import relay_once
from workers.runner import run_job

pytestmark = pytest.mark.anyio


async def test_pictures_come_and_go_by_jobs(
    pool: Pool,
    platform_pool: Pool,
    database: RoleUrls,
    servers: Servers,
    tenants: TwoTenants,
    tmp_path: Path,
) -> None:
    platform = await platform_scope(platform_pool, reason="test relay")
    shop = await make_window(pool, tenants.ours)
    (product_id,) = await add_products(shop, P("Чашка"))
    store = LocalFiles(tmp_path)
    reception = reception_of(settings_for(database, servers.redis_url), platform_pool)

    async def work() -> None:
        """Do what is due, until nothing is."""
        woken: list[tuple[UUID, int]] = []

        async def wake(job_id: UUID, attempt: int) -> None:
            woken.append((job_id, attempt))

        while await relay_once(platform, wake):
            pass
        ours = {row["id"] for row in await shop.scope.reading.rows(select(Job.id))}
        for job_id, attempt in woken:
            if job_id in ours:
                await run_job(pool, platform, kinds, job_id, attempt)

    async with stranger() as supplier, http_fetcher(private_addresses_allowed=True) as fetcher:
        kinds = kinds_of(
            Tools(
                reception=reception,
                mailer=cast("Any", None),
                files=store,
                fetcher=fetcher,
                records=DnsRecords(),
                open_price_list=open_yml,
                open_sheet=open_sheet,
                write_sheet=write_sheet,
                sign_link=cast("Any", None),
                carriers=cast("Any", None),
            )
        )
        supplier.answers["/cup.png"] = reply(body=picture(), Content_Type="image/png")
        async with shop.scope.writing("test") as uow:
            given = [{"source_url": supplier.url("/cup.png")}]
            (media_id,) = await add_media(uow, product=product_id, given=given)
        await work()
        (media,) = await media_of(shop.scope.reading, [product_id])
        assert media["status"] == "stored"
        assert await store.size(shop.scope.tenant_id, media["storage_key"]) == len(picture())

        async with shop.scope.writing("test") as uow:
            await delete_media(uow, media_id)
        for _ in range(2):  # the one that looks, and the one that it queues
            await work()
        assert await shop.scope.reading.rows(select(StoredFile.id)) == []
        async with shop.scope.writing("test") as uow:
            await uow.execute(update(Job).where(Job.state == "queued").values(run_at=uow.now))
        await work()
        states = await shop.scope.reading.rows(select(Job.kind, Job.state))
        assert {row["state"] for row in states} == {"done"}, [dict(row) for row in states]
