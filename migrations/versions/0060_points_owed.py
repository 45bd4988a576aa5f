"""Points may be owed: they were spent before the goods that had earned them came back."""

from collections.abc import Sequence

from alembic import op

revision: str = "0060"
down_revision: str | None = "0059"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _held(condition: str) -> None:
    name = op.f("ck_point_account_held_minor")
    op.drop_constraint(name, "point_account")
    op.create_check_constraint(name, "point_account", condition)


def upgrade() -> None:
    _held("held_minor >= 0")


def downgrade() -> None:
    _held("0 <= held_minor AND held_minor <= balance_minor")
