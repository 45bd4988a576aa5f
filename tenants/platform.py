"""PlatformScope: the rare way past tenants, with a reason that is kept.

For what begins before a tenant is known or concerns several: sign-up, signing in, the job relay,
suspending and erasing a tenant, new data keys. A house rule lists the modules that may open one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, insert

from tenants.database import Connection, Pool, taken
from tenants.ids import new_id
from tenants.ledger import append_history
from tenants.platform_tables import PlatformAccess
from tenants.principal import Actor, Principal
from tenants.scope import Asking, Row, UnitOfWork, touched, transaction
from tenants.statements import prepare
from tenants.tables import Base

PLATFORM = Principal(Actor.PLATFORM)


@dataclass(slots=True)
class PlatformUnit(Asking):
    """One open transaction past the policies: a statement means the rows of all tenants."""

    connection: Connection
    principal: Principal
    now: datetime

    async def rows(self, statement: Executable, /, **values: Any) -> list[Row]:
        """All rows, of all tenants unless the statement itself says which."""
        text, arguments = prepare(statement, values, every_tenant=True)
        return await self.connection.fetch(text, *arguments)

    async def execute(self, statement: Executable, /, **values: Any) -> int:
        """Run a statement that returns no rows; how many it touched."""
        text, arguments = prepare(statement, values, every_tenant=True)
        return touched(await self.connection.execute(text, *arguments))

    async def add(self, table: type[Base], **values: Any) -> UUID:
        """Insert one row of the platform's own; its id is made here unless given."""
        values = {"id": new_id(), **values}
        await self.execute(insert(table).values(values))
        return UUID(str(values["id"]))

    @asynccontextmanager
    async def tenant(
        self, tenant_id: UUID, action: str, *, principal: Principal | None = None
    ) -> AsyncIterator[UnitOfWork]:
        """Work for one tenant inside this transaction; its history is written as the block ends.

        `principal` is whom the history names, where it is known by now; else the platform.
        """
        await self.connection.execute(f"SET LOCAL app.tenant_id = '{UUID(str(tenant_id))}'")
        uow = UnitOfWork(self.connection, tenant_id, principal or self.principal, action, self.now)
        yield uow
        await append_history(uow)


@dataclass(frozen=True, slots=True)
class PlatformScope:
    """Made by `platform_scope`, which has kept the reason."""

    pool: Pool
    principal: Principal

    @asynccontextmanager
    async def writing(self, *, keep: bool = True) -> AsyncIterator[PlatformUnit]:
        """Commit when the block ends; when it raises, or with `keep=False`, keep nothing."""
        async with (
            taken(self.pool) as connection,
            transaction(connection, ("BEGIN",), keep=keep),
        ):
            yield PlatformUnit(connection, self.principal, datetime.now(UTC))


async def platform_scope(
    pool: Pool, *, reason: str, principal: Principal = PLATFORM
) -> PlatformScope:
    """The way past tenants, through a pool of the platform's role; the reason is a row for good."""
    scope = PlatformScope(pool, principal)
    async with scope.writing() as unit:
        await unit.execute(
            insert(PlatformAccess).values(
                id=new_id(),
                reason=reason,
                request_id=principal.request_id,
                occurred_at=unit.now,
            )
        )
    return scope
