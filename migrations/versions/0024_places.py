"""Places have an address, a time zone, channels that they serve; goods are taken from the nearest.

Null: the shop's time zone, all channels, and nobody knows in how many days goods would get there.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STRATEGIES = "strategy IN ('priority', 'fewest_parcels', 'expiry_first'{})"


def upgrade() -> None:
    op.add_column("location", sa.Column("address", postgresql.JSONB(), nullable=True))
    op.add_column("location", sa.Column("time_zone", sa.Text(), nullable=True))
    op.add_column("location", sa.Column("channel_ids", sa.ARRAY(sa.Uuid()), nullable=True))
    op.add_column("location", sa.Column("supply_days", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_location_channel_ids"), "location", "cardinality(channel_ids) > 0"
    )
    op.create_check_constraint(
        op.f("ck_location_supply_days"), "location", "supply_days BETWEEN 0 AND 365"
    )
    _strategies(", 'nearest'")


def downgrade() -> None:
    op.execute("UPDATE stock_hold SET strategy = 'priority' WHERE strategy = 'nearest'")
    _strategies("")
    for column in ("supply_days", "channel_ids", "time_zone", "address"):
        op.drop_column("location", column)


def _strategies(more: str) -> None:
    op.drop_constraint(op.f("ck_stock_hold_strategy"), "stock_hold")
    op.create_check_constraint(
        op.f("ck_stock_hold_strategy"), "stock_hold", STRATEGIES.format(more)
    )
