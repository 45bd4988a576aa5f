"""An export can be cancelled."""

from collections.abc import Sequence

from alembic import op

from migrations.policies import PLATFORM

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _statuses("'waiting', 'ready', 'cancelled'")


def downgrade() -> None:
    op.execute(f"SET LOCAL ROLE {PLATFORM}")  # whom no policy hides rows from
    op.execute("DELETE FROM export WHERE status = 'cancelled'")
    op.execute("RESET ROLE")
    _statuses("'waiting', 'ready'")


def _statuses(words: str) -> None:
    name = op.f("ck_export_ck_export_status")  # as 0002 came to call it
    op.drop_constraint(name, "export")
    op.create_check_constraint(name, "export", f"status IN ({words})")
