"""Transfers between locations, and their lines."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATES = "'draft', 'sent', 'partly_received', 'received', 'cancelled'"
DOCUMENTS = (
    "'opening', 'count', 'change', 'price_list', 'hold', 'goods_receipt', 'write_off', 'surplus', "
    "'conversion'"
)


def upgrade() -> None:
    _transfers()
    _lines()
    for table in ("transfer", "transfer_line"):
        protect(table)
    _allow(f"{DOCUMENTS}, 'transfer'")


def downgrade() -> None:
    _allow(DOCUMENTS)
    op.drop_table("transfer_line")
    op.drop_table("transfer")


def _allow(documents: str) -> None:
    """Let movements be of these kinds of documents."""
    op.drop_constraint("ck_stock_movement_document_kind", "stock_movement")
    op.execute(
        "ALTER TABLE stock_movement ADD CONSTRAINT ck_stock_movement_document_kind "
        f"CHECK (document_kind IN ({documents}))"
    )


def _transfers() -> None:
    op.create_table(
        "transfer",
        *_keys("transfer"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("from_location_id", sa.Uuid(), nullable=False),
        sa.Column("to_location_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("sent_at", "received_at", "cancelled_at")
        ),
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
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_transfer_state")),
        sa.CheckConstraint(
            "from_location_id <> to_location_id", name=op.f("ck_transfer_goes_elsewhere")
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_transfer_external_id_has_source"),
        ),
        _to("transfer", "from_location_id", "location"),
        _to("transfer", "to_location_id", "location"),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_transfer_tenant_id_number")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_transfer_tenant_id_external_source_external_id"),
        ),
    )
    for column in ("from_location_id", "to_location_id"):
        op.create_index(f"ix_transfer_{column}", "transfer", ["tenant_id", column])


def _lines() -> None:
    table = "transfer_line"
    op.create_table(
        table,
        *_keys(table),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("received", "short", "short_minor")
        ),
        sa.CheckConstraint(
            "quantity > 0 AND received >= 0 AND short >= 0 AND received + short <= quantity",
            name=op.f("ck_transfer_line_quantities"),
        ),
        sa.CheckConstraint(
            "value_minor >= 0 AND short_minor >= 0", name=op.f("ck_transfer_line_amounts")
        ),
        _to(table, "transfer_id", "transfer", ondelete="CASCADE"),
        _to(table, "variant_id", "variant"),
        _to(table, "lot_id", "lot"),
    )
    for column in ("transfer_id", "variant_id", "lot_id"):
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
