"""Words of comments on orders go with the buyer: they may become empty, and nothing else."""

from collections.abc import Sequence

from alembic import op

from migrations.policies import APP

revision: str = "0061"
down_revision: str | None = "0060"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute(f"GRANT UPDATE (text) ON order_comment_text TO {APP}")


def downgrade() -> None:
    op.execute(f"REVOKE UPDATE (text) ON order_comment_text FROM {APP}")
