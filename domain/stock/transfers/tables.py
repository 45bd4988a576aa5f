"""Transfers: goods on their way from one location to another."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, external_once
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

TRANSFER_STATES = ("draft", "sent", "partly_received", "received", "cancelled")
ON_THE_WAY = ("sent", "partly_received")
"""States in which goods are neither here nor there."""


class Transfer(TenantOwned, FromOutside, Edited, Base):
    """Goods that leave one location when it is sent, and are expected at another until they come
    or are known not to."""

    __tablename__ = "transfer"
    number: Mapped[int]
    from_location_id: Mapped[UUID]
    to_location_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="draft")
    expected_on: Mapped[date | None]
    note: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    __table_args__ = (
        owned("from_location_id", "location"),
        owned("to_location_id", "location"),
        UniqueConstraint("tenant_id", "number"),
        *external_once(),
        tenant_index("transfer", "from_location_id"),
        tenant_index("transfer", "to_location_id"),
        one_of("state", *TRANSFER_STATES),
        CheckConstraint("from_location_id <> to_location_id", name="goes_elsewhere"),
    )


class TransferLine(TenantOwned, Base):
    """So many thousandths of a variant, of a lot where one is named; `value_minor` is what they
    cost when they were sent.

    `received` of them came; `short` never did, and they had cost `short_minor`. The others are on
    the way, once it is sent: which lots, the ledger knows.
    """

    __tablename__ = "transfer_line"
    transfer_id: Mapped[UUID]
    position: Mapped[int]
    variant_id: Mapped[UUID]
    quantity: Mapped[int]
    lot_id: Mapped[UUID | None]
    value_minor: Mapped[int | None]
    received: Mapped[int] = mapped_column(server_default="0")
    short: Mapped[int] = mapped_column(server_default="0")
    short_minor: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        owned("transfer_id", "transfer", cascade=True),
        owned("variant_id", "variant"),
        owned("lot_id", "lot"),
        tenant_index("transfer_line", "transfer_id"),
        tenant_index("transfer_line", "variant_id"),
        tenant_index("transfer_line", "lot_id"),
        CheckConstraint(
            "quantity > 0 AND received >= 0 AND short >= 0 AND received + short <= quantity",
            name="quantities",
        ),
        CheckConstraint("value_minor >= 0 AND short_minor >= 0", name="amounts"),
    )
