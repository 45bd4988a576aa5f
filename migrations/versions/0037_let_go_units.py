"""Pieces that are made into something else, and pieces that nobody follows any more."""

from collections.abc import Sequence

from alembic import op

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATES = "'in_stock', 'in_transit', 'sold', 'returned', 'written_off', 'sent_back'"


def upgrade() -> None:
    _allow(f"{STATES}, 'converted', 'untracked'")


def downgrade() -> None:
    _allow(STATES)


def _allow(words: str) -> None:
    """Let a unit be in these states, and become so."""
    for table in ("stock_unit", "stock_unit_event"):
        op.drop_constraint(f"ck_{table}_state", table)
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_state CHECK (state IN ({words}))"
        )
