"""Holds are shipped in parts, and what was shipped may come back."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATES = ("held", "released", "shipped", "expired")


def upgrade() -> None:
    for name in ("shipped", "returned"):
        op.add_column(
            "stock_hold_line",
            sa.Column(name, sa.BigInteger(), server_default="0", nullable=False),
        )
    _of_all(
        "UPDATE stock_hold_line AS line SET shipped = line.quantity FROM stock_hold AS hold "
        "WHERE hold.tenant_id = line.tenant_id AND hold.id = line.hold_id "
        "AND hold.state = 'shipped'"
    )
    op.create_check_constraint(
        op.f("ck_stock_hold_line_shipped_is_kept"),
        "stock_hold_line",
        "shipped BETWEEN 0 AND quantity",
    )
    op.create_check_constraint(
        op.f("ck_stock_hold_line_returned_is_shipped"),
        "stock_hold_line",
        "returned BETWEEN 0 AND shipped",
    )
    _allow("held", "partly_shipped", "released", "shipped", "expired")
    _index("held", "partly_shipped")


def downgrade() -> None:
    # What is still kept of one that was shipped in part would be shipped once more.
    _of_all(
        "UPDATE stock_level AS level SET reserved = level.reserved - line.kept FROM ("
        "SELECT l.tenant_id, variant_id, location_id, sum(quantity - shipped) AS kept "
        "FROM stock_hold_line l JOIN stock_hold h ON h.tenant_id = l.tenant_id AND h.id = hold_id "
        "WHERE is_open AND h.state = 'partly_shipped' GROUP BY 1, 2, 3) AS line "
        "WHERE line.tenant_id = level.tenant_id AND line.variant_id = level.variant_id "
        "AND line.location_id = level.location_id",
        "UPDATE stock_hold_line AS line SET is_open = false FROM stock_hold AS hold "
        "WHERE hold.tenant_id = line.tenant_id AND hold.id = hold_id "
        "AND hold.state = 'partly_shipped'",
        "UPDATE stock_hold SET state = 'shipped', ended_at = now() WHERE state = 'partly_shipped'",
    )
    _index("held")
    _allow(*STATES)
    for name in ("returned_is_shipped", "shipped_is_kept"):
        op.drop_constraint(op.f(f"ck_stock_hold_line_{name}"), "stock_hold_line")
    for name in ("returned", "shipped"):
        op.drop_column("stock_hold_line", name)


def _of_all(*statements: str) -> None:
    """Of all tenants: the owner is held by policies, until then."""
    tables = ("stock_hold", "stock_hold_line", "stock_level")
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in statements:
        op.execute(statement)
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _listed(states: Sequence[str]) -> str:
    return ", ".join(f"'{one}'" for one in states)


def _allow(*states: str) -> None:
    op.drop_constraint(op.f("ck_stock_hold_state"), "stock_hold")
    op.create_check_constraint(
        op.f("ck_stock_hold_state"), "stock_hold", f"state IN ({_listed(states)})"
    )


def _index(*under_way: str) -> None:
    """By owner, those under way or shipped; by time, those under way."""
    op.drop_index("uq_stock_hold_owner", "stock_hold")
    op.create_index(
        "uq_stock_hold_owner",
        "stock_hold",
        ["tenant_id", "owner"],
        unique=True,
        postgresql_where=sa.text(f"state IN ({_listed((*under_way, 'shipped'))})"),
    )
    op.drop_index("ix_stock_hold_expires_at", "stock_hold")
    op.create_index(
        "ix_stock_hold_expires_at",
        "stock_hold",
        ["tenant_id", "expires_at"],
        postgresql_where=sa.text(f"state IN ({_listed(under_way)})"),
    )
