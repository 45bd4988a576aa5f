"""The kernel: events, audit, jobs, and how a request finds its tenant."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import (
    APP,
    PLATFORM,
    platform_function,
    platform_only,
    protect,
)

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


IDENTIFY_KEY = """
CREATE FUNCTION platform.identify_key(asked bytea)
RETURNS TABLE (
    tenant_id uuid, live_tenant_id uuid, mode text, status text, limits jsonb,
    credential_id uuid, kind text, scopes jsonb, trusted_only boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = platform, pg_temp
AS $$
DECLARE
    key platform.api_key;
BEGIN
    SELECT * INTO key FROM api_key k
    WHERE k.hash = asked AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > now());
    IF key.id IS NULL THEN
        RETURN;
    END IF;
    IF key.last_used_at IS NULL OR key.last_used_at < now() - interval '1 minute' THEN
        UPDATE api_key k SET last_used_at = now() WHERE k.id = key.id;
    END IF;
    RETURN QUERY
    SELECT t.id, t.live_tenant_id, t.mode, t.status, p.limits,
           key.id, key.kind, key.scopes, key.trusted_only
    FROM tenant t JOIN plan p ON p.code = t.plan
    WHERE t.live_tenant_id = key.tenant_id AND t.mode = key.mode;
END $$
"""

IDENTIFY_HOST = """
CREATE FUNCTION platform.identify_host(asked text)
RETURNS TABLE (tenant_id uuid, live_tenant_id uuid, mode text, status text, limits jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = platform, pg_temp
AS $$
    SELECT t.id, t.live_tenant_id, t.mode, t.status, p.limits
    FROM host h JOIN tenant t ON t.id = h.tenant_id JOIN plan p ON p.code = t.plan
    WHERE h.host = asked
$$
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA platform")
    op.execute(f"GRANT USAGE ON SCHEMA platform TO {APP}, {PLATFORM}")
    op.execute(f"GRANT CREATE ON SCHEMA platform TO {PLATFORM}")
    op.create_table(
        "audit_entry",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("credential_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_audit_entry"),
        sa.UniqueConstraint("tenant_id", "sequence", name="uq_audit_entry_tenant_id_sequence"),
    )
    op.create_table(
        "event",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_event"),
        sa.UniqueConstraint("tenant_id", "sequence", name="uq_event_tenant_id_sequence"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", postgresql.JSONB(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_idempotency_key"),
        sa.UniqueConstraint(
            "tenant_id",
            "credential_id",
            "key",
            name="uq_idempotency_key_tenant_id_credential_id_key",
        ),
    )
    op.create_table(
        "ledger",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("event_sequence", sa.BigInteger(), nullable=False),
        sa.Column("audit_sequence", sa.BigInteger(), nullable=False),
        sa.Column("audit_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_ledger"),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("last_four", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", postgresql.JSONB(), nullable=False),
        sa.Column("trusted_only", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by_id", sa.Uuid(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('publishable', 'secret')", name="ck_api_key_kind"),
        sa.CheckConstraint("mode IN ('live', 'test')", name="ck_api_key_mode"),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("hash", name="uq_api_key_hash"),
        schema="platform",
    )
    op.create_index("ix_api_key_prefix", "api_key", ["prefix"], unique=False, schema="platform")
    op.create_index(
        "ix_api_key_tenant_id",
        "api_key",
        ["tenant_id", "created_at"],
        unique=False,
        schema="platform",
    )
    op.create_table(
        "attempt",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "window_start", name="pk_attempt"),
        schema="platform",
    )
    op.create_table(
        "data_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("kek_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("use IN ('data', 'index')", name="ck_data_key_use"),
        sa.PrimaryKeyConstraint("id", name="pk_data_key"),
        schema="platform",
    )
    op.create_index(
        "ix_data_key_tenant_id", "data_key", ["tenant_id"], unique=False, schema="platform"
    )
    op.create_index(
        "uq_data_key_current",
        "data_key",
        ["tenant_id", "use"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "host",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_host"),
        schema="platform",
    )
    op.create_index("ix_host_tenant_id", "host", ["tenant_id"], unique=False, schema="platform")
    op.create_index(
        "uq_host_primary",
        "host",
        ["tenant_id"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=True),
        sa.Column("recovery_hashes", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity"),
        sa.UniqueConstraint("email_key", name="uq_identity_email_key"),
        schema="platform",
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=True),
        sa.Column("priority", sa.BigInteger(), server_default="100", nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failures", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("progress", postgresql.JSONB(), nullable=True),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'dispatched', 'running', 'done', 'dead', 'cancelled')",
            name="ck_job_state",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        schema="platform",
    )
    op.create_index(
        "ix_job_leased",
        "job",
        ["lease_until"],
        unique=False,
        schema="platform",
        postgresql_where=sa.text("state IN ('queued', 'dispatched', 'running')"),
    )
    op.create_index(
        "ix_job_tenant", "job", ["tenant_id", "created_at"], unique=False, schema="platform"
    )
    op.create_index(
        "ix_job_waiting",
        "job",
        ["run_at", "tenant_id"],
        unique=False,
        schema="platform",
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "uq_job_dedup",
        "job",
        ["tenant_id", "kind", "dedup_key"],
        unique=True,
        schema="platform",
        postgresql_where=sa.text("state IN ('queued', 'dispatched', 'running')"),
    )
    op.create_table(
        "plan",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(), nullable=False),
        sa.Column("limits", postgresql.JSONB(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_plan"),
        schema="platform",
    )
    op.create_table(
        "platform_access",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_platform_access"),
        schema="platform",
    )
    op.create_table(
        "one_time_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('confirm_email', 'accept_invitation', 'reset_password')",
            name="ck_one_time_token_purpose",
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["platform.identity.id"], name="fk_one_time_token_identity_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_token"),
        sa.UniqueConstraint("token_hash", name="uq_one_time_token_token_hash"),
        schema="platform",
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("mode IN ('live', 'test')", name="ck_staff_session_mode"),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["platform.identity.id"], name="fk_staff_session_identity_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_session"),
        sa.UniqueConstraint("token_hash", name="uq_staff_session_token_hash"),
        schema="platform",
    )
    op.create_index(
        "ix_staff_session_identity_id",
        "staff_session",
        ["identity_id"],
        unique=False,
        schema="platform",
    )
    op.create_index(
        "ix_staff_session_tenant_id",
        "staff_session",
        ["tenant_id"],
        unique=False,
        schema="platform",
    )
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("live_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspension_reason", sa.Text(), nullable=True),
        sa.Column("erase_after", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mode IN ('live', 'test')", name="ck_tenant_mode"),
        sa.CheckConstraint(
            "status IN ('active', 'suspended', 'closing', 'erased')", name="ck_tenant_status"
        ),
        sa.ForeignKeyConstraint(["plan"], ["platform.plan.code"], name="fk_tenant_plan"),
        sa.PrimaryKeyConstraint("id", name="pk_tenant"),
        sa.UniqueConstraint("handle", "mode", name="uq_tenant_handle_mode"),
        sa.UniqueConstraint("live_tenant_id", "mode", name="uq_tenant_live_tenant_id_mode"),
        schema="platform",
    )
    protect("event", grants="SELECT, INSERT")
    protect("audit_entry", grants="SELECT, INSERT")
    protect("ledger", grants="SELECT, INSERT, UPDATE")
    protect("idempotency_key")
    protect("job", schema="platform", grants="SELECT, INSERT, UPDATE")
    protect("host", schema="platform")
    protect("api_key", schema="platform", grants="SELECT, INSERT, UPDATE")
    protect("staff_session", schema="platform", grants="SELECT, UPDATE")
    protect("data_key", schema="platform", grants="SELECT, INSERT, UPDATE")
    for table in ("tenant", "identity", "one_time_token", "attempt", "plan"):
        platform_only(table)
    op.execute(f"GRANT SELECT, INSERT ON platform.platform_access TO {PLATFORM}")
    op.execute(IDENTIFY_KEY)
    platform_function("platform.identify_key(bytea)")
    op.execute(IDENTIFY_HOST)
    platform_function("platform.identify_host(text)")


def downgrade() -> None:
    op.execute("DROP FUNCTION platform.identify_host(text)")
    op.execute("DROP FUNCTION platform.identify_key(bytea)")
    op.drop_table("tenant", schema="platform")
    op.drop_index("ix_staff_session_tenant_id", table_name="staff_session", schema="platform")
    op.drop_index("ix_staff_session_identity_id", table_name="staff_session", schema="platform")
    op.drop_table("staff_session", schema="platform")
    op.drop_table("one_time_token", schema="platform")
    op.drop_table("platform_access", schema="platform")
    op.drop_table("plan", schema="platform")
    op.drop_index(
        "uq_job_dedup",
        table_name="job",
        schema="platform",
        postgresql_where=sa.text("state IN ('queued', 'dispatched', 'running')"),
    )
    op.drop_index(
        "ix_job_waiting",
        table_name="job",
        schema="platform",
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.drop_index("ix_job_tenant", table_name="job", schema="platform")
    op.drop_index(
        "ix_job_leased",
        table_name="job",
        schema="platform",
        postgresql_where=sa.text("state IN ('queued', 'dispatched', 'running')"),
    )
    op.drop_table("job", schema="platform")
    op.drop_table("identity", schema="platform")
    op.drop_index("uq_host_primary", table_name="host", schema="platform")
    op.drop_index("ix_host_tenant_id", table_name="host", schema="platform")
    op.drop_table("host", schema="platform")
    op.drop_index("uq_data_key_current", table_name="data_key", schema="platform")
    op.drop_index("ix_data_key_tenant_id", table_name="data_key", schema="platform")
    op.drop_table("data_key", schema="platform")
    op.drop_table("attempt", schema="platform")
    op.drop_index("ix_api_key_tenant_id", table_name="api_key", schema="platform")
    op.drop_index("ix_api_key_prefix", table_name="api_key", schema="platform")
    op.drop_table("api_key", schema="platform")
    op.drop_table("ledger")
    op.drop_table("idempotency_key")
    op.drop_table("event")
    op.drop_table("audit_entry")
    op.execute("DROP SCHEMA platform")
