"""Revisions of orders: what each edit made of which lines, by whom and why."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.personal import personal
from tenants.tables import Base, TenantOwned, owned, tenant_index


class OrderRevision(TenantOwned, Base):
    """An edit of an order: written once, and never changed, but that its reason goes when the buyer
    is erased. Revision 1 is what was placed.

    `amount_minor` is what is owed more for it, or less, and `vat_minor` the VAT in that; the order
    cost `total_minor` then. `facts` are the names of what else was changed. With `return_id` its
    goods go out for those that come back.
    """

    __tablename__ = "order_revision"
    order_id: Mapped[UUID]
    number: Mapped[int]
    return_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(info=personal("why the order was changed", erased="empty"))
    amount_minor: Mapped[int]
    vat_minor: Mapped[int]
    total_minor: Mapped[int]
    facts: Mapped[list[Any]]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    at: Mapped[datetime]
    __table_args__ = (
        owned("order_id", "sales_order"),
        owned("return_id", "order_return"),
        UniqueConstraint("tenant_id", "order_id", "number"),
        tenant_index("order_revision", "return_id"),
        CheckConstraint("number > 0 AND total_minor >= 0", name="number"),
    )


class OrderRevisionLine(TenantOwned, Base):
    """What a revision made of a line: how much was sold for how much before, and since."""

    __tablename__ = "order_revision_line"
    revision_id: Mapped[UUID]
    order_line_id: Mapped[UUID]
    quantity_before: Mapped[int]
    quantity: Mapped[int]
    total_before_minor: Mapped[int]
    total_minor: Mapped[int]
    vat_before_minor: Mapped[int]
    vat_minor: Mapped[int]
    __table_args__ = (
        owned("revision_id", "order_revision"),
        owned("order_line_id", "order_line"),
        UniqueConstraint("tenant_id", "revision_id", "order_line_id"),
        tenant_index("order_revision_line", "order_line_id"),
        CheckConstraint(
            "quantity_before >= 0 AND quantity >= 0",
            name="quantities",
        ),
    )
