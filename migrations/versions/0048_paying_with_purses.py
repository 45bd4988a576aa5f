"""Gift cards and points pay for carts and orders."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0048"
down_revision: str | None = "0047"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

HANDS = ("cash", "card", "transfer", "other")


def upgrade() -> None:
    op.add_column("cart", sa.Column("gift_cards", JSONB(), server_default="[]", nullable=False))
    op.add_column("cart", sa.Column("points", sa.BigInteger(), server_default="0", nullable=True))
    op.create_check_constraint(op.f("ck_cart_points"), "cart", "points >= 0")
    for name in ("cards_minor", "points_minor"):
        column = sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        op.add_column("sales_order", column)
    op.add_column("sales_order", sa.Column("earned_points", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_sales_order_cards_paid_of_it"),
        "sales_order",
        "cards_minor BETWEEN 0 AND paid_minor",
    )
    op.create_check_constraint(
        op.f("ck_sales_order_points"), "sales_order", "points_minor >= 0 AND earned_points >= 0"
    )
    _moved_by(*HANDS, "gift_card")


def downgrade() -> None:
    _moved_by(*HANDS)
    for name in ("earned_points", "points_minor", "cards_minor"):
        op.drop_column("sales_order", name)
    for name in ("points", "gift_cards"):
        op.drop_column("cart", name)


def _moved_by(*words: str) -> None:
    """How money of an order may come and go."""
    op.drop_constraint(op.f("ck_order_entry_by"), "order_entry")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(op.f("ck_order_entry_by"), "order_entry", f"by IN ({listed})")
