"""The pictures' pipeline: real servers to fetch from, a real folder to keep them in."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.catalog.media import add_media, delete_media, media_of
from domain.catalog.media_files import (
    MOST_TROUBLE,
    PAGE,
    ROUNDS,
    forget_pictures,
    store_waiting,
)
from domain.catalog.tables import Media
from domain.files.ports import FileStore, NoSuchFile
from domain.files.stored_files import remove_file
from domain.files.tables import StoredFile
from domain.files.uploads import Arriving, create_upload, receive, use_upload
from domain.merchants import plans
from domain.merchants.tables import UsageCounter
from integrations.fetching.http import HttpFetcher, http_fetcher
from integrations.files.local import LocalFiles
from tenants.jobs import Job
from tenants.ledger import Ledger
from tenants.scope import TenantScope
from tests.domain.catalog.conftest import Shop
from tests.domain.catalog.drawings import picture, png_that_says
from tests.fakes.courses import PlainCourse
from tests.integrations.fetching.servers import Stranger, reply, stranger

pytestmark = pytest.mark.anyio

CUP = picture(700, 500)


@dataclass
class Gallery:
    """A shop's product, and what its pictures are made with."""

    scope: TenantScope
    product_id: UUID
    store: FileStore
    fetcher: HttpFetcher
    supplier: Stranger

    async def add(self, **given: Any) -> UUID:
        async with self.scope.writing("test") as uow:
            return (await add_media(uow, product=self.product_id, given=[given]))[0]

    async def add_address(self, path: str, answer: bytes | None = None) -> UUID:
        if answer is not None:
            self.supplier.answers[path] = answer
        return await self.add(source_url=self.supplier.url(path))

    async def run(self, **arguments: Any) -> dict[str, int]:
        course = PlainCourse(self.scope)
        return await store_waiting(course, self.store, self.fetcher, **arguments)

    async def media(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await media_of(self.scope.reading, [self.product_id])]

    async def files(self) -> list[dict[str, Any]]:
        rows = await self.scope.reading.rows(select(StoredFile).order_by(StoredFile.id))
        return [dict(row) for row in rows]

    async def jobs(self, kind: str) -> list[dict[str, Any]]:
        rows = await self.scope.reading.rows(select(Job).where(Job.kind == kind).order_by(Job.id))
        return [dict(row) for row in rows]

    async def content(self, name: str) -> bytes:
        reading = self.store.read(self.scope.tenant_id, name)
        return b"".join([chunk async for chunk in reading])

    async def used(self) -> int:
        asked = select(UsageCounter.used).where(UsageCounter.what == "storage_bytes")
        return await self.scope.reading.value(asked) or 0

    async def upload(self, raw: bytes) -> UUID:
        async def chunks() -> AsyncIterator[bytes]:
            yield raw

        async with self.scope.writing("test") as uow:
            upload_id = await create_upload(
                uow, purpose="picture", filename="cup.png", content_type="image/png", bytes=len(raw)
            )
        await receive(self.scope, self.store, upload_id, Arriving("image/png", None, chunks()))
        return upload_id

    async def add_upload(self, upload_id: UUID) -> UUID:
        async with self.scope.writing("test") as uow:
            row = await use_upload(uow, upload_id, purpose="picture")
            given = [{"storage_key": row["name"]}]
            return (await add_media(uow, product=self.product_id, given=given))[0]

    async def clean_up(self) -> None:
        """Do what jobs of removal were queued, as if their day had come."""
        for job in await self.jobs("files.remove"):
            await remove_file(PlainCourse(self.scope), self.store, **job["arguments"])


@pytest.fixture
async def gallery(shop: Shop, tmp_path: Path) -> AsyncIterator[Gallery]:
    async with stranger() as supplier, http_fetcher(private_addresses_allowed=True) as fetcher:
        yield Gallery(shop.scope, shop.product_id, LocalFiles(tmp_path), fetcher, supplier)


