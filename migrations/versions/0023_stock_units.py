"""Goods that are known one by one: what demands their codes, the units, and what became of each."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DEMANDING = ("category", "product")
STATES = "'in_stock', 'in_transit', 'sold', 'returned', 'written_off', 'sent_back'"
GROUP_FITS = "(unit_codes IS NOT DISTINCT FROM 'marking') = (marking_group IS NOT NULL)"


def upgrade() -> None:
    for table in DEMANDING:
        _demands(table)
    _units()
    _events()
    protect("stock_unit", grants="SELECT, INSERT, UPDATE")
    protect("stock_unit_event", grants="SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("stock_unit_event")
    op.drop_table("stock_unit")
    for table in DEMANDING:
        op.drop_index(f"ix_{table}_unit_codes", table)
        op.drop_constraint(op.f(f"ck_{table}_marking_group"), table)
        op.drop_constraint(op.f(f"ck_{table}_unit_codes"), table)
        op.drop_column(table, "marking_group")
        op.drop_column(table, "unit_codes")


def _demands(table: str) -> None:
    for column in ("unit_codes", "marking_group"):
        op.add_column(table, sa.Column(column, sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f(f"ck_{table}_unit_codes"), table, "unit_codes IN ('none', 'serial', 'marking')"
    )
    op.create_check_constraint(op.f(f"ck_{table}_marking_group"), table, GROUP_FITS)
    op.create_index(
        f"ix_{table}_unit_codes",
        table,
        ["tenant_id", "unit_codes"],
        postgresql_where=sa.text("unit_codes IS NOT NULL"),
    )


def _units() -> None:
    op.create_table(
        "stock_unit",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("gtin", sa.Text(), nullable=True),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_here", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_stock_unit_state")),
        sa.CheckConstraint(
            "is_here = (state IN ('in_stock', 'returned'))", name=op.f("ck_stock_unit_is_here")
        ),
        *(_to("stock_unit", target) for target in ("variant", "lot", "location")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_unit")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_stock_unit_tenant_id_code")),
        sa.UniqueConstraint("tenant_id", "identity", name=op.f("uq_stock_unit_tenant_id_identity")),
    )
    op.create_index(
        "ix_stock_unit_variant_id_location_id_lot_id",
        "stock_unit",
        ["tenant_id", "variant_id", "location_id", "lot_id"],
        postgresql_where=sa.text("is_here"),
    )
    for columns in (("variant_id", "id"), ("lot_id", "id"), ("serial",)):
        name = f"ix_stock_unit_{'_'.join(columns)}"
        op.create_index(name, "stock_unit", ["tenant_id", *columns])


def _events() -> None:
    op.create_table(
        "stock_unit_event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_stock_unit_event_state")),
        _to("stock_unit_event", "stock_unit", "unit_id"),
        _to("stock_unit_event", "location"),
        _to("stock_unit_event", "stock_movement", "movement_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_unit_event")),
    )
    op.create_index(
        "ix_stock_unit_event_unit_id_at", "stock_unit_event", ["tenant_id", "unit_id", "at"]
    )
    op.create_index(
        "ix_stock_unit_event_movement_id",
        "stock_unit_event",
        ["tenant_id", "movement_id"],
        postgresql_where=sa.text("movement_id IS NOT NULL"),
    )


def _to(table: str, target: str, column: str | None = None) -> sa.ForeignKeyConstraint:
    column = column or f"{target}_id"
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
    )
