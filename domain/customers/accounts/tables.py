"""Accounts of customers, codes that were sent, and sessions."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.personal import Kept, personal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

ENTRANCES: Final = ("email", "phone")
"""What one signs in with."""
_ROW: Final[Kept] = {"retention": "until the account ends", "erased": "row"}
_A_DAY: Final[Kept] = {"retention": "a day", "erased": "row"}


class CustomerAccount(TenantOwned, Base):
    """An address or a phone that its owner signs in with; without a password, by a code each time.

    `kind`, `value` and `key` are as those of contacts.
    """

    __tablename__ = "customer_account"
    customer_id: Mapped[UUID]
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(info=personal("to sign in", **_ROW))
    key: Mapped[str] = mapped_column(info=personal("to sign in", **_ROW))
    password_hash: Mapped[str | None] = mapped_column(info=personal("to sign in", **_ROW))
    created_at: Mapped[datetime]
    __table_args__ = (
        owned("customer_id", "customer"),
        UniqueConstraint("tenant_id", "kind", "key"),
        one_of("kind", *ENTRANCES),
        tenant_index("customer_account", "customer_id"),
    )


class CustomerCode(TenantOwned, Base):
    """A code that was asked for; its hash is there once the message is written. `tries` are few."""

    __tablename__ = "customer_code"
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(info=personal("to send it", **_A_DAY))
    key: Mapped[str] = mapped_column(info=personal("to send it", **_A_DAY))
    language: Mapped[str]
    code_hash: Mapped[bytes | None]
    tries: Mapped[int] = mapped_column(server_default="0")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (
        tenant_index("customer_code", "expires_at"),
        one_of("kind", *ENTRANCES),
        CheckConstraint("tries >= 0", name="tries"),
    )


class CustomerSession(TenantOwned, Base):
    """A signed-in customer on one device."""

    __tablename__ = "customer_session"
    customer_id: Mapped[UUID]
    account_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    address: Mapped[str | None] = mapped_column(info=personal("to know a thief", **_ROW))
    user_agent: Mapped[str | None] = mapped_column(info=personal("to know a thief", **_ROW))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        owned("customer_id", "customer"),
        owned("account_id", "customer_account", cascade=True),
        UniqueConstraint("tenant_id", "token_hash"),
        tenant_index("customer_session", "customer_id"),
        tenant_index("customer_session", "account_id"),
    )