async def test_a_picture_is_fetched_and_drawn(gallery: Gallery) -> None:
    await gallery.add_address("/cup.png", reply(body=CUP, Content_Type="image/png"))
    assert await gallery.run() == {"stored": 1, "failed": 0, "later": 0, "gone": 0}
    (media,) = await gallery.media()
    assert media["status"] == "stored"
    assert (media["width"], media["height"]) == (700, 500)
    assert (media["content_type"], media["bytes"]) == ("image/png", len(CUP))
    assert [(size["width"], size["height"]) for size in media["sizes"]] == [
        (160, 114), (320, 229), (640, 457), (700, 500),
    ]  # fmt: skip
    assert await gallery.content(media["storage_key"]) == CUP
    sizes = [await gallery.content(f"media/{size['key']}") for size in media["sizes"]]
    assert all(data[8:12] == b"WEBP" for data in sizes)
    assert await gallery.used() == len(CUP) + sum(map(len, sizes))
    assert await gallery.jobs("files.remove") != []
    await gallery.clean_up()
    assert await gallery.content(media["storage_key"]) == CUP, "what is shown stays"


async def test_an_upload_becomes_a_picture_and_goes(gallery: Gallery) -> None:
    upload_id = await gallery.upload(CUP)
    await gallery.add_upload(upload_id)
    assert (await gallery.run(product_id=str(gallery.product_id)))["stored"] == 1
    (media,) = await gallery.media()
    assert media["storage_key"].startswith("pictures/pic_")
    used = await gallery.used()
    await gallery.clean_up()
    assert [file["purpose"] for file in await gallery.files()] == ["original"]
    with pytest.raises(NoSuchFile):
        await gallery.content(f"uploads/{upload_id}")
    assert await gallery.used() == used - len(CUP)


async def test_twice_is_as_once(gallery: Gallery) -> None:
    await gallery.add_address("/cup.png", reply(body=CUP, Content_Type="image/png"))
    await gallery.run()
    before = (await gallery.media(), await gallery.files(), await gallery.used())
    assert await gallery.run() == {"stored": 0, "failed": 0, "later": 0, "gone": 0}
    assert (await gallery.media(), await gallery.files(), await gallery.used()) == before


async def test_the_same_picture_is_kept_once(gallery: Gallery) -> None:
    for number in range(5):
        await gallery.add_address(f"/{number}", reply(body=CUP, Content_Type="image/png"))
    await gallery.add_upload(await gallery.upload(CUP))
    assert (await gallery.run())["stored"] == 6
    await gallery.clean_up()
    assert len({media["storage_key"] for media in await gallery.media()}) == 1
    assert [file["status"] for file in await gallery.files()] == ["stored"]
    size = (await gallery.files())[0]["size_bytes"]
    assert await gallery.used() == size


async def test_jobs_at_the_same_time_keep_the_same_picture_once(gallery: Gallery) -> None:
    for number in range(8):
        await gallery.add_address(f"/{number}", reply(body=CUP, Content_Type="image/png"))
    ended = await asyncio.gather(*(gallery.run() for _ in range(4)))
    assert sum(one["failed"] + one["later"] for one in ended) == 0
    assert {media["status"] for media in await gallery.media()} == {"stored"}
    await gallery.clean_up()
    assert len({media["storage_key"] for media in await gallery.media()}) == 1
    assert [file["status"] for file in await gallery.files()] == ["stored"]
    for media in await gallery.media():
        assert await gallery.content(f"media/{media['sizes'][0]['key']}")


async def test_a_neighbour_with_the_same_picture_has_his_own(
    gallery: Gallery, neighbour: TenantScope
) -> None:
    await gallery.add_address("/cup.png", reply(body=CUP, Content_Type="image/png"))
    await gallery.run()
    assert await neighbour.reading.rows(select(StoredFile.id)) == []
    key = (await gallery.media())[0]["storage_key"]
    with pytest.raises(NoSuchFile):
        await gallery.store.size(neighbour.tenant_id, key)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (reply(404), "not_there"),
        (reply(302, Location="file:///etc/passwd"), "address"),
        (reply(body=b"<html>", Content_Type="text/html"), "content_type"),
        (reply(body=b"<svg/>", Content_Type="image/svg+xml"), "not_a_picture"),
        (reply(body=b"GIF89a<script>", Content_Type="image/gif"), "not_a_picture"),
        (reply(body=CUP[:-50], Content_Type="image/png"), "broken"),
        (reply(body=png_that_says(60_000, 60_000), Content_Type="image/png"), "too_many_pixels"),
        (reply(body=b"x", Content_Length=str(10**9), Content_Type="image/png"), "too_large"),
    ],
)
async def test_what_cannot_heal_is_noted_at_once(
    gallery: Gallery, answer: bytes, failure: str
) -> None:
    await gallery.add_address("/cup.png", answer)
    assert (await gallery.run())["failed"] == 1
    (media,) = await gallery.media()
    assert (media["status"], media["failure"]) == ("failed", failure)
    assert await gallery.files() == []
    assert (await gallery.jobs("media.store"))[1:] == [], "there is no second round"


