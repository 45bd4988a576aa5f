"""What PostgreSQL itself says of the schema, held against the rules that keep tenants apart."""

from typing import Any, TypeAlias

import asyncpg
from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint

from migrations.models import metadata

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

MINE = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)"

TABLES = """
SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
       c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
       pg_get_userbyid(c.relowner) AS owner,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'
               AND NOT a.attisdropped) AS has_tenant,
       coalesce(has_table_privilege('ryad_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE'), false)
           AS reached,
       array_to_string(c.reloptions, ',') AS options
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('public', 'platform') AND c.relkind IN ('r', 'p', 'v', 'm')
  AND c.relname <> 'alembic_version'
"""
POLICIES = """
SELECT p.polrelid AS table_oid, p.polpermissive AS permissive, p.polcmd::text AS command,
       pg_get_expr(p.polqual, p.polrelid) AS using,
       pg_get_expr(p.polwithcheck, p.polrelid) AS check,
       p.polroles = '{0}' AS for_all
FROM pg_policy p
"""
INDEXES = """
SELECT i.indrelid AS table_oid, c.relname AS name, i.indisprimary AS is_primary,
       i.indisunique AS is_unique,
       (SELECT a.attname FROM pg_attribute a
        WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0]) AS leading
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
"""
FOREIGN_KEYS = """
SELECT k.conrelid AS table_oid, k.confrelid AS target_oid, k.conname AS name,
       k.confdeltype::text AS on_delete,
       (SELECT a.attname FROM pg_attribute a
        WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]) AS leading,
       (SELECT a.attname FROM pg_attribute a
        WHERE a.attrelid = k.confrelid AND a.attnum = k.confkey[1]) AS target_leading
FROM pg_constraint k WHERE k.contype = 'f'
"""
LOOSE_COLUMNS = """
SELECT a.attrelid AS table_oid, a.attname AS name FROM pg_attribute a
WHERE a.atttypid = 'uuid'::regtype AND a.attname LIKE '%\\_id' AND a.attname <> 'tenant_id'
  AND NOT a.attisdropped
  AND NOT EXISTS (SELECT FROM pg_constraint k
                  WHERE k.contype = 'f' AND k.conrelid = a.attrelid AND a.attnum = ANY (k.conkey))
"""
PRIVILEGES = """
SELECT c.oid::regclass::text AS name, privilege
FROM pg_class c, unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
WHERE c.relnamespace IN ('public'::regnamespace, 'platform'::regnamespace)
  AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege('ryad_app', c.oid, privilege)
"""
ROLES = """
SELECT rolname AS name, rolbypassrls AS bypasses, rolsuper AS is_super FROM pg_roles
WHERE rolname IN ('ryad_app', 'ryad_owner', 'ryad_platform')
"""
DEFINERS = """
SELECT p.oid::regprocedure::text AS name, pg_get_userbyid(p.proowner) AS owner,
       coalesce(array_to_string(p.proconfig, ','), '') AS config,
       has_function_privilege('public', p.oid, 'EXECUTE') AS open_to_all
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prosecdef AND n.nspname IN ('public', 'platform')
"""

GLOBAL_KEYS = {
    # Found before a tenant is known; none is a word that another shop could guess at.
    "platform.api_key": {"pk_api_key", "uq_api_key_hash", "ix_api_key_prefix"},
    "platform.host": {"uq_host_proven"},
    "platform.staff_session": {
        "pk_staff_session",
        "uq_staff_session_token_hash",
        "ix_staff_session_identity_id",
    },
    "platform.data_key": {"pk_data_key"},
    "platform.job": {"pk_job", "ix_job_waiting", "ix_job_leased"},
}
"""Indexes on the coordinator that need not begin with the tenant, by table."""

LEADING_NOWHERE = {
    # History outlives what it tells of, and who did it may be of the platform.
    "public.audit_entry": {"actor_id", "credential_id"},
    "public.customer_erasure": {"actor_id"},
    "public.customer_comment": {"actor_id"},
    "public.customer_segment_snapshot": {"actor_id"},
    "public.event": {"actor_id", "entity_id"},
    "public.order_comment": {"actor_id"},
    "public.order_export": {"actor_id"},
    "public.order_entry": {"actor_id", "document_id"},
    "public.order_revision": {"actor_id"},
    "public.export": {"requested_by_id"},
    "public.invitation": {"invited_by_id"},
    "public.stock_import": {"actor_id"},
    "public.stock_import_row": {"location_id", "variant_id"},
    "public.stock_movement": {"actor_id", "document_id", "line_id"},
    "public.stock_unit_event": {"actor_id"},
    # What is expected is told by documents of the rooms above.
    "public.stock_arrival": {"document_id", "line_id"},
    # Who approved it; a category that it was of may be gone.
    "public.stocktake": {"approver_id", "category_id"},
    "public.stocktake_count": {"actor_id"},
    "public.stocktake_recount": {"actor_id"},
    # They lead to the coordinator, where no key of a distributed table can lead.
    "public.idempotency_key": {"credential_id"},
    "public.staff_member": {"identity_id"},
    "public.tenant_secret": {"key_id"},
    # They lead to rows of several tables.
    "public.menu_item": {"target_id"},
    "public.slug_redirect": {"entity_id"},
    "public.translation": {"entity_id"},
    # Copies, made from rows whose keys are held.
    "public.listing": {"brand_id", "image_id"},
    "public.listing_shelf": {"shelf_id"},
    # The promotion itself, one of its codes, or a customer; orders are of the rooms above.
    "public.promotion_tally": {"subject_id"},
    "public.promotion_use": {"order_id"},
    "public.gift_card_entry": {"order_id"},
    "public.point_entry": {"order_id"},
}
"""Columns of tenants' tables that are named like a key and have none, by table."""


