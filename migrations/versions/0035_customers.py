"""Customers: cards with contacts, addresses, legal entities and tags; found by words."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.policies import platform_function, protect

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = (
    "customer",
    "customer_address",
    "customer_contact",
    "customer_legal_entity",
    "customer_tag",
)
OWNERS = "'product', 'variant', 'category'"
NAME = "ck_field_definition_entity_kind"
FIRST_NAME = f"ck_field_definition_{NAME}"
"""As 0003 has made it."""
# Candidates by the longest word, which an index finds; of them those that have the others too.
SEARCH = r"""
CREATE FUNCTION platform.search_customers(words text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    WITH mine AS MATERIALIZED (
        SELECT nullif(current_setting('app.tenant_id', true), '')::uuid AS tenant_id
    ),
    asked AS MATERIALIZED (
        SELECT '%' || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%' AS pattern,
               length(word) AS letters
        FROM unnest(words) AS word WHERE word <> ''
    ),
    longest AS MATERIALIZED (SELECT pattern FROM asked ORDER BY letters DESC LIMIT 1),
    candidate AS (
        SELECT c.id FROM customer c, mine
        WHERE c.tenant_id = mine.tenant_id AND c.name_sort LIKE (SELECT pattern FROM longest)
        UNION
        SELECT k.customer_id FROM customer_contact k, mine
        WHERE k.tenant_id = mine.tenant_id AND k.key LIKE (SELECT pattern FROM longest)
    )
    SELECT c.id FROM candidate
    JOIN mine ON true
    JOIN customer c ON c.tenant_id = mine.tenant_id AND c.id = candidate.id
    WHERE c.merged_into_id IS NULL AND NOT EXISTS (
        SELECT FROM asked
        WHERE c.name_sort NOT LIKE asked.pattern AND NOT EXISTS (
            SELECT FROM customer_contact k
            WHERE k.tenant_id = c.tenant_id AND k.customer_id = c.id AND k.key LIKE asked.pattern
        )
    )
    ORDER BY c.name_sort, c.id LIMIT least(most, 250)
$$
"""
NAME_SORT = (
    "btrim(translate(lower(coalesce(last_name || ' ', '') || coalesce(first_name || ' ', '') "
    "|| coalesce(middle_name, '')), 'ё', 'е'))"
)
SIGNATURE = "platform.search_customers(text[], integer)"


def upgrade() -> None:
    op.create_table(
        "customer",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("middle_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column(
            "name_sort",
            sa.Text(),
            sa.Computed(
                NAME_SORT,
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("fields", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_source", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
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
            "(external_source IS NULL) = (external_id IS NULL)",
            name=op.f("ck_customer_external_id_has_source"),
        ),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_customer_merged_into_another")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "merged_into_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_tenant_id_merged_into_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer")),
        sa.UniqueConstraint(
            "tenant_id",
            "external_source",
            "external_id",
            name=op.f("uq_customer_tenant_id_external_source_external_id"),
        ),
    )
    op.create_index(
        "ix_customer_merged_into_id",
        "customer",
        ["tenant_id", "merged_into_id"],
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index(
        "ix_customer_name_search",
        "customer",
        ["tenant_id", "name_sort"],
        postgresql_using="gin",
        postgresql_ops={"name_sort": "gin_trgm_ops"},
    )
    op.create_index("ix_customer_name_sort", "customer", ["tenant_id", "name_sort"])
    op.create_table(
        "customer_address",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("address", postgresql.JSONB(), nullable=False),
        sa.Column("flat", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_address_tenant_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_address")),
    )
    op.create_index(
        "ix_customer_address_customer_id", "customer_address", ["tenant_id", "customer_id"]
    )
    op.create_index(
        "uq_customer_address_customer_id",
        "customer_address",
        ["tenant_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("is_main"),
    )
    op.create_table(
        "customer_contact",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("kind IN ('phone', 'email')", name=op.f("ck_customer_contact_kind")),
        sa.CheckConstraint(
            "source IN ('staff', 'guest', 'account')", name=op.f("ck_customer_contact_source")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_contact_tenant_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_contact")),
        sa.UniqueConstraint(
            "tenant_id",
            "customer_id",
            "kind",
            "key",
            name=op.f("uq_customer_contact_tenant_id_customer_id_kind_key"),
        ),
    )
    op.create_index("ix_customer_contact_key", "customer_contact", ["tenant_id", "key"])
    op.create_index(
        "ix_customer_contact_key_search",
        "customer_contact",
        ["tenant_id", "key"],
        postgresql_using="gin",
        postgresql_ops={"key": "gin_trgm_ops"},
    )
    op.create_index(
        "uq_customer_contact_customer_id_kind",
        "customer_contact",
        ["tenant_id", "customer_id", "kind"],
        unique=True,
        postgresql_where=sa.text("is_main"),
    )
    op.create_table(
        "customer_legal_entity",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("inn", sa.Text(), nullable=False),
        sa.Column("kpp", sa.Text(), nullable=True),
        sa.Column("ogrn", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("bank_details", sa.Text(), nullable=True),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('person', 'sole_trader', 'company')",
            name=op.f("ck_customer_legal_entity_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_legal_entity_tenant_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_legal_entity")),
    )
    op.create_index(
        "ix_customer_legal_entity_customer_id",
        "customer_legal_entity",
        ["tenant_id", "customer_id"],
    )
    op.create_index("ix_customer_legal_entity_inn", "customer_legal_entity", ["tenant_id", "inn"])
    op.create_index(
        "uq_customer_legal_entity_customer_id",
        "customer_legal_entity",
        ["tenant_id", "customer_id"],
        unique=True,
        postgresql_where=sa.text("is_main"),
    )
    op.create_table(
        "customer_tag",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "customer_id"],
            ["customer.tenant_id", "customer.id"],
            name=op.f("fk_customer_tag_tenant_id_customer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_tag")),
        sa.UniqueConstraint(
            "tenant_id",
            "customer_id",
            "tag",
            name=op.f("uq_customer_tag_tenant_id_customer_id_tag"),
        ),
    )
    op.create_index("ix_customer_tag_tag", "customer_tag", ["tenant_id", "tag"])
    for table in TABLES:
        protect(table)
    op.execute(SEARCH)
    platform_function(SIGNATURE)
    _fields_of(f"{OWNERS}, 'customer'")


def downgrade() -> None:
    op.execute("ALTER TABLE field_definition NO FORCE ROW LEVEL SECURITY")
    op.execute("DELETE FROM field_definition WHERE entity_kind = 'customer'")
    op.execute("ALTER TABLE field_definition FORCE ROW LEVEL SECURITY")
    _fields_of(OWNERS)
    op.execute(f"DROP FUNCTION {SIGNATURE}")
    for table in reversed(TABLES):
        op.drop_table(table)


def _fields_of(owners: str) -> None:
    """Let the merchant's own fields be of these kinds of things."""
    for name in (FIRST_NAME, NAME):
        op.execute(f"ALTER TABLE field_definition DROP CONSTRAINT IF EXISTS {name}")
    op.create_check_constraint(op.f(NAME), "field_definition", f"entity_kind IN ({owners})")
