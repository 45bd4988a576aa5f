"""Letters on their way: the jobs that look up the facts, make the link, and hand the letter over.

A job has ids alone. The link's token is made here, so it lies in no row; a job that runs twice
sends the letter again, with the same Message-ID and a link that works as well as the first.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from domain.courses import Course
from domain.mail.layout import Letter
from domain.mail.letters import (
    account_changed,
    account_exists,
    confirm_address,
    invitation,
    new_sign_in,
    password_reset,
    shop_opened,
)
from domain.mail.ports import EMAIL, Mailer, Message
from domain.merchants.identities import IDENTITY, find_identity
from domain.merchants.one_time import issue_link
from domain.merchants.reception import Reception
from domain.merchants.tables import Invitation, Role, Shop, StaffMember
from tenants.platform import PlatformScope, PlatformUnit
from tenants.platform_tables import Identity, StaffSession


@dataclass(frozen=True, slots=True)
class Post:
    """What the letters' jobs need: the way past tenants, and the way out."""

    reception: Reception
    mailer: Mailer

    async def opened(self) -> PlatformScope:
        return await self.reception.past_tenants("letter")

    async def send(
        self,
        key: str,
        to: str,
        language: str,
        letter: Letter,
        *,
        channel: str = EMAIL,
        sender: str | None = None,
        unsubscribe: str | None = None,
    ) -> None:
        """Hand it over; by any channel but e-mail its short form alone, `to` a phone in E.164.

        `sender`: the shop that writes to its buyer. Raises MailUnavailable, MailRefused.
        """
        words = letter.subject, letter.text, letter.html
        if channel != EMAIL:
            words = letter.subject, letter.short, ""
        await self.mailer.send(Message(to, *words, language, key, unsubscribe, channel, sender))


async def send_sign_up_letter(course: Course, post: Post, *, letter_id: str, staff_id: str) -> None:
    """Job `mail.sign_up`: to the owner of a new shop, what fits his account."""
    tenant_id = course.scope.tenant_id
    scope = await post.opened()
    async with scope.writing() as unit:
        owner = await unit.row(
            select(
                StaffMember.id,
                StaffMember.name,
                StaffMember.email,
                StaffMember.status,
                StaffMember.identity_id,
                Identity.language,
                Identity.email_confirmed_at,
            )
            .join(Identity, Identity.id == StaffMember.identity_id)
            .where(StaffMember.tenant_id == tenant_id, StaffMember.id == UUID(staff_id))
        )
        shop = await _shop_name(unit, tenant_id)
        if owner is None or shop is None:
            return
        language, who = owner["language"], {"name": owner["name"], "shop": shop}
        if owner["status"] == "pending":
            token = await issue_link(
                unit,
                "confirm_email",
                identity_id=owner["identity_id"],
                tenant_id=tenant_id,
                subject_id=owner["id"],
            )
            words = account_exists if owner["email_confirmed_at"] else confirm_address
            letter = words(language, **who, link=post.reception.link("confirm-address", token))
        else:
            letter = shop_opened(language, **who, link=f"{post.reception.window}/sign-in")
    await post.send(letter_id, owner["email"], language, letter)


async def send_invitation(
    course: Course, post: Post, *, letter_id: str, invitation_id: str
) -> None:
    """Job `mail.invitation`: the link by which an invited person joins."""
    tenant_id = course.scope.tenant_id
    scope = await post.opened()
    async with scope.writing() as unit:
        asked = await unit.row(
            select(
                Invitation.id,
                Invitation.email,
                Invitation.language,
                Invitation.invited_by_id,
                Role.name.label("role"),
            )
            .join(Role, (Role.id == Invitation.role_id) & (Role.tenant_id == tenant_id))
            .where(
                Invitation.tenant_id == tenant_id,
                Invitation.id == UUID(invitation_id),
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > unit.now,
            )
        )
        shop = await _shop_name(unit, tenant_id)
        if asked is None or shop is None:
            return
        inviter = await unit.value(
            select(StaffMember.name).where(
                StaffMember.tenant_id == tenant_id, StaffMember.id == asked["invited_by_id"]
            )
        )
        token = await issue_link(
            unit, "accept_invitation", tenant_id=tenant_id, subject_id=asked["id"]
        )
    letter = invitation(
        asked["language"],
        inviter=inviter,
        shop=shop,
        role=asked["role"],
        link=post.reception.link("accept-invitation", token),
    )
    await post.send(letter_id, asked["email"], asked["language"], letter)


async def send_password_reset(
    course: Course, post: Post, *, letter_id: str, email_key: str
) -> None:
    """Job `mail.password_reset`: a link for a new password; nothing where there is no account."""
    scope = await post.opened()
    async with scope.writing() as unit:
        identity = await find_identity(unit, email_key)
        if identity is None:
            return
        token = await issue_link(unit, "reset_password", identity_id=identity["id"])
    letter = password_reset(
        identity["language"],
        name=identity["name"],
        link=post.reception.link("reset-password", token),
    )
    await post.send(letter_id, identity["email"], identity["language"], letter)


async def send_new_sign_in(course: Course, post: Post, *, letter_id: str, session_id: str) -> None:
    """Job `mail.new_sign_in`: a session was opened from where none had been."""
    tenant_id = course.scope.tenant_id
    scope = await post.opened()
    async with scope.writing() as unit:
        session = await unit.row(
            select(
                StaffSession.address,
                StaffSession.user_agent,
                StaffSession.created_at,
                Identity.email,
                Identity.name,
                Identity.language,
            )
            .join(Identity, Identity.id == StaffSession.identity_id)
            .where(StaffSession.id == UUID(session_id), StaffSession.tenant_id == tenant_id)
        )
        shop = await _shop_name(unit, tenant_id)
    if session is None or shop is None:
        return
    letter = new_sign_in(
        session["language"],
        name=session["name"],
        shop=shop,
        at=session["created_at"],
        address=session["address"],
        device=session["user_agent"],
    )
    await post.send(letter_id, session["email"], session["language"], letter)


async def send_account_changed(
    course: Course, post: Post, *, letter_id: str, identity_id: str, what: str
) -> None:
    """Job `mail.account_changed`: how the person signs in was changed."""
    scope = await post.opened()
    async with scope.writing() as unit:
        identity = await unit.row(select(*IDENTITY).where(Identity.id == UUID(identity_id)))
    if identity is None:
        return
    letter = account_changed(identity["language"], name=identity["name"], what=what)
    await post.send(letter_id, identity["email"], identity["language"], letter)


async def _shop_name(unit: PlatformUnit, tenant_id: UUID) -> str | None:
    name: str | None = await unit.value(select(Shop.name).where(Shop.tenant_id == tenant_id))
    return name
