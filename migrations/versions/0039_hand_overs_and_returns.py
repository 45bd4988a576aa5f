"""What of orders is handed over, and what of that comes back."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "hand_over",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="picked", nullable=False),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("tracking_number", sa.Text(), nullable=True),
        sa.Column("total_minor", sa.BigInteger(), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state = 'handed_over') = (total_minor IS NOT NULL)",
            name=op.f("ck_hand_over_handed_over_at_a_sum"),
        ),
        sa.CheckConstraint(
            "state IN ('picked', 'shipped', 'handed_over', 'cancelled')",
            name=op.f("ck_hand_over_state"),
        ),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_hand_over_total_minor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["sales_order.tenant_id", "sales_order.id"],
            name=op.f("fk_hand_over_tenant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_hand_over_tenant_id_number")),
    )
    op.create_index(
        "ix_hand_over_order_id",
        "hand_over",
        ["tenant_id", "order_id"],
    )
    op.create_index(
        "ix_hand_over_tracking_number",
        "hand_over",
        ["tenant_id", "tracking_number"],
    )
    op.create_table(
        "order_return",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="requested", nullable=False),
        sa.Column("by_buyer", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("refund_minor", sa.BigInteger(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(state = 'received') = (refund_minor IS NOT NULL)",
            name=op.f("ck_order_return_received_for_a_refund"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'received', 'rejected')",
            name=op.f("ck_order_return_state"),
        ),
        sa.CheckConstraint("refund_minor >= 0", name=op.f("ck_order_return_refund_minor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["sales_order.tenant_id", "sales_order.id"],
            name=op.f("fk_order_return_tenant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_return")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_order_return_tenant_id_number")),
    )
    op.create_index(
        "ix_order_return_order_id",
        "order_return",
        ["tenant_id", "order_id"],
    )
    op.create_index(
        "ix_order_return_state_id",
        "order_return",
        ["tenant_id", "state", "id"],
    )
    op.create_table(
        "hand_over_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("hand_over_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=True),
        sa.Column("vat_minor", sa.BigInteger(), nullable=True),
        sa.Column("positions", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_hand_over_line_quantity")),
        sa.CheckConstraint(
            "total_minor >= 0 AND vat_minor >= 0", name=op.f("ck_hand_over_line_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hand_over_id"],
            ["hand_over.tenant_id", "hand_over.id"],
            name=op.f("fk_hand_over_line_tenant_id_hand_over_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_hand_over_line_tenant_id_order_line_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_hand_over_line")),
        sa.UniqueConstraint(
            "tenant_id",
            "hand_over_id",
            "order_line_id",
            name=op.f("uq_hand_over_line_tenant_id_hand_over_id_order_line_id"),
        ),
    )
    op.create_index(
        "ix_hand_over_line_order_line_id",
        "hand_over_line",
        ["tenant_id", "order_line_id"],
    )
    op.create_table(
        "order_return_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("total_minor", sa.BigInteger(), nullable=True),
        sa.Column("vat_minor", sa.BigInteger(), nullable=True),
        sa.Column("positions", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "condition IN ('sellable', 'damaged', 'kept_by_buyer')",
            name=op.f("ck_order_return_line_condition"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_return_line_quantity")),
        sa.CheckConstraint(
            "total_minor >= 0 AND vat_minor >= 0", name=op.f("ck_order_return_line_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_order_return_line_tenant_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["order_return.tenant_id", "order_return.id"],
            name=op.f("fk_order_return_line_tenant_id_return_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_return_line")),
        sa.UniqueConstraint(
            "tenant_id",
            "return_id",
            "order_line_id",
            name=op.f("uq_order_return_line_tenant_id_return_id_order_line_id"),
        ),
    )
    op.create_index(
        "ix_order_return_line_order_line_id",
        "order_return_line",
        ["tenant_id", "order_line_id"],
    )
    op.create_table(
        "hand_over_part",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("hold_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_hand_over_part_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hold_line_id"],
            ["stock_hold_line.tenant_id", "stock_hold_line.id"],
            name=op.f("fk_hand_over_part_tenant_id_hold_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "line_id"],
            ["hand_over_line.tenant_id", "hand_over_line.id"],
            name=op.f("fk_hand_over_part_tenant_id_line_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_hand_over_part")),
        sa.UniqueConstraint(
            "tenant_id",
            "line_id",
            "hold_line_id",
            name=op.f("uq_hand_over_part_tenant_id_line_id_hold_line_id"),
        ),
    )
    op.create_index(
        "ix_hand_over_part_hold_line_id",
        "hand_over_part",
        ["tenant_id", "hold_line_id"],
    )
    protect("hand_over")
    protect("order_return")
    protect("hand_over_line")
    protect("order_return_line")
    protect("hand_over_part")


def downgrade() -> None:
    op.drop_table("hand_over_part")
    op.drop_table("order_return_line")
    op.drop_table("hand_over_line")
    op.drop_table("order_return")
    op.drop_table("hand_over")
