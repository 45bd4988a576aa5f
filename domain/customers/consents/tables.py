"""Texts of consents, consents, and messages that went out under them."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSTZRANGE
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import NOW
from tenants.personal import impersonal, personal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

PURPOSES: Final = ("marketing", "personal_data", "profiling", "reviews", "third_parties")
SERVICE: Final = "service"
"""The purpose of messages that belong to what was bought or asked for: they need no consent."""
CHANNELS: Final = ("email", "sms", "phone", "messenger", "push", "none")
"""Ways by which somebody is written to; "none" is of consents that are not about messages."""
DOORS: Final = ("admin", "account", "checkout", "letter", "import", "renewed", "erased")
_CLOCK: Final = sql("clock_timestamp()")
_WORD: Final = impersonal("a word of a closed list")


class ConsentText(TenantOwned, Base):
    """The words that buyers agree to; each change is a further version. `sha256`: of the words."""

    __tablename__ = "consent_text"
    purpose: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    text: Mapped[str]
    sha256: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    __table_args__ = (
        one_of("purpose", *PURPOSES),
        UniqueConstraint("tenant_id", "purpose", "language", "version"),
        UniqueConstraint("tenant_id", "id", "purpose"),
    )


class Consent(TenantOwned, Base):
    """A customer agreed to a text, for its purpose, by one channel; valid until it is withdrawn.

    `granted_at` is the database's clock, and cannot be given. Of one purpose and channel no two are
    valid at once (`uq_consent_valid` is WITHOUT OVERLAPS).
    """

    __tablename__ = "consent"
    customer_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(info=_WORD)
    channel: Mapped[str] = mapped_column(info=_WORD)
    text_id: Mapped[UUID]
    source: Mapped[str]
    address: Mapped[str | None] = mapped_column(info=personal("to prove who agreed"))
    granted_at: Mapped[datetime] = mapped_column(server_default=_CLOCK)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(info=_WORD)
    valid: Mapped[Any] = mapped_column(
        TSTZRANGE(),
        Computed("tstzrange(granted_at, withdrawn_at)", persisted=True),
        nullable=False,
    )
    __table_args__ = (
        owned("customer_id", "customer"),
        ForeignKeyConstraint(
            ["tenant_id", "text_id", "purpose"],
            ["consent_text.tenant_id", "consent_text.id", "consent_text.purpose"],
        ),
        one_of("purpose", *PURPOSES),
        one_of("channel", *CHANNELS),
        one_of("source", *DOORS),
        one_of("withdrawn_by", *DOORS),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
        UniqueConstraint(
            "tenant_id", "customer_id", "purpose", "channel", "valid", name="uq_consent_valid"
        ),
    )


class CustomerMessage(TenantOwned, Base):
    """A message to a customer, at the instant that it was handed over.

    Unless it is a service message, a consent for its purpose and channel was valid at that instant
    (`fk_customer_message_consent` has a PERIOD). `key` is the same each time that it is tried.
    """

    __tablename__ = "customer_message"
    customer_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(info=_WORD)
    channel: Mapped[str] = mapped_column(info=_WORD)
    kind: Mapped[str]
    recipient: Mapped[str | None] = mapped_column(info=personal("to prove what was sent where"))
    key: Mapped[str] = mapped_column(info=impersonal("made by us"))
    sent_at: Mapped[datetime] = mapped_column(server_default=_CLOCK)
    consented_purpose: Mapped[str | None] = mapped_column(
        Computed(f"CASE WHEN purpose <> '{SERVICE}' THEN purpose END", persisted=True), info=_WORD
    )
    sent_during: Mapped[Any] = mapped_column(
        TSTZRANGE(), Computed("tstzrange(sent_at, sent_at, '[]')", persisted=True), nullable=False
    )
    __table_args__ = (
        owned("customer_id", "customer"),
        ForeignKeyConstraint(
            ["tenant_id", "customer_id", "consented_purpose", "channel", "sent_during"],
            [
                "consent.tenant_id",
                "consent.customer_id",
                "consent.purpose",
                "consent.channel",
                "consent.valid",
            ],
            name="fk_customer_message_consent",
        ),
        one_of("purpose", SERVICE, *PURPOSES),
        one_of("channel", *CHANNELS),
        UniqueConstraint("tenant_id", "key"),
        tenant_index("customer_message", "customer_id", "sent_at"),
    )
