"""Invitations and confirmations: how a person comes to be a member of staff by a letter.

A letter's link proves the mailbox, and a password proves the person. Who has no account yet, or one
whose address was never confirmed, sets the password here; who has one gives it.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.errors import LimitReached, NotFound, Taken, valid
from domain.mail.letter_jobs import send_later
from domain.merchants.attempts import HOUR, by_account, by_address, count_tries
from domain.merchants.errors import LinkNoLongerGood, WrongPassword
from domain.merchants.identities import IDENTITY, find_identity, read_new_password
from domain.merchants.names import read_name
from domain.merchants.one_time import find_link, use_link
from domain.merchants.permissions import check_may_give
from domain.merchants.plans import take
from domain.merchants.points import check_may_give_points, read_points
from domain.merchants.reception import Reception, staff_principal
from domain.merchants.roles import get_role
from domain.merchants.tables import Invitation, Membership, Role, Shop, StaffMember
from tenants.identify import Seen
from tenants.ids import new_id
from tenants.platform import PlatformScope, PlatformUnit
from tenants.platform_tables import Identity
from tenants.scope import Row, UnitOfWork
from tenants.values.emails import parse_email
from tenants.values.languages import SPOKEN

GOOD_FOR: Final = timedelta(days=7)
MOST_A_DAY: Final = 50
"""Letters with a shop's words go to strangers: a shop just opened must be of no use for that."""

