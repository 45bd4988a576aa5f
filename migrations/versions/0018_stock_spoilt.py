"""How much of a level lies in lots that may not be sold: recalled, or past their last day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import PLATFORM

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# Shops that are opened from now on plan their nights themselves; each night plans the next.
FIRST_NIGHT = """
INSERT INTO platform.job (id, tenant_id, kind, arguments, dedup_key, run_at, created_at)
SELECT gen_random_uuid(), t.id, 'stock.night', '{}', 'first', now(), now()
FROM platform.tenant t WHERE t.status <> 'erased' AND t.id <> '00000000-0000-0000-0000-000000000000'
"""


def upgrade() -> None:
    # Nothing is: no lot has had a date until now.
    op.add_column(
        "stock_level", sa.Column("spoilt", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_stock_level_spoilt_is_there"), "stock_level", "spoilt BETWEEN 0 AND on_hand"
    )
    op.execute(f"SET LOCAL ROLE {PLATFORM}")
    op.execute(FIRST_NIGHT)
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_stock_level_spoilt_is_there"), "stock_level")
    op.drop_column("stock_level", "spoilt")
