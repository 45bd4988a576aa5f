"""What suppliers have of what they send straight to our buyers can be held like stock of ours."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "supplier_shelf",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("stale_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_supplier_shelf_price_minor")),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_supplier_shelf_currency")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_supplier_shelf_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_supplier_shelf_tenant_id_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supplier_shelf")),
        sa.UniqueConstraint(
            "tenant_id",
            "variant_id",
            "location_id",
            name=op.f("uq_supplier_shelf_tenant_id_variant_id_location_id"),
        ),
    )
    op.create_index("ix_supplier_shelf_location_id", "supplier_shelf", ["tenant_id", "location_id"])
    protect("supplier_shelf")
    op.add_column("supplier", sa.Column("location_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_supplier_tenant_id_location_id"),
        "supplier",
        "location",
        ["tenant_id", "location_id"],
        ["tenant_id", "id"],
    )
    op.create_unique_constraint(
        op.f("uq_supplier_tenant_id_location_id"), "supplier", ["tenant_id", "location_id"]
    )
    _flag("supplier_offer", "drop_ship")
    _flag("stock_hold_line", "is_drop_shipped")
    op.add_column("stock_hold_line", sa.Column("cost_minor", sa.BigInteger(), nullable=True))
    op.add_column("stock_hold_line", sa.Column("cost_currency", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_stock_hold_line_sent_by_supplier"),
        "stock_hold_line",
        "NOT is_drop_shipped OR backordered = quantity - shipped",
    )
    op.create_check_constraint(
        op.f("ck_stock_hold_line_cost_currency"), "stock_hold_line", "cost_currency ~ '^[A-Z]{3}$'"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_stock_hold_line_sent_by_supplier"), "stock_hold_line")
    for name in ("cost_currency", "cost_minor", "is_drop_shipped"):
        op.drop_column("stock_hold_line", name)
    op.drop_column("supplier_offer", "drop_ship")
    op.drop_column("supplier", "location_id")
    op.drop_table("supplier_shelf")


def _flag(table: str, name: str) -> None:
    op.add_column(table, sa.Column(name, sa.Boolean(), server_default="false", nullable=False))
