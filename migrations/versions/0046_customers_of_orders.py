"""Orders, and the carts that they came of, know their customers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for table in ("sales_order", "cart"):
        op.add_column(table, sa.Column("customer_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_tenant_id_customer_id"),
            table,
            "customer",
            ["tenant_id", "customer_id"],
            ["tenant_id", "id"],
        )
    op.add_column(
        "sales_order",
        sa.Column("by_account", sa.Boolean(), server_default="false", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_sales_order_account_is_somebodys"),
        "sales_order",
        "customer_id IS NOT NULL OR NOT by_account",
    )
    op.create_index(
        "ix_sales_order_customer_id_id", "sales_order", ["tenant_id", "customer_id", "id"]
    )
    op.create_index("ix_cart_customer_id", "cart", ["tenant_id", "customer_id"])


def downgrade() -> None:
    op.drop_column("sales_order", "by_account")
    for table in ("cart", "sales_order"):
        op.drop_column(table, "customer_id")
