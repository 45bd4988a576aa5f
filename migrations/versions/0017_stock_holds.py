"""Holds: goods that are kept for a cart or an order until it is shipped, or its time is over."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "stock_hold",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="held", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "strategy IN ('priority', 'fewest_parcels', 'expiry_first')",
            name=op.f("ck_stock_hold_strategy"),
        ),
        sa.CheckConstraint(
            "state IN ('held', 'released', 'shipped', 'expired')", name=op.f("ck_stock_hold_state")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_hold")),
    )
    op.create_index(
        "uq_stock_hold_owner",
        "stock_hold",
        ["tenant_id", "owner"],
        unique=True,
        postgresql_where=sa.text("state IN ('held', 'shipped')"),
    )
    op.create_index(
        "ix_stock_hold_expires_at",
        "stock_hold",
        ["tenant_id", "expires_at"],
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "stock_hold_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("is_open", sa.Boolean(), server_default="true", nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_hold_line_quantity")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", f"{name}_id"],
                [f"{target}.tenant_id", f"{target}.id"],
                name=op.f(f"fk_stock_hold_line_tenant_id_{name}_id"),
            )
            for name, target in (
                ("hold", "stock_hold"),
                ("variant", "variant"),
                ("location", "location"),
            )
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_hold_line")),
    )
    op.create_index("ix_stock_hold_line_hold_id", "stock_hold_line", ["tenant_id", "hold_id"])
    op.create_index(
        "ix_stock_hold_line_variant_id_location_id",
        "stock_hold_line",
        ["tenant_id", "variant_id", "location_id"],
        postgresql_where=sa.text("is_open"),
    )
    protect("stock_hold", grants="SELECT, INSERT, UPDATE")
    protect("stock_hold_line", grants="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    # Nobody would free what is held.
    op.execute("ALTER TABLE stock_level NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE stock_level SET reserved = 0 WHERE reserved > 0")
    op.execute("ALTER TABLE stock_level FORCE ROW LEVEL SECURITY")
    op.drop_table("stock_hold_line")
    op.drop_table("stock_hold")
