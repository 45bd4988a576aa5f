"""Tables on the coordinator: who the tenants are, and how a request finds its own.

They stand in the schema `platform`. Rows that belong to one merchant carry `tenant_id` (that of
the live space) and a policy, so the application sees its own; what must be found before a tenant
is known (a key's hash, a host) is found by functions that return ids and status only.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.personal import Kept, personal
from tenants.tables import Base, HasTenant, one_of

PLATFORM = {"schema": "platform"}
HOST_PROBLEMS: Final = ("not_there", "unreachable", "taken")
_STAFF: Final[Kept] = {"retention": "while he works at a shop", "erased": "keep"}
_SESSION: Final[Kept] = {"retention": "a month after the session", "erased": "keep"}
NOBODYS: Final = UUID(int=0)
"""The nil tenant: what the platform itself keeps and does (its data key, letters to identities)."""


class Plan(Base):
    """What a merchant pays for: limits as data, `{"products": 1000, "points_per_second": 50}`."""

    __tablename__ = "plan"
    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[dict[str, Any]]
    limits: Mapped[dict[str, Any]]
    price_minor: Mapped[int]
    currency: Mapped[str]
    is_offered: Mapped[bool]
    __table_args__ = (PLATFORM,)


class Tenant(Base):
    """One space of data. A merchant has two: live, and a test twin that shares staff and keys."""

    __tablename__ = "tenant"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    live_tenant_id: Mapped[UUID]
    mode: Mapped[str]
    handle: Mapped[str]
    status: Mapped[str]
    plan: Mapped[str] = mapped_column(ForeignKey("platform.plan.code"))
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str | None]
    erase_after: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("live_tenant_id", "mode"),
        UniqueConstraint("handle", "mode"),
        one_of("mode", "live", "test"),
        one_of("status", "active", "suspended", "closing", "erased"),
        PLATFORM,
    )


class Host(HasTenant, Base):
    """A host name that a merchant claims; once proven, it leads to his shop window.

    Several may claim one name, and each has a `proof` of his own to publish; one can prove it.
    `problem` is what stood against it when it was looked at last.
    """

    __tablename__ = "host"
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(primary_key=True)
    is_primary: Mapped[bool]
    created_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]
    proof: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    __table_args__ = (
        Index(
            "uq_host_proven", "host", unique=True, postgresql_where=text("proven_at IS NOT NULL")
        ),
        Index("uq_host_primary", "tenant_id", unique=True, postgresql_where=text("is_primary")),
        CheckConstraint("(proven_at IS NULL) <> (proof IS NULL)", name="proof"),
        CheckConstraint("NOT is_primary OR proven_at IS NOT NULL", name="primary_is_proven"),
        one_of("problem", *HOST_PROBLEMS),
        PLATFORM,
    )


class ApiKey(HasTenant, Base):
    """A publishable or secret key; only its hash is kept. `mode` says which space it opens."""

    __tablename__ = "api_key"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    mode: Mapped[str]
    name: Mapped[str]
    prefix: Mapped[str]
    last_four: Mapped[str]
    hash: Mapped[bytes]
    scopes: Mapped[list[Any]]
    trusted_only: Mapped[bool] = mapped_column(server_default="false")
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    replaced_by_id: Mapped[UUID | None]
    last_used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None]
    __table_args__ = (
        UniqueConstraint("hash"),
        Index("ix_api_key_tenant_id", "tenant_id", "created_at"),
        Index("ix_api_key_prefix", "prefix"),
        one_of("kind", "publishable", "secret"),
        one_of("mode", "live", "test"),
        PLATFORM,
    )


class Identity(Base):
    """One person who signs in, perhaps for several merchants."""

    __tablename__ = "identity"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(info=personal("to sign in", **_STAFF))
    email_key: Mapped[str] = mapped_column(info=personal("to sign in", **_STAFF))
    name: Mapped[str] = mapped_column(info=personal("to call him by", **_STAFF))
    language: Mapped[str]
    password_hash: Mapped[str | None]
    email_confirmed_at: Mapped[datetime | None]
    totp_secret: Mapped[bytes | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    recovery_hashes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("email_key"), PLATFORM)


class StaffSession(HasTenant, Base):
    """A signed-in member of staff, in one space of one merchant."""

    __tablename__ = "staff_session"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    identity_id: Mapped[UUID] = mapped_column(ForeignKey("platform.identity.id"))
    mode: Mapped[str]
    token_hash: Mapped[bytes]
    address: Mapped[str | None] = mapped_column(info=personal("to know a thief", **_SESSION))
    user_agent: Mapped[str | None] = mapped_column(info=personal("to know a thief", **_SESSION))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_staff_session_identity_id", "identity_id"),
        Index("ix_staff_session_tenant_id", "tenant_id"),
        one_of("mode", "live", "test"),
        PLATFORM,
    )


class OneTimeToken(Base):
    """A link that works once: confirming an address, accepting an invitation, a new password."""

    __tablename__ = "one_time_token"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    token_hash: Mapped[bytes]
    identity_id: Mapped[UUID | None] = mapped_column(ForeignKey("platform.identity.id"))
    tenant_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("token_hash"),
        one_of("purpose", "confirm_email", "accept_invitation", "reset_password"),
        PLATFORM,
    )


class Attempt(Base):
    """Failed tries per subject (an account and address, or an address) in a window of time."""

    __tablename__ = "attempt"
    subject: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
    __table_args__ = (PLATFORM,)


class DataKey(HasTenant, Base):
    """A space's key, wrapped by a master key of the settings; the nil tenant's is the platform's.

    Of each use one is current; a retired one still opens what it has sealed.
    """

    __tablename__ = "data_key"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    use: Mapped[str]
    kek_id: Mapped[str]
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("use", "data", "index"),
        Index("ix_data_key_tenant_id", "tenant_id"),
        Index(
            "uq_data_key_current",
            "tenant_id",
            "use",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
        PLATFORM,
    )


class PlatformAccess(Base):
    """Each use of the way past tenants, with its reason."""

    __tablename__ = "platform_access"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    tenant_id: Mapped[UUID | None]
    request_id: Mapped[str | None]
    occurred_at: Mapped[datetime]
    __table_args__ = (PLATFORM,)
