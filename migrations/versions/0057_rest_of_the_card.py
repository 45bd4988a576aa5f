"""Cards have comments, files, and how a customer wants to be written to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import APP, protect

revision: str = "0057"
down_revision: str | None = "0056"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PURPOSES = "('picture', 'price_list', 'sheet', {}'original', 'export')"


def _purposes(one_more: str) -> None:
    name = op.f("ck_stored_file_purpose")
    op.drop_constraint(name, "stored_file")
    op.create_check_constraint(name, "stored_file", f"purpose IN {PURPOSES.format(one_more)}")


def upgrade() -> None:
    _purposes("'customer_file', ")
    op.add_column("customer", sa.Column("contact_channel", sa.Text(), nullable=True))
    op.add_column("customer", sa.Column("quiet_hours", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_customer_contact_channel"),
        "customer",
        "contact_channel IN ('email', 'sms', 'phone', 'messenger')",
    )
    op.create_table(
        "customer_comment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_comment_tenant_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_comment")),
    )
    op.create_index(
        "ix_customer_comment_customer_id", "customer_comment", ["tenant_id", "customer_id"]
    )
    op.create_table(
        "customer_file",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_file_tenant_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_customer_file_tenant_id_file_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_file")),
        sa.UniqueConstraint(
            "tenant_id", "file_id", name=op.f("uq_customer_file_tenant_id_file_id")
        ),
    )
    op.create_index("ix_customer_file_customer_id", "customer_file", ["tenant_id", "customer_id"])
    # Nothing of a revision changes, but that its reason goes with the person.
    op.execute(f"GRANT UPDATE (reason) ON order_revision TO {APP}")
    protect("customer_comment")
    protect("customer_file")


def downgrade() -> None:
    op.execute(f"REVOKE UPDATE (reason) ON order_revision FROM {APP}")
    op.drop_table("customer_file")
    op.drop_table("customer_comment")
    op.drop_column("customer", "quiet_hours")
    op.drop_column("customer", "contact_channel")
    _purposes("")
