"""Goods that go back to a supplier: what, of which lots, at which price, and what they had cost."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, external_once
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

RETURN_STATES = ("draft", "approved", "shipped", "cancelled")


class SupplierReturn(TenantOwned, FromOutside, Edited, Base):
    """What goes back from one location, in the supplier's currency.

    `supplier_number` is what the supplier calls it.
    """

    __tablename__ = "supplier_return"
    number: Mapped[int]
    supplier_id: Mapped[UUID]
    location_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="draft")
    currency: Mapped[str]
    supplier_number: Mapped[str | None]
    note: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        owned("supplier_id", "supplier"),
        owned("location_id", "location"),
        UniqueConstraint("tenant_id", "number"),
        *external_once(),
        tenant_index("supplier_return", "supplier_id"),
        tenant_index("supplier_return", "location_id"),
        tenant_index("supplier_return", "state"),
        one_of("state", *RETURN_STATES),
    )


class SupplierReturnLine(TenantOwned, Base):
    """So many thousandths of a variant, of a lot or of those that expire first.

    `price_minor` is what the supplier gives back for one unit. `value_minor`, once it is shipped,
    is what all of it had cost, in the shop's currency.
    """

    __tablename__ = "supplier_return_line"
    return_id: Mapped[UUID]
    position: Mapped[int]
    variant_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    quantity: Mapped[int]
    price_minor: Mapped[int]
    value_minor: Mapped[int | None]
    __table_args__ = (
        owned("return_id", "supplier_return", cascade=True),
        owned("variant_id", "variant"),
        owned("lot_id", "lot"),
        tenant_index("supplier_return_line", "return_id"),
        tenant_index("supplier_return_line", "variant_id"),
        tenant_index("supplier_return_line", "lot_id", where=text("lot_id IS NOT NULL")),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price_minor >= 0 AND value_minor >= 0", name="amounts"),
    )
