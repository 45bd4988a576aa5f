"""Files of balances, in and out; and buyers who wait for what can be had again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("stock_import", "stock_import_row", "stock_export", "back_in_stock")
STATUSES = "'queued', 'checking', 'checked', 'applying', 'done', 'refused', 'failed', 'cancelled'"
PURPOSES = "('picture', 'price_list', {}'original', 'export')"
WHOLE = (
    "problem IS NOT NULL OR (position IS NOT NULL AND variant_id IS NOT NULL AND "
    "location_id IS NOT NULL AND quantity IS NOT NULL AND replaces IS NOT NULL)"
)


def upgrade() -> None:
    _imports()
    _rows()
    _exports()
    _waiting()
    for table in TABLES:
        protect(table)
    _purposes("'sheet', ")


def downgrade() -> None:
    op.execute("DELETE FROM stored_file WHERE purpose = 'sheet'")
    _purposes("")
    for table in reversed(TABLES):
        op.drop_table(table)


def _imports() -> None:
    op.create_table(
        "stock_import",
        *_keys("stock_import"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="queued", nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("columns", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("expected", postgresql.JSONB(), nullable=True),
        sa.Column("totals", postgresql.JSONB(), nullable=True),
        sa.Column("head", postgresql.JSONB(), server_default="[]", nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
            for name in ("failed", "changed", "positions", "applied_to")
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("refusal_code", sa.Text(), nullable=True),
        sa.Column("refusal_detail", sa.Text(), nullable=True),
        sa.Column("refusal_line", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('opening', 'count')", name=op.f("ck_stock_import_kind")),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_stock_import_status")),
        _to("stock_import", "location_id", "location"),
    )
    op.create_index("ix_stock_import_location_id", "stock_import", ["tenant_id", "location_id"])


def _rows() -> None:
    op.create_table(
        "stock_import_row",
        *_keys("stock_import_row"),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("replaces", sa.BigInteger(), nullable=True),
        sa.Column("unit_cost_minor", sa.BigInteger(), nullable=True),
        sa.Column("lot_number", sa.Text(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(WHOLE, name=op.f("ck_stock_import_row_whole")),
        _to("stock_import_row", "import_id", "stock_import", ondelete="CASCADE"),
        sa.UniqueConstraint(
            "tenant_id",
            "import_id",
            "line",
            name=op.f("uq_stock_import_row_tenant_id_import_id_line"),
        ),
    )
    op.create_index(
        "ix_stock_import_row_import_id_position",
        "stock_import_row",
        ["tenant_id", "import_id", "position"],
    )


def _exports() -> None:
    op.create_table(
        "stock_export",
        *_keys("stock_export"),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=True),
        sa.Column("import_id", sa.Uuid(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("format IN ('csv', 'xlsx')", name=op.f("ck_stock_export_format")),
        sa.CheckConstraint("status IN ('waiting', 'ready')", name=op.f("ck_stock_export_status")),
        _to("stock_export", "location_id", "location"),
        _to("stock_export", "import_id", "stock_import", ondelete="CASCADE"),
    )
    for column in ("location_id", "import_id"):
        op.create_index(f"ix_stock_export_{column}", "stock_export", ["tenant_id", column])


def _waiting() -> None:
    op.create_table(
        "back_in_stock",
        *_keys("back_in_stock"),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("consent_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        _to("back_in_stock", "variant_id", "variant", ondelete="CASCADE"),
    )
    op.create_index(
        "uq_back_in_stock_variant_id_email_key",
        "back_in_stock",
        ["tenant_id", "variant_id", "email_key"],
        unique=True,
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.create_index("ix_back_in_stock_variant_id", "back_in_stock", ["tenant_id", "variant_id"])


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


def _purposes(one_more: str) -> None:
    name = op.f("ck_stored_file_purpose")
    op.drop_constraint(name, "stored_file")
    op.create_check_constraint(name, "stored_file", f"purpose IN {PURPOSES.format(one_more)}")
