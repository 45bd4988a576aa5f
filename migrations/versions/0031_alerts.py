"""What runs low, what expires soon, and letters to buyers who waited."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("stock_level", sa.Column("minimum", sa.BigInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_stock_level_minimum"), "stock_level", "minimum > 0")
    op.create_index(
        "ix_stock_level_id",
        "stock_level",
        ["tenant_id", "id"],
        postgresql_where=sa.text("minimum IS NOT NULL"),
    )
    op.add_column("lot", sa.Column("told_days", sa.BigInteger(), nullable=True))
    op.add_column(
        "shop",
        sa.Column("expiry_notice_days", sa.BigInteger(), server_default="14", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_shop_expiry_notice_days"), "shop", "expiry_notice_days BETWEEN 1 AND 365"
    )
    op.add_column(
        "back_in_stock", sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_back_in_stock_told_at",
        "back_in_stock",
        ["tenant_id", "told_at"],
        postgresql_where=sa.text("told_at IS NOT NULL"),
    )
    op.create_index("ix_back_in_stock_email_key", "back_in_stock", ["tenant_id", "email_key"])


def downgrade() -> None:
    op.drop_index("ix_back_in_stock_email_key", "back_in_stock")
    op.drop_index("ix_back_in_stock_told_at", "back_in_stock")
    op.drop_column("back_in_stock", "queued_at")
    op.drop_column("shop", "expiry_notice_days")
    op.drop_column("lot", "told_days")
    op.drop_index("ix_stock_level_id", "stock_level")
    op.drop_column("stock_level", "minimum")
