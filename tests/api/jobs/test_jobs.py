"""Background jobs as the merchant watches them."""

import pytest
from sqlalchemy import update

from tenants.ids import encode_id, new_id
from tenants.jobs import Job, enqueue
from tests.api.conftest import TwoDesks

pytestmark = pytest.mark.anyio

LIST = """
query ($state: JobState, $kind: String, $first: Int, $after: String) {
  jobs(state: $state, kind: $kind, first: $first, after: $after) {
    nodes { id kind state lastError progress result failures } totalCount
    pageInfo { endCursor hasNextPage } } }
"""


async def test_jobs_are_listed_newest_first_and_only_ours(desks: TwoDesks) -> None:
    for desk in (desks.ours, desks.neighbour):
        for kind in ("media.store", "feeds.import", "media.store"):
            async with desk.shop.scope.writing("test") as uow:
                await enqueue(uow, kind, secret="inside")
    ask = desks.ours.admin.ask
    every = (await ask(LIST))["jobs"]
    assert [one["kind"] for one in every["nodes"]] == ["media.store", "feeds.import", "media.store"]
    assert every["totalCount"] == 3
    assert {one["state"] for one in every["nodes"]} == {"QUEUED"}
    assert (await ask(LIST, kind="feeds.import"))["jobs"]["totalCount"] == 1
    assert (await ask(LIST, state="DONE"))["jobs"]["nodes"] == []
    first = (await ask(LIST, first=2))["jobs"]
    rest = (await ask(LIST, first=2, after=first["pageInfo"]["endCursor"]))["jobs"]
    assert [one["id"] for one in first["nodes"] + rest["nodes"]] == [
        one["id"] for one in every["nodes"]
    ]


async def test_a_jobs_error_says_only_what_is_meant_to_be_read(desks: TwoDesks) -> None:
    shop = desks.ours.shop
    async with shop.scope.writing("test") as uow:
        ids = [await enqueue(uow, "mail.sign_up") for _ in range(2)]
        for job_id, error in zip(
            ids, ("GiveUp: no such mailbox", "SyntaxError: near SELECT"), strict=True
        ):
            assert job_id is not None
            await uow.execute(
                update(Job).where(Job.id == job_id).values(last_error=error, state="dead")
            )
    query = "query ($id: ID!) { job(id: $id) { state lastError } node(id: $id) { id } }"
    told = []
    for job_id in ids:
        assert job_id is not None
        data = await desks.ours.admin.ask(query, id=encode_id("job", job_id))
        told.append(data["job"]["lastError"])
        theirs = await desks.neighbour.admin.ask(query, id=encode_id("job", job_id))
        assert theirs == {"job": None, "node": None}
    assert told[0] == "no such mailbox"
    assert "SELECT" not in told[1]
    absent = await desks.ours.admin.ask(query, id=encode_id("job", new_id()))
    assert absent == {"job": None, "node": None}


async def test_jobs_need_their_permission(desks: TwoDesks) -> None:
    clerk = await desks.ours.clerk("products:read")
    assert (await clerk.refused(LIST))["code"] == "FORBIDDEN"
