"""Orders are edited, each edit a revision; holds keep other goods than they were made for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0054"
down_revision: str | None = "0053"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

QUANTITIES = (
    ("order_line", "quantity > 0 AND step > 0", "quantity >= 0 AND step > 0"),
    ("stock_hold_line", "quantity > 0", "quantity > 0 OR quantity = 0 AND NOT is_open"),
)
"""Tables of lines of which nothing may be left: the rule before, and since."""


def upgrade() -> None:
    op.add_column(
        "sales_order", sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False)
    )
    for table, _, rule in QUANTITIES:
        op.drop_constraint(op.f(f"ck_{table}_quantity"), table)
        op.create_check_constraint(op.f(f"ck_{table}_quantity"), table, rule)
    op.create_table(
        "order_revision",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "number > 0 AND total_minor >= 0", name=op.f("ck_order_revision_number")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["sales_order.tenant_id", "sales_order.id"],
            name=op.f("fk_order_revision_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["order_return.tenant_id", "order_return.id"],
            name=op.f("fk_order_revision_tenant_id_return_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_revision")),
        sa.UniqueConstraint(
            "tenant_id",
            "order_id",
            "number",
            name=op.f("uq_order_revision_tenant_id_order_id_number"),
        ),
    )
    op.create_index("ix_order_revision_return_id", "order_revision", ["tenant_id", "return_id"])
    op.create_table(
        "order_revision_line",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_before", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("total_before_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_before_minor", sa.BigInteger(), nullable=False),
        sa.Column("vat_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity_before >= 0 AND quantity >= 0",
            name=op.f("ck_order_revision_line_quantities"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "revision_id"],
            ["order_revision.tenant_id", "order_revision.id"],
            name=op.f("fk_order_revision_line_tenant_id_revision_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_order_revision_line_tenant_id_order_line_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_revision_line")),
        sa.UniqueConstraint(
            "tenant_id",
            "revision_id",
            "order_line_id",
            name=op.f("uq_order_revision_line_tenant_id_revision_id_order_line_id"),
        ),
    )
    op.create_index(
        "ix_order_revision_line_order_line_id",
        "order_revision_line",
        ["tenant_id", "order_line_id"],
    )
    protect("order_revision", grants="SELECT, INSERT")
    protect("order_revision_line", grants="SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("order_revision_line")
    op.drop_table("order_revision")
    for table, rule, _ in QUANTITIES:
        op.drop_constraint(op.f(f"ck_{table}_quantity"), table)
        op.create_check_constraint(op.f(f"ck_{table}_quantity"), table, rule)
    op.drop_column("sales_order", "revision")
