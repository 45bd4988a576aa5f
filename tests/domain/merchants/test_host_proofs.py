"""A host of one's own leads to the shop once its owner has published the word, and not before."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

import httpcore
import pytest
from sqlalchemy import select

from domain.errors import NotAllowed, NotFound, Taken
from domain.merchants.host_proofs import ask_for_proof, file_of, prove_host, record_of
from domain.merchants.hosts import add_host, is_origin_allowed, make_primary, remove_host
from domain.merchants.queries import list_hosts
from integrations.dns.records import DnsRecords
from integrations.fetching.addresses import CheckedNetwork
from integrations.fetching.http import HttpFetcher, http_fetcher
from tenants.database import Pool
from tenants.identify import caller_by_host
from tenants.jobs import Job
from tenants.ledger import EventRow
from tests.domain.merchants.merchants import Merchant, seen_from
from tests.fakes.courses import PlainCourse
from tests.integrations.dns.servers import NameServer, name_server
from tests.integrations.fetching.servers import Stranger, reply, stranger

pytestmark = pytest.mark.anyio

FILE = "/.well-known/ryad-host.txt"


class OnePort(httpcore.AnyIOBackend):
    """The network, where what listens on port 80 listens on another one."""

    def __init__(self, port: int) -> None:
        self.port = port

    async def connect_tcp(self, host: str, port: int, *more: Any) -> Any:
        return await super().connect_tcp("127.0.0.1", self.port, *more)


async def loopback(host: str) -> list[IPv4Address]:
    return [IPv4Address("127.0.0.1")]


@dataclass
class Outside:
    """The world: a name server, a web server that is every host, and our way to both."""

    names: NameServer
    web: Stranger
    records: DnsRecords
    fetcher: HttpFetcher

    async def prove(self, merchant: Merchant, host: str) -> str | None:
        """The job, as a worker does it; what stood against it."""
        course = PlainCourse(merchant.scope())
        done = await prove_host(course, self.records, self.fetcher, host=host)
        problem: str | None = done["problem"]
        return problem


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    async with name_server() as names, stranger() as web:
        network = CheckedNetwork(lambda address: True, loopback, OnePort(web.port))
        async with httpcore.AsyncConnectionPool(network_backend=network) as pool:
            yield Outside(names, web, DnsRecords((names.place,)), HttpFetcher(pool))


def new_host() -> str:
    return f"tea-{secrets.token_hex(5)}.example.com"


async def claim(merchant: Merchant, host: str) -> str:
    """Claim a host; the word to publish."""
    async with merchant.scope().writing("hostAdd") as uow:
        await add_host(uow, host)
    row = await host_row(merchant, host)
    assert row["proven_at"] is None
    return str(row["proof"])


async def host_row(merchant: Merchant, host: str) -> Any:
    hosts = await list_hosts(merchant.scope().reading)
    return next(row for row in hosts if row["host"] == host)


async def leads_to(pool: Pool, host: str) -> UUID | None:
    found = await caller_by_host(pool, host, seen_from())
    return found.tenant_id if found else None


async def test_a_claim_alone_leads_nowhere(merchant: Merchant, pool: Pool) -> None:
    host = new_host()
    await claim(merchant, host)
    assert await leads_to(pool, host) is None
    assert not await is_origin_allowed(merchant.scope().reading, [], f"https://{host}")
    with pytest.raises(NotAllowed):
        async with merchant.scope().writing("hostMakePrimary") as uow:
            await make_primary(uow, host)


@pytest.mark.parametrize("way", ["record", "file"])
async def test_the_published_word_proves_it(
    merchant: Merchant, pool: Pool, outside: Outside, way: str
) -> None:
    host = new_host()
    word = await claim(merchant, host)
    if way == "record":
        outside.names.records[record_of(host)] = [["v=spf1"], [word]]
    else:
        assert file_of(host) == f"http://{host}{FILE}"
        outside.web.answers[FILE] = reply(200, f"another shop's word\r\n {word} \n".encode())
    assert await outside.prove(merchant, host) is None
    row = await host_row(merchant, host)
    assert (row["proven_at"] is not None, row["proof"], row["problem"]) == (True, None, None)
    assert await leads_to(pool, host) == merchant.id
    assert await is_origin_allowed(merchant.scope().reading, [], f"https://{host}")
    async with merchant.scope().writing("hostMakePrimary") as uow:
        await make_primary(uow, host)
    # Done twice, it happened once.
    assert await outside.prove(merchant, host) is None
    told = select(EventRow.id).where(EventRow.type == "host.proven")
    assert len(await merchant.scope().reading.rows(told)) == 1


async def test_a_word_of_anybody_elses_claim_proves_nothing(
    merchant: Merchant, neighbour: Merchant, pool: Pool, outside: Outside
) -> None:
    host = new_host()
    await claim(merchant, host)
    theirs = await claim(neighbour, host)
    outside.names.records[record_of(host)] = [[theirs]]
    assert await outside.prove(merchant, host) == "not_there"
    assert (await host_row(merchant, host))["problem"] == "not_there"
    assert await outside.prove(neighbour, host) is None
    assert await leads_to(pool, host) == neighbour.id


async def test_the_first_to_prove_it_has_it(
    merchant: Merchant, neighbour: Merchant, pool: Pool, outside: Outside
) -> None:
    host = new_host()
    words = [await claim(one, host) for one in (merchant, neighbour)]
    outside.names.records[record_of(host)] = [[word] for word in words]
    assert await outside.prove(neighbour, host) is None
    assert await outside.prove(merchant, host) == "taken"
    assert await leads_to(pool, host) == neighbour.id
    with pytest.raises(Taken):
        await claim(merchant, host)
    async with neighbour.scope().writing("hostRemove") as uow:
        await remove_host(uow, host)
    assert await outside.prove(merchant, host) is None
    assert await leads_to(pool, host) == merchant.id


async def test_a_file_of_another_host_proves_nothing(merchant: Merchant, outside: Outside) -> None:
    host, other = new_host(), new_host()
    word = await claim(merchant, host)
    outside.web.answers[FILE] = reply(302, Location=f"http://{other}/their-file")
    outside.web.answers["/their-file"] = reply(200, word.encode())
    assert await outside.prove(merchant, host) == "not_there"
    outside.web.answers[FILE] = reply(302, Location=f"http://{host}/moved")
    outside.web.answers["/moved"] = reply(200, word.encode())
    assert await outside.prove(merchant, host) is None


async def test_a_file_that_is_huge_or_garbled_proves_nothing(
    merchant: Merchant, outside: Outside
) -> None:
    host = new_host()
    word = await claim(merchant, host)
    for body in (b"\xff\xfe\x00" * 100, word.encode() + b"x", (word + "\n").encode() * 1_000):
        outside.web.answers[FILE] = reply(200, body)
        assert await outside.prove(merchant, host) == "not_there"


async def test_who_cannot_be_asked_just_now_is_told_apart(
    merchant: Merchant, outside: Outside
) -> None:
    host = new_host()
    await claim(merchant, host)
    outside.names.is_broken = True
    assert await outside.prove(merchant, host) == "unreachable"
    outside.names.is_broken = False
    outside.web.answers[FILE] = reply(503)
    assert await outside.prove(merchant, host) == "unreachable"


async def test_no_claim_leads_the_service_into_its_own_network(
    merchant: Merchant, outside: Outside
) -> None:
    host = new_host()
    word = await claim(merchant, host)
    outside.web.answers[FILE] = reply(200, word.encode())
    async with http_fetcher(resolve=loopback) as fetcher:
        course = PlainCourse(merchant.scope())
        done = await prove_host(course, outside.records, fetcher, host=host)
    assert done == {"problem": "not_there"}
    assert outside.web.asked == []


async def test_a_claim_made_anew_wants_a_new_word(merchant: Merchant, outside: Outside) -> None:
    host = new_host()
    old = await claim(merchant, host)
    async with merchant.scope().writing("hostRemove") as uow:
        await remove_host(uow, host)
    assert await claim(merchant, host) != old
    outside.names.records[record_of(host)] = [[old]]
    assert await outside.prove(merchant, host) == "not_there"


async def test_it_is_looked_for_when_asked_one_job_at_a_time(
    merchant: Merchant, neighbour: Merchant
) -> None:
    host = new_host()
    await claim(merchant, host)
    for _ in range(2):
        async with merchant.scope().writing("hostProve") as uow:
            await ask_for_proof(uow, host)
    queued = await merchant.scope().reading.rows(
        select(Job.arguments).where(Job.kind == "host.prove")
    )
    assert [row["arguments"] for row in queued] == [{"host": host}]
    with pytest.raises(NotFound):
        async with neighbour.scope().writing("hostProve") as uow:
            await ask_for_proof(uow, host)
