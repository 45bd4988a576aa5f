"""Ways of delivery have zones and windows; carts and orders know which was chosen.

Rates as they were had no release: what merchants of a trial said is said again as zones.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0047"
down_revision: str | None = "0046"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_column("delivery_method", "rates")
    for name in ("zones", "windows"):
        op.add_column(
            "delivery_method",
            sa.Column(name, postgresql.JSONB(), server_default="[]", nullable=False),
        )
    for table in ("cart", "sales_order"):
        op.add_column(table, sa.Column("delivery_window", postgresql.JSONB(), nullable=True))
    op.add_column("sales_order", sa.Column("promised_on", sa.Date(), nullable=True))
    op.add_column("sales_order", sa.Column("delivery_method_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_sales_order_tenant_id_delivery_method_id"),
        "sales_order",
        "delivery_method",
        ["tenant_id", "delivery_method_id"],
        ["tenant_id", "id"],
    )
    op.create_index(
        "ix_sales_order_delivery_method_id", "sales_order", ["tenant_id", "delivery_method_id"]
    )


def downgrade() -> None:
    for name in ("delivery_method_id", "promised_on", "delivery_window"):
        op.drop_column("sales_order", name)
    op.drop_column("cart", "delivery_window")
    for name in ("windows", "zones"):
        op.drop_column("delivery_method", name)
    op.add_column(
        "delivery_method",
        sa.Column("rates", postgresql.JSONB(), server_default="[]", nullable=False),
    )
