"""Customers sign in by phone, too: accounts and codes are of contacts of either kind."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0059"
down_revision: str | None = "0058"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("customer_account", "customer_code")


def upgrade() -> None:
    for table in TABLES:
        op.alter_column(table, "email", new_column_name="value")
        op.alter_column(table, "email_key", new_column_name="key")
        # All that there are were e-mail addresses; from now on it is said.
        op.add_column(table, sa.Column("kind", sa.Text(), server_default="email", nullable=False))
        op.alter_column(table, "kind", server_default=None)
        op.create_check_constraint(op.f(f"ck_{table}_kind"), table, "kind IN ('email', 'phone')")
    op.drop_constraint(op.f("uq_customer_account_tenant_id_email_key"), "customer_account")
    op.create_unique_constraint(
        op.f("uq_customer_account_tenant_id_kind_key"),
        "customer_account",
        ["tenant_id", "kind", "key"],
    )


def downgrade() -> None:
    op.execute("DELETE FROM customer_account WHERE kind = 'phone'")
    op.execute("DELETE FROM customer_code WHERE kind = 'phone'")
    op.drop_constraint(op.f("uq_customer_account_tenant_id_kind_key"), "customer_account")
    for table in TABLES:
        op.drop_column(table, "kind")
        op.alter_column(table, "value", new_column_name="email")
        op.alter_column(table, "key", new_column_name="email_key")
    op.create_unique_constraint(
        op.f("uq_customer_account_tenant_id_email_key"),
        "customer_account",
        ["tenant_id", "email_key"],
    )
