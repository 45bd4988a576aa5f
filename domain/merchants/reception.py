"""Reception: what it takes to let people in before a tenant is known; one for each process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias
from uuid import UUID

from tenants.database import Pool
from tenants.identify import Seen
from tenants.passwords import Passwords
from tenants.platform import PlatformScope, platform_scope
from tenants.principal import Actor, Principal
from tenants.scope import UnitOfWork
from tenants.values.hosts import is_local
from tenants.vault import MasterKeys

Mode = Literal["live", "test"]

ShopStarter: TypeAlias = Callable[[UnitOfWork], Awaitable[None]]
"""What another room puts into each space of a new shop (a channel, a price list, a point)."""


@dataclass(frozen=True, slots=True)
class Reception:
    """The platform's pool, its keys and its addresses, and what a new shop begins with."""

    platform: Pool
    passwords: Passwords
    masters: MasterKeys
    domain: str
    """The platform's own: a shop with the handle `chai` gets `chai.<domain>`."""
    window: str
    """Address of the window of the staff, where the links of letters lead; no slash at its end."""
    starters: tuple[ShopStarter, ...] = ()
    local_hosts: bool = False
    """Shops may have hosts under .localhost and .test: in the demo and in tests."""

    async def past_tenants(self, reason: str, seen: Seen | None = None) -> PlatformScope:
        """The platform's scope; the reason, and the request it came with, are kept."""
        address, request_id = seen or (None, None)
        principal = Principal(Actor.PLATFORM, address=address, request_id=request_id)
        return await platform_scope(self.platform, reason=reason, principal=principal)

    def gives(self, host: str) -> bool:
        """Whether a shop may have this host without a proof: on one machine, what is nobody's."""
        return self.local_hosts and is_local(host)

    def link(self, page: str, token: str) -> str:
        """A link of a letter. What stands behind # reaches no server log and no referrer."""
        return f"{self.window}/{page}#token={token}"


def staff_principal(staff_id: UUID, seen: Seen) -> Principal:
    """Whom the history names when a member of staff comes in by a letter or a password."""
    return Principal(Actor.STAFF, staff_id, address=seen.address, request_id=seen.request_id)