async def test_an_address_inside_is_never_asked(gallery: Gallery) -> None:
    await gallery.add_address("/cup.png", reply(body=CUP, Content_Type="image/png"))
    async with http_fetcher() as strict:
        await store_waiting(PlainCourse(gallery.scope), gallery.store, strict)
    (media,) = await gallery.media()
    assert (media["status"], media["failure"]) == ("failed", "private_address")
    assert gallery.supplier.asked == []


async def test_what_can_heal_is_tried_in_later_rounds(gallery: Gallery) -> None:
    await gallery.add_address("/cup.png", reply(503))
    assert (await gallery.run())["later"] == 1
    assert (await gallery.media())[0]["status"] == "waiting"
    job = (await gallery.jobs("media.store"))[-1]
    assert job["arguments"] == {"product_id": None, "after": None, "round": 2}
    until = job["run_at"] - datetime.now(UTC)
    assert ROUNDS[0] - timedelta(seconds=30) < until <= ROUNDS[0]

    gallery.supplier.answers["/cup.png"] = reply(body=CUP, Content_Type="image/png")
    assert (await gallery.run(**job["arguments"]))["stored"] == 1


async def test_in_the_last_round_it_is_given_up(gallery: Gallery) -> None:
    await gallery.add_address("/cup.png", reply(503))
    assert (await gallery.run(round=len(ROUNDS) + 1))["failed"] == 1
    (media,) = await gallery.media()
    assert (media["status"], media["failure"]) == ("failed", "server_trouble")
    assert len(await gallery.jobs("media.store")) == 1


async def test_a_host_in_trouble_is_left_alone_for_the_round(gallery: Gallery) -> None:
    for number in range(20):
        await gallery.add_address(f"/{number}", reply(500))
    assert (await gallery.run())["later"] == 20
    assert MOST_TROUBLE <= len(gallery.supplier.asked) < 10


async def test_many_pictures_are_a_chain_of_jobs(gallery: Gallery) -> None:
    row = {"product_id": gallery.product_id, "position": 0, "storage_key": "uploads/nothing"}
    async with gallery.scope.writing("test") as uow:
        ids = await uow.add_all(Media, [row] * (PAGE + 1))
    assert (await gallery.run())["failed"] == PAGE
    job = (await gallery.jobs("media.store"))[-1]
    assert job["arguments"] == {"product_id": None, "after": str(ids[PAGE - 1]), "round": 1}
    assert (await gallery.run(**job["arguments"]))["failed"] == 1
    assert len(await gallery.jobs("media.store")) == 1


async def test_what_was_added_behind_the_job_is_not_forgotten(gallery: Gallery) -> None:
    for number in range(2):
        await gallery.add_address(f"/{number}", reply(404))
    first, _ = [media["id"] for media in await gallery.media()]
    assert (await gallery.run(after=str(first)))["failed"] == 1
    assert (await gallery.jobs("media.store"))[-1]["arguments"]["round"] == 2


async def test_a_full_store_is_noted(gallery: Gallery) -> None:
    async with gallery.scope.writing("test") as uow:
        await plans.take(uow, "storage_bytes")
        await uow.execute(update(UsageCounter).values(allowed=len(CUP)))
    await gallery.add_address("/cup.png", reply(body=CUP, Content_Type="image/png"))
    assert (await gallery.run())["failed"] == 1
    assert (await gallery.media())[0]["failure"] == "no_room"
    assert await gallery.used() == 1


