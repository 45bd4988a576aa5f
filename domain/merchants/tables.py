"""The shop and its rules, its legal entities, its people, its counters and its secrets."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from domain.shared_columns import Edited
from tenants.personal import Kept, impersonal, personal
from tenants.tables import Base, HasTenant, TenantOwned, one_of, owned, tenant_index

ENTITY_KINDS: Final = ("person", "sole_trader", "company")
VAT_REGIMES: Final = ("general", "special_5", "special_7", "none")
TAX_SYSTEMS: Final = ("osn", "usn_income", "usn_income_outcome", "esn", "patent", "npd")
CONTACTS: Final = ("email", "phone", "either", "both")
_STAFF: Final[Kept] = {"retention": "while the shop lives", "erased": "keep"}
STAFF_STATUSES: Final = ("pending", "active", "suspended", "removed")


class Shop(TenantOwned, Edited, Base):
    """The one row of a space that says what the shop is; its id is the space's own."""

    __tablename__ = "shop"
    name: Mapped[str]
    currency: Mapped[str]
    time_zone: Mapped[str]
    country: Mapped[str]
    language: Mapped[str]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    storefront_origins: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    contact_address: Mapped[str | None]
    guest_checkout: Mapped[bool] = mapped_column(server_default="true")
    required_contact: Mapped[str] = mapped_column(server_default="either")
    minimum_order_minor: Mapped[int] = mapped_column(server_default="0")
    cart_hold_minutes: Mapped[int] = mapped_column(server_default="15")
    cart_kept_days: Mapped[int] = mapped_column(server_default="30")
    expiry_notice_days: Mapped[int] = mapped_column(server_default="14")
    service_level: Mapped[int] = mapped_column(server_default="9500")
    draft_hours: Mapped[int] = mapped_column(server_default="24")
    payment_hours: Mapped[int] = mapped_column(server_default="72")
    payment_reminder_hours: Mapped[int] = mapped_column(server_default="24")
    __table_args__ = (
        UniqueConstraint("tenant_id"),
        one_of("required_contact", *CONTACTS),
        CheckConstraint("language = ANY (languages)", name="language"),
        CheckConstraint("minimum_order_minor >= 0", name="minimum_order_minor"),
        CheckConstraint("cart_hold_minutes BETWEEN 1 AND 1440", name="cart_hold_minutes"),
        CheckConstraint("cart_kept_days BETWEEN 1 AND 365", name="cart_kept_days"),
        CheckConstraint("expiry_notice_days BETWEEN 1 AND 365", name="expiry_notice_days"),
        CheckConstraint("service_level BETWEEN 5000 AND 9999", name="service_level"),
        CheckConstraint("draft_hours BETWEEN 1 AND 2160", name="draft_hours"),
        CheckConstraint("payment_hours BETWEEN 1 AND 2160", name="payment_hours"),
        CheckConstraint("payment_reminder_hours BETWEEN 0 AND 2160", name="payment_reminder_hours"),
    )


class LegalEntity(TenantOwned, Edited, Base):
    """Who sells, in the words of the tax service: its numbers have been held against each other."""

    __tablename__ = "legal_entity"
    kind: Mapped[str]
    name: Mapped[str]
    inn: Mapped[str]
    kpp: Mapped[str | None]
    ogrn: Mapped[str | None]
    tax_system: Mapped[str]
    vat_regime: Mapped[str]
    address: Mapped[str | None] = mapped_column(info=impersonal("a seller's, shown by law"))
    is_default: Mapped[bool]
    archived_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("kind", *ENTITY_KINDS),
        one_of("tax_system", *TAX_SYSTEMS),
        one_of("vat_regime", *VAT_REGIMES),
        CheckConstraint("NOT is_default OR archived_at IS NULL", name="default_is_in_use"),
        Index(
            "uq_legal_entity_inn_kpp",
            "tenant_id",
            "inn",
            text("coalesce(kpp, '')"),
            unique=True,
            postgresql_where=text("archived_at IS NULL"),
        ),
        Index(
            "uq_legal_entity_default",
            "tenant_id",
            unique=True,
            postgresql_where=text("is_default"),
        ),
    )


