"""Suppliers and what they offer, what is ordered of them, and what came."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.purchasing.returns.tables import SupplierReturn as SupplierReturn
from domain.purchasing.returns.tables import SupplierReturnLine as SupplierReturnLine
from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.personal import Kept, impersonal, personal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

ORDER_STATES = (
    "draft",
    "approved",
    "sent",
    "partly_received",
    "received",
    "closed",
    "cancelled",
)
_OF_SELLERS: Final[Kept] = {"retention": "while we buy of the supplier", "erased": "keep"}
UNDER_WAY = ("approved", "sent", "partly_received")
"""States in which goods are expected."""
SPREADS = ("value", "weight")


class Supplier(TenantOwned, Titled, FromOutside, Edited, Base):
    """Who sells to us, in one currency. Offers that are `patience_days` old are stale.

    From `location_id`, if there is one, he sends what he offers so straight to our buyers. His
    `service_level` (ten-thousandths) goes before the shop's.
    """

    __tablename__ = "supplier"
    currency: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    contact_name: Mapped[str | None] = mapped_column(info=personal("to order", **_OF_SELLERS))
    email: Mapped[str | None] = mapped_column(info=personal("to order", **_OF_SELLERS))
    phone: Mapped[str | None] = mapped_column(info=personal("to order", **_OF_SELLERS))
    address: Mapped[str | None] = mapped_column(info=impersonal("of a firm"))
    note: Mapped[str | None]
    lead_days: Mapped[int] = mapped_column(server_default="7")
    review_days: Mapped[int] = mapped_column(server_default="7")
    minimum_order_minor: Mapped[int] = mapped_column(server_default="0")
    patience_days: Mapped[int | None]
    service_level: Mapped[int | None]
    location_id: Mapped[UUID | None]
    __table_args__ = (
        *external_once(),
        owned("location_id", "location"),
        UniqueConstraint("tenant_id", "location_id"),
        tenant_index("supplier", "title_sort"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("lead_days >= 0 AND review_days > 0 AND patience_days > 0", name="days"),
        CheckConstraint("minimum_order_minor >= 0", name="minimum_order_minor"),
        CheckConstraint("service_level BETWEEN 5000 AND 9999", name="service_level"),
    )


class SupplierOffer(TenantOwned, Edited, Base):
    """What a supplier sells of a variant: in packs of `pack`, `minimum` at least, thousandths.

    `price_minor` is of one unit, in the supplier's currency; `stock` null: nobody said. What is
    `drop_ship` we may sell from his shelf, and he sends it to the buyer.
    `updated_at` is when it was told last, also where nothing was new.
    """

    __tablename__ = "supplier_offer"
    supplier_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    sku: Mapped[str | None]
    pack: Mapped[int] = mapped_column(server_default="1000")
    minimum: Mapped[int] = mapped_column(server_default="0")
    price_minor: Mapped[int]
    stock: Mapped[int | None]
    drop_ship: Mapped[bool] = mapped_column(server_default="false")
    __table_args__ = (
        owned("supplier_id", "supplier", cascade=True),
        owned("variant_id", "variant", cascade=True),
        UniqueConstraint("tenant_id", "supplier_id", "variant_id"),
        tenant_index("supplier_offer", "variant_id"),
        CheckConstraint("pack > 0 AND minimum >= 0 AND stock >= 0", name="quantities"),
        CheckConstraint("price_minor >= 0", name="price_minor"),
    )


class PurchaseOrder(TenantOwned, FromOutside, Edited, Base):
    """What is ordered of a supplier for one location, in the supplier's currency."""

    __tablename__ = "purchase_order"
    number: Mapped[int]
    supplier_id: Mapped[UUID]
    location_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="draft")
    currency: Mapped[str]
    expected_on: Mapped[date | None]
    note: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        owned("supplier_id", "supplier"),
        owned("location_id", "location"),
        UniqueConstraint("tenant_id", "number"),
        *external_once(),
        tenant_index("purchase_order", "supplier_id"),
        tenant_index("purchase_order", "location_id"),
        tenant_index("purchase_order", "state", "expected_on"),
        one_of("state", *ORDER_STATES),
    )


