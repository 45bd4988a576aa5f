"""Changing who works here and what they may, and the keys of programs."""

from datetime import timedelta
from uuid import UUID

import strawberry
from strawberry import UNSET

from api.inputs import values
from api.merchants import kinds
from api.merchants.staff_types import ApiKey, Invitation, Role, StaffMember
from api.merchants.words import ApiKeyKind, Mode
from api.mutation import Outcome, Payload, entity, mutation
from api.rows import in_table
from api.scalars import DateTime, wanted_id, wanted_ids
from api.stock.kinds import LOCATION
from domain.merchants import tables
from domain.merchants.api_keys import NewKey, create_key, rename_key, revoke_key, rotate_key
from domain.merchants.invitations import invite_staff, revoke_invitation
from domain.merchants.queries import keys_by_ids
from domain.merchants.roles import create_role, delete_role, update_role
from domain.merchants.staff import (
    change_staff,
    end_sessions_of,
    remove_staff,
    resume_staff,
    suspend_staff,
)
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

STAFF = "staff:write"
KEYS = "keys:write"


@strawberry.input
class StaffInviteInput:
    """Whom to invite to what; without `locationIds` the member will see every point of sale."""

    email: str
    role_id: strawberry.ID
    location_ids: list[strawberry.ID] | None = UNSET
    language: str | None = UNSET


@strawberry.input
class StaffUpdateInput:
    """Another role, other points of sale. A null in `locationIds` is every one."""

    role_id: strawberry.ID | None = UNSET
    location_ids: list[strawberry.ID] | None = UNSET
    expected_version: int | None = UNSET


@strawberry.input
class RoleCreateInput:
    """A role of the shop's own."""

    name: str
    permissions: list[str]


@strawberry.input
class RoleUpdateInput:
    """What changes of a role, for all who have it."""

    name: str | None = UNSET
    permissions: list[str] | None = UNSET
    expected_version: int | None = UNSET


@strawberry.input
class ApiKeyCreateInput:
    """A key to be made: a secret one has scopes, a publishable one has none."""

    kind: ApiKeyKind
    name: str
    mode: Mode = Mode.LIVE
    scopes: list[str] = strawberry.field(default_factory=list)
    expires_at: DateTime | None = None
    trusted_only: bool = False


@strawberry.type
class StaffMemberPayload(Payload):
    """The member as it is now."""

    staff_member: StaffMember | None = entity("staff_member", in_table(tables.StaffMember))


@strawberry.type
class InvitationPayload(Payload):
    """The invitation."""

    invitation: Invitation | None = entity("invitation", in_table(tables.Invitation))


@strawberry.type
class RolePayload(Payload):
    """The role as it is now."""

    role: Role | None = entity("role", in_table(tables.Role))


@strawberry.type
class RoleDeletePayload(Payload):
    """The id of what is gone."""

    role_id: strawberry.ID | None


@strawberry.type
class ApiKeyPayload(Payload):
    """The key by its marks."""

    api_key: ApiKey | None = entity("api_key", keys_by_ids)


@strawberry.type
class NewApiKeyPayload(Payload):
    """The key by its marks, and itself: `key` is shown this once."""

    api_key: ApiKey | None = entity("api_key", keys_by_ids)
    key: str | None


def _points(location_ids: list[strawberry.ID] | None) -> list[UUID] | None:
    """The points of sale that were named; None where none were, or a null."""
    if location_ids is None or location_ids is UNSET:
        return None
    return wanted_ids(location_ids, LOCATION)


def _new(key: NewKey) -> Outcome:
    return {"api_key": key.id, "key": key.text}