class Role(TenantOwned, Edited, Base):
    """A named set of permissions. Those with a `code` are the system's own and stay as they are."""

    __tablename__ = "role"
    code: Mapped[str | None]
    name: Mapped[str]
    permissions: Mapped[list[Any]]
    __table_args__ = (UniqueConstraint("tenant_id", "name"), UniqueConstraint("tenant_id", "code"))


class StaffMember(TenantOwned, Edited, Base):
    """An identity at this merchant. `points` are the ids of points of sale it may see, null all.

    Name and address are as the merchant knows them. A removed member's row stays: history names it.
    """

    __tablename__ = "staff_member"
    identity_id: Mapped[UUID]
    role_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(info=personal("to call him by", **_STAFF))
    email: Mapped[str] = mapped_column(info=personal("to write to him", **_STAFF))
    email_key: Mapped[str] = mapped_column(info=personal("to know him again", **_STAFF))
    points: Mapped[list[Any] | None]
    status: Mapped[str]
    __table_args__ = (
        owned("role_id", "role"),
        one_of("status", *STAFF_STATUSES),
        tenant_index("staff_member", "role_id"),
        tenant_index("staff_member", "identity_id", unique=True, where=text("status <> 'removed'")),
    )


class Invitation(TenantOwned, Base):
    """A place kept for an address until it is accepted, revoked or out of date."""

    __tablename__ = "invitation"
    email: Mapped[str] = mapped_column(info=personal("to invite him", **_STAFF))
    email_key: Mapped[str] = mapped_column(info=personal("to know him again", **_STAFF))
    role_id: Mapped[UUID]
    points: Mapped[list[Any] | None]
    language: Mapped[str]
    invited_by_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    staff_id: Mapped[UUID | None]
    __table_args__ = (
        owned("role_id", "role", cascade=True),
        owned("staff_id", "staff_member"),
        tenant_index("invitation", "role_id"),
        tenant_index(
            "invitation",
            "email_key",
            unique=True,
            where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )


class UsageCounter(TenantOwned, Base):
    """How much of `what` is used, and how much is allowed (null: as much as is wanted).

    `period` is "2026-11" for what is counted by the month, and empty for what is not.
    """

    __tablename__ = "usage_counter"
    what: Mapped[str]
    period: Mapped[str]
    used: Mapped[int]
    allowed: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("tenant_id", "what"),
        CheckConstraint("used >= 0", name="used"),
    )


class TenantSecret(TenantOwned, Base):
    """A secret of the merchant (a payment provider's password), sealed; never read back out."""

    __tablename__ = "tenant_secret"
    name: Mapped[str]
    sealed: Mapped[bytes]
    key_id: Mapped[UUID]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)


class Export(TenantOwned, Base):
    """All of a space's rows in one file, asked for and made by a job; kept for a while."""

    __tablename__ = "export"
    status: Mapped[str]
    requested_by_id: Mapped[UUID | None]
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    rows: Mapped[int | None]
    size_bytes: Mapped[int | None]
    sha256: Mapped[str | None]
    __table_args__ = (
        one_of("status", "waiting", "ready", "cancelled"),
        tenant_index("export", "requested_at"),
    )


class Membership(HasTenant, Base):
    """Where to look for a person who signs in: the merchants that may know the identity."""

    __tablename__ = "membership"
    identity_id: Mapped[UUID] = mapped_column(ForeignKey("platform.identity.id"), primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    __table_args__ = (Index("ix_membership_tenant_id", "tenant_id"), {"schema": "platform"})


class Erasure(Base):
    """The proof that a merchant's data were destroyed: what, when, how much; no personal data.

    Begun first, and kept up while rows go; `erased_at` is set when nothing is left.
    """

    __tablename__ = "erasure"
    live_tenant_id: Mapped[UUID] = mapped_column(ForeignKey("platform.tenant.id"), primary_key=True)
    due_at: Mapped[datetime]
    begun_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    rows: Mapped[dict[str, Any]]
    keys_destroyed: Mapped[int]
    identities_erased: Mapped[int]
    last_audit_hashes: Mapped[dict[str, Any]]
    __table_args__ = ({"schema": "platform"},)
