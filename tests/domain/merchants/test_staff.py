"""Staff and roles: nobody gives what he has not, and an owner always stays."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from domain.errors import Conflict, DomainError, InUse, Invalid, NotAllowed, NotFound, Taken
from domain.merchants.permissions import PERMISSIONS, SYSTEM_ROLES
from domain.merchants.roles import create_role, delete_role, update_role
from domain.merchants.staff import change_staff, remove_staff, resume_staff, suspend_staff
from domain.merchants.tables import Role, StaffMember
from tenants.principal import Principal
from tests.domain.merchants.merchants import Act, Merchant, new_email, staff

pytestmark = pytest.mark.anyio


async def hire(merchant: Merchant, role: str) -> UUID:
    """A member of staff, without the letters."""
    role_id, email = await merchant.role_id(role), new_email()
    async with merchant.scope().writing("test") as uow:
        return await uow.add(
            StaffMember,
            identity_id=uuid4(),
            role_id=role_id,
            name="Иван",
            email=email,
            email_key=email,
            points=None,
            status="active",
        )


async def state(merchant: Merchant, staff_id: UUID) -> tuple[Any, ...]:
    row = await merchant.scope().reading.row(
        select(
            StaffMember.role_id, StaffMember.points, StaffMember.status, StaffMember.version
        ).where(StaffMember.id == staff_id)
    )
    assert row
    return tuple(row)


def manager() -> Principal:
    return staff(but=("merchant:close", "plan:write", "keys:write", "secrets:write", "export:run"))


async def test_a_member_gets_another_role_and_points(merchant: Merchant) -> None:
    cashier = await hire(merchant, "cashier")
    analyst = await merchant.role_id("analyst")
    async with merchant.scope(manager()).writing("staffUpdate") as uow:
        await change_staff(uow, cashier, role_id=analyst, points=[], expected_version=1)
    assert await state(merchant, cashier) == (analyst, [], "active", 2)
    async with merchant.scope(manager()).writing("staffUpdate") as uow:
        await change_staff(uow, cashier, all_points=True)
    assert await state(merchant, cashier) == (analyst, None, "active", 3)
    with pytest.raises(Conflict) as refused:
        async with merchant.scope(manager()).writing("staffUpdate") as uow:
            await change_staff(uow, cashier, all_points=True, expected_version=2)
    assert refused.value.facts == {"current_version": 3}


async def test_nobody_gives_a_role_that_is_more_than_his_own(merchant: Merchant) -> None:
    cashier = await hire(merchant, "cashier")
    before = await state(merchant, cashier)
    owner = await merchant.role_id("owner")
    with pytest.raises(NotAllowed):
        async with merchant.scope(manager()).writing("staffUpdate") as uow:
            await change_staff(uow, cashier, role_id=owner)
    assert await state(merchant, cashier) == before


async def test_nobody_rules_over_who_has_more(merchant: Merchant) -> None:
    before = await state(merchant, merchant.owner_id)
    cashier = await merchant.role_id("cashier")
    acts: list[Act] = [
        lambda uow: change_staff(uow, merchant.owner_id, role_id=cashier),
        lambda uow: suspend_staff(uow, merchant.owner_id),
        lambda uow: remove_staff(uow, merchant.owner_id),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            async with merchant.scope(manager()).writing("test") as uow:
                await act(uow)
    assert await state(merchant, merchant.owner_id) == before


async def test_a_change_of_what_was_changed_meanwhile_is_refused(merchant: Merchant) -> None:
    cashier = await hire(merchant, "cashier")
    async with merchant.scope().writing("roleCreate") as uow:
        role_id = await create_role(uow, name="Старший", permissions=["orders:read"])
    acts: list[Act] = [
        lambda uow: suspend_staff(uow, cashier, expected_version=7),
        lambda uow: resume_staff(uow, cashier, expected_version=7),
        lambda uow: remove_staff(uow, cashier, expected_version=7),
        lambda uow: delete_role(uow, role_id, expected_version=7),
    ]
    for act in acts:
        with pytest.raises(Conflict) as refused:
            async with merchant.scope().writing("test") as uow:
                await act(uow)
        assert refused.value.facts == {"current_version": 1}
    assert (await state(merchant, cashier))[2:] == ("active", 1)
    async with merchant.scope().writing("test") as uow:
        await suspend_staff(uow, cashier, expected_version=1)
        await delete_role(uow, role_id, expected_version=1)


async def test_the_last_owner_stays(merchant: Merchant) -> None:
    cashier = await merchant.role_id("cashier")
    acts: list[Act] = [
        lambda uow: change_staff(uow, merchant.owner_id, role_id=cashier),
        lambda uow: suspend_staff(uow, merchant.owner_id),
        lambda uow: remove_staff(uow, merchant.owner_id),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            async with merchant.scope().writing("test") as uow:
                await act(uow)
    second = await hire(merchant, "owner")
    async with merchant.scope().writing("staffSuspend") as uow:
        await suspend_staff(uow, second)
    with pytest.raises(NotAllowed):
        async with merchant.scope().writing("staffRemove") as uow:
            await remove_staff(uow, merchant.owner_id)
    async with merchant.scope().writing("staffResume") as uow:
        await resume_staff(uow, second)
        await remove_staff(uow, merchant.owner_id)


async def test_two_owners_who_remove_each_other_do_not_both_go(merchant: Merchant) -> None:
    owners = [merchant.owner_id, *[await hire(merchant, "owner") for _ in range(3)]]

    async def remove(staff_id: UUID) -> bool:
        try:
            async with merchant.scope().writing("staffRemove") as uow:
                await remove_staff(uow, staff_id)
        except (NotAllowed, NotFound):
            return False
        return True

    removed = await asyncio.gather(*(remove(owner) for owner in owners * 4))
    assert sum(removed) == 3
    left = await merchant.scope().reading.rows(
        select(StaffMember.id).where(StaffMember.status == "active")
    )
    assert len(left) == 1


async def test_a_removed_members_row_stays_for_history(merchant: Merchant) -> None:
    cashier = await hire(merchant, "cashier")
    async with merchant.scope(manager()).writing("staffRemove") as uow:
        await remove_staff(uow, cashier)
    assert (await state(merchant, cashier))[2] == "removed"
    with pytest.raises(NotFound):
        async with merchant.scope(manager()).writing("staffResume") as uow:
            await resume_staff(uow, cashier)


async def test_a_neighbours_members_and_roles_do_not_exist(
    merchant: Merchant, neighbour: Merchant
) -> None:
    theirs = await hire(neighbour, "cashier")
    their_role = await neighbour.role_id("cashier")
    mine = await hire(merchant, "cashier")
    before = await state(neighbour, theirs)
    acts: list[Act] = [
        lambda uow: change_staff(uow, theirs, all_points=True),
        lambda uow: suspend_staff(uow, theirs),
        lambda uow: remove_staff(uow, theirs),
        lambda uow: change_staff(uow, mine, role_id=their_role),
        lambda uow: update_role(uow, their_role, name="Наш"),
        lambda uow: delete_role(uow, their_role),
    ]
    for act in acts:
        with pytest.raises(NotFound) as refused:
            async with merchant.scope().writing("test") as uow:
                await act(uow)
        unknown = refused.value.message("en")
        assert str(theirs) not in unknown
    assert await state(neighbour, theirs) == before


async def test_a_shop_makes_roles_of_its_own(merchant: Merchant) -> None:
    async with merchant.scope().writing("roleCreate") as uow:
        role_id = await create_role(
            uow, name=" Старший  кассир ", permissions=["refunds:write", "orders:read"]
        )
    row = await merchant.scope().reading.row(
        select(Role.name, Role.permissions).where(Role.id == role_id)
    )
    assert row
    assert tuple(row) == ("Старший кассир", ["orders:read", "refunds:write"])
    async with merchant.scope().writing("roleUpdate") as uow:
        await update_role(uow, role_id, permissions=["orders:read"], expected_version=1)
    member = await hire(merchant, "cashier")
    async with merchant.scope().writing("staffUpdate") as uow:
        await change_staff(uow, member, role_id=role_id)
    with pytest.raises(InUse):
        async with merchant.scope().writing("roleDelete") as uow:
            await delete_role(uow, role_id)
    async with merchant.scope().writing("roleDelete") as uow:
        await change_staff(uow, member, role_id=await merchant.role_id("cashier"))
        await delete_role(uow, role_id)


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"name": "Кассир", "permissions": ["orders:read"]}, Taken),
        ({"name": "Пустая", "permissions": []}, Invalid),
        ({"name": "Чужая", "permissions": ["orders:fly"]}, Invalid),
        ({"name": "", "permissions": ["orders:read"]}, DomainError),
        ({"name": "Больше", "permissions": ["keys:write"]}, NotAllowed),
        ({"name": "Всё", "permissions": ["*"]}, NotAllowed),
    ],
)
async def test_a_role_that_cannot_be_is_refused(
    merchant: Merchant, told: dict[str, Any], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        async with merchant.scope(manager()).writing("roleCreate") as uow:
            await create_role(uow, **told)


async def test_the_systems_roles_stay_as_they_are(merchant: Merchant) -> None:
    for role in SYSTEM_ROLES:
        role_id = await merchant.role_id(role.code)
        with pytest.raises(NotAllowed):
            async with merchant.scope().writing("roleUpdate") as uow:
                await update_role(uow, role_id, permissions=["orders:read"])
        with pytest.raises(NotAllowed):
            async with merchant.scope().writing("roleDelete") as uow:
                await delete_role(uow, role_id)


async def test_nobody_widens_or_strips_a_role_beyond_himself(merchant: Merchant) -> None:
    async with merchant.scope().writing("roleCreate") as uow:
        strong = await create_role(uow, name="Сильная", permissions=["keys:write"])
        weak = await create_role(uow, name="Слабая", permissions=["orders:read"])
    changes: list[tuple[UUID, list[str]]] = [(strong, ["orders:read"]), (weak, ["keys:write"])]
    for role_id, permissions in changes:
        with pytest.raises(NotAllowed):
            async with merchant.scope(manager()).writing("roleUpdate") as uow:
                await update_role(uow, role_id, permissions=permissions)


def test_system_roles_are_made_of_permissions_that_there_are() -> None:
    for role in SYSTEM_ROLES:
        assert set(role.permissions) <= PERMISSIONS.keys() | {"*"}
    assert all(title.en and title.ru for title in PERMISSIONS.values())