@strawberry.type
class StaffMutations:
    """Root fields of staff and roles."""

    @mutation(permission=STAFF, returns=InvitationPayload, live_only=True, needs_presence=True)
    async def staff_invite(uow: UnitOfWork, input: StaffInviteInput) -> Outcome:
        """Invite an address to work here; a letter with a link goes out, good for seven days."""
        invitation_id = await invite_staff(
            uow,
            email=input.email,
            role_id=wanted_id(input.role_id, kinds.ROLE),
            points=_points(input.location_ids),
            language=input.language or "ru",
        )
        return {"invitation": invitation_id}

    @mutation(permission=STAFF, returns=InvitationPayload, live_only=True)
    async def invitation_revoke(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Take an invitation back; its link stops working."""
        invitation_id = wanted_id(id, kinds.INVITATION)
        await revoke_invitation(uow, invitation_id)
        return {"invitation": invitation_id}

    @mutation(permission=STAFF, returns=StaffMemberPayload, live_only=True, needs_presence=True)
    async def staff_update(uow: UnitOfWork, id: strawberry.ID, input: StaffUpdateInput) -> Outcome:
        """Give a member another role or other points of sale, from the next request on."""
        staff_id = wanted_id(id, kinds.STAFF)
        await change_staff(
            uow,
            staff_id,
            role_id=wanted_id(input.role_id, kinds.ROLE) if input.role_id else None,
            points=_points(input.location_ids),
            all_points=input.location_ids is None,
            expected_version=input.expected_version or None,
        )
        return {"staff_member": staff_id}

    @mutation(permission=STAFF, returns=StaffMemberPayload, live_only=True, while_shut=True)
    async def staff_suspend(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Shut a member out at once; the place is kept."""
        staff_id = wanted_id(id, kinds.STAFF)
        await suspend_staff(uow, staff_id, expected_version=expected_version)
        return {"staff_member": staff_id}

    @mutation(permission=STAFF, returns=StaffMemberPayload, live_only=True)
    async def staff_resume(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Let a suspended member in again."""
        staff_id = wanted_id(id, kinds.STAFF)
        await resume_staff(uow, staff_id, expected_version=expected_version)
        return {"staff_member": staff_id}

    @mutation(permission=STAFF, returns=StaffMemberPayload, live_only=True)
    async def staff_remove(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """End a membership. What the member did stays in the books under the same name."""
        staff_id = wanted_id(id, kinds.STAFF)
        await remove_staff(uow, staff_id, expected_version=expected_version)
        return {"staff_member": staff_id}

    @mutation(permission=STAFF, returns=StaffMemberPayload, live_only=True, while_shut=True)
    async def staff_sessions_revoke(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """End all open sessions of a member at once; the member may sign in again."""
        staff_id = wanted_id(id, kinds.STAFF)
        await end_sessions_of(uow, staff_id)
        return {"staff_member": staff_id}

    @mutation(permission=STAFF, returns=RolePayload, live_only=True, needs_presence=True)
    async def role_create(uow: UnitOfWork, input: RoleCreateInput) -> Outcome:
        """A role of the shop's own, of permissions that its maker has."""
        return {"role": await create_role(uow, name=input.name, permissions=input.permissions)}

    @mutation(permission=STAFF, returns=RolePayload, live_only=True, needs_presence=True)
    async def role_update(uow: UnitOfWork, id: strawberry.ID, input: RoleUpdateInput) -> Outcome:
        """Rename a role, or change what it allows."""
        role_id = wanted_id(id, kinds.ROLE)
        await update_role(uow, role_id, **values(input))
        return {"role": role_id}

    @mutation(permission=STAFF, returns=RoleDeletePayload, live_only=True)
    async def role_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Delete a role that nobody has."""
        role_id = wanted_id(id, kinds.ROLE)
        await delete_role(uow, role_id, expected_version=expected_version)
        return {"role_id": encode_id(kinds.ROLE, role_id)}


@strawberry.type
class ApiKeyMutations:
    """Root fields of keys."""

    @mutation(
        permission=KEYS,
        returns=NewApiKeyPayload,
        live_only=True,
        needs_presence=True,
        shown_once=("key",),
    )
    async def api_key_create(uow: UnitOfWork, input: ApiKeyCreateInput) -> Outcome:
        """Make a key, of scopes that its maker has; it is shown this once."""
        key = await create_key(
            uow,
            kind=input.kind.value,
            mode=input.mode.value,
            name=input.name,
            scopes=input.scopes,
            expires_at=input.expires_at,
            trusted_only=input.trusted_only,
        )
        return _new(key)

    @mutation(
        permission=KEYS,
        returns=NewApiKeyPayload,
        live_only=True,
        needs_presence=True,
        shown_once=("key",),
    )
    async def api_key_rotate(
        uow: UnitOfWork, id: strawberry.ID, overlap_hours: int = 24
    ) -> Outcome:
        """Replace a key by a new one like it; the old one works for 0 to 72 hours more."""
        # Far out of range an int of 32 bits is no timedelta any more.
        overlap = timedelta(hours=max(-1, min(overlap_hours, 1000)))
        return _new(await rotate_key(uow, wanted_id(id, kinds.API_KEY), overlap=overlap))

    @mutation(permission=KEYS, returns=ApiKeyPayload, live_only=True)
    async def api_key_rename(uow: UnitOfWork, id: strawberry.ID, name: str) -> Outcome:
        """Give a key another name."""
        key_id = wanted_id(id, kinds.API_KEY)
        await rename_key(uow, key_id, name=name)
        return {"api_key": key_id}

    @mutation(permission=KEYS, returns=ApiKeyPayload, live_only=True, while_shut=True)
    async def api_key_revoke(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """End a key at once: the next request with it is refused."""
        key_id = wanted_id(id, kinds.API_KEY)
        await revoke_key(uow, key_id)
        return {"api_key": key_id}
