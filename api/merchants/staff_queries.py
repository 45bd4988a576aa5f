"""Root fields of staff, roles and keys; and of whoever asks."""

from functools import partial
from typing import cast

import strawberry

from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import PUBLIC, root
from api.lists import by_id, paged
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
from api.rows import in_table
from domain.merchants import tables
from domain.merchants.permissions import PERMISSIONS
from domain.merchants.queries import STAFF, keys_of, list_invitations, list_roles
from domain.paging import PageRequest, Sort, count_of, page_of
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
        who = {
            "kind": caller.principal.actor.value,
            "mode": caller.mode,
            "permissions": sorted(caller.principal.permissions),
        }
        return cast(Viewer, who)

    @root(permission="staff:read", items=len(PERMISSIONS))
    async def permissions(self, info: Info) -> list[Permission]:
        """Everything that can be allowed."""
        return cast(list[Permission], [{"word": word} for word in PERMISSIONS])

    @root(permission="staff:read", items=10)
    async def roles(self, info: Info) -> list[Role]:
        """The system's roles and the shop's own."""
        return cast(list[Role], await list_roles(info.context.reading))

    @paged(permission="staff:read")
    async def staff(self, info: Info, page: PageRequest) -> Connection[StaffMember]:
        """Who works here, in the order of joining."""
        db, order = info.context.reading, [Sort("id", tables.StaffMember.id)]
        return connection(await page_of(db, STAFF, order, page), partial(count_of, db, STAFF))

    staff_member: StaffMember | None = by_id(
        in_table(tables.StaffMember),
        kinds.STAFF,
        permission="staff:read",
        description="One of them, also a removed one.",
    )

    @root(permission="staff:read", items=10)
    async def invitations(self, info: Info) -> list[Invitation]:
        """Those that can still be accepted, the newest first."""
        now = info.context.scope.reading.now
        return cast(list[Invitation], await list_invitations(info.context.reading, now=now))

    @paged(permission="keys:read")
    async def api_keys(
        self, info: Info, page: PageRequest, mode: Mode | None = None, revoked: bool = False
    ) -> Connection[ApiKey]:
        """The shop's keys, the newest first; with `revoked` those too that were ended."""
        db, order = info.context.reading, [Sort("id", KeyTable.id, descending=True)]
        asked = keys_of(mode.value if mode else None, revoked=revoked)
        return connection(await page_of(db, asked, order, page), partial(count_of, db, asked))
