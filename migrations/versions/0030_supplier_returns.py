"""Goods that go back to a supplier, and the kind of movement that they go by."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = (
    "'opening', 'receipt', 'sale', 'return', 'write_off', 'surplus', 'transfer_out', "
    "'transfer_in', 'stocktake', 'conversion'"
)
DOCUMENTS = (
    "'opening', 'count', 'change', 'price_list', 'hold', 'goods_receipt', 'write_off', 'surplus', "
    "'conversion', 'transfer', 'stocktake'"
)


def upgrade() -> None:
    _create()
    for table in ("supplier_return", "supplier_return_line"):
        protect(table)
    _allow("kind", f"{KINDS}, 'supplier_return'")
    _allow("document_kind", f"{DOCUMENTS}, 'supplier_return'")


def downgrade() -> None:
    _allow("document_kind", DOCUMENTS)
    _allow("kind", KINDS)
    op.drop_table("supplier_return_line")
    op.drop_table("supplier_return")


def _allow(column: str, words: str) -> None:
    """Let movements be of these kinds, or by these kinds of documents."""
    op.drop_constraint(f"ck_stock_movement_{column}", "stock_movement")
    op.execute(
        f"ALTER TABLE stock_movement ADD CONSTRAINT ck_stock_movement_{column} "
        f"CHECK ({column} IN ({words}))"
    )


def _create() -> None:
    op.create_table(
        "supplier_return",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("supplier_number", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'shipped', 'cancelled')",
            name=op.f("ck_supplier_return_state"),
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_supplier_return_external_id_has_source"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_supplier_return_tenant_id_location_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "supplier_id"],
            ["supplier.tenant_id", "supplier.id"],
            name=op.f("fk_supplier_return_tenant_id_supplier_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supplier_return")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_supplier_return_tenant_id_external_source_external_id"),
        ),
        sa.UniqueConstraint(
            "tenant_id", "number", name=op.f("uq_supplier_return_tenant_id_number")
        ),
    )
    op.create_index(
        "ix_supplier_return_location_id",
        "supplier_return",
        ["tenant_id", "location_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "ix_supplier_return_state",
        "supplier_return",
        ["tenant_id", "state"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "ix_supplier_return_supplier_id",
        "supplier_return",
        ["tenant_id", "supplier_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "supplier_return_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "price_minor >= 0 AND value_minor >= 0", name=op.f("ck_supplier_return_line_amounts")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_supplier_return_line_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"],
            ["lot.tenant_id", "lot.id"],
            name=op.f("fk_supplier_return_line_tenant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["supplier_return.tenant_id", "supplier_return.id"],
            name=op.f("fk_supplier_return_line_tenant_id_return_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_supplier_return_line_tenant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supplier_return_line")),
    )
    op.create_index(
        "ix_supplier_return_line_lot_id",
        "supplier_return_line",
        ["tenant_id", "lot_id"],
        unique=False,
        postgresql_where=sa.text("lot_id IS NOT NULL"),
    )
    op.create_index(
        "ix_supplier_return_line_return_id",
        "supplier_return_line",
        ["tenant_id", "return_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "ix_supplier_return_line_variant_id",
        "supplier_return_line",
        ["tenant_id", "variant_id"],
        unique=False,
        postgresql_where=None,
    )