async def test_a_picture_taken_away_takes_its_files_along(gallery: Gallery) -> None:
    for number in range(2):
        await gallery.add_address(f"/{number}", reply(body=CUP, Content_Type="image/png"))
    await gallery.run()
    one, two = await gallery.media()
    for left, media in ((1, one), (0, two)):
        async with gallery.scope.writing("test") as uow:
            await delete_media(uow, media["id"])
        for job in await gallery.jobs("media.forget"):
            async with gallery.scope.writing("test") as uow:
                await forget_pictures(uow, **job["arguments"])
        await gallery.clean_up()
        assert len(await gallery.files()) == left
    with pytest.raises(NoSuchFile):
        await gallery.content(one["storage_key"])
    with pytest.raises(NoSuchFile):
        await gallery.content(f"media/{one['sizes'][0]['key']}")
    assert await gallery.used() == 0


async def test_a_picture_that_comes_back_before_its_files_went_keeps_them(
    gallery: Gallery,
) -> None:
    await gallery.add_address("/cup.png", reply(body=CUP, Content_Type="image/png"))
    await gallery.run()
    (media,) = await gallery.media()
    async with gallery.scope.writing("test") as uow:
        await delete_media(uow, media["id"])
        await forget_pictures(uow, storage_keys=[media["storage_key"]])
    await gallery.add_address("/again.png", reply(body=CUP, Content_Type="image/png"))
    await gallery.run()
    await gallery.clean_up()
    (again,) = await gallery.media()
    assert again["storage_key"] == media["storage_key"]
    assert await gallery.content(again["storage_key"]) == CUP


async def test_a_picture_deleted_while_it_is_fetched_leaves_nothing(gallery: Gallery) -> None:
    media_id = await gallery.add_address("/cup.png")

    async def deleted_meanwhile(writer: asyncio.StreamWriter) -> None:
        async with gallery.scope.writing("test") as uow:
            await delete_media(uow, media_id)
        writer.write(reply(body=CUP, Content_Type="image/png"))
        await writer.drain()

    gallery.supplier.answers["/cup.png"] = deleted_meanwhile
    assert (await gallery.run())["gone"] == 1
    await gallery.clean_up()
    assert await gallery.files() == []
    assert await gallery.used() == 0


@dataclass
class Dying:
    """A store that fails from its `last` file on, as a full disk does."""

    inner: FileStore
    last: int

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def save(self, tenant_id: UUID, name: str, chunks: AsyncIterator[bytes]) -> int:
        self.last -= 1
        if self.last < 0:
            raise OSError(28, "No space left on device")
        return await self.inner.save(tenant_id, name, chunks)


@pytest.mark.parametrize("saved", range(6))
async def test_a_job_that_dies_anywhere_is_done_by_the_next(
    gallery: Gallery, tmp_path: Path, saved: int
) -> None:
    """Four sizes and the original; 5 of 5 saved is no death, and has to come out the same."""
    await gallery.add_address("/cup.png", reply(body=CUP, Content_Type="image/png"))
    healthy = gallery.store
    gallery.store = Dying(healthy, saved)
    if saved < 5:
        with pytest.raises(OSError, match="No space"):
            await gallery.run()
        assert (await gallery.media())[0]["status"] == "waiting"
    gallery.store = healthy
    await gallery.run()
    await gallery.clean_up()
    (media,) = await gallery.media()
    assert media["status"] == "stored"
    (file,) = await gallery.files()
    assert await gallery.used() == file["size_bytes"]
    kept = {name for _, _, names in os.walk(tmp_path) for name in names}
    names = {name.rpartition("/")[2] for name in (file["name"], *file["companions"])}
    assert kept == names, "no file without its row"


async def test_a_change_of_pictures_shows_at_once(gallery: Gallery) -> None:
    version = select(Ledger.event_sequence)
    await gallery.add_address("/cup.png", reply(body=CUP, Content_Type="image/png"))
    before = await gallery.scope.reading.value(version)
    await gallery.run()
    assert await gallery.scope.reading.value(version) > before
    assert await gallery.scope.reading.rows(select(Media.id).where(Media.status == "stored"))
