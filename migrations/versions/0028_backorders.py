"""Goods that are promised before they are there, as far as a level's limit."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = (
    ("stock_level", "backordered"),
    ("stock_level", "backorder_limit"),
    ("stock_hold_line", "backordered"),
)


def upgrade() -> None:
    for table, name in COLUMNS:
        op.add_column(table, sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(
        op.f("ck_stock_level_backordered_within"),
        "stock_level",
        "backordered BETWEEN 0 AND backorder_limit",
    )
    op.create_check_constraint(
        op.f("ck_stock_hold_line_backordered_is_kept"),
        "stock_hold_line",
        "backordered BETWEEN 0 AND quantity - shipped",
    )


def downgrade() -> None:
    # What is not there can be waited for no more: lines keep what they have, if they have any.
    op.execute("ALTER TABLE stock_hold_line NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE stock_hold_line SET quantity = greatest(quantity - backordered, 1), "
        "is_open = is_open AND quantity - shipped > backordered, backordered = 0 "
        "WHERE backordered > 0"
    )
    op.execute("ALTER TABLE stock_hold_line FORCE ROW LEVEL SECURITY")
    op.drop_constraint(op.f("ck_stock_hold_line_backordered_is_kept"), "stock_hold_line")
    op.drop_constraint(op.f("ck_stock_level_backordered_within"), "stock_level")
    for table, name in reversed(COLUMNS):
        op.drop_column(table, name)
