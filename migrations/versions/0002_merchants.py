"""Merchants: the shop, its people and roles, plans and what is used of them, its end."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import platform_function, platform_only, protect

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


# Half an hour idle, whatever the absolute end; who is not active now is refused now.
IDENTIFY_SESSION = """
CREATE FUNCTION platform.identify_session(asked bytea)
RETURNS TABLE (
    tenant_id uuid, live_tenant_id uuid, mode text, status text, limits jsonb,
    session_id uuid, staff_id uuid, permissions jsonb, points jsonb, second_factor_at timestamptz
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = platform, pg_temp
AS $$
DECLARE
    session platform.staff_session;
BEGIN
    SELECT * INTO session FROM staff_session s
    WHERE s.token_hash = asked AND s.revoked_at IS NULL AND s.expires_at > now()
      AND s.last_used_at > now() - interval '30 minutes';
    IF session.id IS NULL THEN
        RETURN;
    END IF;
    IF session.last_used_at < now() - interval '1 minute' THEN
        UPDATE staff_session s SET last_used_at = now() WHERE s.id = session.id;
    END IF;
    RETURN QUERY
    SELECT t.id, t.live_tenant_id, t.mode, t.status, p.limits,
           session.id, m.id, r.permissions, m.points, session.second_factor_at
    FROM public.staff_member m
    JOIN public.role r ON r.tenant_id = m.tenant_id AND r.id = m.role_id
    JOIN tenant t ON t.live_tenant_id = m.tenant_id AND t.mode = session.mode
    JOIN plan p ON p.code = t.plan
    WHERE m.tenant_id = session.tenant_id AND m.identity_id = session.identity_id
      AND m.status = 'active';
END $$
"""

# The limit of one thing in a space's plan; null where the plan sets none.
PLAN_LIMIT = """
CREATE FUNCTION platform.plan_limit(space uuid, what text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = platform, pg_temp
AS $$
    SELECT (p.limits ->> what)::bigint
    FROM tenant t JOIN plan p ON p.code = t.plan WHERE t.id = space
$$
"""

MERCHANT_OF = """
CREATE FUNCTION platform.merchant_of(space uuid)
RETURNS TABLE (
    handle text, mode text, status text, plan text, plan_title jsonb, limits jsonb,
    created_at timestamptz, suspension_reason text, erase_after timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = platform, pg_temp
AS $$
    SELECT t.handle, t.mode, t.status, p.code, p.title, p.limits,
           t.created_at, t.suspension_reason, t.erase_after
    FROM tenant t JOIN plan p ON p.code = t.plan WHERE t.id = space
$$
"""

OFFERED_PLANS = """
CREATE FUNCTION platform.offered_plans()
RETURNS TABLE (code text, title jsonb, limits jsonb, price_minor bigint, currency text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = platform, pg_temp
AS $$
    SELECT p.code, p.title, p.limits, p.price_minor, p.currency
    FROM plan p WHERE p.is_offered ORDER BY p.price_minor, p.code
$$
"""

FUNCTIONS = {
    "platform.identify_session(bytea)": IDENTIFY_SESSION,
    "platform.plan_limit(uuid, text)": PLAN_LIMIT,
    "platform.merchant_of(uuid)": MERCHANT_OF,
    "platform.offered_plans()": OFFERED_PLANS,
}

# A month, in kopecks. What a plan does not name is not limited.
PLANS = """
INSERT INTO platform.plan (code, title, limits, price_minor, currency, is_offered) VALUES
('start', '{"en": "Start", "ru": "Старт"}',
 '{"products": 1000, "variants": 5000, "locations": 2, "staff": 5, "api_keys": 10, "hosts": 3,
   "orders_per_month": 500, "storage_bytes": 2000000000, "points_per_second": 50}',
 0, 'RUB', true),
('trade', '{"en": "Trade", "ru": "Торговля"}',
 '{"products": 50000, "variants": 250000, "locations": 20, "staff": 30, "api_keys": 30, "hosts": 10,
   "orders_per_month": 10000, "storage_bytes": 50000000000, "points_per_second": 100}',
 490000, 'RUB', true),
('network', '{"en": "Network", "ru": "Сеть"}',
 '{"products": 500000, "variants": 2500000, "staff": 500, "api_keys": 100, "hosts": 50,
   "storage_bytes": 1000000000000, "points_per_second": 500}',
 2900000, 'RUB', true)
"""

OWNED = (
    "export",
    "legal_entity",
    "role",
    "shop",
    "tenant_secret",
    "usage_counter",
    "staff_member",
    "invitation",
)


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'ready')", name="ck_export_status"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_export"),
    )
    op.create_index("ix_export_requested_at", "export", ["tenant_id", "requested_at"])
    op.create_table(
        "legal_entity",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("inn", sa.Text(), nullable=False),
        sa.Column("kpp", sa.Text(), nullable=True),
        sa.Column("ogrn", sa.Text(), nullable=True),
        sa.Column("tax_system", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('person', 'sole_trader', 'company')", name="ck_legal_entity_kind"
        ),
        sa.CheckConstraint(
            "tax_system IN ('osn', 'usn_income', 'usn_income_outcome', 'esn', 'patent', 'npd')",
            name="ck_legal_entity_tax_system",
        ),
        sa.CheckConstraint(
            "NOT is_default OR archived_at IS NULL", name="ck_legal_entity_default_is_in_use"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_legal_entity"),
    )
    op.create_index(
        "uq_legal_entity_default",
        "legal_entity",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_index(
        "uq_legal_entity_inn_kpp",
        "legal_entity",
        ["tenant_id", "inn", sa.literal_column("coalesce(kpp, '')")],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.create_table(
        "role",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("permissions", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_role"),
        sa.UniqueConstraint("tenant_id", "code", name="uq_role_tenant_id_code"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_role_tenant_id_name"),
    )
    op.create_table(
        "shop",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("storefront_origins", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("contact_address", sa.Text(), nullable=True),
        sa.Column("guest_checkout", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("required_contact", sa.Text(), server_default="either", nullable=False),
        sa.Column("minimum_order_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cart_hold_minutes", sa.BigInteger(), server_default="15", nullable=False),
        sa.Column("cart_kept_days", sa.BigInteger(), server_default="30", nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "required_contact IN ('email', 'phone', 'either', 'both')",
            name="ck_shop_required_contact",
        ),
        sa.CheckConstraint(
            "cart_hold_minutes BETWEEN 1 AND 1440", name="ck_shop_cart_hold_minutes"
        ),
        sa.CheckConstraint("cart_kept_days BETWEEN 1 AND 365", name="ck_shop_cart_kept_days"),
        sa.CheckConstraint("language = ANY (languages)", name="ck_shop_language"),
        sa.CheckConstraint("minimum_order_minor >= 0", name="ck_shop_minimum_order_minor"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_shop"),
        sa.UniqueConstraint("tenant_id", name="uq_shop_tenant_id"),
    )
    op.create_table(
        "tenant_secret",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_tenant_secret"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_tenant_secret_tenant_id_name"),
    )
    op.create_table(
        "usage_counter",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("allowed", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("used >= 0", name="ck_usage_counter_used"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_usage_counter"),
        sa.UniqueConstraint("tenant_id", "what", name="uq_usage_counter_tenant_id_what"),
    )
    op.create_table(
        "membership",
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["platform.identity.id"], name="fk_membership_identity_id"
        ),
        sa.PrimaryKeyConstraint("identity_id", "tenant_id", name="pk_membership"),
        schema="platform",
    )
    op.create_index("ix_membership_tenant_id", "membership", ["tenant_id"], schema="platform")
    op.create_table(
        "staff_member",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("identity_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("points", postgresql.JSONB(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'active', 'suspended', 'removed')", name="ck_staff_member_status"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "role_id"],
            ["role.tenant_id", "role.id"],
            name="fk_staff_member_tenant_id_role_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_staff_member"),
    )
    op.create_index("ix_staff_member_role_id", "staff_member", ["tenant_id", "role_id"])
    op.create_index(
        "uq_staff_member_identity_id",
        "staff_member",
        ["tenant_id", "identity_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'removed'"),
    )
    op.create_table(
        "invitation",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("points", postgresql.JSONB(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "role_id"],
            ["role.tenant_id", "role.id"],
            name="fk_invitation_tenant_id_role_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "staff_id"],
            ["staff_member.tenant_id", "staff_member.id"],
            name="fk_invitation_tenant_id_staff_id",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_invitation"),
    )
    op.create_index("ix_invitation_role_id", "invitation", ["tenant_id", "role_id"])
    op.create_index(
        "uq_invitation_email_key",
        "invitation",
        ["tenant_id", "email_key"],
        unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND revoked_at IS NULL"),
    )
    op.create_table(
        "erasure",
        sa.Column("live_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("keys_destroyed", sa.BigInteger(), nullable=False),
        sa.Column("identities_erased", sa.BigInteger(), nullable=False),
        sa.Column("last_audit_hashes", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["live_tenant_id"], ["platform.tenant.id"], name="fk_erasure_live_tenant_id"
        ),
        sa.PrimaryKeyConstraint("live_tenant_id", name="pk_erasure"),
        schema="platform",
    )
    for table in OWNED:
        protect(table)
    platform_only("membership")
    platform_only("erasure")
    for signature, body in FUNCTIONS.items():
        op.execute(body)
        platform_function(signature)
    op.execute(PLANS)


def downgrade() -> None:
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature}")
    op.drop_table("erasure", schema="platform")
    op.drop_table("invitation")
    op.drop_table("staff_member")
    op.drop_table("membership", schema="platform")
    op.drop_table("usage_counter")
    op.drop_table("tenant_secret")
    op.drop_table("shop")
    op.drop_table("role")
    op.drop_table("legal_entity")
    op.drop_table("export")
    op.execute("DELETE FROM platform.plan WHERE code IN ('start', 'trade', 'network')")