class PurchaseOrderLine(TenantOwned, Base):
    """A variant of an order: so many thousandths at a price for one unit, and how many came.

    `reasons` are the numbers that a proposal had for it.
    """

    __tablename__ = "purchase_order_line"
    order_id: Mapped[UUID]
    position: Mapped[int]
    variant_id: Mapped[UUID]
    quantity: Mapped[int]
    received: Mapped[int] = mapped_column(server_default="0")
    price_minor: Mapped[int]
    reasons: Mapped[dict[str, Any] | None]
    __table_args__ = (
        owned("order_id", "purchase_order", cascade=True),
        owned("variant_id", "variant"),
        UniqueConstraint("tenant_id", "order_id", "variant_id"),
        tenant_index("purchase_order_line", "variant_id"),
        CheckConstraint("quantity > 0 AND received >= 0", name="quantities"),
        CheckConstraint("price_minor >= 0", name="price_minor"),
    )


class GoodsReceipt(TenantOwned, FromOutside, Base):
    """Goods that came, by an order or without one; written once, for the ledger has them.

    Prices are in `currency`. One of its units was worth `rate` millionths of the shop's, when it is
    another; values and extra costs are in the shop's own.
    """

    __tablename__ = "goods_receipt"
    number: Mapped[int]
    order_id: Mapped[UUID | None]
    supplier_id: Mapped[UUID | None]
    location_id: Mapped[UUID]
    supplier_number: Mapped[str | None]
    currency: Mapped[str]
    rate: Mapped[int | None]
    note: Mapped[str | None]
    received_at: Mapped[datetime]
    __table_args__ = (
        owned("order_id", "purchase_order"),
        owned("supplier_id", "supplier"),
        owned("location_id", "location"),
        UniqueConstraint("tenant_id", "number"),
        *external_once(),
        tenant_index("goods_receipt", "order_id"),
        tenant_index("goods_receipt", "supplier_id"),
        tenant_index("goods_receipt", "location_id"),
        CheckConstraint("rate > 0", name="rate"),
    )


class GoodsReceiptLine(TenantOwned, Base):
    """So much of a variant, of one lot, at a price for one unit.

    `value_minor` is what it cost in all, `extra_minor` of the extra costs included.
    """

    __tablename__ = "goods_receipt_line"
    receipt_id: Mapped[UUID]
    position: Mapped[int]
    order_line_id: Mapped[UUID | None]
    variant_id: Mapped[UUID]
    quantity: Mapped[int]
    price_minor: Mapped[int]
    extra_minor: Mapped[int]
    value_minor: Mapped[int]
    lot_number: Mapped[str | None]
    made_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    __table_args__ = (
        owned("receipt_id", "goods_receipt"),
        owned("order_line_id", "purchase_order_line"),
        owned("variant_id", "variant"),
        tenant_index("goods_receipt_line", "receipt_id"),
        tenant_index("goods_receipt_line", "order_line_id"),
        tenant_index("goods_receipt_line", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "price_minor >= 0 AND extra_minor >= 0 AND value_minor >= extra_minor", name="amounts"
        ),
    )


class GoodsReceiptCost(TenantOwned, Base):
    """What a receipt cost beside its goods (carriage, customs), spread over its lines."""

    __tablename__ = "goods_receipt_cost"
    receipt_id: Mapped[UUID]
    position: Mapped[int]
    title: Mapped[str]
    amount_minor: Mapped[int]
    spread_by: Mapped[str]
    __table_args__ = (
        owned("receipt_id", "goods_receipt"),
        tenant_index("goods_receipt_cost", "receipt_id"),
        one_of("spread_by", *SPREADS),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
    )
