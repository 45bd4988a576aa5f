"""RequestContext: whose data is meant, who asks, in which language; made once per request."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from strawberry.types import Info as StrawberryInfo

from api.door import Operation
from api.engine.errors import PublicError
from api.engine.fields import PUBLIC
from api.throttle import Throttle
from domain.catalog.turns import LAST_TURN
from domain.errors import NotAllowed
from domain.merchants.errors import PresenceRequired
from domain.merchants.second_factor import FRESH
from tenants.database import Pool
from tenants.identify import Caller
from tenants.ledger import Ledger
from tenants.principal import Actor, Principal
from tenants.scope import Asking, TenantScope, Turns, UnitOfWork
from tenants.settings import Settings
from tenants.values.invalid import InvalidValue
from tenants.values.languages import parse_language

LANGUAGES: Final = ("ru", "en")
"""The languages that our own words come in."""

_VERSION: Final = select(
    select(Ledger.event_sequence).scalar_subquery().label("events"), LAST_TURN.label("turned_at")
)


@dataclass(frozen=True, slots=True)
class Services:
    """What the doors need of the outside; `api.app` picks it."""

    pool: Pool
    platform_pool: Pool
    settings: Settings
    throttle: Throttle
    adapters: Mapping[Any, Any]
    """Implementations of the domain's ports, by port."""


@dataclass(slots=True)
class RequestContext:
    """One request: its caller and scope (none for the anonymous), and what its headers ask for."""

    services: Services
    caller: Caller | None
    principal: Principal
    language: str = "en"
    texts_language: str | None = None
    """What @inContext asks the shop's own texts in; None: as the shop wrote them."""
    country: str | None = None
    idempotency_key: str | None = None
    user_agent: str | None = None
    is_posted: bool = True
    """Whether what is asked came in a body: an address is written into logs."""
    is_cacheable: bool = False
    cache_tag: str | None = None
    rehearsal: UnitOfWork | None = None
    """The one transaction of a dry run; nobody keeps it."""
    _asking: Asking | None = None
    """How a running operation reads; None: each statement by itself."""

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
        setting = self.services.settings.tenant_setting
        return TenantScope(self.services.pool, self.signed_in.tenant_id, self.principal, setting)

    @property
    def reading(self) -> Asking:
        """Committed rows of this tenant; in a dry run, those of its open transaction too."""
        return self._asking or self.scope.reading

    def needs_open(self) -> None:
        """Refuse to change a shop that is suspended or closing. Raises NotAllowed."""
        if self.signed_in.status != "active":
            raise NotAllowed(
                en="the shop is shut; what is there can be seen and exported, not changed",
                ru="магазин закрыт: данные можно смотреть и выгрузить, но не менять",
            )

    def needs_live(self) -> None:
        """Refuse what belongs to the merchant, not to the test space. Raises NotAllowed."""
        if not self.signed_in.is_live:
            raise NotAllowed(
                en="staff, keys and plans are managed in live mode",
                ru="сотрудники, ключи и тариф настраиваются в рабочем режиме",
            )

    def needs_presence(self) -> None:
        """Refuse a member of staff who has not proved for five minutes that it is him.

        Raises PresenceRequired. A key is not a person, and proves nothing.
        """
        proven_at = self.signed_in.second_factor_at
        if self.principal.actor is Actor.STAFF and (
            proven_at is None or proven_at < datetime.now(UTC) - FRESH
        ):
            raise PresenceRequired

    # What the door asks of a context (api.door.DoorContext).

    @property
    def tenant(self) -> str:
        """Whose registered and persisted documents these are."""
        return str(self.caller.tenant_id) if self.caller else "anonymous"

    @property
    def may_introspect(self) -> bool:
        """Keys and sessions may ask about the schema; the anonymous where exploring is on."""
        identified = self.principal.credential_id is not None
        return identified or self.services.settings.exploring

    @property
    def may_trace(self) -> bool:
        """A member of staff may see where the time of his operation went."""
        return self.principal.actor is Actor.STAFF

    @property
    def trusted_only(self) -> bool:
        """Whether this key was set to registered documents only."""
        return self.caller is not None and self.caller.trusted_only

    def holds(self, permission: str) -> bool:
        """Whether this caller has a permission that a field declares."""
        return permission == PUBLIC or self.principal.may(permission)

    async def charge(self, points: int) -> Mapping[str, Any] | None:
        """Take points off this caller's bucket; what is left. Raises THROTTLED."""
        return await self.services.throttle.charge(self.bucket, points, self.limits)

    @asynccontextmanager
    async def running(self, operation: Operation) -> AsyncIterator[Mapping[str, Any] | None]:
        """Charge the operation's cost, heed its directives, name the version of the data."""
        self._heed(operation.directives.get("inContext", {}))
        bucket = await self.charge(operation.cost)
        if "dryRun" in operation.directives:
            if operation.kind != "mutation":
                raise PublicError("@dryRun is for mutations.")
            async with self.scope.writing("dryRun", keep=False) as uow:
                self.rehearsal, self._asking = uow, Turns(uow)
                yield bucket
        elif operation.kind == "query" and self.caller:
            async with self.scope.sitting() as self._asking:
                if self.is_cacheable:
                    self.cache_tag = await self._version()
                yield bucket
        else:
            yield bucket

    @property
    def bucket(self) -> str:
        """Whose points an operation draws on: a key's; at the storefront each visitor's own.

        All visitors of a shop come by one publishable key, so there the address tells them apart.
        """
        who = self.principal.credential_id
        if who is None or self.principal.actor is Actor.STOREFRONT:
            return f"t:{self.tenant}:cost:{who}:{self.principal.address}"
        return f"t:{self.tenant}:cost:{who}"

    @property
    def limits(self) -> Mapping[str, Any]:
        """The plan's limits; none for the anonymous."""
        return self.caller.limits if self.caller else {}

    def _heed(self, wanted: Mapping[str, Any]) -> None:
        if language := wanted.get("language"):
            try:
                self.language = self.texts_language = parse_language(str(language))
            except InvalidValue as error:
                raise PublicError(error.message("en")) from None
        self.country = wanted.get("country") or self.country

    async def _version(self) -> str:
        """What the shop's data is now: the last thing done to it, and the last date it reached.

        Tags are the same in every process. They turn once a day as well, so that what a new
        release answers otherwise is not kept for long.
        """
        row = await self.reading.row(_VERSION)
        assert row is not None
        languages = f"{self.language}:{self.texts_language}:{self.country}"
        today = datetime.now(UTC).date()
        return f"{self.tenant}:{languages}:{row['events']}:{row['turned_at']}:{today}"


Info = StrawberryInfo[RequestContext, None]
