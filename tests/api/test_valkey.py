"""Commands and answers on one connection: in turn, past a lost one, and past a mute server."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import hiredis
import pytest

from api import throttle
from api.engine.errors import PublicError
from api.throttle import BURST_SECONDS, CostBuckets
from api.valkey import ANSWER_SECONDS, Valkey
from tests.conftest import Servers

pytestmark = pytest.mark.anyio

PLAN = {"points_per_second": 1}
SIZE = BURST_SECONDS


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Both event loops: the server's own is uvloop."""
    return "asyncio", {"use_uvloop": request.param}


@asynccontextmanager
async def valkey_at(url: str) -> AsyncIterator[Valkey]:
    valkey = Valkey(url)
    yield valkey
    valkey.close()


@asynccontextmanager
async def mute_server() -> AsyncIterator[str]:
    """A server that takes connections and never says a word."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        yield f"redis://127.0.0.1:{port}/0"


async def test_many_at_once_get_each_their_own_answer(servers: Servers) -> None:
    async with valkey_at(servers.redis_url) as valkey:
        words = [f"word {number}" for number in range(200)]
        assert await asyncio.gather(*(valkey.ask("ECHO", word) for word in words)) == words


async def test_who_stops_waiting_takes_no_answer_from_the_next(servers: Servers) -> None:
    async with valkey_at(servers.redis_url) as valkey:
        await valkey.ask("PING")
        gone = asyncio.ensure_future(valkey.ask("ECHO", "first"))
        await asyncio.sleep(0)
        gone.cancel()
        assert await valkey.ask("ECHO", "second") == "second"


async def test_what_cannot_be_sent_shifts_no_answers(servers: Servers) -> None:
    async with valkey_at(servers.redis_url) as valkey:
        with pytest.raises(UnicodeEncodeError):
            await valkey.ask("ECHO", "\ud800")
        words = ["first", "second"]
        assert await asyncio.gather(*(valkey.ask("ECHO", word) for word in words)) == words


async def test_what_the_server_refuses_is_an_error_of_that_command_alone(servers: Servers) -> None:
    async with valkey_at(servers.redis_url) as valkey:
        wrong, right = [asyncio.ensure_future(valkey.ask(one)) for one in ("NO-SUCH", "PING")]
        with pytest.raises(hiredis.ReplyError):
            await wrong
        assert await right == "PONG"


async def test_a_database_of_its_own_is_chosen_by_the_address(servers: Servers) -> None:
    key, other = uuid4().hex, servers.redis_url.removesuffix("/0") + "/1"
    async with valkey_at(servers.redis_url) as first, valkey_at(other) as second:
        await second.ask("SET", key, "1", "EX", "60")
        assert [await first.ask("GET", key), await second.ask("GET", key)] == [None, "1"]


async def test_a_wrong_password_is_refused_each_time(servers: Servers) -> None:
    _, at, address = servers.redis_url.rpartition("@")
    async with valkey_at(f"redis://:wrong{at}{address}") as valkey:
        for _ in range(2):
            with pytest.raises(hiredis.ReplyError):
                await valkey.ask("PING")


async def test_a_lost_connection_is_followed_by_a_new_one(servers: Servers) -> None:
    async with valkey_at(servers.redis_url) as valkey, valkey_at(servers.redis_url) as other:
        number = await valkey.ask("CLIENT", "ID")
        waiting = asyncio.ensure_future(valkey.ask("BLPOP", uuid4().hex, "5"))
        await asyncio.sleep(0)
        await other.ask("CLIENT", "KILL", "ID", str(number))
        with pytest.raises(ConnectionError):
            await waiting
        assert await valkey.ask("CLIENT", "ID") != number


async def test_a_mute_server_is_waited_for_a_second_and_then_for_none() -> None:
    async with mute_server() as url, valkey_at(url) as valkey:
        buckets = CostBuckets(valkey)
        began = time.monotonic()
        for _ in range(3):
            await buckets.charge(uuid4().hex, 1, PLAN)
        assert ANSWER_SECONDS <= time.monotonic() - began < 2 * ANSWER_SECONDS


async def test_all_who_wait_for_a_connection_wait_together() -> None:
    async with mute_server() as url, valkey_at(url.removesuffix("/0") + "/1") as valkey:
        began = time.monotonic()
        asked = await asyncio.gather(
            *(valkey.ask("PING") for _ in range(100)), return_exceptions=True
        )
        assert {type(one) for one in asked} == {TimeoutError}  # the choice of the database is mute
        assert time.monotonic() - began < 2 * ANSWER_SECONDS


async def test_a_server_that_is_away_leaves_half_a_bucket_in_this_process(servers: Servers) -> None:
    bucket = uuid4().hex
    async with valkey_at("redis://127.0.0.1:1/0") as nowhere:
        buckets = CostBuckets(nowhere)
        await buckets.charge(bucket, SIZE // 2, PLAN)
        with pytest.raises(PublicError, match="Too many points"):
            await buckets.charge(bucket, SIZE // 2, PLAN)
        # Once it is back, the buckets of all processes count again.
        nowhere.url, buckets.away_until = servers.redis_url, 0.0
        left = await buckets.charge(bucket, 1, PLAN)
        assert left == {"available": SIZE - 1, "restoreRate": 1.0}


async def test_a_server_that_lost_the_script_is_sent_it_again(servers: Servers) -> None:
    bucket = uuid4().hex
    async with valkey_at(servers.redis_url) as valkey:
        buckets = CostBuckets(valkey)
        await buckets.charge(bucket, 1, PLAN)
        await valkey.ask("SCRIPT", "FLUSH")
        left = await buckets.charge(bucket, 1, PLAN)
        assert left == {"available": SIZE - 2, "restoreRate": 1.0}
        assert await valkey.ask("SCRIPT", "EXISTS", throttle._TAKE_SHA) == [1]
        assert buckets.away_until == 0.0
