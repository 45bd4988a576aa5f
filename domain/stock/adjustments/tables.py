"""Documents that people write, and post: at one location, goods that go, that come, or both."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, external_once
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

ADJUSTMENT_KINDS = ("write_off", "surplus", "conversion")
ADJUSTMENT_STATES = ("draft", "posted", "cancelled")
WRITE_OFF_REASONS = ("damaged", "expired", "defective", "lost", "stolen", "own_use", "other")


class Adjustment(TenantOwned, FromOutside, Edited, Base):
    """A write-off (goods go), a surplus (goods come) or a conversion (some become others)."""

    __tablename__ = "stock_adjustment"
    kind: Mapped[str]
    number: Mapped[int]
    location_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="draft")
    reason: Mapped[str | None]
    note: Mapped[str | None]
    posted_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    __table_args__ = (
        owned("location_id", "location"),
        UniqueConstraint("tenant_id", "kind", "number"),
        *external_once(),
        tenant_index("stock_adjustment", "location_id"),
        one_of("kind", *ADJUSTMENT_KINDS),
        one_of("state", *ADJUSTMENT_STATES),
        one_of("reason", *WRITE_OFF_REASONS),
        CheckConstraint("(reason IS NOT NULL) = (kind = 'write_off')", name="write_off_has_reason"),
    )


class AdjustmentLine(TenantOwned, Base):
    """So many thousandths of a variant that go, or come; `value_minor` is their cost, once posted.

    `lot_id` is the lot that they leave or join, where one is named. Of what comes: what one unit
    cost, in a surplus; how large a share of the whole cost it bears, in a conversion; and what is
    said of its lot.
    """

    __tablename__ = "stock_adjustment_line"
    adjustment_id: Mapped[UUID]
    is_coming: Mapped[bool]
    position: Mapped[int]
    variant_id: Mapped[UUID]
    quantity: Mapped[int]
    lot_id: Mapped[UUID | None]
    unit_cost_minor: Mapped[int | None]
    cost_share: Mapped[int | None]
    lot_number: Mapped[str | None]
    made_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    value_minor: Mapped[int | None]
    __table_args__ = (
        owned("adjustment_id", "stock_adjustment", cascade=True),
        owned("variant_id", "variant"),
        owned("lot_id", "lot"),
        tenant_index("stock_adjustment_line", "adjustment_id"),
        tenant_index("stock_adjustment_line", "variant_id"),
        tenant_index("stock_adjustment_line", "lot_id"),
        CheckConstraint("quantity > 0 AND cost_share >= 0", name="quantities"),
        CheckConstraint("unit_cost_minor >= 0 AND value_minor >= 0", name="amounts"),
    )
