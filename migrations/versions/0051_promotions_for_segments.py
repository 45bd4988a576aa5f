"""Promotions name segments of customers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0051"
down_revision: str | None = "0050"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "promotion_segment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("segment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "promotion_id"],
            ["promotion.tenant_id", "promotion.id"],
            name=op.f("fk_promotion_segment_tenant_id_promotion_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "segment_id"],
            ["customer_segment.tenant_id", "customer_segment.id"],
            name=op.f("fk_promotion_segment_tenant_id_segment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_promotion_segment")),
        sa.UniqueConstraint(
            "tenant_id",
            "promotion_id",
            "segment_id",
            name=op.f("uq_promotion_segment_tenant_id_promotion_id_segment_id"),
        ),
    )
    op.create_index(
        "ix_promotion_segment_segment_id", "promotion_segment", ["tenant_id", "segment_id"]
    )
    protect("promotion_segment")


def downgrade() -> None:
    op.drop_table("promotion_segment")
