"""RequestContext: whose data is meant, who asks, in which language; made once per request."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql import OperationDefinitionNode
from graphql.execution.values import get_directive_values
from sqlalchemy import Executable
from strawberry.types import Info as StrawberryInfo

from api.engine.errors import PublicError
from domain.errors import NotAllowed
from tenants.database import Pool
from tenants.identify import Caller
from tenants.principal import Actor, Principal
from tenants.scope import Asking, Row, TenantScope, UnitOfWork
from tenants.settings import Settings


@dataclass(frozen=True, slots=True)
class Services:
    """What the doors need of the outside; `api.app` picks it."""

    pool: Pool
    platform_pool: Pool
    settings: Settings
    adapters: Mapping[type[Any], Any]
    """Implementations of the domain's ports, by port."""


class Turns(Asking):
    """Reads inside one open transaction, one at a time: a connection serves one caller."""

    __slots__ = ("lock", "uow")

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.lock = asyncio.Lock()

    async def rows(self, statement: Executable, /, **values: Any) -> list[Row]:
        async with self.lock:
            return await self.uow.rows(statement, **values)


@dataclass(slots=True)
class RequestContext:
    """One request: its caller and scope (none for the anonymous), and what its headers ask for."""

    services: Services
    caller: Caller | None
    principal: Principal
    language: str = "en"
    idempotency_key: str | None = None
    host: str | None = None
    user_agent: str | None = None
    rehearsal: "Rehearsal | None" = None
    price_list: UUID | None = None
    country: str | None = None

    @property
    def signed_in(self) -> Caller:
        """The caller. Raises UNAUTHENTICATED for the anonymous."""
        if self.caller is None:
            raise PublicError(
                "This needs a key or a session: Authorization: Bearer …", code="UNAUTHENTICATED"
            )
        return self.caller

    @property
    def scope(self) -> TenantScope:
        """The way to this tenant's rows."""
        services = self.services
        return TenantScope(
            services.pool,
            self.signed_in.tenant_id,
            self.principal,
            services.settings.tenant_setting,
        )

    @property
    def reading(self) -> Asking:
        """Committed rows of this tenant; in a dry run, those of its open transaction too."""
        return self.rehearsal.reading if self.rehearsal else self.scope.reading

    @property
    def is_staff(self) -> bool:
        return self.principal.actor is Actor.STAFF

    def adapter(self, port: type[Any]) -> Any:
        """What `api.app` picked for a port of the domain."""
        return self.services.adapters[port]

    def needs_live(self) -> None:
        """Refuse what belongs to the merchant, not to the test space. Raises NotAllowed."""
        if not self.signed_in.is_live:
            raise NotAllowed(
                en="staff, keys and plans are managed in live mode",
                ru="сотрудники, ключи и тариф настраиваются в рабочем режиме",
            )


@dataclass(slots=True)
class Rehearsal:
    """A dry run: one transaction for the whole operation, rolled back when it is answered."""

    uow: UnitOfWork
    reading: Turns
    ending: AsyncExitStack = field(default_factory=AsyncExitStack)


async def begin_rehearsal(context: RequestContext) -> Rehearsal:
    """Open the transaction that all of this operation's mutations share and nobody keeps."""
    ending = AsyncExitStack()
    uow = await ending.enter_async_context(context.scope.writing("dryRun", keep=False))
    context.rehearsal = Rehearsal(uow, Turns(uow), ending)
    return context.rehearsal


def read_directives(
    context: RequestContext, schema: Any, operation: OperationDefinitionNode, variables: Any
) -> bool:
    """Take `@inContext` into the context; whether the operation is a `@dryRun`."""
    asked = get_directive_values(schema.get_directive("inContext"), operation, variables)
    if asked:
        context.language = (asked.get("language") or context.language).lower()
        context.country = asked.get("country") or context.country
    return get_directive_values(schema.get_directive("dryRun"), operation, variables) is not None


Info = StrawberryInfo[RequestContext, None]
