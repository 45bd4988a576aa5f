"""Orders are split: a part names the order that it was of, and takes money along."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0062"
down_revision: str | None = "0061"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WAYS = "by IN ('cash', 'card', 'transfer', 'other', 'gift_card'{})"


def _ways(one_more: str) -> None:
    name = op.f("ck_order_entry_by")
    op.drop_constraint(name, "order_entry")
    op.create_check_constraint(name, "order_entry", WAYS.format(one_more))


def upgrade() -> None:
    _ways(", 'order'")
    op.add_column("sales_order", sa.Column("split_from_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sales_order_tenant_id_split_from_id"),
        "sales_order",
        "sales_order",
        ["tenant_id", "split_from_id"],
        ["tenant_id", "id"],
    )
    op.create_index(
        "ix_sales_order_split_from_id",
        "sales_order",
        ["tenant_id", "split_from_id"],
        postgresql_where=sa.text("split_from_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_sales_order_split_from_id", "sales_order")
    op.drop_constraint(op.f("fk_sales_order_tenant_id_split_from_id"), "sales_order")
    op.drop_column("sales_order", "split_from_id")
    op.execute("UPDATE order_entry SET by = 'other' WHERE by = 'order'")
    _ways("")
