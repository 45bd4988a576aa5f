"""Statuses of a shop's own, tags and comments of orders, and who sees to them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0053"
down_revision: str | None = "0052"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "order_status",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
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
        sa.CheckConstraint("colour ~ '^#[0-9a-f]{6}$'", name=op.f("ck_order_status_colour")),
        sa.CheckConstraint(
            "state IN ('awaiting_payment', 'confirmed', 'in_delivery', 'handed_over', "
            "'cancelled', 'expired')",
            name=op.f("ck_order_status_state"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_status")),
        sa.UniqueConstraint(
            "tenant_id", "id", "state", name=op.f("uq_order_status_tenant_id_id_state")
        ),
        sa.UniqueConstraint(
            "tenant_id", "title_sort", name=op.f("uq_order_status_tenant_id_title_sort")
        ),
    )
    op.create_index(
        "uq_order_status_state",
        "order_status",
        ["tenant_id", "state"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "order_tag",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["sales_order.tenant_id", "sales_order.id"],
            name=op.f("fk_order_tag_tenant_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_tag")),
        sa.UniqueConstraint(
            "tenant_id", "order_id", "tag", name=op.f("uq_order_tag_tenant_id_order_id_tag")
        ),
    )
    op.create_index("ix_order_tag_tag", "order_tag", ["tenant_id", "tag"])
    op.create_table(
        "order_comment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("mentions", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["sales_order.tenant_id", "sales_order.id"],
            name=op.f("fk_order_comment_tenant_id_order_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_comment")),
    )
    op.create_index(
        "ix_order_comment_order_id_id", "order_comment", ["tenant_id", "order_id", "id"]
    )
    op.create_table(
        "order_comment_text",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "comment_id"],
            ["order_comment.tenant_id", "order_comment.id"],
            name=op.f("fk_order_comment_text_tenant_id_comment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_comment_text")),
    )
    op.create_index(
        "ix_order_comment_text_comment_id_id",
        "order_comment_text",
        ["tenant_id", "comment_id", "id"],
    )
    for name in ("status_id", "assignee_id"):
        op.add_column("sales_order", sa.Column(name, sa.Uuid(), nullable=True))
        op.create_index(f"ix_sales_order_{name}_id", "sales_order", ["tenant_id", name, "id"])
    op.create_foreign_key(
        op.f("fk_sales_order_tenant_id_assignee_id"),
        "sales_order",
        "staff_member",
        ["tenant_id", "assignee_id"],
        ["tenant_id", "id"],
    )
    op.create_foreign_key(
        op.f("fk_sales_order_tenant_id_status_id_state"),
        "sales_order",
        "order_status",
        ["tenant_id", "status_id", "state"],
        ["tenant_id", "id", "state"],
    )
    protect("order_status")
    protect("order_tag")
    protect("order_comment")
    protect("order_comment_text", grants="SELECT, INSERT")


def downgrade() -> None:
    op.drop_column("sales_order", "assignee_id")
    op.drop_column("sales_order", "status_id")
    op.drop_table("order_comment_text")
    op.drop_table("order_comment")
    op.drop_table("order_tag")
    op.drop_table("order_status")
