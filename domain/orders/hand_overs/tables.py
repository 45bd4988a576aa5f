"""Hand-overs, what is handed over, and from which shelves that was taken."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

STATES = ("picked", "shipped", "handed_over", "cancelled")


class HandOver(TenantOwned, Edited, Base):
    """A part of an order that goes to the buyer at once. The receipt of full settlement hangs on
    it: `total_minor` is what was handed over, as its lines' positions say it.
    """

    __tablename__ = "hand_over"
    number: Mapped[int]
    order_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="picked")
    carrier: Mapped[str | None]
    tracking_number: Mapped[str | None]
    total_minor: Mapped[int | None]
    shipped_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    __table_args__ = (
        owned("order_id", "sales_order"),
        UniqueConstraint("tenant_id", "number"),
        tenant_index("hand_over", "order_id"),
        tenant_index("hand_over", "tracking_number"),
        one_of("state", *STATES),
        CheckConstraint("total_minor >= 0", name="total_minor"),
        CheckConstraint(
            "(state = 'handed_over') = (total_minor IS NOT NULL)", name="handed_over_at_a_sum"
        ),
    )


class HandOverLine(TenantOwned, Base):
    """So much of an order's line. Its positions are frozen when the buyer has it: together with
    those handed over before and after, they are what the line was sold for.
    """

    __tablename__ = "hand_over_line"
    hand_over_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    quantity: Mapped[int]
    total_minor: Mapped[int | None]
    vat_minor: Mapped[int | None]
    positions: Mapped[list[Any] | None]
    __table_args__ = (
        owned("hand_over_id", "hand_over"),
        owned("order_line_id", "order_line"),
        UniqueConstraint("tenant_id", "hand_over_id", "order_line_id"),
        tenant_index("hand_over_line", "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("total_minor >= 0 AND vat_minor >= 0", name="amounts"),
    )


class HandOverPart(TenantOwned, Base):
    """So many thousandths that a line of a hold gives for a line of a hand-over."""

    __tablename__ = "hand_over_part"
    line_id: Mapped[UUID]
    hold_line_id: Mapped[UUID]
    quantity: Mapped[int]
    __table_args__ = (
        owned("line_id", "hand_over_line"),
        owned("hold_line_id", "stock_hold_line"),
        UniqueConstraint("tenant_id", "line_id", "hold_line_id"),
        tenant_index("hand_over_part", "hold_line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )
