"""Carriers, their numbers, shipments with their story."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0055"
down_revision: str | None = "0054"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATUSES = "('accepted', 'in_transit', 'ready', 'delivered', 'returned')"


def upgrade() -> None:
    op.create_table(
        "carrier",
        *_key(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("numbers", sa.Text(), server_default="carrier", nullable=False),
        sa.Column("tariff", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("tracking_link", sa.Text(), nullable=True),
        sa.Column("low_numbers", sa.BigInteger(), server_default="100", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "title_sort",
            sa.Text(),
            sa.Computed("translate(lower(title), 'ё', 'е')", persisted=True),
            nullable=False,
        ),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        *_edited(),
        sa.CheckConstraint("kind IN ('table', 'test')", name=op.f("ck_carrier_kind")),
        sa.CheckConstraint(
            "numbers IN ('carrier', 'pool', 'none')", name=op.f("ck_carrier_numbers")
        ),
        sa.CheckConstraint("low_numbers >= 0", name=op.f("ck_carrier_low_numbers")),
        sa.CheckConstraint(
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_carrier_external_id_has_source"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_carrier")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_carrier_tenant_id_external_source_external_id"),
        ),
    )
    op.create_index("ix_carrier_title_sort_id", "carrier", ["tenant_id", "title_sort", "id"])
    op.create_table(
        "tracking_range",
        *_key(),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "span",
            postgresql.INT8RANGE(),
            sa.Computed("int8range(first, last, '[]')", persisted=True),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "first >= 0 AND last >= first AND last <= 99999999",
            name=op.f("ck_tracking_range_serials"),
        ),
        sa.CheckConstraint(
            "given BETWEEN 0 AND last - first + 1", name=op.f("ck_tracking_range_given")
        ),
        _owned("tracking_range", "carrier_id", "carrier"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tracking_range")),
    )
    op.execute(
        "ALTER TABLE tracking_range ADD CONSTRAINT uq_tracking_range_span "
        "UNIQUE (tenant_id, prefix, suffix, span WITHOUT OVERLAPS)"
    )
    op.create_index("ix_tracking_range_carrier_id", "tracking_range", ["tenant_id", "carrier_id"])
    op.create_table(
        "shipment",
        *_key(),
        sa.Column("hand_over_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("task", sa.Text(), server_default="book", nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("tracking_number", sa.Text(), nullable=True),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        *_edited(),
        sa.CheckConstraint(
            "state IN ('waiting', 'booked', 'failed', 'delivered', 'returned', 'cancelled')",
            name=op.f("ck_shipment_state"),
        ),
        sa.CheckConstraint("task IN ('book', 'cancel')", name=op.f("ck_shipment_task")),
        sa.CheckConstraint(f"status IN {STATUSES}", name=op.f("ck_shipment_status")),
        sa.CheckConstraint("price_minor >= 0 AND failures >= 0", name=op.f("ck_shipment_amounts")),
        sa.CheckConstraint(
            "state <> 'booked' OR reference IS NOT NULL",
            name=op.f("ck_shipment_booked_has_reference"),
        ),
        _owned("shipment", "hand_over_id", "hand_over"),
        _owned("shipment", "carrier_id", "carrier"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shipment")),
        sa.UniqueConstraint(
            "tenant_id", "hand_over_id", name=op.f("uq_shipment_tenant_id_hand_over_id")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "carrier_id",
            "tracking_number",
            name=op.f("uq_shipment_tenant_id_carrier_id_tracking_number"),
        ),
    )
    op.create_index("ix_shipment_state_id", "shipment", ["tenant_id", "state", "id"])
    op.create_table(
        "shipment_step",
        *_key(),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(f"status IN {STATUSES}", name=op.f("ck_shipment_step_status")),
        _owned("shipment_step", "shipment_id", "shipment", cascade=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_shipment_step")),
        sa.UniqueConstraint(
            "tenant_id",
            "shipment_id",
            "key",
            name=op.f("uq_shipment_step_tenant_id_shipment_id_key"),
        ),
    )
    op.add_column("delivery_method", sa.Column("carrier_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_delivery_method_tenant_id_carrier_id"),
        "delivery_method",
        "carrier",
        ["tenant_id", "carrier_id"],
        ["tenant_id", "id"],
    )
    op.create_index("ix_delivery_method_carrier_id", "delivery_method", ["tenant_id", "carrier_id"])
    for table in ("carrier", "tracking_range", "shipment", "shipment_step"):
        protect(table)


def downgrade() -> None:
    op.drop_column("delivery_method", "carrier_id")
    for table in ("shipment_step", "shipment", "tracking_range", "carrier"):
        op.drop_table(table)


def _key() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _edited() -> list[sa.Column[object]]:
    now = sa.text("now()")
    return [
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
    ]


def _owned(
    table: str, column: str, target: str, *, cascade: bool = False
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete="CASCADE" if cascade else None,
    )
