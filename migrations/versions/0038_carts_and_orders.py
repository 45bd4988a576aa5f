"""Carts, the orders that they become, and the money that is owed for these."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "sales_order",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("address", postgresql.JSONB(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("payment_method", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("due_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("pay_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
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
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_sales_order_currency")),
        sa.CheckConstraint(
            "payment_method IN ('online', 'invoice', 'on_hand_over')",
            name=op.f("ck_sales_order_payment_method"),
        ),
        sa.CheckConstraint(
            "source IN ('site', 'phone', 'chat', 'messenger', 'form', 'marketplace', "
            "'point_of_sale', 'import')",
            name=op.f("ck_sales_order_source"),
        ),
        sa.CheckConstraint(
            "state IN ('awaiting_payment', 'confirmed', 'in_delivery', 'handed_over', "
            "'cancelled', 'expired')",
            name=op.f("ck_sales_order_state"),
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_sales_order_external_id_has_source"),
        ),
        sa.CheckConstraint(
            "refunded_minor BETWEEN 0 AND paid_minor", name=op.f("ck_sales_order_refunded_was_paid")
        ),
        sa.CheckConstraint(
            "total_minor >= 0 AND due_minor >= 0", name=op.f("ck_sales_order_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hold_id"],
            ["stock_hold.tenant_id", "stock_hold.id"],
            name=op.f("fk_sales_order_tenant_id_hold_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_sales_order_tenant_id_location_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_sales_order")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_sales_order_tenant_id_external_source_external_id"),
        ),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_sales_order_tenant_id_number")),
        sa.UniqueConstraint(
            "tenant_id", "token_hash", name=op.f("uq_sales_order_tenant_id_token_hash")
        ),
    )
    op.create_index(
        "ix_sales_order_email_id",
        "sales_order",
        ["tenant_id", "email", "id"],
    )
    op.create_index(
        "ix_sales_order_location_id",
        "sales_order",
        ["tenant_id", "location_id"],
    )
    op.create_index(
        "ix_sales_order_phone_id",
        "sales_order",
        ["tenant_id", "phone", "id"],
    )
    op.create_index(
        "ix_sales_order_placed_at_id",
        "sales_order",
        ["tenant_id", "placed_at", "id"],
    )
    op.create_index(
        "ix_sales_order_state_id",
        "sales_order",
        ["tenant_id", "state", "id"],
    )
    op.create_table(
        "cart",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("address", postgresql.JSONB(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("payment_method", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
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
            "payment_method IN ('online', 'invoice', 'on_hand_over')",
            name=op.f("ck_cart_payment_method"),
        ),
        sa.CheckConstraint(
            "address IS NULL OR location_id IS NULL", name=op.f("ck_cart_goes_one_way")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_cart_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["sales_order.tenant_id", "sales_order.id"],
            name=op.f("fk_cart_tenant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cart")),
        sa.UniqueConstraint("tenant_id", "order_id", name=op.f("uq_cart_tenant_id_order_id")),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("uq_cart_tenant_id_token_hash")),
    )
    op.create_index(
        "ix_cart_location_id",
        "cart",
        ["tenant_id", "location_id"],
    )
    op.create_index(
        "ix_cart_updated_at",
        "cart",
        ["tenant_id", "updated_at"],
    )
    op.create_table(
        "order_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'due') = (by IS NULL)", name=op.f("ck_order_entry_money_goes_somehow")
        ),
        sa.CheckConstraint(
            "by IN ('cash', 'card', 'transfer', 'other')", name=op.f("ck_order_entry_by")
        ),
        sa.CheckConstraint(
            "kind = 'due' OR amount_minor > 0", name=op.f("ck_order_entry_money_is_positive")
        ),
        sa.CheckConstraint("kind IN ('due', 'paid', 'refunded')", name=op.f("ck_order_entry_kind")),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_order_entry_amount_minor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["sales_order.tenant_id", "sales_order.id"],
            name=op.f("fk_order_entry_tenant_id_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_entry")),
    )
    op.create_index(
        "ix_order_entry_order_id",
        "order_entry",
        ["tenant_id", "order_id"],
    )
    op.create_table(
        "cart_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column(
            "attributes",
            postgresql.JSONB(),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("seen_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_cart_line_quantity")),
        sa.CheckConstraint("seen_minor >= 0", name=op.f("ck_cart_line_seen_minor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cart_id"],
            ["cart.tenant_id", "cart.id"],
            name=op.f("fk_cart_line_tenant_id_cart_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_cart_line_tenant_id_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cart_line")),
    )
    op.create_index(
        "ix_cart_line_cart_id",
        "cart_line",
        ["tenant_id", "cart_id"],
    )
    op.create_index(
        "ix_cart_line_variant_id",
        "cart_line",
        ["tenant_id", "variant_id"],
    )
    op.create_table(
        "order_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
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
        sa.Column("picked", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("handed_over", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("returned", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("kind IN ('goods', 'delivery')", name=op.f("ck_order_line_kind")),
        sa.CheckConstraint(
            "picked BETWEEN handed_over AND quantity", name=op.f("ck_order_line_picked_was_ordered")
        ),
        sa.CheckConstraint(
            "price_minor >= 0 AND discount_minor >= 0 AND total_minor >= 0 AND vat_minor >= 0",
            name=op.f("ck_order_line_amounts"),
        ),
        sa.CheckConstraint("quantity > 0 AND step > 0", name=op.f("ck_order_line_quantity")),
        sa.CheckConstraint(
            "returned BETWEEN 0 AND handed_over",
            name=op.f("ck_order_line_returned_was_handed_over"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["sales_order.tenant_id", "sales_order.id"],
            name=op.f("fk_order_line_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_order_line_tenant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_line")),
    )
    op.create_index(
        "ix_order_line_order_id",
        "order_line",
        ["tenant_id", "order_id"],
    )
    op.create_index(
        "ix_order_line_variant_id",
        "order_line",
        ["tenant_id", "variant_id"],
    )
    op.add_column(
        "shop", sa.Column("payment_hours", sa.BigInteger(), server_default="72", nullable=False)
    )
    op.add_column(
        "shop",
        sa.Column("payment_reminder_hours", sa.BigInteger(), server_default="24", nullable=False),
    )
    for name, hours in (
        ("payment_hours", "BETWEEN 1 AND 2160"),
        ("payment_reminder_hours", "BETWEEN 0 AND 2160"),
    ):
        op.create_check_constraint(op.f(f"ck_shop_{name}"), "shop", f"{name} {hours}")
    protect("sales_order")
    protect("cart")
    protect("order_entry", grants="SELECT, INSERT")
    protect("cart_line")
    protect("order_line")


def downgrade() -> None:
    op.drop_column("shop", "payment_reminder_hours")
    op.drop_column("shop", "payment_hours")
    op.drop_table("order_line")
    op.drop_table("cart_line")
    op.drop_table("order_entry")
    op.drop_table("cart")
    op.drop_table("sales_order")
