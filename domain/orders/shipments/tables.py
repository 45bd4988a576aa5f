"""Carriers, the numbers that they gave to the merchant, shipments, and what became of them."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, UniqueConstraint
from sqlalchemy.dialects.postgresql import INT8RANGE
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, Titled, external_once
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

KINDS: Final = ("table", "test")
"""TABLE has no system of his own to be asked, but a tariff; TEST is the demo's."""
NUMBERS: Final = ("carrier", "pool", "none")
STATES: Final = ("waiting", "booked", "failed", "delivered", "returned", "cancelled")
TASKS: Final = ("book", "cancel")
STATUSES: Final = ("accepted", "in_transit", "ready", "delivered", "returned")


class Carrier(TenantOwned, Titled, FromOutside, Edited, Base):
    """Who carries parcels for the shop.

    `numbers` says who gives parcels theirs, `tariff` what is asked for them, as `zones.read_zones`
    leaves it. `tracking_link` has {number} where the number goes; with so few as `low_numbers` left
    in the pool, staff are told.
    """

    __tablename__ = "carrier"
    kind: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default="true")
    numbers: Mapped[str] = mapped_column(server_default="carrier")
    tariff: Mapped[list[Any]] = mapped_column(server_default="[]")
    tracking_link: Mapped[str | None]
    low_numbers: Mapped[int] = mapped_column(server_default="100")
    __table_args__ = (
        *external_once(),
        tenant_index("carrier", "title_sort", "id"),
        one_of("kind", *KINDS),
        one_of("numbers", *NUMBERS),
        CheckConstraint("low_numbers >= 0", name="low_numbers"),
    )


class TrackingRange(TenantOwned, Base):
    """Serial numbers `first` to `last` of a series, of which so many were `given` to parcels.

    No two ranges of a series overlap (`uq_tracking_range_span` is WITHOUT OVERLAPS): no number is
    given twice in a shop.
    """

    __tablename__ = "tracking_range"
    carrier_id: Mapped[UUID]
    prefix: Mapped[str]
    suffix: Mapped[str]
    first: Mapped[int]
    last: Mapped[int]
    given: Mapped[int] = mapped_column(server_default="0")
    span: Mapped[Any] = mapped_column(
        INT8RANGE(), Computed("int8range(first, last, '[]')", persisted=True), nullable=False
    )
    created_at: Mapped[datetime]
    __table_args__ = (
        owned("carrier_id", "carrier"),
        UniqueConstraint("tenant_id", "prefix", "suffix", "span", name="uq_tracking_range_span"),
        tenant_index("tracking_range", "carrier_id"),
        CheckConstraint("first >= 0 AND last >= first AND last <= 99999999", name="serials"),
        CheckConstraint("given BETWEEN 0 AND last - first + 1", name="given"),
    )


class Shipment(TenantOwned, Edited, Base):
    """A hand-over as its carrier has it.

    `task` is what he was, or is to be asked: of one that FAILED, in vain, for `problem`. `status`
    is what he told last of it, and `told_at` when that was; from `failures` asked in vain in a row
    he is asked more rarely.
    """

    __tablename__ = "shipment"
    hand_over_id: Mapped[UUID]
    carrier_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="waiting")
    task: Mapped[str] = mapped_column(server_default="book")
    reference: Mapped[str | None]
    tracking_number: Mapped[str | None]
    price_minor: Mapped[int | None]
    status: Mapped[str | None]
    told_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    problem: Mapped[str | None]
    __table_args__ = (
        owned("hand_over_id", "hand_over"),
        owned("carrier_id", "carrier"),
        UniqueConstraint("tenant_id", "hand_over_id"),
        UniqueConstraint("tenant_id", "carrier_id", "tracking_number"),
        tenant_index("shipment", "state", "id"),
        one_of("state", *STATES),
        one_of("task", *TASKS),
        one_of("status", *STATUSES),
        CheckConstraint("price_minor >= 0 AND failures >= 0", name="amounts"),
        CheckConstraint("state <> 'booked' OR reference IS NOT NULL", name="booked_has_reference"),
    )


class ShipmentStep(TenantOwned, Base):
    """Something that a carrier told of a shipment, once by his `key` however often he tells it."""

    __tablename__ = "shipment_step"
    shipment_id: Mapped[UUID]
    key: Mapped[str]
    status: Mapped[str | None]
    at: Mapped[datetime]
    place: Mapped[str | None]
    words: Mapped[str]
    __table_args__ = (
        owned("shipment_id", "shipment", cascade=True),
        UniqueConstraint("tenant_id", "shipment_id", "key"),
        one_of("status", *STATUSES),
    )
