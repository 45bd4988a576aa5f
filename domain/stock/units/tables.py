"""Goods that are known one by one, and what became of each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

UNIT_STATES = (
    "in_stock",
    "in_transit",
    "sold",
    "returned",
    "written_off",
    "sent_back",
    "converted",
    "untracked",
)
UNIT_STATES_HERE = ("in_stock", "returned")
"""Those in which a unit is a part of what is on hand."""


class StockUnit(TenantOwned, Base):
    """One piece, known by its code: byte for byte as it was scanned first.

    `identity` is what it is told apart by, whatever scanner reads it (see tenants.values). It is
    of `lot_id`, and lies at `location_id`; or lay there last, when it is not here any more.
    """

    __tablename__ = "stock_unit"
    variant_id: Mapped[UUID]
    lot_id: Mapped[UUID]
    location_id: Mapped[UUID]
    code: Mapped[bytes]
    identity: Mapped[bytes]
    gtin: Mapped[str | None]
    serial: Mapped[str]
    state: Mapped[str]
    is_here: Mapped[bool]
    __table_args__ = (
        owned("variant_id", "variant"),
        owned("lot_id", "lot"),
        owned("location_id", "location"),
        UniqueConstraint("tenant_id", "code"),
        UniqueConstraint("tenant_id", "identity"),
        tenant_index(
            "stock_unit",
            "variant_id",
            "location_id",
            "lot_id",
            where=text("is_here"),
        ),
        tenant_index("stock_unit", "variant_id", "id"),
        tenant_index("stock_unit", "lot_id", "id"),
        tenant_index("stock_unit", "serial"),
        one_of("state", *UNIT_STATES),
        CheckConstraint("is_here = (state IN ('in_stock', 'returned'))", name="is_here"),
    )


class StockUnitEvent(TenantOwned, Base):
    """What became of a unit: written once, and never changed. The application may do no more.

    `movement_id` is what moved it, and so the document; none: it was scanned where it lay, or a
    person looked at it. `actor` and `actor_id` are as in the audit log.
    """

    __tablename__ = "stock_unit_event"
    unit_id: Mapped[UUID]
    state: Mapped[str]
    location_id: Mapped[UUID]
    movement_id: Mapped[UUID | None]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    at: Mapped[datetime]
    __table_args__ = (
        owned("unit_id", "stock_unit"),
        owned("location_id", "location"),
        owned("movement_id", "stock_movement"),
        tenant_index("stock_unit_event", "unit_id", "at"),
        tenant_index("stock_unit_event", "movement_id", where=text("movement_id IS NOT NULL")),
        one_of("state", *UNIT_STATES),
    )
