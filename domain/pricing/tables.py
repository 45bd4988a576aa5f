"""Price lists and prices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.tables import Base, TenantOwned, owned, tenant_index


class PriceList(TenantOwned, Titled, FromOutside, Edited, Base):
    """Prices in one currency. The default list's are shown, while it is in its dates."""

    __tablename__ = "price_list"
    code: Mapped[str]
    currency: Mapped[str]
    is_default: Mapped[bool] = mapped_column(server_default="false")
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        *external_once(),
        tenant_index("price_list", "is_default", unique=True, where=text("is_default")),
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
