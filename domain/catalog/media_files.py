"""The pictures of the catalogue: fetched or uploaded, drawn in our sizes, kept once each.

A picture waits as a row of `media` until the job has its file. What cannot heal is noted on the row
(`failure`); what can is tried again in a later round, and noted in the last one. The file as it
came is kept unseen under `pictures/`; the world sees `media/`, which is drawn anew.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
from sqlalchemy import Text, Uuid, bindparam, exists, or_, select

from domain.catalog.media import fail_media, store_media
from domain.catalog.pictures import MOST_BYTES, Drawn, PictureRefused, Size, draw
from domain.catalog.tables import Media
from domain.courses import Course
from domain.errors import LimitReached, NotFound
from domain.files.fetching import Bounds, Fetcher, FetchFailed, FetchRefused
from domain.files.ports import FileStore, NoSuchFile
from domain.files.stored_files import announce_file, drop_file, keep_until, settle_file
from domain.files.tables import StoredFile
from tenants.ids import encode_id, new_id
from tenants.jobs import enqueue
from tenants.scope import Row, UnitOfWork

STORE: Final = "media.store"

AT_ONCE: Final = 4
PAGE: Final = 400
"""Pictures of one job; the next job goes on behind them."""
SIGN_OF_LIFE: Final = timedelta(seconds=20)
ROUNDS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
"""How long to wait after each round but the last."""
MOST_TROUBLE: Final = 3
"""So many failures of one host in a row, and the rest of its pictures wait for the next round."""
BOUNDS: Final = Bounds(
    MOST_BYTES,
    timedelta(seconds=40),
    ("image/", "application/octet-stream", "binary/octet-stream"),
)

Outcome = Literal["stored", "failed", "later", "gone"]

_product = bindparam("product_id", type_=Uuid())
_after = bindparam("after", type_=Uuid())
_WAITING: Final = (
    select(Media.id, Media.source_url, Media.storage_key)
    .where(
        Media.status == "waiting",
        or_(_product.is_(None), Media.product_id == _product),
        or_(_after.is_(None), Media.id > _after),
    )
    .order_by(Media.id)
    .limit(PAGE)
)
_IS_WAITING: Final = select(Media.status == "waiting").where(Media.id == bindparam("id"))
_name = bindparam("name", type_=Text())
_BY_NAME: Final = (
    select(StoredFile.id, (~exists().where(Media.storage_key == _name)).label("is_idle"))
    .where(StoredFile.name == _name)
    .with_for_update(of=StoredFile)
)
_SAME: Final = (
    select(StoredFile)
    .where(
        StoredFile.purpose == "original",
        StoredFile.status == "stored",
        StoredFile.sha256 == bindparam("sha256"),
    )
    .with_for_update()
)


@dataclass(slots=True)
class Sources:
    """Where the bytes of pictures come from; hosts in trouble are left alone for the round."""

    store: FileStore
    fetcher: Fetcher
    trouble: dict[str, int] = field(default_factory=dict)

    async def original(self, tenant_id: UUID, media: Row) -> bytes:
        """The file as it is. Raises FetchRefused, FetchFailed, NoSuchFile, PictureRefused."""
        if media["storage_key"] is not None:
            return await _within(self.store.read(tenant_id, media["storage_key"]))
        host = urlsplit(media["source_url"]).netloc
        if self.trouble.get(host, 0) >= MOST_TROUBLE:
            raise FetchFailed("unreachable")
        try:
            async with self.fetcher.fetch(media["source_url"], BOUNDS) as fetched:
                raw = await _within(fetched.chunks)
        except FetchFailed:
            self.trouble[host] = self.trouble.get(host, 0) + 1
            raise
        self.trouble.pop(host, None)
        return raw


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it came, and what was drawn of it."""

    raw: bytes
    sha256: bytes
    drawn: Drawn

    def sizes_by_key(self, stem: str) -> dict[str, Size]:
        """The sizes by the names that the world knows them by."""
        return {f"{stem}-{size.longest}.webp": size for size in self.drawn.sizes}

    def facts(self, sizes: dict[str, Size]) -> dict[str, Any]:
        """What rows of `media` say of it."""
        return {
            "width": self.drawn.width,
            "height": self.drawn.height,
            "bytes": len(self.raw),
            "sizes": [
                {"width": size.width, "height": size.height, "key": key}
                for key, size in sizes.items()
            ],
        }


async def store_waiting(
    course: Course,
    store: FileStore,
    fetcher: Fetcher,
    *,
    product_id: str | None = None,
    after: str | None = None,
    round: int = 1,
) -> dict[str, int]:
    """Job `media.store`: get the waiting pictures, of one product or of all; how many ended how.

    Goes through PAGE of them, then leaves the rest, and those to be tried again, to later jobs.
    """
    waiting = await course.scope.reading.rows(
        _WAITING,
        product_id=UUID(product_id) if product_id else None,
        after=UUID(after) if after else None,
    )
    counts: dict[str, int] = dict.fromkeys(("stored", "failed", "later", "gone"), 0)
    sources, is_last = Sources(store, fetcher), round > len(ROUNDS)
    left = iter(waiting)

    async def work() -> None:
        for media in left:
            counts[await _store_one(course, sources, media, is_last=is_last)] += 1

    await _all(course, [work() for _ in range(AT_ONCE)], counts, len(waiting))
    async with course.writing(STORE) as uow:
        await _go_on(uow, product_id, waiting, round)
    return counts


