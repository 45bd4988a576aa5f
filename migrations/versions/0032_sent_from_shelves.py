"""Of what a supplier told that he has, it is known how much has gone to our buyers since."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "supplier_shelf", sa.Column("sent", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.create_check_constraint(op.f("ck_supplier_shelf_sent"), "supplier_shelf", "sent >= 0")


def downgrade() -> None:
    op.drop_column("supplier_shelf", "sent")
