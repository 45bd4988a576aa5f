"""Staff, roles and invitations, sessions and keys; and who is asking."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import strawberry

from api.context import RequestContext
from api.engine.fields import batch, computed
from api.merchants import kinds
from api.merchants.callers import own_scope, reception_of
from api.merchants.words import ActorKind, ApiKeyKind, Mode, StaffStatus
from api.nodes import Node
from api.rows import Edited, in_table, one
from api.scalars import DateTime, id_field
from api.stock.kinds import LOCATION
from domain.merchants.permissions import PERMISSIONS
from domain.merchants.queries import list_sessions
from domain.merchants.second_factor import has_second_factor
from domain.merchants.tables import Role as RoleTable
from domain.merchants.tables import StaffMember as StaffTable
from domain.row_sets import rows_by_id
from tenants.ids import encode_id
from tenants.principal import Actor


async def _permission_titles(parents: Sequence[Any], context: RequestContext) -> list[str]:
    return [getattr(PERMISSIONS[word["word"]], _spoken(context)) for word in parents]


def _spoken(context: RequestContext) -> str:
    return "ru" if context.language == "ru" else "en"


@strawberry.type
class Permission:
    """One thing that can be allowed; fields of this API, roles and keys name it by `word`."""

    word: str
    title: str = batch(_permission_titles)


@strawberry.type
class Role(Node, Edited):
    """A set of permissions. Those with a `code` are the system's and stay as they are."""

    id: strawberry.ID = id_field(kinds.ROLE)
    code: str | None
    name: str
    permissions: list[str] = strawberry.field(
        description='The words of permissions; "*" is every one, now and later.'
    )


def _points(row: Any) -> list[str] | None:
    points = row["points"]
    return None if points is None else [encode_id(LOCATION, UUID(point)) for point in points]


@strawberry.type
class Session:
    """A sign-in that is still open."""

    id: strawberry.ID = id_field(kinds.SESSION)
    mode: Mode
    address: str | None
    user_agent: str | None
    created_at: DateTime
    last_used_at: DateTime
    expires_at: DateTime


async def _sessions(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    now = context.scope.reading.now
    return [await list_sessions(context.reading, one["id"], now=now) for one in parents]


@strawberry.type
class StaffMember(Node, Edited):
    """Somebody who works here."""

    id: strawberry.ID = id_field(kinds.STAFF)
    name: str
    email: str
    status: StaffStatus
    role: Role = one(in_table(RoleTable), by="role_id")
    location_ids: list[strawberry.ID] | None = computed(
        _points, description="Points of sale that the member may see; null is every one."
    )
    sessions: list[Session] = batch(_sessions, cost=5, items=5)


@strawberry.type
class Invitation(Node):
    """A place kept for an address."""

    id: strawberry.ID = id_field(kinds.INVITATION)
    email: str
    role: Role = one(in_table(RoleTable), by="role_id")
    location_ids: list[strawberry.ID] | None = computed(_points)
    created_at: DateTime
    expires_at: DateTime


@strawberry.type
class ApiKey(Node):
    """A key by its marks; the key itself was shown once."""

    id: strawberry.ID = id_field(kinds.API_KEY)
    kind: ApiKeyKind
    mode: Mode
    name: str
    prefix: str = strawberry.field(description="How the key begins: sk_live_Ab3d.")
    last_four: str
    scopes: list[str]
    trusted_only: bool = strawberry.field(
        description="Whether it may send registered documents alone."
    )
    created_at: DateTime
    expires_at: DateTime | None
    last_used_at: DateTime | None
    revoked_at: DateTime | None
    replaced_by_id: strawberry.ID | None = id_field(kinds.API_KEY, "replaced_by_id")


async def _own_place(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    principal = context.principal
    if principal.actor is not Actor.STAFF or principal.id is None:
        return [None for _ in parents]
    found = await rows_by_id(own_scope(context).reading, StaffTable, [principal.id])
    return [found.get(principal.id) for _ in parents]


async def _own_sessions(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    principal = context.principal
    if principal.actor is not Actor.STAFF or principal.id is None:
        return [[] for _ in parents]
    reading = own_scope(context).reading
    sessions = await list_sessions(reading, principal.id, now=reading.now)
    return [sessions for _ in parents]


async def _own_second_factor(parents: Sequence[Any], context: RequestContext) -> list[bool]:
    if context.principal.actor is not Actor.STAFF:
        return [False for _ in parents]
    has_one = await has_second_factor(reception_of(context), context.principal)
    return [has_one for _ in parents]


@strawberry.type
class OwnPlace:
    """The caller's own place among the staff."""

    id: strawberry.ID = id_field(kinds.STAFF)
    name: str
    email: str
    location_ids: list[strawberry.ID] | None = computed(_points)


@strawberry.type
class Viewer:
    """Whoever is asking."""

    kind: ActorKind
    mode: Mode
    permissions: list[str]
    staff_member: OwnPlace | None = batch(_own_place, cost=2)
    sessions: list[Session] = batch(_own_sessions, cost=5, items=5)
    has_second_factor: bool = batch(_own_second_factor, cost=5)
