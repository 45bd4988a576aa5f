"""Gift cards, bonus points and what they are earned by."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("gift_card", "gift_card_entry", "point_account", "point_entry", "loyalty_level")
ALL = "SELECT, INSERT, UPDATE, DELETE"


def upgrade() -> None:
    _create()
    for table in TABLES:
        # What has been entered stays as it is.
        protect(table, grants="SELECT, INSERT" if table.endswith("_entry") else ALL)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _create() -> None:
    op.create_table(
        "gift_card",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_end", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("balance_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("held_minor", sa.BigInteger(), server_default="0", nullable=False),
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
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_gift_card_currency")),
        sa.CheckConstraint(
            "0 <= held_minor AND held_minor <= balance_minor", name=op.f("ck_gift_card_held_minor")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_gift_card")),
        sa.UniqueConstraint(
            "tenant_id", "code_hash", name=op.f("uq_gift_card_tenant_id_code_hash")
        ),
    )
    op.create_table(
        "gift_card_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purse_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "kind IN ('issue', 'earn', 'hold', 'release', 'spend', 'refund', 'expire', 'adjust')",
            name=op.f("ck_gift_card_entry_kind"),
        ),
        sa.CheckConstraint("minor <> 0", name=op.f("ck_gift_card_entry_minor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "purse_id"],
            ["gift_card.tenant_id", "gift_card.id"],
            name=op.f("fk_gift_card_entry_tenant_id_purse_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_gift_card_entry")),
    )
    op.create_index(
        "ix_gift_card_entry_order_id",
        "gift_card_entry",
        ["tenant_id", "order_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "ix_gift_card_entry_purse_id_id",
        "gift_card_entry",
        ["tenant_id", "purse_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "point_account",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("turnover_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("held_minor", sa.BigInteger(), server_default="0", nullable=False),
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
            "0 <= held_minor AND held_minor <= balance_minor",
            name=op.f("ck_point_account_held_minor"),
        ),
        sa.CheckConstraint("turnover_minor >= 0", name=op.f("ck_point_account_turnover_minor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_point_account_tenant_id_customer_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_point_account")),
        sa.UniqueConstraint(
            "tenant_id", "customer_id", name=op.f("uq_point_account_tenant_id_customer_id")
        ),
    )
    op.create_table(
        "point_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("purse_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "kind IN ('issue', 'earn', 'hold', 'release', 'spend', 'refund', 'expire', 'adjust')",
            name=op.f("ck_point_entry_kind"),
        ),
        sa.CheckConstraint("minor <> 0", name=op.f("ck_point_entry_minor")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "purse_id"],
            ["point_account.tenant_id", "point_account.id"],
            name=op.f("fk_point_entry_tenant_id_purse_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_point_entry")),
    )
    op.create_index(
        "ix_point_entry_order_id",
        "point_entry",
        ["tenant_id", "order_id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_index(
        "ix_point_entry_purse_id_id",
        "point_entry",
        ["tenant_id", "purse_id", "id"],
        unique=False,
        postgresql_where=None,
    )
    op.create_table(
        "loyalty_level",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_minor", sa.BigInteger(), nullable=False),
        sa.Column("earn_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("most_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("valid_days", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
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
            "earn_hundredths BETWEEN 0 AND 10000", name=op.f("ck_loyalty_level_earn_hundredths")
        ),
        sa.CheckConstraint("from_minor >= 0", name=op.f("ck_loyalty_level_from_minor")),
        sa.CheckConstraint(
            "most_hundredths BETWEEN 0 AND 10000", name=op.f("ck_loyalty_level_most_hundredths")
        ),
        sa.CheckConstraint("valid_days > 0", name=op.f("ck_loyalty_level_valid_days")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_loyalty_level")),
        sa.UniqueConstraint(
            "tenant_id", "from_minor", name=op.f("uq_loyalty_level_tenant_id_from_minor")
        ),
    )
