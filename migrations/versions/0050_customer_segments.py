"""Segments of customers, and snapshots of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0050"
down_revision: str | None = "0049"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("customer_segment", "customer_segment_snapshot", "customer_segment_member")


def upgrade() -> None:
    op.create_table(
        "customer_segment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("rule", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_segment")),
        sa.UniqueConstraint(
            "tenant_id", "title_sort", name=op.f("uq_customer_segment_tenant_id_title_sort")
        ),
    )
    op.create_table(
        "customer_segment_snapshot",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("segment_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("rule", postgresql.JSONB(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column(
            "taken_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("size >= 0", name=op.f("ck_customer_segment_snapshot_size")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "segment_id"],
            ["customer_segment.tenant_id", "customer_segment.id"],
            name=op.f("fk_customer_segment_snapshot_tenant_id_segment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_segment_snapshot")),
    )
    op.create_index(
        "ix_customer_segment_snapshot_segment_id_id",
        "customer_segment_snapshot",
        ["tenant_id", "segment_id", "id"],
    )
    op.create_table(
        "customer_segment_member",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "snapshot_id"],
            ["customer_segment_snapshot.tenant_id", "customer_segment_snapshot.id"],
            name=op.f("fk_customer_segment_member_tenant_id_snapshot_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_segment_member_tenant_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_segment_member")),
        sa.UniqueConstraint(
            "tenant_id",
            "snapshot_id",
            "customer_id",
            name=op.f("uq_customer_segment_member_tenant_id_snapshot_id_customer_id"),
        ),
    )
    op.create_index(
        "ix_customer_segment_member_customer_id",
        "customer_segment_member",
        ["tenant_id", "customer_id"],
    )
    for table in TABLES:
        protect(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
