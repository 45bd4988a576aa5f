"""Prices that are marked down while goods that soon expire are sold off."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "price_markdown",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("price_list_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("min_quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("was_minor", sa.BigInteger(), nullable=False),
        sa.Column("was_compare_at_minor", sa.BigInteger(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "amount_minor BETWEEN 0 AND was_minor - 1",
            name=op.f("ck_price_markdown_amount_minor"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ending IS NULL)", name=op.f("ck_price_markdown_ended")
        ),
        sa.CheckConstraint(
            "ending IN ('sold_off', 'ended', 'overtaken')", name=op.f("ck_price_markdown_ending")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "price_list_id"],
            ["price_list.tenant_id", "price_list.id"],
            name=op.f("fk_price_markdown_tenant_id_price_list_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_price_markdown_tenant_id_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_price_markdown")),
    )
    for column in ("variant_id", "price_list_id"):
        op.create_index(f"ix_price_markdown_{column}", "price_markdown", ["tenant_id", column])
    op.create_index(
        "uq_price_markdown_variant_id_price_list_id_min_quantity",
        "price_markdown",
        ["tenant_id", "variant_id", "price_list_id", "min_quantity"],
        unique=True,
        postgresql_where=OPEN,
    )
    protect("price_markdown")


def downgrade() -> None:
    op.drop_table("price_markdown")
