"""Promotions, their codes, and how often each was used."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("promotion", "promotion_code", "promotion_tally", "promotion_use")


def _kinds(column: str, words: str) -> str:
    """Each member of a JSON list has one of these kinds."""
    return f"NOT jsonb_path_exists({column}, '$[*] ? (!(@.kind like_regex \"^({words})$\"))')"


def upgrade() -> None:
    _create()
    for table in TABLES:
        protect(table)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create() -> None:
    op.create_table(
        "promotion",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_exclusive", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("exclusion_group", sa.Text(), nullable=True),
        sa.Column("needs_code", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "conditions",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
        sa.Column(
            "actions", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False
        ),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("most_minor", sa.BigInteger(), nullable=True),
        sa.Column("usage_limit", sa.BigInteger(), nullable=True),
        sa.Column("customer_limit", sa.BigInteger(), nullable=True),
        sa.Column("offer_minutes", sa.BigInteger(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_promotion_currency")),
        sa.CheckConstraint(
            "state IN ('draft', 'active', 'paused', 'archived')", name=op.f("ck_promotion_state")
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_promotion_external_id_has_source"),
        ),
        sa.CheckConstraint(
            _kinds("actions", "percent|amount|fixed_price|buy_get|gift|free_delivery"),
            name=op.f("ck_promotion_actions_kinds"),
        ),
        sa.CheckConstraint(
            _kinds("conditions", "cart|customers|first_order|channels|hours"),
            name=op.f("ck_promotion_conditions_kinds"),
        ),
        sa.CheckConstraint("customer_limit > 0", name=op.f("ck_promotion_customer_limit")),
        sa.CheckConstraint(
            "jsonb_array_length(actions) BETWEEN 1 AND 5", name=op.f("ck_promotion_actions")
        ),
        sa.CheckConstraint(
            "jsonb_array_length(conditions) <= 10", name=op.f("ck_promotion_conditions")
        ),
        sa.CheckConstraint(
            "most_minor IS NULL OR (most_minor > 0 AND currency IS NOT NULL)",
            name=op.f("ck_promotion_most_minor"),
        ),
        sa.CheckConstraint(
            "offer_minutes IS NULL OR (offer_minutes > 0 AND needs_code)",
            name=op.f("ck_promotion_offer_minutes"),
        ),
        sa.CheckConstraint("priority BETWEEN -1000 AND 1000", name=op.f("ck_promotion_priority")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_promotion_dates")),
        sa.CheckConstraint("usage_limit > 0", name=op.f("ck_promotion_usage_limit")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_promotion")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_promotion_tenant_id_external_source_external_id"),
        ),
    )
    op.create_index(
        "ix_promotion_priority",
        "promotion",
        ["tenant_id", "priority"],
        unique=False,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "ix_promotion_title_sort_id",
        "promotion",
        ["tenant_id", "title_sort", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "promotion_code",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("usage_limit", sa.BigInteger(), nullable=True),
        sa.Column("visitor_key", sa.LargeBinary(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("usage_limit > 0", name=op.f("ck_promotion_code_usage_limit")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "promotion_id"],
            ["promotion.tenant_id", "promotion.id"],
            name=op.f("fk_promotion_code_tenant_id_promotion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_promotion_code")),
        sa.UniqueConstraint(
            "tenant_id", "code_key", name=op.f("uq_promotion_code_tenant_id_code_key")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "promotion_id",
            "visitor_key",
            name=op.f("uq_promotion_code_tenant_id_promotion_id_visitor_key"),
        ),
    )
    op.create_index(
        "ix_promotion_code_promotion_id_id",
        "promotion_code",
        ["tenant_id", "promotion_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "promotion_tally",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("used BETWEEN 0 AND most", name=op.f("ck_promotion_tally_used")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "promotion_id"],
            ["promotion.tenant_id", "promotion.id"],
            name=op.f("fk_promotion_tally_tenant_id_promotion_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_promotion_tally")),
        sa.UniqueConstraint(
            "tenant_id",
            "promotion_id",
            "subject_id",
            name=op.f("uq_promotion_tally_tenant_id_promotion_id_subject_id"),
        ),
    )
    op.create_table(
        "promotion_use",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promotion_id", sa.Uuid(), nullable=False),
        sa.Column("code_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("discount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_promotion_use_currency")),
        sa.CheckConstraint("discount_minor >= 0", name=op.f("ck_promotion_use_discount_minor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "code_id"],
            ["promotion_code.tenant_id", "promotion_code.id"],
            name=op.f("fk_promotion_use_tenant_id_code_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_promotion_use_tenant_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "promotion_id"],
            ["promotion.tenant_id", "promotion.id"],
            name=op.f("fk_promotion_use_tenant_id_promotion_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_promotion_use")),
    )
    op.create_index(
        "ix_promotion_use_code_id",
        "promotion_use",
        ["tenant_id", "code_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index("ix_promotion_use_customer_id", "promotion_use", ["tenant_id", "customer_id"])
    op.create_index(
        "ix_promotion_use_promotion_id_customer_id",
        "promotion_use",
        ["tenant_id", "promotion_id", "customer_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "uq_promotion_use_order_id_promotion_id",
        "promotion_use",
        ["tenant_id", "order_id", "promotion_id"],
        unique=True,
        postgresql_where=sa.text("given_back_at IS NULL"),
    )
