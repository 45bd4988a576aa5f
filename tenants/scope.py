"""TenantScope and UnitOfWork: the only way to a tenant's rows.

Two walls stand between tenants. Each statement carries `tenant_id = :tenant` (`tenants.statements`
adds it), and row level security, which compares the same with the transaction's setting, stands
behind it. A scope without a tenant cannot be made.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias
from uuid import UUID

import asyncpg
from sqlalchemy import Executable, bindparam, insert

from tenants.database import (
    Connection,
    Pool,
    TenantSetting,
    give_back,
    is_lost,
    take,
    taken,
)
from tenants.ids import new_id
from tenants.ledger import Event, append_history
from tenants.principal import SYSTEM, Principal
from tenants.statements import MOST_SHAPES, prepare
from tenants.tables import Base

Row: TypeAlias = asyncpg.Record

# The setting is read by the policy below the one-time filter, so it is always set before a row is
# looked at; evaluation order follows the plan's shape, which a test explains and checks.
_ONE_STATEMENT: Final = (
    "WITH tenant AS MATERIALIZED (SELECT set_config('app.tenant_id', ${last}, true) AS is_set) "
    "SELECT found.* FROM tenant, LATERAL "
    "(SELECT * FROM ({query}) asked WHERE tenant.is_set IS NOT NULL OFFSET 0) found"
)


@lru_cache(maxsize=MOST_SHAPES)
def _with_setting(text: str, last: int) -> str:
    """The statement that tells its tenant itself; kept, so that its long text is hashed once."""
    return _ONE_STATEMENT.format(last=last, query=text)


@lru_cache(maxsize=MOST_SHAPES)
def _insert(table: type[Base], names: tuple[str, ...]) -> Executable:
    """One row of these columns; kept, since to build a statement costs more than to send it."""
    return insert(table).values({name: bindparam(name) for name in names})


def _begin(tenant_id: UUID, setting: TenantSetting, *, read_only: bool = False) -> tuple[str, ...]:
    """Open a transaction for one tenant. SET takes no parameters; a UUID's text cannot say more.

    In one trip, but not where a distributed PostgreSQL forwards the whole of what says SET.
    """
    said = (
        "BEGIN READ ONLY" if read_only else "BEGIN",
        f"SET LOCAL app.tenant_id = '{UUID(str(tenant_id))}'",
    )
    return said if setting == "transaction" else ("; ".join(said),)


class Asking:
    """Rows, a row, or a value of a statement; what stands below says how it gets to the server.

    `now` is UTC, read once, so that all of one piece of work agree.
    """

    __slots__ = ()

    now: datetime

    async def rows(self, statement: Executable, /, **values: Any) -> list[Row]:
        """All rows. Values are given by the names of the statement's bind parameters."""
        raise NotImplementedError

    async def row(self, statement: Executable, /, **values: Any) -> Row | None:
        """The first row, or None."""
        found = await self.rows(statement, **values)
        return found[0] if found else None

    async def value(self, statement: Executable, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        found = await self.row(statement, **values)
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Reading(Asking):
    """Reads of one tenant: each statement by itself, on any connection, in one round trip.

    `setting` chooses how PostgreSQL is told the tenant: in the `statement` itself (one server), or
    by a `transaction` around it (distributed PostgreSQL does not forward the first to its nodes).
    """

    pool: Pool
    tenant_id: UUID
    now: datetime
    setting: TenantSetting = "statement"

    async def rows(self, statement: Executable, /, **values: Any) -> list[Row]:
        """All rows, committed before the statement began."""
        async with taken(self.pool) as connection:
            return await self.rows_by(connection, statement, values)

    async def rows_by(
        self, connection: Connection, statement: Executable, values: dict[str, Any]
    ) -> list[Row]:
        """All rows, asked for by this connection."""
        values["tenant"] = self.tenant_id
        text, arguments = prepare(statement, values)
        if self.setting == "statement":
            one = _with_setting(text, len(arguments) + 1)
            return await connection.fetch(one, *arguments, str(self.tenant_id))
        begin = _begin(self.tenant_id, self.setting, read_only=True)
        async with transaction(connection, begin, keep=False):
            return await connection.fetch(text, *arguments)


class Turns(Asking):
    """Reads one at a time, whoever asks at once: for a connection, which serves one caller."""

    __slots__ = ("now", "one", "turn")

    def __init__(self, one: Asking) -> None:
        self.one = one
        self.now = one.now
        self.turn: asyncio.Future[None] | None = None

    async def rows(self, statement: Executable, /, **values: Any) -> list[Row]:
        """All rows, as `one` sees them."""
        while self.turn is not None:
            await asyncio.shield(self.turn)  # who gives up waiting does not end another's turn
        self.turn = turn = asyncio.get_running_loop().create_future()
        try:
            return await self.one.rows(statement, **values)
        finally:
            self.turn = None
            turn.set_result(None)


class Sitting(Asking):
    """Reads of one request, on the connection that the first of them has taken."""

    __slots__ = ("connection", "now", "reading")

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.now = reading.now
        self.connection: Connection | None = None

    async def __aenter__(self) -> Turns:
        return Turns(self)

    async def __aexit__(self, *_: object) -> None:
        if self.connection is not None:
            await give_back(self.reading.pool, self.connection)

    async def rows(self, statement: Executable, /, **values: Any) -> list[Row]:
        """All rows, committed before the statement began."""
        if self.connection is None:
            self.connection = await take(self.reading.pool)
        return await self.reading.rows_by(self.connection, statement, values)


@dataclass(slots=True)
class UnitOfWork(Asking):
    """One open transaction for one tenant. Domain functions use it and never end it."""

    connection: Connection
    tenant_id: UUID
    principal: Principal
    action: str
    now: datetime
    events: list[Event] = field(default_factory=list)

    async def rows(self, statement: Executable, /, **values: Any) -> list[Row]:
        """All rows; sees what this unit has written."""
        values["tenant"] = self.tenant_id
        text, arguments = prepare(statement, values)
        return await self.connection.fetch(text, *arguments)

    async def execute(self, statement: Executable, /, **values: Any) -> int:
        """Run a statement that returns no rows; how many it touched."""
        values["tenant"] = self.tenant_id
        text, arguments = prepare(statement, values)
        return touched(await self.connection.execute(text, *arguments))

    async def add(self, table: type[Base], **values: Any) -> UUID:
        """Insert one row of this tenant; its id is made here unless given."""
        values = {"tenant_id": self.tenant_id, "id": new_id(), **values}
        await self.execute(_insert(table, tuple(values)), **values)
        return UUID(str(values["id"]))

    async def add_all(self, table: type[Base], rows: Iterable[dict[str, Any]]) -> list[UUID]:
        """Insert rows of one shape in one round trip; their ids, in order."""
        whole = [{"tenant_id": self.tenant_id, "id": new_id(), **row} for row in rows]
        if not whole:
            return []
        statement = _insert(table, tuple(whole[0]))
        prepared = [prepare(statement, row) for row in whole]
        await self.connection.executemany(prepared[0][0], [record for _, record in prepared])
        return [row["id"] for row in whole]

    async def stage(
        self, table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]
    ) -> None:
        """COPY records into a TEMP table that this unit has made (row security refuses others)."""
        await self.connection.copy_records_to_table(
            table, schema_name="pg_temp", columns=list(columns), records=records
        )

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part of the unit that, when it raises, is as if it had never been; the unit goes on."""
        told = len(self.events)
        await self.connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            if not is_lost(self.connection):
                await self.connection.execute("ROLLBACK TO SAVEPOINT attempt")
            del self.events[told:]
            raise
        await self.connection.execute("RELEASE SAVEPOINT attempt")

    def record(self, type: str, entity_id: UUID | None = None, /, **payload: Any) -> None:
        """Say what happened, past tense (`product.created`): numbered and kept if this commits."""
        self.events.append(Event(type, entity_id, payload))


@dataclass(frozen=True, slots=True)
class TenantScope:
    """All that one request, or one job, does to the database."""

    pool: Pool
    tenant_id: UUID
    principal: Principal = SYSTEM
    setting: TenantSetting = "statement"

    def __post_init__(self) -> None:
        if not isinstance(self.tenant_id, UUID):
            raise TypeError(f"a scope needs its tenant's UUID, not {self.tenant_id!r}")

    @property
    def reading(self) -> Reading:
        """Reads that see only committed rows of this tenant."""
        return Reading(self.pool, self.tenant_id, datetime.now(UTC), self.setting)

    def sitting(self) -> Sitting:
        """Reads on one connection, held from the first of them until the block ends.

        A pool's door costs more than a short statement; and a request that holds one connection,
        not as many as it has lists, leaves the others to others.
        """
        return Sitting(self.reading)

    @asynccontextmanager
    async def writing(self, action: str, *, keep: bool = True) -> AsyncIterator[UnitOfWork]:
        """Commit when the block ends; when it raises, or with `keep=False`, keep nothing.

        `action` is the word for the whole in the audit log: the mutation's or the job's name.
        """
        async with (
            taken(self.pool) as connection,
            transaction(connection, _begin(self.tenant_id, self.setting), keep=keep),
        ):
            uow = UnitOfWork(connection, self.tenant_id, self.principal, action, datetime.now(UTC))
            yield uow
            await append_history(uow)


class NotKept(Exception):
    """A statement had failed and its error was caught inside the unit, so nothing was kept."""


@asynccontextmanager
async def transaction(
    connection: Connection, begin: Sequence[str], *, keep: bool
) -> AsyncIterator[None]:
    """The one place that says begin, commit and rollback. Raises NotKept.

    What `begin` sets is local to the transaction: a pooled connection goes home knowing no tenant.
    """
    try:
        for words in begin:
            await connection.execute(words)
        yield
        ended = await connection.execute("COMMIT" if keep else "ROLLBACK")
        # PostgreSQL answers COMMIT in a failed transaction with a quiet ROLLBACK.
        if keep and ended != "COMMIT":
            raise NotKept
    except BaseException:
        if not is_lost(connection):
            await connection.execute("ROLLBACK")
        raise


def touched(status: str) -> int:
    """The row count at the end of a command's tag (`UPDATE 3`)."""
    count = status.rpartition(" ")[2]
    return int(count) if count.isdigit() else 0
