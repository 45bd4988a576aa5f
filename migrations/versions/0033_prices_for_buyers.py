"""Price lists for buyers of a channel and of a group, and which of several goes first."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "customer_group",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
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
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_customer_group_external_id_has_source"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_group")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_customer_group_tenant_id_code")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_customer_group_tenant_id_external_source_external_id"),
        ),
    )
    protect("customer_group")
    op.add_column("price_list", sa.Column("rank", sa.BigInteger(), nullable=True))
    for column, target in (("channel_id", "channel"), ("customer_group_id", "customer_group")):
        op.add_column("price_list", sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_price_list_tenant_id_{column}"),
            "price_list",
            target,
            ["tenant_id", column],
            ["tenant_id", "id"],
        )
        op.create_index(f"ix_price_list_{column}", "price_list", ["tenant_id", column])
    op.create_check_constraint(op.f("ck_price_list_rank"), "price_list", "rank BETWEEN 1 AND 1000")
    op.create_check_constraint(
        op.f("ck_price_list_default_is_for_everybody"),
        "price_list",
        "NOT is_default OR (rank IS NULL AND channel_id IS NULL AND customer_group_id IS NULL)",
    )


def downgrade() -> None:
    op.drop_constraint("ck_price_list_default_is_for_everybody", "price_list")
    op.drop_constraint("ck_price_list_rank", "price_list")
    for column in ("customer_group_id", "channel_id"):
        op.drop_index(f"ix_price_list_{column}", "price_list")
        op.drop_constraint(f"fk_price_list_tenant_id_{column}", "price_list")
        op.drop_column("price_list", column)
    op.drop_column("price_list", "rank")
    op.drop_table("customer_group")
