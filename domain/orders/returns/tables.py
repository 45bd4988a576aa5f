"""Returns and what is returned."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited
from tenants.personal import personal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

STATES = ("requested", "approved", "received", "rejected")
CONDITIONS = ("sellable", "damaged", "kept_by_buyer")


class OrderReturn(TenantOwned, Edited, Base):
    """What a buyer gives back of an order, or wants to. `refund_minor` is what is owed to him for
    what has come, by the positions it was sold at.
    """

    __tablename__ = "order_return"
    number: Mapped[int]
    order_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="requested")
    by_buyer: Mapped[bool]
    reason: Mapped[str] = mapped_column(
        info=personal("why the buyer gives it back", erased="empty")
    )
    answer: Mapped[str | None] = mapped_column(info=personal("what he was told of it"))
    refund_minor: Mapped[int | None]
    received_at: Mapped[datetime | None]
    __table_args__ = (
        owned("order_id", "sales_order"),
        UniqueConstraint("tenant_id", "number"),
        tenant_index("order_return", "order_id"),
        tenant_index("order_return", "state", "id"),
        one_of("state", *STATES),
        CheckConstraint("refund_minor >= 0", name="refund_minor"),
        CheckConstraint(
            "(state = 'received') = (refund_minor IS NOT NULL)", name="received_for_a_refund"
        ),
    )


class OrderReturnLine(TenantOwned, Base):
    """So much of an order's line that is to come; then how much came, in which condition, and at
    which positions."""

    __tablename__ = "order_return_line"
    return_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    quantity: Mapped[int]
    condition: Mapped[str | None]
    total_minor: Mapped[int | None]
    vat_minor: Mapped[int | None]
    positions: Mapped[list[Any] | None]
    __table_args__ = (
        owned("return_id", "order_return"),
        owned("order_line_id", "order_line"),
        UniqueConstraint("tenant_id", "return_id", "order_line_id"),
        tenant_index("order_return_line", "order_line_id"),
        one_of("condition", *CONDITIONS),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("total_minor >= 0 AND vat_minor >= 0", name="amounts"),
    )
