"""A request's credential -> its tenant and principal. The credential decides, and nothing else.

Each is looked up in the database on every request, so what was revoked is refused at once. The
functions called here belong to the platform role and return ids, status and permissions only.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from tenants.database import Pool, taken
from tenants.principal import Actor, Principal

STOREFRONT_PERMISSIONS = frozenset({"storefront"})
CUSTOMER_PERMISSIONS = STOREFRONT_PERMISSIONS | {"customer"}

_KEY_AT_HOST = """
SELECT known.*, (SELECT here.live_tenant_id FROM platform.identify_host($2) here) AS shop_here
FROM platform.identify_key($1) known
"""


class OtherShop(Exception):
    """A key of one shop was shown at the host of another."""


class Seen(NamedTuple):
    """What is seen of a request before it says who it is; the audit log will name it."""

    address: str | None
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose data is meant, who asks, and what the tenant's plan and status allow."""

    tenant_id: UUID
    live_tenant_id: UUID
    mode: str
    status: str
    limits: dict[str, Any]
    principal: Principal
    trusted_only: bool = False
    second_factor_at: Any = None

    @property
    def is_live(self) -> bool:
        return self.mode == "live"


async def caller_by_key(
    pool: Pool, key_hash: bytes, seen: Seen, *, host: str | None = None
) -> Caller | None:
    """The caller behind an API key's SHA-256; None when unknown, expired or revoked.

    `host` (normalised name) is where the key was shown. Raises OtherShop.
    """
    found = await _ask(pool, _KEY_AT_HOST, key_hash, host)
    if found is None:
        return None
    if found["shop_here"] not in {None, found["live_tenant_id"]}:
        raise OtherShop
    if found["kind"] == "publishable":
        principal = Principal(
            Actor.STOREFRONT, None, found["credential_id"], STOREFRONT_PERMISSIONS, *seen
        )
    else:
        permissions = frozenset(found["scopes"])
        principal = Principal(
            Actor.KEY, found["credential_id"], found["credential_id"], permissions, *seen
        )
    return _caller(found, principal, trusted_only=found["trusted_only"])


async def caller_by_host(pool: Pool, host: str, seen: Seen) -> Caller | None:
    """The anonymous visitor of a shop's host (normalised name); None when no shop has it."""
    found = await _ask(pool, "SELECT * FROM platform.identify_host($1)", host)
    if found is None:
        return None
    return _caller(found, Principal(Actor.STOREFRONT, None, None, STOREFRONT_PERMISSIONS, *seen))


async def caller_by_session(pool: Pool, token_hash: bytes, seen: Seen) -> Caller | None:
    """The member of staff behind a session token's SHA-256; None when it ended or was revoked."""
    found = await _ask(pool, "SELECT * FROM platform.identify_session($1)", token_hash)
    if found is None:
        return None
    # An empty list is no point at all, null is every one. Lists name live points, so that in the
    # test space they would hide what they never meant.
    listed = found["points"] if found["mode"] == "live" else None
    points = None if listed is None else tuple(UUID(point) for point in listed)
    principal = Principal(
        Actor.STAFF,
        found["staff_id"],
        found["session_id"],
        frozenset(found["permissions"]),
        *seen,
        points=points,
    )
    return _caller(found, principal, second_factor_at=found["second_factor_at"])


async def _ask(pool: Pool, query: str, *credential: object) -> asyncpg.Record | None:
    async with taken(pool) as connection:
        return await connection.fetchrow(query, *credential)


def _caller(found: asyncpg.Record, principal: Principal, **more: Any) -> Caller:
    return Caller(
        tenant_id=found["tenant_id"],
        live_tenant_id=found["live_tenant_id"],
        mode=found["mode"],
        status=found["status"],
        limits=found["limits"],
        principal=principal,
        **more,
    )