_WAITING: Final = (
    select(Invitation.points, Role.permissions)
    .join(Role, Role.id == Invitation.role_id)
    .where(
        Invitation.id == bindparam("invitation_id"),
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    .with_for_update(of=Invitation)
)


async def invite_staff(
    uow: UnitOfWork,
    *,
    email: str,
    role_id: UUID,
    points: Sequence[UUID] | None = None,
    language: str = "ru",
) -> UUID:
    """Invite an address to a role, for seven days; a letter with the link goes out.

    Raises Invalid, NotFound, NotAllowed, Taken (a member, or invited already), LimitReached.
    """
    address = valid(parse_email, email, "email")
    role = await get_role(uow, role_id, "roleId")
    check_may_give(uow.principal, role["permissions"], "roleId")
    wanted = await read_points(uow, points, "locationIds")
    is_member = await uow.value(
        select(StaffMember.id).where(
            StaffMember.email_key == address.key, StaffMember.status != "removed"
        )
    )
    if is_member is not None:
        raise Taken("email", value=address.address)
    await _check_rate(uow)
    await _drop_expired(uow, address.key)
    invitation_id = await uow.value(
        insert(Invitation)
        .values(
            tenant_id=uow.tenant_id,
            id=new_id(),
            email=address.address,
            email_key=address.key,
            role_id=role_id,
            points=wanted,
            language=language if language in SPOKEN else "en",
            invited_by_id=uow.principal.id,
            created_at=uow.now,
            expires_at=uow.now + GOOD_FOR,
        )
        .on_conflict_do_nothing()
        .returning(Invitation.id)
    )
    if invitation_id is None:
        raise Taken("email", value=address.address)
    await send_later(uow, "invitation", invitation_id=str(invitation_id))
    uow.record("staff.invited", invitation_id, email=address.address, role_id=role_id)
    return UUID(str(invitation_id))


async def revoke_invitation(uow: UnitOfWork, invitation_id: UUID) -> None:
    """Take an invitation back; its link stops working.

    Who does it must have what it gives, as with a member. Raises NotFound, NotAllowed.
    """
    asked = await uow.row(_WAITING, invitation_id=invitation_id)
    if asked is None:
        raise NotFound("id", what="invitation")
    check_may_give(uow.principal, asked["permissions"], "id")
    check_may_give_points(uow.principal, asked["points"], "id")
    await uow.execute(
        update(Invitation).where(Invitation.id == invitation_id).values(revoked_at=uow.now)
    )
    uow.record("invitation.revoked", invitation_id)


async def accept_invitation(
    reception: Reception, *, token: str, password: str, name: str | None = None, seen: Seen
) -> UUID:
    """Join the shop by a letter's link; the new member's id.

    `password` is the account's, or the new account's together with `name`. Raises
    LinkNoLongerGood, WrongPassword, Invalid, TooManyTries, LimitReached, Taken.
    """
    scope = await reception.past_tenants("invitation accepted", seen)
    async with scope.writing() as unit:
        link = await find_link(unit, "accept_invitation", token)
        asked = await _open_invitation(unit, link)
        known = await find_identity(unit, asked["email_key"])
    hashed = None
    if known is not None and known["email_confirmed_at"] is not None:
        await _check_password(reception, scope, known, password, seen)
    else:
        # Who holds the mailbox has the account: a password set by whoever had not confirmed it
        # is worth nothing.
        read_new_password(password, asked["email"], "password")
        name = read_name(name or "", "name")
        hashed = await reception.passwords.hash(password)
    async with scope.writing() as unit:
        await use_link(unit, link)
        # Looked up again, and held: it may have been revoked or accepted meanwhile.
        asked = await _open_invitation(unit, link)
        identity_id = await _identity_for(unit, asked, hashed, name)
        return await _join(unit, link, asked, identity_id, seen)


async def confirm_address(reception: Reception, *, token: str, password: str, seen: Seen) -> UUID:
    """Confirm an address after sign-up, or take over a shop opened with it; the member's id.

    The password is the account's. Raises LinkNoLongerGood, WrongPassword, TooManyTries.
    """
    scope = await reception.past_tenants("address confirmed", seen)
    async with scope.writing() as unit:
        link = await find_link(unit, "confirm_email", token)
        identity = await unit.row(select(*IDENTITY).where(Identity.id == link["identity_id"]))
    if identity is None:
        raise LinkNoLongerGood("token")
    await _check_password(reception, scope, identity, password, seen)
    staff_id: UUID = link["subject_id"]
    async with scope.writing() as unit:
        await use_link(unit, link)
        await unit.execute(
            update(Identity)
            .where(Identity.id == identity["id"], Identity.email_confirmed_at.is_(None))
            .values(email_confirmed_at=unit.now)
        )
        who = staff_principal(staff_id, seen)
        async with unit.tenant(link["tenant_id"], "addressConfirm", principal=who) as uow:
            joined = await uow.execute(
                update(StaffMember)
                .where(StaffMember.id == staff_id, StaffMember.status == "pending")
                .values(status="active", version=StaffMember.version + 1, updated_at=uow.now)
            )
            if not joined:
                raise LinkNoLongerGood("token")
            uow.record("staff.joined", staff_id)
    return staff_id


async def _check_password(
    reception: Reception, scope: PlatformScope, identity: Row, password: str, seen: Seen
) -> None:
    await count_tries(
        scope,
        [
            by_account("link", identity["email_key"], seen.address, (HOUR, 10)),
            by_address("link", seen.address, (HOUR, 100)),
        ],
    )
    if not await reception.passwords.verify(identity["password_hash"], password):
        raise WrongPassword("password")


async def _open_invitation(unit: PlatformUnit, link: Row) -> Row:
    found = await unit.row(
        select(
            Invitation.email,
            Invitation.email_key,
            Invitation.role_id,
            Invitation.points,
            Invitation.language,
            Invitation.id,
        )
        .where(
            Invitation.tenant_id == link["tenant_id"],
            Invitation.id == link["subject_id"],
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > unit.now,
        )
        .with_for_update()
    )
    if found is None:
        raise LinkNoLongerGood("token")
    return found


async def _identity_for(
    unit: PlatformUnit, asked: Row, hashed: str | None, name: str | None
) -> UUID:
    """The confirmed identity of the mailbox, made where there was none."""
    known = await find_identity(unit, asked["email_key"])
    if hashed is None:
        assert known is not None
        return UUID(str(known["id"]))
    if known is None:
        return await unit.add(
            Identity,
            email=asked["email"],
            email_key=asked["email_key"],
            name=name,
            language=asked["language"],
            password_hash=hashed,
            email_confirmed_at=unit.now,
            recovery_hashes=[],
            created_at=unit.now,
        )
    taken = await unit.execute(
        update(Identity)
        .where(Identity.id == known["id"], Identity.email_confirmed_at.is_(None))
        .values(password_hash=hashed, name=name, email_confirmed_at=unit.now)
    )
    if not taken:
        raise LinkNoLongerGood("token")
    return UUID(str(known["id"]))


async def _join(unit: PlatformUnit, link: Row, asked: Row, identity_id: UUID, seen: Seen) -> UUID:
    staff_id = new_id()
    name = await unit.value(select(Identity.name).where(Identity.id == identity_id))
    who = staff_principal(staff_id, seen)
    async with unit.tenant(link["tenant_id"], "invitationAccept", principal=who) as uow:
        await take(uow, "staff")
        added = await uow.execute(
            insert(StaffMember)
            .values(
                tenant_id=uow.tenant_id,
                id=staff_id,
                identity_id=identity_id,
                role_id=asked["role_id"],
                name=name,
                email=asked["email"],
                email_key=asked["email_key"],
                points=asked["points"],
                status="active",
            )
            .on_conflict_do_nothing()
        )
        if not added:
            raise Taken("email", value=asked["email"])
        await uow.execute(
            update(Invitation)
            .where(Invitation.id == asked["id"])
            .values(accepted_at=uow.now, staff_id=staff_id)
        )
        uow.record("staff.joined", staff_id, invitation_id=asked["id"])
    await unit.execute(
        insert(Membership)
        .values(identity_id=identity_id, tenant_id=link["tenant_id"])
        .on_conflict_do_nothing()
    )
    return staff_id


async def _check_rate(uow: UnitOfWork) -> None:
    """Raises LimitReached for more invitations than a day may see, whatever became of them."""
    # One at a time, or of a hundred at once each would count those that are committed.
    await uow.value(select(Shop.id).with_for_update())
    sent = await uow.value(
        select(func.count())
        .select_from(Invitation)
        .where(Invitation.created_at > uow.now - timedelta(days=1))
    )
    if sent >= MOST_A_DAY:
        raise LimitReached(what="invitations a day", limit=MOST_A_DAY, used=sent)


async def _drop_expired(uow: UnitOfWork, email_key: str) -> None:
    """Let an address be invited again once its last invitation is out of date."""
    await uow.execute(
        update(Invitation)
        .where(
            Invitation.email_key == email_key,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at <= uow.now,
        )
        .values(revoked_at=uow.now)
    )
