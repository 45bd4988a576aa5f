"""Makers for this room: merchants signed up for real, their people, and the letters they get."""

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import select, update

from domain.merchants.api_keys import NewKey
from domain.merchants.permissions import PERMISSIONS
from domain.merchants.post import (
    Post,
    send_account_changed,
    send_invitation,
    send_new_sign_in,
    send_password_reset,
    send_sign_up_letter,
)
from domain.merchants.reception import Reception
from domain.merchants.sign_up import NewMerchant, SignUp, sign_up
from domain.merchants.tables import Role, StaffMember
from tenants.database import Pool
from tenants.identify import Seen
from tenants.jobs import Job
from tenants.platform import platform_scope
from tenants.platform_tables import NOBODYS
from tenants.principal import Actor, Principal
from tenants.scope import TenantScope, UnitOfWork
from tests.fakes.courses import PlainCourse
from tests.fakes.mailer import KeptMail

PASSWORD = "correct horse battery"
SENDERS: dict[str, Any] = {
    "mail.sign_up": send_sign_up_letter,
    "mail.invitation": send_invitation,
    "mail.password_reset": send_password_reset,
    "mail.new_sign_in": send_new_sign_in,
    "mail.account_changed": send_account_changed,
}
Act: TypeAlias = Callable[[UnitOfWork], Awaitable[object]]
TOKEN = re.compile(r"#token=(ot_[0-9A-Za-z]+)")


def new_email() -> str:
    return f"{secrets.token_hex(6)}@tea.test"


def new_address() -> str:
    """An address of documentation's own (RFC 3849), another /64 each time."""
    return f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"


def seen_from(address: str | None = None) -> Seen:
    return Seen(address or new_address(), "req_test")


def wish(**changes: Any) -> SignUp:
    told = {
        "shop_name": "Чайная лавка",
        "handle": f"tea-{secrets.token_hex(5)}",
        "owner_name": "Анна Чайкина",
        "owner_email": new_email(),
        "owner_password": PASSWORD,
        **changes,
    }
    return SignUp(**told)


@dataclass(frozen=True)
class Merchant:
    """A merchant that is open, and its owner."""

    opened: NewMerchant
    email: str
    owner_id: UUID
    pool: Pool

    @property
    def id(self) -> UUID:
        return self.opened.tenant_id

    def scope(self, principal: Principal | None = None) -> TenantScope:
        """The live space, for its owner or somebody else."""
        return TenantScope(self.pool, self.id, principal or self.owner)

    @property
    def owner(self) -> Principal:
        return Principal(Actor.STAFF, self.owner_id, permissions=frozenset({"*"}))

    def key(self, kind: str, mode: str = "live") -> NewKey:
        return next(key for key in self.opened.keys if (key.kind, key.mode) == (kind, mode))

    async def role_id(self, code: str) -> UUID:
        role_id = await self.scope().reading.value(select(Role.id).where(Role.code == code))
        return UUID(str(role_id))


async def open_merchant(reception: Reception, pool: Pool, **changes: Any) -> Merchant:
    """Sign up by the operator's door: the owner is confirmed."""
    asked = wish(**changes)
    opened = await sign_up(reception, asked, seen=seen_from(), vouched=True)
    scope = TenantScope(pool, opened.tenant_id)
    owner_id = await scope.reading.value(
        select(StaffMember.id).where(StaffMember.email == asked.owner_email)
    )
    return Merchant(opened, asked.owner_email, owner_id, pool)


def staff(*permissions: str, but: tuple[str, ...] = ()) -> Principal:
    """A member with these permissions, or with all but some."""
    words = frozenset(permissions) or frozenset(PERMISSIONS) - frozenset(but)
    return Principal(Actor.STAFF, UUID(int=1), permissions=words)


def at(principal: Principal, session_id: UUID) -> Principal:
    return replace(principal, credential_id=session_id)


async def deliver(reception: Reception, pool: Pool, tenant_id: UUID = NOBODYS) -> KeptMail:
    """Do the letters' jobs that wait for a tenant; what was sent."""
    mail = KeptMail()
    scope = await platform_scope(reception.platform, reason="test")
    async with scope.writing() as unit:
        jobs = await unit.rows(
            update(Job)
            .where(
                Job.tenant_id == tenant_id,
                Job.state == "queued",
                Job.kind.startswith("mail."),
            )
            .values(state="done")
            .returning(Job.kind, Job.arguments)
        )
    course = PlainCourse(TenantScope(pool, tenant_id))
    for job in jobs:
        await SENDERS[job["kind"]](course, Post(reception, mail), **job["arguments"])
    return mail


def token_in(text: str) -> str:
    found = TOKEN.search(text)
    assert found, "the letter has no link"
    return found[1]
