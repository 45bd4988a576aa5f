"""Write-offs, surpluses and conversions: documents at one location, and their lines."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = "'write_off', 'surplus', 'conversion'"
STATES = "'draft', 'posted', 'cancelled'"
REASONS = "'damaged', 'expired', 'defective', 'lost', 'stolen', 'own_use', 'other'"
DOCUMENTS = "'opening', 'count', 'change', 'price_list', 'hold', 'goods_receipt'"


def upgrade() -> None:
    _adjustments()
    _lines()
    for table in ("stock_adjustment", "stock_adjustment_line"):
        protect(table)
    _allow(f"{DOCUMENTS}, {KINDS}")


def downgrade() -> None:
    _allow(DOCUMENTS)
    op.drop_table("stock_adjustment_line")
    op.drop_table("stock_adjustment")


def _allow(documents: str) -> None:
    """Let movements be of these kinds of documents."""
    op.drop_constraint("ck_stock_movement_document_kind", "stock_movement")
    op.execute(
        "ALTER TABLE stock_movement ADD CONSTRAINT ck_stock_movement_document_kind "
        f"CHECK (document_kind IN ({documents}))"
    )


def _adjustments() -> None:
    op.create_table(
        "stock_adjustment",
        *_keys("stock_adjustment"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        *(
            sa.Column(
                name,
                sa.DateTime(timezone=True),
                server_default=sa.text("now()"),
                nullable=False,
            )
            for name in ("created_at", "updated_at")
        ),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_stock_adjustment_kind")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_stock_adjustment_state")),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_stock_adjustment_reason")),
        sa.CheckConstraint(
            "(reason IS NOT NULL) = (kind = 'write_off')",
            name=op.f("ck_stock_adjustment_write_off_has_reason"),
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_stock_adjustment_external_id_has_source"),
        ),
        _to("stock_adjustment", "location_id", "location"),
        sa.UniqueConstraint(
            "tenant_id", "kind", "number", name=op.f("uq_stock_adjustment_tenant_id_kind_number")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_stock_adjustment_tenant_id_external_source_external_id"),
        ),
    )
    op.create_index(
        "ix_stock_adjustment_location_id", "stock_adjustment", ["tenant_id", "location_id"]
    )


def _lines() -> None:
    table = "stock_adjustment_line"
    op.create_table(
        table,
        *_keys(table),
        sa.Column("adjustment_id", sa.Uuid(), nullable=False),
        sa.Column("is_coming", sa.Boolean(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("unit_cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("cost_share", sa.BigInteger(), nullable=True),
        sa.Column("lot_number", sa.Text(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "quantity > 0 AND cost_share >= 0", name=op.f("ck_stock_adjustment_line_quantities")
        ),
        sa.CheckConstraint(
            "unit_cost_minor >= 0 AND value_minor >= 0",
            name=op.f("ck_stock_adjustment_line_amounts"),
        ),
        _to(table, "adjustment_id", "stock_adjustment", ondelete="CASCADE"),
        _to(table, "variant_id", "variant"),
        _to(table, "lot_id", "lot"),
    )
    for column in ("adjustment_id", "variant_id", "lot_id"):
        op.create_index(f"ix_{table}_{column}", table, ["tenant_id", column])


def _keys(table: str) -> tuple[sa.Column[object] | sa.PrimaryKeyConstraint, ...]:
    return (
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def _to(
    table: str, column: str, target: str, *, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete=ondelete,
    )
