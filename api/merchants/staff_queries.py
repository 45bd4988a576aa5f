"""Root fields of staff, roles and keys; and of whoever asks."""

from functools import partial
from typing import Any

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import PUBLIC, root
from api.merchants import kinds
from api.merchants.staff_types import (
    ApiKey,
    Invitation,
    Permission,
    Role,
    StaffMember,
    Viewer,
)
from api.merchants.words import Mode
from api.refusals import told
from api.scalars import wanted_id
from domain.merchants import tables
from domain.merchants.permissions import PERMISSIONS
from domain.merchants.queries import STAFF, keys_of, list_invitations, list_roles
from domain.paging import PageRequest, Sort, count_of, page_of
from domain.row_sets import rows_by_id
from tenants.platform_tables import ApiKey as KeyTable


@strawberry.type
class StaffQueries:
    """Root fields of the area."""

    @root(permission=PUBLIC)
    async def viewer(self, info: Info) -> Viewer | None:
        """Whoever is asking; null without a key or a session."""
        caller = info.context.caller
        if caller is None:
            return None
        who: Any = {
            "kind": caller.principal.actor.value,
            "mode": caller.mode,
            "permissions": sorted(caller.principal.permissions),
        }
        return who  # type: ignore[no-any-return]

    @root(permission="staff:read", items=len(PERMISSIONS))
    async def permissions(self, info: Info) -> list[Permission]:
        """Everything that can be allowed."""
        return [{"word": word} for word in PERMISSIONS]  # type: ignore[misc]

    @root(permission="staff:read", items=10)
    async def roles(self, info: Info) -> list[Role]:
        """The system's roles and the shop's own."""
        return await list_roles(info.context.reading)  # type: ignore[return-value]

    @root(permission="staff:read", page_size=("first", "last"))
    async def staff(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[StaffMember]:
        """Who works here, in the order of joining."""
        db = info.context.reading
        with told(info.context):
            page = await page_of(
                db,
                STAFF,
                [Sort("id", tables.StaffMember.id)],
                PageRequest(first, after, last, before),
            )
        return connection(page, partial(count_of, db, STAFF))  # type: ignore[return-value]

    @root(permission="staff:read")
    async def staff_member(self, info: Info, id: strawberry.ID) -> StaffMember | None:
        """One of them, also a removed one."""
        staff_id = wanted_id(id, kinds.STAFF)
        found = await rows_by_id(info.context.reading, tables.StaffMember, [staff_id])
        return found.get(staff_id)  # type: ignore[return-value]

    @root(permission="staff:read", items=10)
    async def invitations(self, info: Info) -> list[Invitation]:
        """Those that can still be accepted, the newest first."""
        now = info.context.scope.reading.now
        return await list_invitations(info.context.reading, now=now)  # type: ignore[return-value]

    @root(permission="keys:read", page_size=("first", "last"))
    async def api_keys(
        self,
        info: Info,
        mode: Mode | None = None,
        revoked: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[ApiKey]:
        """The shop's keys, the newest first; with `revoked` those too that were ended."""
        db = info.context.reading
        asked = keys_of(mode.value if mode else None, revoked=revoked)
        with told(info.context):
            page = await page_of(
                db,
                asked,
                [Sort("id", KeyTable.id, descending=True)],
                PageRequest(first, after, last, before),
            )
        return connection(page, partial(count_of, db, asked))  # type: ignore[return-value]
