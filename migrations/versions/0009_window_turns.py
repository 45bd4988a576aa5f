"""What the shop window turns by: dates of publication have indexes, price lists have no rank."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANTS = ("published_from", "published_until")


def upgrade() -> None:
    for instant in INSTANTS:
        op.create_index(
            f"ix_publication_{instant}",
            "publication",
            ["tenant_id", instant],
            postgresql_where=sa.text(f"{instant} IS NOT NULL"),
        )
    op.drop_column("price_list", "priority")


def downgrade() -> None:
    op.add_column(
        "price_list", sa.Column("priority", sa.BigInteger(), server_default="0", nullable=False)
    )
    for instant in reversed(INSTANTS):
        op.drop_index(f"ix_publication_{instant}", "publication")
