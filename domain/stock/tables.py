"""Locations, and how much of each variant is there."""

from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

LOCATION_KINDS = ("warehouse", "store", "pickup_point", "supplier")


class Location(TenantOwned, Titled, FromOutside, Edited, Base):
    """A place that holds goods."""

    __tablename__ = "location"
    code: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="warehouse")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    is_default: Mapped[bool] = mapped_column(server_default="false")
    priority: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        *external_once(),
        tenant_index("location", "is_default", unique=True, where=text("is_default")),
        one_of("kind", *LOCATION_KINDS),
    )


class StockLevel(TenantOwned, Edited, Base):
    """How much there is, and how much of that is spoken for; thousandths."""

    __tablename__ = "stock_level"
    location_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    on_hand: Mapped[int] = mapped_column(server_default="0")
    reserved: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        owned("location_id", "location"),
        owned("variant_id", "variant", cascade=True),
        UniqueConstraint("tenant_id", "variant_id", "location_id"),
        CheckConstraint("reserved BETWEEN 0 AND on_hand", name="reserved_is_there"),
    )
