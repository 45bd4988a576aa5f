"""What becomes of offers that a price list lacks, and price lists fetched from an address."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATUSES = "('queued', 'running', 'done', {}'refused', 'failed', 'cancelled')"


def upgrade() -> None:
    op.add_column(
        "price_list_source",
        sa.Column("on_missing", sa.Text(), server_default="leave", nullable=False),
    )
    op.add_column(
        "price_list_source",
        sa.Column("most_missing_percent", sa.BigInteger(), server_default="30", nullable=False),
    )
    op.add_column("price_list_source", sa.Column("seen", postgresql.JSONB(), nullable=True))
    op.create_check_constraint(
        op.f("ck_price_list_source_on_missing"),
        "price_list_source",
        "on_missing IN ('leave', 'hide', 'archive')",
    )
    op.create_check_constraint(
        op.f("ck_price_list_source_most_missing_percent"),
        "price_list_source",
        "most_missing_percent BETWEEN 1 AND 100",
    )
    op.add_column(
        "imported_product", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.alter_column("import_run", "file_key", nullable=True)
    _statuses("'unchanged', ")


def downgrade() -> None:
    op.execute("UPDATE import_run SET status = 'done' WHERE status = 'unchanged'")
    _statuses("")
    op.execute("DELETE FROM import_run WHERE file_key IS NULL")
    op.alter_column("import_run", "file_key", nullable=False)
    op.drop_column("imported_product", "archived_at")
    for name in ("seen", "most_missing_percent", "on_missing"):
        op.drop_column("price_list_source", name)


def _statuses(one_more: str) -> None:
    name = op.f("ck_import_run_ck_import_run_status")  # as 0003 came to call it
    op.drop_constraint(name, "import_run")
    op.create_check_constraint(name, "import_run", f"status IN {STATUSES.format(one_more)}")
