"""Drafts of orders, and how long a shop's are valid."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0049"
down_revision: str | None = "0048"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "order_draft",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("address", postgresql.JSONB(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("delivery_method_id", sa.Uuid(), nullable=True),
        sa.Column("payment_method", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("codes", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("discount_reason", sa.Text(), nullable=True),
        sa.Column("promotions", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
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
            "(state = 'ordered') = (order_id IS NOT NULL)",
            name=op.f("ck_order_draft_ordered_is_an_order"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_order_draft_currency")),
        sa.CheckConstraint(
            "payment_method IN ('online', 'invoice', 'on_hand_over')",
            name=op.f("ck_order_draft_payment_method"),
        ),
        sa.CheckConstraint(
            "source IN ('site', 'phone', 'chat', 'messenger', 'form', 'marketplace', "
            "'point_of_sale', 'import')",
            name=op.f("ck_order_draft_source"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'open', 'offered', 'ordered', 'cancelled', 'expired')",
            name=op.f("ck_order_draft_state"),
        ),
        sa.CheckConstraint(
            "address IS NULL OR location_id IS NULL", name=op.f("ck_order_draft_goes_one_way")
        ),
        sa.CheckConstraint(
            "total_minor >= 0 AND discount_minor >= 0", name=op.f("ck_order_draft_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_order_draft_tenant_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delivery_method_id"],
            ["delivery_method.tenant_id", "delivery_method.id"],
            name=op.f("fk_order_draft_tenant_id_delivery_method_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hold_id"],
            ["stock_hold.tenant_id", "stock_hold.id"],
            name=op.f("fk_order_draft_tenant_id_hold_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_order_draft_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["sales_order.tenant_id", "sales_order.id"],
            name=op.f("fk_order_draft_tenant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_draft")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_order_draft_tenant_id_number")),
        sa.UniqueConstraint(
            "tenant_id", "order_id", name=op.f("uq_order_draft_tenant_id_order_id")
        ),
        sa.UniqueConstraint(
            "tenant_id", "token_hash", name=op.f("uq_order_draft_tenant_id_token_hash")
        ),
    )
    op.create_index("ix_order_draft_customer_id", "order_draft", ["tenant_id", "customer_id"])
    op.create_index(
        "ix_order_draft_delivery_method_id", "order_draft", ["tenant_id", "delivery_method_id"]
    )
    op.create_index("ix_order_draft_hold_id", "order_draft", ["tenant_id", "hold_id"])
    op.create_index("ix_order_draft_location_id", "order_draft", ["tenant_id", "location_id"])
    op.create_index("ix_order_draft_phone_id", "order_draft", ["tenant_id", "phone", "id"])
    op.create_index("ix_order_draft_state_id", "order_draft", ["tenant_id", "state", "id"])
    op.create_table(
        "order_draft_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="goods", nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_percent", sa.BigInteger(), nullable=True),
        sa.Column("vat_code", sa.BigInteger(), nullable=False),
        sa.Column("vat_prepaid_code", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("positions", postgresql.JSONB(), nullable=False),
        sa.Column("trace", postgresql.JSONB(), nullable=False),
        sa.Column("takes", postgresql.JSONB(), nullable=False),
        sa.Column("attributes", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('goods', 'delivery')", name=op.f("ck_order_draft_line_kind")),
        sa.CheckConstraint(
            "price_minor >= 0 AND discount_minor >= 0 AND total_minor >= 0 AND vat_minor >= 0",
            name=op.f("ck_order_draft_line_amounts"),
        ),
        sa.CheckConstraint("quantity > 0 AND step > 0", name=op.f("ck_order_draft_line_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "draft_id"],
            ["order_draft.tenant_id", "order_draft.id"],
            name=op.f("fk_order_draft_line_tenant_id_draft_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_order_draft_line_tenant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_draft_line")),
    )
    op.create_index("ix_order_draft_line_draft_id", "order_draft_line", ["tenant_id", "draft_id"])
    op.create_index(
        "ix_order_draft_line_variant_id", "order_draft_line", ["tenant_id", "variant_id"]
    )
    op.add_column(
        "shop", sa.Column("draft_hours", sa.BigInteger(), server_default="24", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_shop_draft_hours"), "shop", "draft_hours BETWEEN 1 AND 2160"
    )
    protect("order_draft")
    protect("order_draft_line")


def downgrade() -> None:
    op.drop_column("shop", "draft_hours")
    op.drop_table("order_draft_line")
    op.drop_table("order_draft")
