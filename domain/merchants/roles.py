"""Roles: sets of permissions with a name. The system's own stay; a shop adds others."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.errors import Conflict, InUse, Invalid, NotAllowed, NotFound, Taken
from domain.merchants.names import read_name
from domain.merchants.permissions import SYSTEM_ROLES, check_may_give, known_permissions
from domain.merchants.tables import Invitation, Role, StaffMember
from tenants.ids import new_id
from tenants.scope import Row, UnitOfWork

MOST_ROLES: Final = 100


async def add_system_roles(uow: UnitOfWork, *, language: str) -> dict[str, UUID]:
    """The roles that every shop begins with; their ids by code."""
    ids = await uow.add_all(
        Role,
        [
            {
                "code": role.code,
                "name": role.name(language),
                "permissions": list(role.permissions),
            }
            for role in SYSTEM_ROLES
        ],
    )
    return {role.code: role_id for role, role_id in zip(SYSTEM_ROLES, ids, strict=True)}


async def create_role(uow: UnitOfWork, *, name: str, permissions: Sequence[str]) -> UUID:
    """A role of the shop's own. Raises Invalid, NotAllowed, Taken."""
    name, words = read_name(name, "name"), _wanted(permissions)
    check_may_give(uow.principal, words, "permissions")
    if await uow.value(select(func.count()).select_from(Role)) >= MOST_ROLES:
        raise NotAllowed(
            en=f"a shop has at most {MOST_ROLES} roles",
            ru=f"в магазине не больше {MOST_ROLES} ролей",
        )
    role_id = await uow.value(
        insert(Role)
        .values(tenant_id=uow.tenant_id, id=new_id(), name=name, permissions=words)
        .on_conflict_do_nothing()
        .returning(Role.id)
    )
    if role_id is None:
        raise Taken("name", value=name)
    uow.record("role.created", role_id, name=name, permissions=words)
    return UUID(str(role_id))


async def update_role(
    uow: UnitOfWork,
    role_id: UUID,
    *,
    name: str | None = None,
    permissions: Sequence[str] | None = None,
    expected_version: int | None = None,
) -> None:
    """Rename a role, or change what it allows, for all who have it and from now on.

    Who does this must have what the role had and what it will have. Raises NotFound, Conflict,
    NotAllowed, Invalid, Taken.
    """
    role = await _own_role(uow, role_id, expected_version)
    check_may_give(uow.principal, role["permissions"])
    changes: dict[str, object] = {}
    if permissions is not None:
        changes["permissions"] = _wanted(permissions)
        check_may_give(uow.principal, _wanted(permissions), "permissions")
    if name is not None:
        changes["name"] = name = read_name(name, "name")
        if await uow.value(select(Role.id).where(Role.name == name, Role.id != role_id)):
            raise Taken("name", value=name)
    await uow.execute(
        update(Role)
        .where(Role.id == role_id)
        .values(**changes, version=Role.version + 1, updated_at=uow.now)
    )
    uow.record("role.changed", role_id, **changes)


async def delete_role(
    uow: UnitOfWork, role_id: UUID, *, expected_version: int | None = None
) -> None:
    """Delete a role that nobody has. Raises NotFound, Conflict, NotAllowed, InUse."""
    role = await _own_role(uow, role_id, expected_version)
    check_may_give(uow.principal, role["permissions"])
    held = await uow.value(
        select(func.count()).select_from(StaffMember).where(StaffMember.role_id == role_id)
    )
    asked = await uow.value(
        select(func.count())
        .select_from(Invitation)
        .where(
            Invitation.role_id == role_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
    )
    if held or asked:
        raise InUse("id", what="staff", count=held + asked)
    await uow.execute(delete(Role).where(Role.id == role_id))
    uow.record("role.deleted", role_id)


async def get_role(uow: UnitOfWork, role_id: UUID, *path: str) -> Row:
    """A role to give, held until the unit ends: `code`, `permissions`. Raises NotFound."""
    role = await uow.row(
        select(Role.code, Role.permissions).where(Role.id == role_id).with_for_update(read=True)
    )
    if role is None:
        raise NotFound(*path, what="role")
    return role


async def _own_role(uow: UnitOfWork, role_id: UUID, expected_version: int | None) -> Row:
    role = await uow.row(
        select(Role.code, Role.permissions, Role.version)
        .where(Role.id == role_id)
        .with_for_update()
    )
    if role is None:
        raise NotFound("id", what="role")
    if role["code"] is not None:
        raise NotAllowed(
            en="this role is the system's own; make one of yours",
            ru="это системная роль; создайте свою",
        )
    if expected_version is not None and role["version"] != expected_version:
        raise Conflict("expectedVersion", current_version=role["version"])
    return role


def _wanted(permissions: Sequence[str]) -> list[str]:
    words = known_permissions(permissions, "permissions")
    if not words:
        raise Invalid(
            "permissions",
            en="a role allows something",
            ru="роль должна разрешать хотя бы что-нибудь",
        )
    return words
