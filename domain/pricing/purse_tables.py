"""Purses: gift cards and accounts of bonus points, what they hold, and all that came and went.

Entries are only ever added. What a purse holds is kept beside them, and nobody spends what is not
there, or what another order holds: a CHECK sees to that where it is money.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import NOW, Edited, Titled
from tenants.personal import impersonal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

ENTRY_KINDS: Final = ("issue", "earn", "hold", "release", "spend", "refund", "expire", "adjust")


class Purse:
    """`held_minor` of the balance is promised to orders that are not paid yet."""

    balance_minor: Mapped[int] = mapped_column(server_default="0")
    held_minor: Mapped[int] = mapped_column(server_default="0")


class PurseEntry:
    """What came (positive) or went, or was held (positive) or let go, by its kind."""

    purse_id: Mapped[UUID]
    kind: Mapped[str]
    minor: Mapped[int]
    order_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(server_default=NOW)


class GiftCard(TenantOwned, Purse, Edited, Base):
    """A card that pays. Its code is known to who holds it alone: here is a digest of it."""

    __tablename__ = "gift_card"
    code_hash: Mapped[bytes]
    code_end: Mapped[str]
    currency: Mapped[str]
    note: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("tenant_id", "code_hash"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("0 <= held_minor AND held_minor <= balance_minor", name="held_minor"),
    )


class GiftCardEntry(TenantOwned, PurseEntry, Base):
    """One of a gift card's."""

    __tablename__ = "gift_card_entry"
    __table_args__ = (
        owned("purse_id", "gift_card"),
        tenant_index("gift_card_entry", "purse_id", "id"),
        tenant_index("gift_card_entry", "order_id"),
        one_of("kind", *ENTRY_KINDS),
        CheckConstraint("minor <> 0", name="minor"),
    )


class PointAccount(TenantOwned, Purse, Edited, Base):
    """A customer's bonus points, each worth a minor unit; `turnover_minor` makes his level.

    He owes those that he had spent already when the goods that had earned them came back: then less
    stands here than orders hold, or less than nothing, until he earns more.
    """

    __tablename__ = "point_account"
    customer_id: Mapped[UUID]
    turnover_minor: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        owned("customer_id", "customer"),
        UniqueConstraint("tenant_id", "customer_id"),
        CheckConstraint("turnover_minor >= 0", name="turnover_minor"),
        CheckConstraint("held_minor >= 0", name="held_minor"),
    )


class PointEntry(TenantOwned, PurseEntry, Base):
    """One of an account's; `expires_at`: of points that were earned, when they are gone."""

    __tablename__ = "point_entry"
    expires_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(info=impersonal("why staff changed it"))
    __table_args__ = (
        owned("purse_id", "point_account"),
        tenant_index("point_entry", "purse_id", "id"),
        tenant_index("point_entry", "order_id"),
        one_of("kind", *ENTRY_KINDS),
        CheckConstraint("minor <> 0", name="minor"),
    )


class LoyaltyLevel(TenantOwned, Titled, Edited, Base):
    """What customers who have bought for `from_minor` earn and may pay with points.

    Both in hundredths of a per cent; points are good for `valid_days`, or for ever.
    """

    __tablename__ = "loyalty_level"
    from_minor: Mapped[int]
    earn_hundredths: Mapped[int]
    most_hundredths: Mapped[int]
    valid_days: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("tenant_id", "from_minor"),
        CheckConstraint("from_minor >= 0", name="from_minor"),
        CheckConstraint("earn_hundredths BETWEEN 0 AND 10000", name="earn_hundredths"),
        CheckConstraint("most_hundredths BETWEEN 0 AND 10000", name="most_hundredths"),
        CheckConstraint("valid_days > 0", name="valid_days"),
    )
