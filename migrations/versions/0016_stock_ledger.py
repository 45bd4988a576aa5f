"""Stock is a ledger: what came and went, by lots; what lay there until now is its opening."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import protect

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = (
    "'opening', 'receipt', 'sale', 'return', 'write_off', 'surplus', 'transfer_out', "
    "'transfer_in', 'stocktake', 'conversion'"
)
DOCUMENTS = "'opening', 'count', 'change', 'price_list', 'hold'"
TABLES = ("lot", "lot_balance", "stock_movement")

# A lot, its balance and its movement are of different tables, so the level's id serves all three.
OPENING = (
    """
    INSERT INTO lot (tenant_id, id, variant_id, received_at)
    SELECT tenant_id, id, variant_id, now() FROM stock_level WHERE on_hand > 0
    """,
    """
    INSERT INTO lot_balance (tenant_id, id, lot_id, location_id, variant_id, quantity, value_minor)
    SELECT tenant_id, id, id, location_id, variant_id, on_hand, 0
    FROM stock_level WHERE on_hand > 0
    """,
    """
    INSERT INTO stock_movement (
        tenant_id, id, kind, variant_id, location_id, lot_id, quantity, value_minor,
        document_kind, document_id, actor, at
    )
    SELECT tenant_id, id, 'opening', variant_id, location_id, id, on_hand, 0,
        'opening', id, 'system', now()
    FROM stock_level WHERE on_hand > 0
    """,
)


def upgrade() -> None:
    _lots()
    _movements()
    protect("lot", grants="SELECT, INSERT, UPDATE")
    protect("lot_balance", grants="SELECT, INSERT, UPDATE")
    protect("stock_movement", grants="SELECT, INSERT")
    _open()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _lots() -> None:
    op.create_table(
        "lot",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'recalled')", name=op.f("ck_lot_state")),
        sa.CheckConstraint("made_on <= expires_on", name=op.f("ck_lot_made_before_it_expires")),
        _to("lot", "variant"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_lot")),
        sa.UniqueConstraint(
            "tenant_id", "variant_id", "number", name=op.f("uq_lot_tenant_id_variant_id_number")
        ),
    )
    op.create_index(
        "ix_lot_expires_on",
        "lot",
        ["tenant_id", "expires_on"],
        postgresql_where=sa.text("expires_on IS NOT NULL"),
    )
    op.create_table(
        "lot_balance",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity >= 0 AND value_minor >= 0", name=op.f("ck_lot_balance_is_there")
        ),
        sa.CheckConstraint(
            "quantity > 0 OR value_minor = 0", name=op.f("ck_lot_balance_nothing_costs_nothing")
        ),
        *(_to("lot_balance", target) for target in ("lot", "location", "variant")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_lot_balance")),
        sa.UniqueConstraint(
            "tenant_id",
            "lot_id",
            "location_id",
            name=op.f("uq_lot_balance_tenant_id_lot_id_location_id"),
        ),
    )
    op.create_index(
        "ix_lot_balance_variant_id_location_id",
        "lot_balance",
        ["tenant_id", "variant_id", "location_id"],
        postgresql_where=sa.text("quantity > 0"),
    )


def _movements() -> None:
    op.create_table(
        "stock_movement",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("document_kind", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_stock_movement_kind")),
        sa.CheckConstraint(
            f"document_kind IN ({DOCUMENTS})", name=op.f("ck_stock_movement_document_kind")
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_movement_quantity")),
        sa.CheckConstraint(
            "value_minor = 0 OR (value_minor > 0) = (quantity > 0)",
            name=op.f("ck_stock_movement_value"),
        ),
        *(_to("stock_movement", target) for target in ("lot", "location", "variant")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_movement")),
    )
    for columns in (
        ("variant_id", "location_id", "at"),
        ("lot_id", "location_id"),
        ("document_id",),
        ("at", "id"),
    ):
        name = f"ix_stock_movement_{'_'.join(columns)}"
        op.create_index(name, "stock_movement", ["tenant_id", *columns])


def _to(table: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", f"{target}_id"],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{target}_id"),
    )


def _open() -> None:
    """What is on hand of all tenants becomes movements: the owner is held by policies, until then.

    One statement a table, under the lock that keeps others from selling meanwhile.
    """
    op.execute("LOCK TABLE stock_level IN SHARE ROW EXCLUSIVE MODE")
    for table in ("stock_level", *TABLES):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for statement in OPENING:
        op.execute(statement)
    for table in ("stock_level", *TABLES):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
