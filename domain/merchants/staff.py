"""Staff: which role and points a member has; suspended, taken back, removed.

Whoever changes a member must have all that the member has, and gives nothing he has not. All of it
is the merchant's, so it works in the live space.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update

from domain.errors import Conflict, NotAllowed, NotFound
from domain.merchants.permissions import OWNER, check_may_give
from domain.merchants.plans import release
from domain.merchants.points import check_may_give_points, read_points
from domain.merchants.roles import get_role
from domain.merchants.tables import Role, StaffMember
from tenants.platform_tables import StaffSession
from tenants.scope import Row, UnitOfWork

_OWNERS: Final = (
    select(StaffMember.id, StaffMember.status)
    .join(Role, Role.id == StaffMember.role_id)
    .where(Role.code == OWNER.code, StaffMember.status != "removed")
    .order_by(StaffMember.id)
    .with_for_update(of=StaffMember)
)
_MEMBER: Final = (
    select(
        StaffMember.identity_id,
        StaffMember.role_id,
        StaffMember.status,
        StaffMember.points,
        StaffMember.version,
        Role.code,
        Role.permissions,
    )
    .join(Role, Role.id == StaffMember.role_id)
    .where(StaffMember.id == bindparam("staff_id"), StaffMember.status != "removed")
    .with_for_update(of=StaffMember)
)


async def change_staff(
    uow: UnitOfWork,
    staff_id: UUID,
    *,
    role_id: UUID | None = None,
    points: Sequence[UUID] | None = None,
    all_points: bool = False,
    expected_version: int | None = None,
) -> None:
    """Give a member another role, or other points of sale (`all_points`: every one).

    What is not given stays. It holds from the member's next request on. Raises NotFound, Conflict,
    NotAllowed.
    """
    target = await _target(uow, staff_id, expected_version)
    changes: dict[str, Any] = {}
    if role_id is not None and role_id != target.member["role_id"]:
        role = await get_role(uow, role_id, "roleId")
        check_may_give(uow.principal, role["permissions"], "roleId")
        target.must_leave_an_owner()
        changes["role_id"] = role_id
    if all_points or points is not None:
        wanted = None if all_points else points
        changes["points"] = await read_points(uow, wanted, "locationIds")
    if not changes:
        return
    await _set(uow, staff_id, **changes)
    uow.record("staff.changed", staff_id, **changes)


async def suspend_staff(
    uow: UnitOfWork, staff_id: UUID, *, expected_version: int | None = None
) -> None:
    """Shut a member out from the next request on; the place is kept. Raises as change_staff."""
    target = await _target(uow, staff_id, expected_version)
    if target.member["status"] != "active":
        raise NotAllowed(en="this member is not active", ru="этот сотрудник не активен")
    target.must_leave_an_owner()
    await _set(uow, staff_id, status="suspended")
    await end_sessions(uow, target.member["identity_id"])
    uow.record("staff.suspended", staff_id)


async def resume_staff(
    uow: UnitOfWork, staff_id: UUID, *, expected_version: int | None = None
) -> None:
    """Let a suspended member in again. Raises NotFound, Conflict, NotAllowed."""
    target = await _target(uow, staff_id, expected_version)
    if target.member["status"] != "suspended":
        raise NotAllowed(en="this member is not suspended", ru="этот сотрудник не отстранён")
    await _set(uow, staff_id, status="active")
    uow.record("staff.resumed", staff_id)


async def remove_staff(
    uow: UnitOfWork, staff_id: UUID, *, expected_version: int | None = None
) -> None:
    """End a membership. The row stays, for orders and the audit log name it. Raises as above."""
    target = await _target(uow, staff_id, expected_version)
    target.must_leave_an_owner()
    await _set(uow, staff_id, status="removed")
    await end_sessions(uow, target.member["identity_id"])
    await release(uow, "staff")
    uow.record("staff.removed", staff_id)


async def end_sessions_of(uow: UnitOfWork, staff_id: UUID) -> int:
    """End a member's open sessions at once; how many. Raises NotFound, NotAllowed."""
    target = await _target(uow, staff_id)
    ended = await end_sessions(uow, target.member["identity_id"])
    uow.record("staff.sessions_ended", staff_id, count=ended)
    return ended


async def end_sessions(uow: UnitOfWork, identity_id: UUID, *, but: UUID | None = None) -> int:
    """Revoke a person's sessions at this merchant, all or all `but` one; how many."""
    return await uow.execute(
        update(StaffSession)
        .where(
            StaffSession.identity_id == identity_id,
            StaffSession.revoked_at.is_(None),
            StaffSession.id.is_distinct_from(but),
        )
        .values(revoked_at=uow.now)
    )


class _Target(NamedTuple):
    member: Row
    is_last_owner: bool

    def must_leave_an_owner(self) -> None:
        if self.is_last_owner:
            raise NotAllowed(
                "id",
                en="a shop keeps at least one active owner",
                ru="в магазине должен остаться хотя бы один действующий владелец",
            )


async def _target(uow: UnitOfWork, staff_id: UUID, expected_version: int | None = None) -> _Target:
    """The member, locked, over whom the caller may rule.

    The owners are locked first and in one order, so that two owners who remove each other go one
    after the other, and the second finds himself the last.
    """
    owners = await uow.rows(_OWNERS)
    member = await uow.row(_MEMBER, staff_id=staff_id)
    if member is None:
        raise NotFound("id", what="member of staff")
    if expected_version is not None and member["version"] != expected_version:
        raise Conflict("expectedVersion", current_version=member["version"])
    check_may_give(uow.principal, member["permissions"], "id")
    check_may_give_points(uow.principal, member["points"], "id")
    others = [row for row in owners if row["status"] == "active" and row["id"] != staff_id]
    return _Target(member, member["code"] == OWNER.code and not others)


async def _set(uow: UnitOfWork, staff_id: UUID, **values: Any) -> None:
    await uow.execute(
        update(StaffMember)
        .where(StaffMember.id == staff_id)
        .values(**values, version=StaffMember.version + 1, updated_at=uow.now)
    )
