"""Drafts of orders, and their lines at frozen prices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.orders.carts.tables import PAYMENT_METHODS
from domain.orders.orders.tables import SOURCES, SoldLine, sold_line
from domain.shared_columns import Edited
from tenants.personal import impersonal, personal
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

STATES = ("requested", "open", "offered", "ordered", "cancelled", "expired")
LIVE = ("requested", "open", "offered")
"""States of drafts that may become orders."""


class OrderDraft(TenantOwned, Edited, Base):
    """What may become an order, `order_id`. Who buys and where it goes are as in a cart.

    `customer_id` is whom staff say it is for, and then whose order it is. `total_minor` is that of
    its lines, of which `discount_minor` was taken off by hand; `promotions` are those that its
    quote was made with, to be counted when it is ordered. `token_hash` is of the link that the
    buyer has, `hold_id` keeps its goods until `valid_until`, where that is wished for.
    """

    __tablename__ = "order_draft"
    number: Mapped[int]
    state: Mapped[str]
    source: Mapped[str]
    call_id: Mapped[str | None] = mapped_column(info=impersonal("the telephony's word for a call"))
    token_hash: Mapped[bytes | None]
    customer_id: Mapped[UUID | None]
    currency: Mapped[str] = mapped_column(info=impersonal("of its sums"))
    name: Mapped[str | None] = mapped_column(info=personal("to call the buyer by"))
    email: Mapped[str | None] = mapped_column(info=personal("to write of the draft"))
    phone: Mapped[str | None] = mapped_column(info=personal("to call about the draft"))
    address: Mapped[dict[str, Any] | None] = mapped_column(info=personal("to send the goods there"))
    location_id: Mapped[UUID | None]
    delivery_method_id: Mapped[UUID | None]
    payment_method: Mapped[str | None] = mapped_column(info=impersonal("one of a few words"))
    note: Mapped[str | None] = mapped_column(info=personal("the buyer's wishes"))
    codes: Mapped[list[Any]] = mapped_column(
        server_default="[]", info=impersonal("codes of promotions")
    )
    discount_minor: Mapped[int] = mapped_column(server_default="0")
    discount_reason: Mapped[str | None] = mapped_column(info=personal("why it costs less"))
    promotions: Mapped[list[Any]] = mapped_column(
        server_default="[]", info=impersonal("promotions of its quote")
    )
    total_minor: Mapped[int]
    valid_until: Mapped[datetime]
    hold_id: Mapped[UUID | None]
    order_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(info=personal("why it came to nothing"))
    __table_args__ = (
        owned("customer_id", "customer"),
        owned("location_id", "location"),
        owned("delivery_method_id", "delivery_method"),
        owned("hold_id", "stock_hold"),
        owned("order_id", "sales_order"),
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("tenant_id", "token_hash"),
        UniqueConstraint("tenant_id", "order_id"),
        tenant_index("order_draft", "state", "id"),
        tenant_index("order_draft", "phone", "id"),
        tenant_index("order_draft", "customer_id"),
        tenant_index("order_draft", "location_id"),
        tenant_index("order_draft", "delivery_method_id"),
        tenant_index("order_draft", "hold_id"),
        one_of("state", *STATES),
        one_of("source", *SOURCES),
        one_of("payment_method", *PAYMENT_METHODS),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("address IS NULL OR location_id IS NULL", name="goes_one_way"),
        CheckConstraint("total_minor >= 0 AND discount_minor >= 0", name="amounts"),
        CheckConstraint("(state = 'ordered') = (order_id IS NOT NULL)", name="ordered_is_an_order"),
    )


class OrderDraftLine(TenantOwned, SoldLine, Base):
    """What is offered, as it will stand in the order."""

    __tablename__ = "order_draft_line"
    draft_id: Mapped[UUID]
    __table_args__ = (
        owned("draft_id", "order_draft", cascade=True),
        *sold_line(),
        tenant_index("order_draft_line", "draft_id"),
        tenant_index("order_draft_line", "variant_id"),
    )