async def complaints(connection: Connection) -> list[str]:
    """Every table, policy, key, role and function that breaks a rule, in words."""
    tables = {row["oid"]: row for row in await connection.fetch(TABLES)}
    found: list[str] = []
    for row in tables.values():
        found += _of_table(row)
    found += _of_policies(tables, await connection.fetch(POLICIES))
    indexes, keys = await connection.fetch(INDEXES), await connection.fetch(FOREIGN_KEYS)
    found += _of_indexes(tables, indexes)
    found += _of_foreign_keys(tables, keys)
    found += _of_models(tables, [*indexes, *keys])
    found += _of_columns(tables, await connection.fetch(LOOSE_COLUMNS))
    for row in await connection.fetch(PRIVILEGES):
        found.append(f"{row['name']}: the application may {row['privilege']}")
    for row in await connection.fetch(ROLES):
        if row["is_super"] or (row["bypasses"] and row["name"] != "ryad_platform"):
            found.append(f"role {row['name']} can bypass policies")
    for row in await connection.fetch(DEFINERS):
        if row["open_to_all"] or "search_path" not in row["config"]:
            found.append(f"{row['name']}: open to all, or without a fixed search_path")
        if row["owner"] != "ryad_platform":
            found.append(f"{row['name']}: looks past tenants as {row['owner']}")
    return sorted(found)


def _name(table: Any) -> str:
    return f"{table['schema']}.{table['name']}"


def _is_guarded(table: Any) -> bool:
    """Tables that the application reaches; what it has no grant on needs no policy."""
    return bool(table["reached"]) and table["kind"] in ("r", "p")


def _of_table(table: Any) -> list[str]:
    name, found = _name(table), []
    if table["kind"] == "m":
        found.append(f"{name}: a materialised view shows all tenants to everyone")
    if table["kind"] == "v" and "security_invoker=true" not in (table["options"] or ""):
        found.append(f"{name}: a view must be security_invoker")
    if table["owner"] != "ryad_owner":
        found.append(f"{name}: is owned by {table['owner']}")
    if table["schema"] == "public" and table["kind"] == "r" and not table["has_tenant"]:
        found.append(f"{name}: has no tenant_id; shared tables belong in the schema platform")
    if _is_guarded(table):
        if not table["has_tenant"]:
            found.append(f"{name}: the application reaches it, and it has no tenant_id")
        if not (table["enabled"] and table["forced"]):
            found.append(f"{name}: row security is not enabled and forced")
    return found


def _of_policies(tables: dict[int, Any], policies: list[Any]) -> list[str]:
    found = []
    for oid, table in tables.items():
        if not _is_guarded(table):
            continue
        guards = [
            policy
            for policy in policies
            if policy["table_oid"] == oid
            and not policy["permissive"]
            and policy["command"] == "*"
            and policy["for_all"]
            and policy["using"] == MINE
            and policy["check"] == MINE
        ]
        if not guards:
            found.append(f"{_name(table)}: lacks the restrictive policy on tenant_id")
    return found


def _of_indexes(tables: dict[int, Any], indexes: list[Any]) -> list[str]:
    found = []
    keyed = {index["table_oid"] for index in indexes if index["is_primary"]}
    for oid, table in tables.items():
        if table["kind"] in ("r", "p") and oid not in keyed:
            found.append(f"{_name(table)}: has no primary key")
    for index in indexes:
        table = tables.get(index["table_oid"])
        if table is None or not _is_guarded(table) or index["leading"] == "tenant_id":
            continue
        if index["name"] not in GLOBAL_KEYS.get(_name(table), set()):
            found.append(f"{_name(table)}: {index['name']} does not begin with tenant_id")
    return found


def _of_foreign_keys(tables: dict[int, Any], keys: list[Any]) -> list[str]:
    found = []
    for key in keys:
        table, target = tables.get(key["table_oid"]), tables.get(key["target_oid"])
        if table is None or target is None:
            continue
        between = _is_guarded(table) and _is_guarded(target)
        if between and {key["leading"], key["target_leading"]} != {"tenant_id"}:
            found.append(f"{_name(table)}: {key['name']} does not begin with tenant_id")
        if between and key["on_delete"] in ("n", "d"):
            found.append(f"{_name(table)}: {key['name']} sets null on delete")
        if target["schema"] == "public" and table["schema"] != "public":
            found.append(f"{_name(table)}: {key['name']} leads from the platform into a tenant")
    return found


def _of_models(tables: dict[int, Any], keys: list[Any]) -> list[str]:
    """Foreign keys and unique ones that the models have and PostgreSQL has not."""
    held = {
        (_name(tables[key["table_oid"]]), key["name"]) for key in keys if key["table_oid"] in tables
    }
    wanted = {
        (f"{table.schema or 'public'}.{table.name}", str(key.name))
        for table in metadata.tables.values()
        for key in (*table.constraints, *(index for index in table.indexes if index.unique))
        if isinstance(key, ForeignKeyConstraint | UniqueConstraint | Index)
    }
    return [f"{table}: {key} is missing" for table, key in wanted - held]


def _of_columns(tables: dict[int, Any], columns: list[Any]) -> list[str]:
    """Columns named like a key that are none, so that a row could point at a neighbour's."""
    return [
        f"{_name(table)}: {column['name']} leads nowhere by a foreign key"
        for column in columns
        if (table := tables.get(column["table_oid"]))
        and table["schema"] == "public"
        and table["kind"] == "r"
        and column["name"] not in LEADING_NOWHERE.get(_name(table), set())
    ]
