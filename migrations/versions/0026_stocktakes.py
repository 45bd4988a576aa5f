"""Stocktakes: what is to be counted, who counted what, and what that says of the books."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHANGED = ("stocktake", "stocktake_variant", "stocktake_line")
WRITTEN_ONCE = ("stocktake_count", "stocktake_recount")
DOCUMENTS = (
    "'opening', 'count', 'change', 'price_list', 'hold', 'goods_receipt', 'write_off', 'surplus', "
    "'conversion', 'transfer'"
)
GIVEN = (
    ("manager", '["stocktakes:count", "stocktakes:review", "stocktakes:approve"]'),
    ("stock_keeper", '["stocktakes:count", "stocktakes:review"]'),
)
"""What the roles that each shop has may do from now on."""


def upgrade() -> None:
    _create()
    for table in CHANGED:
        protect(table)
    for table in WRITTEN_ONCE:
        protect(table, grants="SELECT, INSERT")
    _allow(f"{DOCUMENTS}, 'stocktake'")
    _change_roles("permissions || '{words}'::jsonb")


def downgrade() -> None:
    _change_roles("permissions - 'stocktakes:count' - 'stocktakes:review' - 'stocktakes:approve'")
    _allow(DOCUMENTS)
    for table in ("stocktake_line", *WRITTEN_ONCE, "stocktake_variant", "stocktake"):
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


def _create() -> None:
    op.create_table(
        "stocktake",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("zeroes_uncounted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("approver", sa.Text(), nullable=True),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
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
            "scope IN ('location', 'category', 'variants')", name=op.f("ck_stocktake_scope")
        ),
        sa.CheckConstraint(
            "started_at IS NOT NULL OR state IN ('draft', 'cancelled')",
            name=op.f("ck_stocktake_start"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'counting', 'review', 'posting', 'approved', 'cancelled')",
            name=op.f("ck_stocktake_state"),
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_stocktake_external_id_has_source"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "location_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_stocktake_tenant_id_location_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stocktake")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_stocktake_tenant_id_external_source_external_id"),
        ),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_stocktake_tenant_id_number")),
    )
    op.create_index(
        "ix_stocktake_location_id",
        "stocktake",
        ["tenant_id", "location_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "ix_stocktake_state",
        "stocktake",
        ["tenant_id", "state"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "stocktake_recount",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stocktake_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stocktake_id"],
            ["stocktake.tenant_id", "stocktake.id"],
            name=op.f("fk_stocktake_recount_tenant_id_stocktake_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_stocktake_recount_tenant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stocktake_recount")),
    )
    op.create_index(
        "ix_stocktake_recount_stocktake_id_variant_id",
        "stocktake_recount",
        ["tenant_id", "stocktake_id", "variant_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "ix_stocktake_recount_variant_id",
        "stocktake_recount",
        ["tenant_id", "variant_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "stocktake_variant",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stocktake_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stocktake_id"],
            ["stocktake.tenant_id", "stocktake.id"],
            name=op.f("fk_stocktake_variant_tenant_id_stocktake_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_stocktake_variant_tenant_id_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stocktake_variant")),
        sa.UniqueConstraint(
            "tenant_id",
            "stocktake_id",
            "variant_id",
            name=op.f("uq_stocktake_variant_tenant_id_stocktake_id_variant_id"),
        ),
    )
    op.create_index(
        "ix_stocktake_variant_variant_id",
        "stocktake_variant",
        ["tenant_id", "variant_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "stocktake_count",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stocktake_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"],
            ["lot.tenant_id", "lot.id"],
            name=op.f("fk_stocktake_count_tenant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stocktake_id"],
            ["stocktake.tenant_id", "stocktake.id"],
            name=op.f("fk_stocktake_count_tenant_id_stocktake_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_stocktake_count_tenant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stocktake_count")),
        sa.UniqueConstraint(
            "tenant_id",
            "stocktake_id",
            "key",
            name=op.f("uq_stocktake_count_tenant_id_stocktake_id_key"),
        ),
    )
    op.create_index(
        "ix_stocktake_count_lot_id",
        "stocktake_count",
        ["tenant_id", "lot_id"],
        unique=False,
        postgresql_where=sa.text("lot_id IS NOT NULL"),
    )
    op.create_index(
        "ix_stocktake_count_stocktake_id_variant_id",
        "stocktake_count",
        ["tenant_id", "stocktake_id", "variant_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "ix_stocktake_count_variant_id",
        "stocktake_count",
        ["tenant_id", "variant_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "stocktake_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stocktake_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("difference", sa.BigInteger(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("short", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_unsure", sa.Boolean(), nullable=False),
        sa.Column("is_posted", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint(
            "difference = coalesce(counted, 0) - expected",
            name=op.f("ck_stocktake_line_difference"),
        ),
        sa.CheckConstraint("short >= 0", name=op.f("ck_stocktake_line_short")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lot_id"],
            ["lot.tenant_id", "lot.id"],
            name=op.f("fk_stocktake_line_tenant_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stocktake_id"],
            ["stocktake.tenant_id", "stocktake.id"],
            name=op.f("fk_stocktake_line_tenant_id_stocktake_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_stocktake_line_tenant_id_variant_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stocktake_line")),
    )
    op.create_index(
        "ix_stocktake_line_lot_id",
        "stocktake_line",
        ["tenant_id", "lot_id"],
        unique=False,
        postgresql_where=sa.text("lot_id IS NOT NULL"),
    )
    op.create_index(
        "ix_stocktake_line_stocktake_id_value_minor_id",
        "stocktake_line",
        ["tenant_id", "stocktake_id", "value_minor", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "ix_stocktake_line_stocktake_id_variant_id",
        "stocktake_line",
        ["tenant_id", "stocktake_id", "variant_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "ix_stocktake_line_variant_id",
        "stocktake_line",
        ["tenant_id", "variant_id"],
        unique=False,
        postgresql_where=None,
    )
