"""Consents and the messages that need them, groups of customers, proofs of erasure."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import protect

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PURPOSES = "'marketing', 'personal_data', 'profiling', 'reviews', 'third_parties'"
CHANNELS = "'email', 'sms', 'phone', 'messenger', 'push', 'none'"
DOORS = "'admin', 'account', 'checkout', 'letter', 'import', 'renewed', 'erased'"
# What the application may write; instants of consents and messages are the database's own.
GRANTS = {
    "consent_text": "SELECT, INSERT",
    "consent": "SELECT, "
    "INSERT (tenant_id, id, customer_id, purpose, channel, text_id, source, address), "
    "UPDATE (customer_id, address, withdrawn_at, withdrawn_by)",
    "customer_erasure": "SELECT, INSERT",
    "customer_message": "SELECT, "
    "INSERT (tenant_id, id, customer_id, purpose, channel, kind, recipient, key), "
    "UPDATE (customer_id, recipient)",
}


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "consent_text",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(f"purpose IN ({PURPOSES})", name=op.f("ck_consent_text_purpose")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint(
            "tenant_id", "id", "purpose", name=op.f("uq_consent_text_tenant_id_id_purpose")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "purpose",
            "language",
            "version",
            name=op.f("uq_consent_text_tenant_id_purpose_language_version"),
        ),
    )
    op.create_table(
        "consent",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("text_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column(
            "granted_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column(
            "valid",
            postgresql.TSTZRANGE(),
            sa.Computed("tstzrange(granted_at, withdrawn_at)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_consent_channel")),
        sa.CheckConstraint(f"purpose IN ({PURPOSES})", name=op.f("ck_consent_purpose")),
        sa.CheckConstraint(f"source IN ({DOORS})", name=op.f("ck_consent_source")),
        sa.CheckConstraint(f"withdrawn_by IN ({DOORS})", name=op.f("ck_consent_withdrawn_by")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_consent_withdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_consent_tenant_id_customer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "text_id", "purpose"],
            ["consent_text.tenant_id", "consent_text.id", "consent_text.purpose"],
            name=op.f("fk_consent_tenant_id_text_id_purpose"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_consent")),
    )
    op.create_table(
        "customer_erasure",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column(
            "done_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_erasure_tenant_id_customer_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_erasure")),
    )
    op.create_index(
        "uq_customer_erasure_customer_id",
        "customer_erasure",
        ["tenant_id", "customer_id"],
        unique=True,
    )
    op.create_table(
        "customer_group_member",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_group_member_tenant_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "group_id"],
            ["customer_group.tenant_id", "customer_group.id"],
            name=op.f("fk_customer_group_member_tenant_id_group_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_group_member")),
        sa.UniqueConstraint(
            "tenant_id",
            "customer_id",
            "group_id",
            name=op.f("uq_customer_group_member_tenant_id_customer_id_group_id"),
        ),
    )
    op.create_index(
        "ix_customer_group_member_group_id", "customer_group_member", ["tenant_id", "group_id"]
    )
    op.create_table(
        "customer_message",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "sent_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "consented_purpose",
            sa.Text(),
            sa.Computed("CASE WHEN purpose <> 'service' THEN purpose END", persisted=True),
            nullable=True,
        ),
        sa.Column(
            "sent_during",
            postgresql.TSTZRANGE(),
            sa.Computed("tstzrange(sent_at, sent_at, '[]')", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_customer_message_channel")),
        sa.CheckConstraint(
            f"purpose IN ('service', {PURPOSES})", name=op.f("ck_customer_message_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_message_tenant_id_customer_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_message")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_customer_message_tenant_id_key")),
    )
    op.create_index(
        "ix_customer_message_customer_id_sent_at",
        "customer_message",
        ["tenant_id", "customer_id", "sent_at"],
    )
    op.execute(
        "ALTER TABLE consent ADD CONSTRAINT uq_consent_valid "
        "UNIQUE (tenant_id, customer_id, purpose, channel, valid WITHOUT OVERLAPS)"
    )
    op.execute(
        "ALTER TABLE customer_message ADD CONSTRAINT fk_customer_message_consent FOREIGN KEY "
        "(tenant_id, customer_id, consented_purpose, channel, PERIOD sent_during) REFERENCES "
        "consent (tenant_id, customer_id, purpose, channel, PERIOD valid)"
    )
    for table, grants in GRANTS.items():
        protect(table, grants=grants)
    protect("customer_group_member")


def downgrade() -> None:
    for table in (
        "customer_message",
        "customer_group_member",
        "customer_erasure",
        "consent",
        "consent_text",
    ):
        op.drop_table(table)
    op.execute("DROP EXTENSION IF EXISTS btree_gist")
