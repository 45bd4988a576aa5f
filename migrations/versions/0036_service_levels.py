"""How often goods are to last until more of them come: the shop's setting, and a supplier's."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SHARE = "service_level BETWEEN 5000 AND 9999"


def upgrade() -> None:
    op.add_column(
        "shop",
        sa.Column("service_level", sa.BigInteger(), server_default="9500", nullable=False),
    )
    op.add_column("supplier", sa.Column("service_level", sa.BigInteger(), nullable=True))
    for table in ("shop", "supplier"):
        op.create_check_constraint(op.f(f"ck_{table}_service_level"), table, SHARE)


def downgrade() -> None:
    for table in ("shop", "supplier"):
        op.drop_column(table, "service_level")
