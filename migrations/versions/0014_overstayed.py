"""Products leave a collection when its rule's days are over: each shop's first look at its own."""

from collections.abc import Sequence

from alembic import op

from migrations.policies import PLATFORM

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REFILL = """
INSERT INTO platform.job (id, tenant_id, kind, arguments, dedup_key, run_at, created_at)
SELECT gen_random_uuid(), t.id, 'collections.refill', '{}', 'days', now(), now()
FROM platform.tenant t
WHERE t.status <> 'erased'
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    # The job looks for the next date itself, and queues itself for it.
    op.execute(f"SET LOCAL ROLE {PLATFORM}")
    op.execute(REFILL)
    op.execute("RESET ROLE")


def downgrade() -> None:
    op.execute(f"SET LOCAL ROLE {PLATFORM}")
    op.execute("DELETE FROM platform.job WHERE kind = 'collections.refill' AND state = 'queued'")
    op.execute("RESET ROLE")
