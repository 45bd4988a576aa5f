"""Imports from an address: a real server, asked once more only for what is new."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from domain.errors import NotAllowed
from domain.feeds.runs import IMPORT, start_import
from domain.feeds.words import REFUSALS, words_of
from integrations.fetching.http import HttpFetcher, http_fetcher
from integrations.files.local import LocalFiles
from integrations.yml.reader import open_yml
from tenants.database import Pool
from tenants.jobs import MOST_FAILURES, Job
from tenants.platform import PlatformScope, platform_scope
from tenants.scope import TenantScope
from tests.conftest import TwoTenants
from tests.domain.feeds.conftest import Importer, open_importer
from tests.domain.feeds.price_lists import File, Offer
from tests.integrations.fetching.servers import Stranger, reply, stranger
from workers.imports import run_import
from workers.runner import Kind, run_job

pytestmark = pytest.mark.anyio

FILE = File([Offer("t1"), Offer("t2", title="Чай зелёный")])


@dataclass
class Supplied:
    """An importer whose source has an address, and the server there."""

    importer: Importer
    fetcher: HttpFetcher
    supplier: Stranger
    store: LocalFiles

    platform: PlatformScope

    async def start(self, **asked: Any) -> UUID:
        """A run that waits for its job."""
        async with self.importer.scope.writing("test") as uow:
            return await start_import(
                uow, source=self.importer.source_id, **{"file_key": None, **asked}
            )

    async def work(self, run_id: UUID, *, open_list: Any = open_yml) -> str:
        """One try of the run's job, whenever it is due; the state that the job is left in."""
        scope = self.importer.scope
        job = update(Job).where(Job.dedup_key == str(run_id)).returning(Job.id, Job.attempt)
        async with scope.writing("test") as uow:
            row = await uow.row(job.values(state="dispatched"))
        assert row is not None
        do = partial(run_import, store=self.store, fetcher=self.fetcher, open_price_list=open_list)
        kinds = {IMPORT: Kind(course=do)}
        return await run_job(scope.pool, self.platform, kinds, row["id"], row["attempt"])

    async def run(self, **asked: Any) -> Any:
        """A run by its job; its row."""
        run_id = await self.start(**asked)
        await self.work(run_id)
        return await self.importer.row(run_id)


@pytest.fixture
async def supplied(
    pool: Pool, platform_pool: Pool, tenants: TwoTenants, tmp_path: Path
) -> AsyncIterator[Supplied]:
    platform = await platform_scope(platform_pool, reason="test")
    importer = await open_importer(TenantScope(pool, tenants.ours))
    async with stranger() as supplier, http_fetcher(private_addresses_allowed=True) as fetcher:
        await importer.set(url=supplier.url("/list.yml"))
        supplier.answers["/list.yml"] = reply(body=FILE.written(), ETag='"v1"')
        yield Supplied(importer, fetcher, supplier, LocalFiles(tmp_path), platform)


async def test_the_file_at_the_address_is_taken_in_once(supplied: Supplied) -> None:
    run = await supplied.run()
    assert (run["status"], run["counts"]["products_new"]) == ("done", 2)
    assert "if-none-match" not in supplied.supplier.asked[-1]
    supplied.supplier.answers["/list.yml"] = reply(304)
    run = await supplied.run()
    assert (run["status"], run["counts"]) == ("unchanged", {})
    assert supplied.supplier.asked[-1]["if-none-match"] == '"v1"'


async def test_it_is_read_again_when_asked_or_when_the_source_has_changed(
    supplied: Supplied,
) -> None:
    await supplied.run()
    await supplied.run(even_if_unchanged=True)
    assert "if-none-match" not in supplied.supplier.asked[-1]
    await supplied.importer.set(on_missing="hide")
    await supplied.run()
    assert "if-none-match" not in supplied.supplier.asked[-1]


