"""Behind a job that was tried already, one more of its key may wait."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import PLATFORM

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY = ["tenant_id", "kind", "dedup_key"]
UNDER_WAY = "state IN ('queued', 'dispatched', 'running')"


def upgrade() -> None:
    op.create_index(
        "ix_job_tried",
        "job",
        KEY,
        schema="platform",
        postgresql_where=sa.text(f"attempt > 0 AND {UNDER_WAY}"),
    )
    _one_of_a_key("state = 'queued' AND attempt = 0")


def downgrade() -> None:
    # Only one of a key may be under way again: those that wait behind another give way to it.
    op.execute(f"SET LOCAL ROLE {PLATFORM}")
    op.execute(
        f"""
        UPDATE platform.job waiting SET state = 'cancelled', finished_at = now()
        FROM platform.job tried
        WHERE waiting.state = 'queued' AND waiting.attempt = 0
          AND tried.attempt > 0 AND tried.{UNDER_WAY}
          AND (tried.tenant_id, tried.kind, tried.dedup_key)
            = (waiting.tenant_id, waiting.kind, waiting.dedup_key)
        """
    )
    op.execute("RESET ROLE")
    _one_of_a_key(UNDER_WAY)
    op.drop_index("ix_job_tried", "job", schema="platform")


def _one_of_a_key(where: str) -> None:
    op.drop_index("uq_job_dedup", "job", schema="platform")
    op.create_index(
        "uq_job_dedup",
        "job",
        KEY,
        unique=True,
        schema="platform",
        postgresql_where=sa.text(where),
    )
