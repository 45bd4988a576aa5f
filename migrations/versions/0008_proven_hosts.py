"""Hosts are claimed and then proven; the audit log is found by who, with what, what and when."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.policies import platform_function

revision: str = "0008"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

IDENTIFY_HOST = """
CREATE OR REPLACE FUNCTION platform.identify_host(asked text)
RETURNS TABLE (tenant_id uuid, live_tenant_id uuid, mode text, status text, limits jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = platform, pg_temp
AS $$
    SELECT t.id, t.live_tenant_id, t.mode, t.status, p.limits
    FROM host h JOIN tenant t ON t.id = h.tenant_id JOIN plan p ON p.code = t.plan
    WHERE h.host = asked{proven}
$$
"""
HISTORY = {
    "ix_audit_entry_occurred_at": ("audit_entry", ["occurred_at", "sequence"]),
    "ix_audit_entry_action": ("audit_entry", ["action", "occurred_at", "sequence"]),
    "ix_audit_entry_actor_id": ("audit_entry", ["actor_id", "occurred_at", "sequence"]),
    "ix_audit_entry_credential_id": ("audit_entry", ["credential_id", "occurred_at", "sequence"]),
    "ix_event_entity_id": ("event", ["entity_id", "occurred_at"]),
}


def upgrade() -> None:
    op.add_column("host", sa.Column("proven_at", sa.DateTime(timezone=True)), schema="platform")
    op.add_column("host", sa.Column("proof", sa.Text()), schema="platform")
    op.add_column("host", sa.Column("checked_at", sa.DateTime(timezone=True)), schema="platform")
    op.add_column("host", sa.Column("problem", sa.Text()), schema="platform")
    # Hosts from before proofs were asked for go on leading where they led.
    _as_owner("UPDATE platform.host SET proven_at = created_at")
    op.drop_index("ix_host_tenant_id", table_name="host", schema="platform")
    op.drop_constraint("pk_host", "host", schema="platform")
    op.create_primary_key("pk_host", "host", ["tenant_id", "host"], schema="platform")
    op.create_index(
        "uq_host_proven",
        "host",
        ["host"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("proven_at IS NOT NULL"),
    )
    for name, rule in (
        ("ck_host_proof", "(proven_at IS NULL) <> (proof IS NULL)"),
        ("ck_host_primary_is_proven", "NOT is_primary OR proven_at IS NOT NULL"),
        ("ck_host_problem", "problem IN ('not_there', 'unreachable', 'taken')"),
    ):
        op.create_check_constraint(op.f(name), "host", rule, schema="platform")
    op.execute(IDENTIFY_HOST.format(proven=" AND h.proven_at IS NOT NULL"))
    platform_function("platform.identify_host(text)")
    for name, (table, columns) in HISTORY.items():
        op.create_index(name, table, ["tenant_id", *columns])


def downgrade() -> None:
    for name, (table, _) in HISTORY.items():
        op.drop_index(name, table_name=table)
    op.execute(IDENTIFY_HOST.format(proven=""))
    platform_function("platform.identify_host(text)")
    for name in ("ck_host_problem", "ck_host_primary_is_proven", "ck_host_proof"):
        op.drop_constraint(op.f(name), "host", schema="platform")
    op.drop_index("uq_host_proven", table_name="host", schema="platform")
    # A claim alone led nowhere, and several may have claimed one name.
    _as_owner("DELETE FROM platform.host WHERE proven_at IS NULL")
    op.drop_constraint("pk_host", "host", schema="platform")
    op.create_primary_key("pk_host", "host", ["host"], schema="platform")
    op.create_index("ix_host_tenant_id", "host", ["tenant_id"], schema="platform")
    for column in ("problem", "checked_at", "proof", "proven_at"):
        op.drop_column("host", column, schema="platform")


def _as_owner(statement: str) -> None:
    """Change rows of all tenants: the owner is held by the policies, except while it says so."""
    op.execute("ALTER TABLE platform.host NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    op.execute("ALTER TABLE platform.host FORCE ROW LEVEL SECURITY")
