"""Carts of customers' own, and those that were joined into them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0052"
down_revision: str | None = "0051"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("cart", sa.Column("is_own", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("cart", sa.Column("joined_into_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_cart_tenant_id_joined_into_id"),
        "cart",
        "cart",
        ["tenant_id", "joined_into_id"],
        ["tenant_id", "id"],
        ondelete="CASCADE",
    )
    op.create_index("ix_cart_joined_into_id", "cart", ["tenant_id", "joined_into_id"])
    op.create_check_constraint(
        op.f("ck_cart_own_is_somebodys"), "cart", "customer_id IS NOT NULL OR NOT is_own"
    )


def downgrade() -> None:
    for name in ("joined_into_id", "is_own"):
        op.drop_column("cart", name)