async def test_a_file_that_was_refused_is_asked_for_again(supplied: Supplied) -> None:
    supplied.supplier.answers["/list.yml"] = reply(body=FILE.written()[:-30], ETag='"v1"')
    run = await supplied.run()
    assert (run["status"], run["refusal_code"]) == ("refused", "feed.truncated")
    await supplied.run()
    assert "if-none-match" not in supplied.supplier.asked[-1]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (reply(404), "fetch.not_there"),
        (reply(302, Location="ftp://supplier.example/list"), "fetch.address"),
        (reply(body=b"x", Content_Length=str(10**10)), "fetch.too_large"),
        (reply(body=b"\x1f\x8b", Content_Encoding="gzip"), "fetch.damaged"),
    ],
)
async def test_trouble_that_stays_is_told_at_once(
    supplied: Supplied, answer: bytes, code: str
) -> None:
    supplied.supplier.answers["/list.yml"] = answer
    run = await supplied.run()
    assert len(supplied.supplier.asked) == 1
    assert (run["status"], run["refusal_code"]) == ("failed", code)
    assert words_of(REFUSALS, code, "ru") != words_of(REFUSALS, code, "en")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (reply(503), "fetch.server_trouble"),
        (reply(429), "fetch.server_trouble"),
        (reply(body=FILE.written(), Content_Length="99999"), "fetch.unreachable"),
    ],
)
async def test_trouble_that_may_pass_is_tried_again_and_told_in_the_end(
    supplied: Supplied, answer: bytes, code: str
) -> None:
    supplied.supplier.answers["/list.yml"] = answer
    run_id = await supplied.start()
    for _ in range(MOST_FAILURES - 1):
        assert await supplied.work(run_id) == "queued"
        assert (await supplied.importer.row(run_id))["status"] == "running"
    assert await supplied.work(run_id) == "done"
    run = await supplied.importer.row(run_id)
    assert (run["status"], run["refusal_code"]) == ("failed", code)
    assert run["refusal_detail"] == supplied.supplier.url("/list.yml")


async def test_a_server_that_comes_back_is_imported_from(supplied: Supplied) -> None:
    answers = supplied.supplier.answers
    answers["/list.yml"], good = reply(503), answers["/list.yml"]
    run_id = await supplied.start()
    assert await supplied.work(run_id) == "queued"
    answers["/list.yml"] = good
    assert await supplied.work(run_id) == "done"
    run = await supplied.importer.row(run_id)
    assert (run["status"], run["counts"]["products_new"]) == ("done", 2)


async def test_no_address_leads_inside(supplied: Supplied) -> None:
    async with http_fetcher() as strict:
        supplied.fetcher = strict
        run = await supplied.run()
    assert (run["status"], run["refusal_code"]) == ("failed", "fetch.private_address")
    assert supplied.supplier.asked == []


async def test_without_a_file_or_an_address_there_is_nothing_to_import(supplied: Supplied) -> None:
    await supplied.importer.set(url=None)
    with pytest.raises(NotAllowed):
        await supplied.run()


async def test_a_file_that_is_no_longer_kept_is_told(supplied: Supplied) -> None:
    run = await supplied.run(file_key="uploads/gone")
    assert (run["status"], run["refusal_code"]) == ("failed", "import.file_gone")


async def test_a_run_ends_with_its_job(supplied: Supplied) -> None:
    """The last try of a job that breaks ends the run, and the source is free again."""

    def broken(path: Path) -> Any:
        raise OSError("disk")

    run_id = await supplied.start()
    states = [await supplied.work(run_id, open_list=broken) for _ in range(MOST_FAILURES)]
    assert states == [*["queued"] * (MOST_FAILURES - 1), "dead"]
    row = await supplied.importer.row(run_id)
    assert (row["status"], row["refusal_code"]) == ("failed", "import.broken")


async def test_a_run_whose_job_died_does_not_block_its_source(supplied: Supplied) -> None:
    run_id = await supplied.importer.start()
    async with supplied.importer.scope.writing("test") as uow:
        dead = update(Job).where(Job.dedup_key == str(run_id)).values(state="dead")
        await uow.execute(dead)
    assert (await supplied.run())["status"] == "done"
    lost = await supplied.importer.row(run_id)
    assert (lost["status"], lost["refusal_code"]) == ("failed", "import.worker_lost")
