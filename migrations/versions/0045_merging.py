"""Cards are merged, and what moved is written down."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "customer_merge",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("moved", postgresql.JSONB(), nullable=False),
        sa.Column("mains", postgresql.JSONB(), nullable=False),
        sa.Column("filled", postgresql.JSONB(), nullable=False),
        sa.Column(
            "merged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "kept_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_merge_tenant_id_kept_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "merged_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_merge_tenant_id_merged_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_merge")),
    )
    op.create_index("ix_customer_merge_kept_id", "customer_merge", ["tenant_id", "kept_id"])
    op.create_index(
        "uq_customer_merge_merged_id",
        "customer_merge",
        ["tenant_id", "merged_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    protect("customer_merge")


def downgrade() -> None:
    op.drop_table("customer_merge")
