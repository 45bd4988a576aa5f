"""Stocktakes: what is to be counted, who counted what and when, and what that says of the books."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import Edited, FromOutside, external_once
from tenants.tables import Base, TenantOwned, one_of, owned, tenant_index

STOCKTAKE_STATES = ("draft", "counting", "review", "posting", "approved", "cancelled")
STOCKTAKE_SCOPES = ("location", "category", "variants")


class Stocktake(TenantOwned, FromOutside, Edited, Base):
    """A count of what lies at a location: of everything, or of its `stocktake_variant` rows.

    `started_at` is the instant of the ledger that it begins at. `approver` and `approver_id` are as
    `actor` and `actor_id` of movements.
    """

    __tablename__ = "stocktake"
    number: Mapped[int]
    location_id: Mapped[UUID]
    scope: Mapped[str]
    category_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(server_default="draft")
    note: Mapped[str | None]
    zeroes_uncounted: Mapped[bool] = mapped_column(server_default="false")
    approver: Mapped[str | None]
    approver_id: Mapped[UUID | None]
    started_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        owned("location_id", "location"),
        UniqueConstraint("tenant_id", "number"),
        *external_once(),
        tenant_index("stocktake", "location_id"),
        tenant_index("stocktake", "state"),
        one_of("state", *STOCKTAKE_STATES),
        one_of("scope", *STOCKTAKE_SCOPES),
        CheckConstraint("started_at IS NOT NULL OR state IN ('draft', 'cancelled')", name="start"),
    )


class StocktakeVariant(TenantOwned, Base):
    """A variant that a stocktake of some variants is about."""

    __tablename__ = "stocktake_variant"
    stocktake_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    __table_args__ = (
        owned("stocktake_id", "stocktake"),
        owned("variant_id", "variant", cascade=True),
        UniqueConstraint("tenant_id", "stocktake_id", "variant_id"),
        tenant_index("stocktake_variant", "variant_id"),
    )


class StocktakeCount(TenantOwned, Base):
    """So much of a variant that somebody found, of a lot where he looked; written once.

    `key` is the scanner's own word for it. Less than nothing takes back what was counted too much.
    """

    __tablename__ = "stocktake_count"
    stocktake_id: Mapped[UUID]
    key: Mapped[str]
    variant_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    quantity: Mapped[int]
    counted_at: Mapped[datetime]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    __table_args__ = (
        owned("stocktake_id", "stocktake"),
        owned("variant_id", "variant"),
        owned("lot_id", "lot"),
        UniqueConstraint("tenant_id", "stocktake_id", "key"),
        tenant_index("stocktake_count", "stocktake_id", "variant_id"),
        tenant_index("stocktake_count", "variant_id"),
        tenant_index("stocktake_count", "lot_id", where=text("lot_id IS NOT NULL")),
    )


class StocktakeRecount(TenantOwned, Base):
    """What was counted of a variant up to `at` counts no more; written once."""

    __tablename__ = "stocktake_recount"
    stocktake_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_id: Mapped[UUID | None]
    __table_args__ = (
        owned("stocktake_id", "stocktake"),
        owned("variant_id", "variant"),
        tenant_index("stocktake_recount", "stocktake_id", "variant_id"),
        tenant_index("stocktake_recount", "variant_id"),
    )


class StocktakeLine(TenantOwned, Base):
    """What a stocktake found of a variant, or of one of its lots; thousandths, minor units.

    `counted` null: nobody counted it. `value_minor` is what `difference` costs: before it is posted
    at the average of what is there. `short` is how much of a loss could not be taken off the books,
    since it is promised. `is_unsure`: some of it came or went while it was being counted.
    """

    __tablename__ = "stocktake_line"
    stocktake_id: Mapped[UUID]
    variant_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    counted: Mapped[int | None]
    expected: Mapped[int]
    difference: Mapped[int]
    value_minor: Mapped[int]
    short: Mapped[int] = mapped_column(server_default="0")
    is_unsure: Mapped[bool]
    is_posted: Mapped[bool] = mapped_column(server_default="false")
    __table_args__ = (
        owned("stocktake_id", "stocktake"),
        owned("variant_id", "variant"),
        owned("lot_id", "lot"),
        tenant_index("stocktake_line", "stocktake_id", "value_minor", "id"),
        tenant_index("stocktake_line", "stocktake_id", "variant_id"),
        tenant_index("stocktake_line", "variant_id"),
        tenant_index("stocktake_line", "lot_id", where=text("lot_id IS NOT NULL")),
        CheckConstraint("difference = coalesce(counted, 0) - expected", name="difference"),
        CheckConstraint("short >= 0", name="short"),
    )