async def forget_pictures(uow: UnitOfWork, *, storage_keys: Sequence[str]) -> None:
    """Job `media.forget`: remove files that no picture of the catalogue is made of any more."""
    for name in sorted(set(storage_keys)):
        found = await uow.row(_BY_NAME, name=name)
        if found is not None and found["is_idle"]:
            await drop_file(uow, found["id"])


async def _store_one(course: Course, sources: Sources, media: Row, *, is_last: bool) -> Outcome:
    """Get one picture; what came of it is on its row."""
    if not await course.scope.reading.value(_IS_WAITING, id=media["id"]):
        return "gone"  # another job has had it meanwhile, or nobody wants it any more
    failure: str
    try:
        raw = await sources.original(course.scope.tenant_id, media)
        digest = hashlib.sha256(raw).digest()
        async with course.writing(STORE) as uow:
            if await _show_same(uow, media, digest):
                return "stored"
        return await _keep(course, sources.store, media, Original(raw, digest, await draw(raw)))
    except FetchFailed as error:
        if not is_last:
            return "later"
        failure = error.reason
    except (FetchRefused, PictureRefused) as error:
        failure = error.reason
    except NoSuchFile:
        failure = "not_there"
    except LimitReached:
        failure = "no_room"
    except NotFound:
        return "gone"
    with suppress(NotFound):
        async with course.writing(STORE) as uow:
            await fail_media(uow, media["id"], failure=failure)
    return "failed"


async def _keep(course: Course, store: FileStore, media: Row, found: Original) -> Outcome:
    """Store a picture, unless it is there already, and show it. Raises NotFound, LimitReached."""
    file_id = new_id()
    stem = encode_id("pic", file_id)
    name, sizes = f"pictures/{stem}", found.sizes_by_key(stem)
    facts = found.facts(sizes)
    async with course.writing(STORE) as uow:
        if await _show_same(uow, media, found.sha256):
            return "stored"
        await announce_file(
            uow,
            file_id,
            purpose="original",
            name=name,
            filename=stem,
            content_type=found.drawn.content_type,
            bytes=len(found.raw) + sum(len(size.data) for size in sizes.values()),
            companions=[f"media/{key}" for key in sizes],
            facts=facts,
        )
    for key, size in sizes.items():
        await store.save(course.scope.tenant_id, f"media/{key}", _at_once(size.data))
    await store.save(course.scope.tenant_id, name, _at_once(found.raw))
    try:
        async with course.writing(STORE) as uow:
            if await settle_file(uow, file_id, sha256=found.sha256, expires_at=None):
                await _show(uow, media, name, found.drawn.content_type, facts)
                return "stored"
    except asyncpg.UniqueViolationError:
        # Another job was quicker with the same picture; what we stored goes again.
        async with course.writing(STORE) as uow:
            await drop_file(uow, file_id)
            if await _show_same(uow, media, found.sha256):
                return "stored"
    return "later"


async def _show_same(uow: UnitOfWork, media: Row, sha256: bytes) -> bool:
    """Show the file that has the same bytes, if there is one; whether there is."""
    same = await uow.row(_SAME, sha256=sha256)
    if same is None:
        return False
    if same["expires_at"] is not None:
        await keep_until(uow, same["id"], None)
    await _show(uow, media, same["name"], same["content_type"], same["facts"])
    return True


async def _show(
    uow: UnitOfWork, media: Row, name: str, content_type: str, facts: dict[str, Any]
) -> None:
    await store_media(
        uow,
        media["id"],
        storage_key=name,
        content_type=content_type,
        size_bytes=facts["bytes"],
        width=facts["width"],
        height=facts["height"],
        sizes=facts["sizes"],
    )
    if media["storage_key"] is not None:
        await forget_pictures(uow, storage_keys=[media["storage_key"]])


async def _go_on(
    uow: UnitOfWork, product_id: str | None, waiting: Sequence[Row], round: int
) -> None:
    """Queue the job that goes on behind these pictures, or the next round at the end of them."""
    asked: dict[str, Any] = {"product_id": UUID(product_id) if product_id else None}
    last = waiting[-1]["id"] if waiting else None
    if len(waiting) == PAGE and await uow.row(_WAITING, **asked, after=last):
        await _queue(uow, product_id=product_id, after=str(last), round=round)
    elif round <= len(ROUNDS) and await uow.row(_WAITING, **asked, after=None):
        pause = ROUNDS[round - 1]
        await _queue(uow, pause, product_id=product_id, after=None, round=round + 1)


async def _queue(uow: UnitOfWork, pause: timedelta = timedelta(0), **arguments: Any) -> None:
    key = "{product_id}:{after}:{round}".format_map(arguments)
    await enqueue(uow, STORE, key=key, run_at=uow.now + pause, **arguments)


async def _all(course: Course, workers: Sequence[Any], counts: dict[str, int], total: int) -> None:
    """Wait for all workers with a sign of life now and then; when one fails, all end."""
    left = {asyncio.ensure_future(worker) for worker in workers}
    try:
        while left:
            done, left = await asyncio.wait(
                left, timeout=SIGN_OF_LIFE.total_seconds(), return_when=asyncio.FIRST_EXCEPTION
            )
            for task in done:
                task.result()
            if left:
                await course.progress(done=sum(counts.values()), total=total)
    finally:
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _within(chunks: AsyncIterator[bytes]) -> bytes:
    """All of a file that may be a picture. Raises PictureRefused for more than one can have."""
    raw = bytearray()
    async for chunk in chunks:
        raw += chunk
        if len(raw) > MOST_BYTES:
            raise PictureRefused("too_many_bytes")
    return bytes(raw)


async def _at_once(data: bytes) -> AsyncIterator[bytes]:
    yield data
