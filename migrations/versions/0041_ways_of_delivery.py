"""Ways of delivery; carts say which way, and which codes of promotions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "delivery_method",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rates", postgresql.JSONB(), server_default="[]", nullable=False),
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
            "kind IN ('courier', 'carrier', 'post')", name=op.f("ck_delivery_method_kind")
        ),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_delivery_method_external_id_has_source"),
        ),
        sa.CheckConstraint("position >= 0", name=op.f("ck_delivery_method_position")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_delivery_method")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_delivery_method_tenant_id_external_source_external_id"),
        ),
    )
    op.create_index(
        "ix_delivery_method_position_id",
        "delivery_method",
        ["tenant_id", "position", "id"],
    )
    op.add_column("cart", sa.Column("delivery_method_id", sa.Uuid(), nullable=True))
    op.add_column(
        "cart",
        sa.Column("codes", postgresql.JSONB(), server_default="[]", nullable=False),
    )
    op.add_column("cart", sa.Column("visitor", sa.Text(), nullable=True))
    op.create_index(
        "ix_cart_delivery_method_id",
        "cart",
        ["tenant_id", "delivery_method_id"],
    )
    op.create_foreign_key(
        op.f("fk_cart_tenant_id_delivery_method_id"),
        "cart",
        "delivery_method",
        ["tenant_id", "delivery_method_id"],
        ["tenant_id", "id"],
    )
    protect("delivery_method")


def downgrade() -> None:
    op.drop_constraint(op.f("fk_cart_tenant_id_delivery_method_id"), "cart", type_="foreignkey")
    op.drop_column("cart", "visitor")
    op.drop_column("cart", "codes")
    op.drop_column("cart", "delivery_method_id")
    op.drop_table("delivery_method")
