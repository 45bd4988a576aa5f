"""One pool of asyncpg connections, set up so that a statement costs one round trip."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Literal, TypeAlias

import asyncpg
import orjson

POOL_SIZE: Final = 10
WAIT_FOR_CONNECTION_SECONDS: Final = 10.0
"""As long as the most patient door: who is waited for there is told so, and nobody before."""

TenantSetting = Literal["statement", "transaction"]
"""How PostgreSQL is told the tenant; see tenants.scope. The second is for a distributed one."""

SESSION: Final = {
    # The policy hides the tenant from the planner, so a custom plan could not be better.
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "timezone": "UTC",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "30s",
    "search_path": "public",
}

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

_GATES: Final[dict[Pool, asyncio.Semaphore]] = {}
"""Who waits at each pool. Its own queue lets whoever comes while somebody wakes up go first, and
sends that one to its end: of many, some would wait until their time is over."""


@asynccontextmanager
async def open_pool(
    url: str,
    *,
    size: int = POOL_SIZE,
    kept: int = 1,
    statement_timeout: str = "10s",
    name: str = "ryad",
    setting: TenantSetting = "statement",
) -> AsyncIterator[Pool]:
    """At most `size` connections to `url`, `kept` of them from the start, closed when the block
    ends; the timeout as PostgreSQL writes it.
    """
    # A distributed PostgreSQL chooses a node by the tenant: it must see the value, or else says
    # "could not create distributed plan". Left alone, it prepares for any tenant where it can.
    plans = {"plan_cache_mode": "auto"} if setting == "transaction" else {}
    pool = await asyncpg.create_pool(
        url,
        min_size=kept,
        max_size=size,
        init=_teach_json,
        reset=_nothing,
        statement_cache_size=1_000,
        server_settings={
            **SESSION,
            **plans,
            "statement_timeout": statement_timeout,
            "application_name": name,
        },
    )
    _GATES[pool] = asyncio.Semaphore(size)
    try:
        yield pool
    finally:
        await pool.close()
        del _GATES[pool]


@asynccontextmanager
async def taken(pool: Pool) -> AsyncIterator[Connection]:
    """A connection of the pool, given back when the block ends. Raises TimeoutError."""
    connection = await take(pool)
    try:
        yield connection
    finally:
        await give_back(pool, connection)


async def take(pool: Pool) -> Connection:
    """A connection, to be given back; waited for so long, in the order of asking. Raises
    TimeoutError.

    The pool's own timeout makes a task for each wait, even for a connection that is idle.
    """
    gate = _GATES[pool]
    async with asyncio.timeout(WAIT_FOR_CONNECTION_SECONDS):
        await gate.acquire()
        try:
            return await pool.acquire()
        except BaseException:
            gate.release()
            raise


async def give_back(pool: Pool, connection: Connection) -> None:
    """Let the next who waits have it."""
    try:
        await pool.release(connection)
    finally:
        _GATES[pool].release()


def is_lost(connection: Connection) -> bool:
    """Whether it has ended. One that the server ended is no longer the pool's, and its stand-in
    answers nothing."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True


async def _teach_json(connection: Any) -> None:
    """Let jsonb come and go as Python objects, in its binary form (a version byte first)."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + orjson.dumps(value, default=str),
        decoder=lambda raw: orjson.loads(raw[1:]),
    )


async def _nothing(connection: Any) -> None:
    """No reset on return: the scope sets nothing that outlives a transaction."""
