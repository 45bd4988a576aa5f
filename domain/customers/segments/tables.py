"""Segments, and snapshots of who was in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.shared_columns import NOW, Edited, Titled
from tenants.personal import impersonal
from tenants.tables import Base, TenantOwned, owned, tenant_index


class CustomerSegment(TenantOwned, Titled, Edited, Base):
    """Customers told by a rule: `rule` is a filter of customers, as it was given."""

    __tablename__ = "customer_segment"
    note: Mapped[str | None] = mapped_column(info=impersonal("what the merchant wants it for"))
    rule: Mapped[dict[str, Any]] = mapped_column(info=impersonal("a rule over many people"))
    __table_args__ = (UniqueConstraint("tenant_id", "title_sort"),)


class SegmentSnapshot(TenantOwned, Base):
    """Who was in a segment at an instant, by the rule that it had then; `size`: how many."""

    __tablename__ = "customer_segment_snapshot"
    segment_id: Mapped[UUID]
    title: Mapped[str]
    rule: Mapped[dict[str, Any]] = mapped_column(info=impersonal("a rule over many people"))
    size: Mapped[int]
    taken_at: Mapped[datetime] = mapped_column(server_default=NOW)
    actor: Mapped[str] = mapped_column(info=impersonal("the kind of whoever took it"))
    actor_id: Mapped[UUID | None]
    __table_args__ = (
        owned("segment_id", "customer_segment"),
        tenant_index("customer_segment_snapshot", "segment_id", "id"),
        CheckConstraint("size >= 0", name="size"),
    )


class SnapshotMember(TenantOwned, Base):
    """A customer who was in it."""

    __tablename__ = "customer_segment_member"
    snapshot_id: Mapped[UUID]
    customer_id: Mapped[UUID]
    __table_args__ = (
        owned("snapshot_id", "customer_segment_snapshot", cascade=True),
        owned("customer_id", "customer", cascade=True),
        UniqueConstraint("tenant_id", "snapshot_id", "customer_id"),
        tenant_index("customer_segment_member", "customer_id"),
    )
