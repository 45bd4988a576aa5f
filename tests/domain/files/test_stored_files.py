"""Files go on their day, bytes first, and nothing that was cut short stays behind."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.errors import NotAllowed, NotFound
from domain.files.ports import NoSuchFile
from domain.files.stored_files import (
    UNFINISHED_KEPT,
    announce_file,
    drop_file,
    files_by_ids,
    keep_until,
    remove_file,
    settle_file,
)
from domain.files.uploads import (
    KEPT,
    Arriving,
    UploadRefused,
    create_upload,
    receive,
    use_upload,
)
from domain.merchants.tables import UsageCounter
from integrations.files.local import LocalFiles
from tenants.database import Pool
from tenants.ids import new_id
from tenants.jobs import Job
from tenants.scope import TenantScope
from tests.conftest import TwoTenants
from tests.fakes.courses import PlainCourse

pytestmark = pytest.mark.anyio


@pytest.fixture
def scope(pool: Pool, tenants: TwoTenants) -> TenantScope:
    return TenantScope(pool, tenants.ours)


@pytest.fixture
def store(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path)


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def announced(scope: TenantScope, size: int = 5, **more: Any) -> UUID:
    file_id = new_id()
    async with scope.writing("test") as uow:
        await announce_file(
            uow,
            file_id,
            purpose=more.pop("purpose", "original"),
            name=f"pictures/{file_id}",
            filename="x",
            content_type="image/png",
            bytes=size,
            **more,
        )
    return file_id


async def stored(scope: TenantScope, store: LocalFiles, **more: Any) -> UUID:
    file_id = await announced(scope, **more)
    await store.save(scope.tenant_id, f"pictures/{file_id}", pieces(b"bytes"))
    async with scope.writing("test") as uow:
        assert await settle_file(uow, file_id, sha256=file_id.bytes, expires_at=None)
    return file_id


async def removals(scope: TenantScope) -> list[dict[str, Any]]:
    rows = await scope.reading.rows(
        select(Job.arguments, Job.run_at).where(Job.kind == "files.remove").order_by(Job.id)
    )
    return [dict(row) for row in rows]


async def remove_all_due(scope: TenantScope, store: LocalFiles) -> None:
    """Do the jobs that are queued, as if their days had come."""
    for job in await removals(scope):
        await remove_file(PlainCourse(scope), store, **job["arguments"])


async def is_known(scope: TenantScope, file_id: UUID) -> bool:
    return file_id in await files_by_ids(scope.reading, [file_id])


async def used(scope: TenantScope) -> int:
    asked = select(UsageCounter.used).where(UsageCounter.what == "storage_bytes")
    return await scope.reading.value(asked) or 0


async def test_what_was_never_settled_goes_on_its_day(
    scope: TenantScope, store: LocalFiles
) -> None:
    file_id = await announced(scope, companions=["media/a", "media/b"])
    await store.save(scope.tenant_id, f"pictures/{file_id}", pieces(b"bytes"))
    await store.save(scope.tenant_id, "media/b", pieces(b"bytes"))
    (job,) = await removals(scope)
    row = (await files_by_ids(scope.reading, [file_id]))[file_id]
    assert job["run_at"] == row["expires_at"] == row["created_at"] + UNFINISHED_KEPT
    assert await used(scope) == 5

    await remove_all_due(scope, store)
    assert not await is_known(scope, file_id)
    assert await used(scope) == 0
    for name in (f"pictures/{file_id}", "media/b"):
        with pytest.raises(NoSuchFile):
            await store.size(scope.tenant_id, name)


async def test_what_is_kept_is_left_alone(scope: TenantScope, store: LocalFiles) -> None:
    file_id = await stored(scope, store)
    await remove_all_due(scope, store)
    assert await is_known(scope, file_id)
    assert await store.size(scope.tenant_id, f"pictures/{file_id}") == 5


async def test_a_later_day_leaves_the_job_of_the_earlier_one_nothing_to_do(
    scope: TenantScope, store: LocalFiles
) -> None:
    file_id = await announced(scope)
    async with scope.writing("test") as uow:
        await keep_until(uow, file_id, uow.now + timedelta(days=30))
    earlier, later = await removals(scope)
    await remove_file(PlainCourse(scope), store, **earlier["arguments"])
    assert await is_known(scope, file_id)
    await remove_file(PlainCourse(scope), store, **later["arguments"])
    assert not await is_known(scope, file_id)


async def test_a_dropped_file_goes_and_is_counted_back_once(
    scope: TenantScope, store: LocalFiles
) -> None:
    kept, dropped = await stored(scope, store), await stored(scope, store)
    async with scope.writing("test") as uow:
        await drop_file(uow, dropped)
    await remove_all_due(scope, store)
    await remove_all_due(scope, store)
    assert [await is_known(scope, one) for one in (kept, dropped)] == [True, False]
    assert await used(scope) == 5


async def test_a_removal_cut_short_is_finished_by_the_next(
    scope: TenantScope, store: LocalFiles
) -> None:
    file_id = await stored(scope, store)
    async with scope.writing("test") as uow:
        await drop_file(uow, file_id)

    class Failing(LocalFiles):
        async def remove(self, tenant_id: UUID, name: str) -> None:
            raise OSError("the disk is away")

    with pytest.raises(OSError, match="away"):
        await remove_all_due(scope, Failing(store.root))
    assert not await is_known(scope, file_id), "nobody finds it any more"
    assert await used(scope) == 5, "and it still takes its room"
    await remove_all_due(scope, store)
    assert await used(scope) == 0


async def test_a_neighbours_job_removes_nothing_of_ours(
    pool: Pool, tenants: TwoTenants, scope: TenantScope, store: LocalFiles
) -> None:
    file_id = await announced(scope)
    await store.save(scope.tenant_id, f"pictures/{file_id}", pieces(b"bytes"))
    neighbour = PlainCourse(TenantScope(pool, tenants.neighbour))
    for job in await removals(scope):
        await remove_file(neighbour, store, **job["arguments"])
    assert await is_known(scope, file_id)
    assert await store.size(scope.tenant_id, f"pictures/{file_id}") == 5


async def test_an_export_takes_no_room_of_the_plan(scope: TenantScope, store: LocalFiles) -> None:
    file_id = await announced(scope, size=0, purpose="export")
    async with scope.writing("test") as uow:
        ends = uow.now + timedelta(days=7)
        assert await settle_file(uow, file_id, sha256=b"", expires_at=ends, bytes=10**9)
    assert await used(scope) == 0
    await remove_all_due(scope, store)
    assert not await is_known(scope, file_id)
    assert await used(scope) == 0


async def uploaded(scope: TenantScope, purpose: Any = "price_list") -> UUID:
    async with scope.writing("test") as uow:
        return await create_upload(
            uow, purpose=purpose, filename="list.xml", content_type="text/xml", bytes=5
        )


async def test_an_upload_removed_while_it_comes_leaves_nothing(
    scope: TenantScope, store: LocalFiles
) -> None:
    upload_id = await uploaded(scope)

    async def slow() -> AsyncIterator[bytes]:
        yield b"by"
        await remove_all_due(scope, store)
        yield b"tes"

    with pytest.raises(UploadRefused, match="gone"):
        await receive(scope, store, upload_id, Arriving("text/xml", 5, slow()))
    with pytest.raises(NoSuchFile):
        await store.size(scope.tenant_id, f"uploads/{upload_id}")
    assert not list(await asyncio.to_thread(lambda: [*store.root.rglob("upl_*")]))
    assert await used(scope) == 0


async def test_an_upload_is_used_within_a_week_of_its_coming(
    scope: TenantScope, store: LocalFiles
) -> None:
    upload_id = await uploaded(scope)
    async with scope.writing("test") as uow:
        with pytest.raises(NotAllowed):
            await use_upload(uow, upload_id, "uploadId", purpose="price_list")
    await receive(scope, store, upload_id, Arriving("text/xml; charset=utf-8", 5, pieces(b"bytes")))
    async with scope.writing("test") as uow:
        row = await use_upload(uow, upload_id, "uploadId", purpose="price_list")
        assert (await removals(scope))[-1]["run_at"] <= uow.now + KEPT
    assert await store.size(scope.tenant_id, row["name"]) == 5
    await remove_all_due(scope, store)
    async with scope.writing("test") as uow:
        with pytest.raises(NotFound):
            await use_upload(uow, upload_id, "uploadId", purpose="price_list")


async def test_an_upload_for_one_thing_is_none_for_another(
    pool: Pool, tenants: TwoTenants, scope: TenantScope, store: LocalFiles
) -> None:
    upload_id = await uploaded(scope)
    await receive(scope, store, upload_id, Arriving("text/xml", None, pieces(b"bytes")))
    neighbour = TenantScope(pool, tenants.neighbour)
    for whose, purpose in ((scope, "picture"), (neighbour, "price_list")):
        async with whose.writing("test") as uow:
            with pytest.raises(NotFound) as refused:
                await use_upload(uow, upload_id, "media", 0, "uploadId", purpose=purpose)  # type: ignore[arg-type]
        assert refused.value.path == ("media", "0", "uploadId")


async def test_a_link_brings_no_bytes_to_another_kind_of_file(
    scope: TenantScope, store: LocalFiles
) -> None:
    file_id = await announced(scope)
    with pytest.raises(UploadRefused, match="gone"):
        await receive(scope, store, file_id, Arriving("image/png", 5, pieces(b"bytes")))
