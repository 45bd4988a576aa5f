"""Merges of cards, and what each has moved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import NOW
from tenants.tables import Base, TenantOwned, owned, tenant_index


class CustomerMerge(TenantOwned, Base):
    """One card went into another: `moved` are the ids of rows by table, `mains` those of them that
    were main ones, `filled` the names of fields that the kept card had from the merged one.
    """

    __tablename__ = "customer_merge"
    kept_id: Mapped[UUID]
    merged_id: Mapped[UUID]
    moved: Mapped[dict[str, Any]]
    mains: Mapped[dict[str, Any]]
    filled: Mapped[list[Any]]
    merged_at: Mapped[datetime] = mapped_column(server_default=NOW)
    undone_at: Mapped[datetime | None]
    __table_args__ = (
        owned("kept_id", "customer"),
        owned("merged_id", "customer"),
        tenant_index("customer_merge", "merged_id", unique=True, where=text("undone_at IS NULL")),
        tenant_index("customer_merge", "kept_id"),
    )
