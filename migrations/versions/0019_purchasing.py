"""Suppliers, their offers, purchase orders and goods receipts; what is expected; numbers given."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHANGED = (
    "document_counter",
    "stock_arrival",
    "supplier",
    "supplier_offer",
    "purchase_order",
    "purchase_order_line",
)
WRITTEN_ONCE = ("goods_receipt", "goods_receipt_line", "goods_receipt_cost")
STATES = "'draft', 'approved', 'sent', 'partly_received', 'received', 'closed', 'cancelled'"
DOCUMENTS = "'opening', 'count', 'change', 'price_list', 'hold'"
GIVEN = (
    ("manager", '["purchasing:read", "purchasing:write"]'),
    ("stock_keeper", '["purchasing:read"]'),
    ("analyst", '["purchasing:read"]'),
)
"""What the roles that each shop has may do from now on."""


def upgrade() -> None:
    _documents()
    _suppliers()
    _orders()
    _receipts()
    for table in CHANGED:
        protect(table)
    for table in WRITTEN_ONCE:
        protect(table, grants="SELECT, INSERT")
    _allow(f"{DOCUMENTS}, 'goods_receipt'")
    _change_roles("permissions || '{words}'::jsonb")


def downgrade() -> None:
    _change_roles("permissions - 'purchasing:read' - 'purchasing:write'")
    _allow(DOCUMENTS)
    for table in (*reversed(WRITTEN_ONCE), *reversed(CHANGED)):
        op.drop_table(table)


def _allow(documents: str) -> None:
    """Let movements be of these kinds of documents."""
    op.drop_constraint("ck_stock_movement_document_kind", "stock_movement")
    op.execute(
        "ALTER TABLE stock_movement ADD CONSTRAINT ck_stock_movement_document_kind "
        f"CHECK (document_kind IN ({documents}))"
    )


def _change_roles(permissions: str) -> None:
    """Of all tenants: the owner is held by policies, until then."""
    op.execute("ALTER TABLE role NO FORCE ROW LEVEL SECURITY")
    for code, words in GIVEN:
        changed = permissions.format(words=words)
        op.execute(f"UPDATE role SET permissions = {changed} WHERE code = '{code}'")
    op.execute("ALTER TABLE role FORCE ROW LEVEL SECURITY")


def _documents() -> None:
    op.create_table(
        "document_counter",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("ck_document_counter_last")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_document_counter")),
        sa.UniqueConstraint("tenant_id", "kind", name=op.f("uq_document_counter_tenant_id_kind")),
    )
    op.create_table(
        "stock_arrival",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_arrival_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_stock_arrival_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_stock_arrival_tenant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_arrival")),
        sa.UniqueConstraint(
            "tenant_id", "line_id", name=op.f("uq_stock_arrival_tenant_id_line_id")
        ),
    )
    op.create_index("ix_stock_arrival_document_id", "stock_arrival", ["tenant_id", "document_id"])
    op.create_index(
        "ix_stock_arrival_variant_id_location_id",
        "stock_arrival",
        ["tenant_id", "variant_id", "location_id"],
    )


def _suppliers() -> None:
    op.create_table(
        "supplier",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("lead_days", sa.BigInteger(), server_default="7", nullable=False),
        sa.Column("review_days", sa.BigInteger(), server_default="7", nullable=False),
        sa.Column("minimum_order_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("patience_days", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
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
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_supplier_currency")),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_supplier_external_id_has_source"),
        ),
        sa.CheckConstraint(
            "lead_days >= 0 AND review_days > 0 AND patience_days > 0",
            name=op.f("ck_supplier_days"),
        ),
        sa.CheckConstraint(
            "minimum_order_minor >= 0", name=op.f("ck_supplier_minimum_order_minor")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supplier")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_supplier_tenant_id_external_source_external_id"),
        ),
    )
    op.create_index("ix_supplier_title_sort", "supplier", ["tenant_id", "title_sort"])
    op.create_table(
        "supplier_offer",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("pack", sa.BigInteger(), server_default="1000", nullable=False),
        sa.Column("minimum", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("stock", sa.BigInteger(), nullable=True),
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
            "pack > 0 AND minimum >= 0 AND stock >= 0", name=op.f("ck_supplier_offer_quantities")
        ),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_supplier_offer_price_minor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "supplier_id"],
            ["supplier.tenant_id", "supplier.id"],
            name=op.f("fk_supplier_offer_tenant_id_supplier_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_supplier_offer_tenant_id_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supplier_offer")),
        sa.UniqueConstraint(
            "tenant_id",
            "supplier_id",
            "variant_id",
            name=op.f("uq_supplier_offer_tenant_id_supplier_id_variant_id"),
        ),
    )
    op.create_index("ix_supplier_offer_variant_id", "supplier_offer", ["tenant_id", "variant_id"])


def _orders() -> None:
    op.create_table(
        "purchase_order",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_purchase_order_state")),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_purchase_order_external_id_has_source"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_purchase_order_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "supplier_id"],
            ["supplier.tenant_id", "supplier.id"],
            name=op.f("fk_purchase_order_tenant_id_supplier_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_purchase_order_tenant_id_external_source_external_id"),
        ),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_purchase_order_tenant_id_number")),
    )
    op.create_index("ix_purchase_order_location_id", "purchase_order", ["tenant_id", "location_id"])
    op.create_index(
        "ix_purchase_order_state_expected_on",
        "purchase_order",
        ["tenant_id", "state", "expected_on"],
    )
    op.create_index("ix_purchase_order_supplier_id", "purchase_order", ["tenant_id", "supplier_id"])
    op.create_table(
        "purchase_order_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_purchase_order_line_price_minor")),
        sa.CheckConstraint(
            "quantity > 0 AND received >= 0", name=op.f("ck_purchase_order_line_quantities")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["purchase_order.tenant_id", "purchase_order.id"],
            name=op.f("fk_purchase_order_line_tenant_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_purchase_order_line_tenant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_purchase_order_line")),
        sa.UniqueConstraint(
            "tenant_id",
            "order_id",
            "variant_id",
            name=op.f("uq_purchase_order_line_tenant_id_order_id_variant_id"),
        ),
    )
    op.create_index(
        "ix_purchase_order_line_variant_id", "purchase_order_line", ["tenant_id", "variant_id"]
    )


def _receipts() -> None:
    op.create_table(
        "goods_receipt",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_number", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_goods_receipt_external_id_has_source"),
        ),
        sa.CheckConstraint("rate > 0", name=op.f("ck_goods_receipt_rate")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_goods_receipt_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["purchase_order.tenant_id", "purchase_order.id"],
            name=op.f("fk_goods_receipt_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "supplier_id"],
            ["supplier.tenant_id", "supplier.id"],
            name=op.f("fk_goods_receipt_tenant_id_supplier_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_goods_receipt")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_goods_receipt_tenant_id_external_source_external_id"),
        ),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_goods_receipt_tenant_id_number")),
    )
    op.create_index("ix_goods_receipt_location_id", "goods_receipt", ["tenant_id", "location_id"])
    op.create_index("ix_goods_receipt_order_id", "goods_receipt", ["tenant_id", "order_id"])
    op.create_index("ix_goods_receipt_supplier_id", "goods_receipt", ["tenant_id", "supplier_id"])
    op.create_table(
        "goods_receipt_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=True),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("extra_minor", sa.BigInteger(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("lot_number", sa.Text(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "price_minor >= 0 AND extra_minor >= 0 AND value_minor >= extra_minor",
            name=op.f("ck_goods_receipt_line_amounts"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_goods_receipt_line_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_line_id"],
            ["purchase_order_line.tenant_id", "purchase_order_line.id"],
            name=op.f("fk_goods_receipt_line_tenant_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "receipt_id"],
            ["goods_receipt.tenant_id", "goods_receipt.id"],
            name=op.f("fk_goods_receipt_line_tenant_id_receipt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_goods_receipt_line_tenant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_goods_receipt_line")),
    )
    op.create_index(
        "ix_goods_receipt_line_order_line_id", "goods_receipt_line", ["tenant_id", "order_line_id"]
    )
    op.create_index(
        "ix_goods_receipt_line_receipt_id", "goods_receipt_line", ["tenant_id", "receipt_id"]
    )
    op.create_index(
        "ix_goods_receipt_line_variant_id", "goods_receipt_line", ["tenant_id", "variant_id"]
    )
    op.create_table(
        "goods_receipt_cost",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("spread_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "spread_by IN ('value', 'weight')", name=op.f("ck_goods_receipt_cost_spread_by")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_goods_receipt_cost_amount_minor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "receipt_id"],
            ["goods_receipt.tenant_id", "goods_receipt.id"],
            name=op.f("fk_goods_receipt_cost_tenant_id_receipt_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_goods_receipt_cost")),
    )
    op.create_index(
        "ix_goods_receipt_cost_receipt_id", "goods_receipt_cost", ["tenant_id", "receipt_id"]
    )
