"""Price lists, prices, groups of customers that have their own; and the sub-rooms' tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.pricing.promotions.tables import (
    Promotion,
    PromotionCode,
    PromotionSegment,
    PromotionTally,
    PromotionUse,
)
from domain.pricing.purse_tables import (
    GiftCard,
    GiftCardEntry,
    LoyaltyLevel,
    PointAccount,
    PointEntry,
)
from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.tables import Base, TenantOwned, owned, tenant_index

__all__ = [
    "CustomerGroup",
    "GiftCard",
    "GiftCardEntry",
    "LoyaltyLevel",
    "PointAccount",
    "PointEntry",
    "Price",
    "PriceList",
    "Promotion",
    "PromotionCode",
    "PromotionSegment",
    "PromotionTally",
    "PromotionUse",
]


class CustomerGroup(TenantOwned, Titled, FromOutside, Edited, Base):
    """Customers who have prices or promotions of their own: wholesale, staff, a club."""

    __tablename__ = "customer_group"
    code: Mapped[str]
    __table_args__ = (UniqueConstraint("tenant_id", "code"), *external_once())


class PriceList(TenantOwned, Titled, FromOutside, Edited, Base):
    """Prices in one currency. The default list's are shown, while it is in its dates.

    With a `rank` it goes before the default one, the highest rank first, for buyers in its channel
    and group; without one it is asked only where it is named.
    """

    __tablename__ = "price_list"
    code: Mapped[str]
    currency: Mapped[str]
    is_default: Mapped[bool] = mapped_column(server_default="false")
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    rank: Mapped[int | None]
    channel_id: Mapped[UUID | None]
    customer_group_id: Mapped[UUID | None]
    __table_args__ = (
        owned("channel_id", "channel"),
        owned("customer_group_id", "customer_group"),
        UniqueConstraint("tenant_id", "code"),
        *external_once(),
        tenant_index("price_list", "is_default", unique=True, where=text("is_default")),
        tenant_index("price_list", "channel_id"),
        tenant_index("price_list", "customer_group_id"),
        CheckConstraint("rank BETWEEN 1 AND 1000", name="rank"),
        CheckConstraint(
            "NOT is_default OR (rank IS NULL AND channel_id IS NULL AND customer_group_id IS NULL)",
            name="default_is_for_everybody",
        ),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("valid_from < valid_until", name="validity"),
    )


class Price(TenantOwned, Edited, Base):
    """The gross price of one unit of a variant, from `min_quantity` thousandths upwards."""

    __tablename__ = "price"
    price_list_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    min_quantity: Mapped[int] = mapped_column(server_default="1")
    amount_minor: Mapped[int]
    compare_at_minor: Mapped[int | None]
    __table_args__ = (
        owned("price_list_id", "price_list", cascade=True),
        owned("variant_id", "variant", cascade=True),
        UniqueConstraint("tenant_id", "variant_id", "price_list_id", "min_quantity"),
        CheckConstraint("amount_minor >= 0", name="amount_minor"),
        CheckConstraint("compare_at_minor >= 0", name="compare_at_minor"),
        CheckConstraint("min_quantity > 0", name="min_quantity"),
    )
