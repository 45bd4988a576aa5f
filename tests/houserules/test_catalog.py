"""The schema keeps tenants apart, and this test sees it when a single policy or key is gone."""

import asyncio
from typing import TypeAlias

import asyncpg
import pytest

from migrations.run import check, downgrade, upgrade
from tenants.roles import RoleUrls, create_database, role_urls
from tests.conftest import PASSWORDS, Servers
from tests.houserules.catalog import Connection, complaints

pytestmark = pytest.mark.anyio


async def test_every_table_keeps_tenants_apart(superuser: Connection) -> None:
    assert await complaints(superuser) == []


TABLES = """
SELECT format('%I.%I', schemaname, tablename) AS name, policyname IS NOT NULL AS guarded
FROM pg_tables LEFT JOIN pg_policies USING (schemaname, tablename)
WHERE schemaname IN ('public', 'platform') AND tablename <> 'alembic_version'
  AND policyname IS DISTINCT FROM 'everyone'
"""
KEYS = """
SELECT format('%I.%I', n.nspname, t.relname) AS table, i.relname AS name, k.contype::text AS kind
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace LEFT JOIN pg_constraint k ON k.conindid = i.oid
  AND k.contype IN ('p', 'u')
WHERE x.indisunique AND n.nspname IN ('public', 'platform') AND t.relname <> 'alembic_version'
UNION ALL
SELECT format('%I.%I', n.nspname, t.relname), k.conname, 'f'
FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE k.contype = 'f' AND n.nspname IN ('public', 'platform')
"""
NOT_FORCED = "row security is not enabled and forced"
Loss: TypeAlias = dict[str, str]
"""Statements that each take one guard away -> the complaint that must name it."""


async def losses(connection: Connection) -> list[Loss]:
    """Every guard that there is, by its kind."""
    tables = await connection.fetch(TABLES)
    guarded = [row["name"] for row in tables if row["guarded"]]
    altered = "ALTER TABLE {} {} ROW LEVEL SECURITY"
    keys: dict[str | None, Loss] = {"p": {}, "u": {}, "f": {}, None: {}}
    for table, name, kind in await connection.fetch(KEYS):
        lost = f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE'
        if kind is None:
            lost = f'DROP INDEX {table.partition(".")[0]}."{name}"'
        says = "has no primary key" if kind == "p" else f"{name} is missing"
        keys[kind][lost] = f"{table}: {says}"
    return [
        {
            f"DROP POLICY own_tenant ON {table}": f"{table}: lacks the restrictive policy on "
            "tenant_id"
            for table in guarded
        },
        {altered.format(table, "NO FORCE"): f"{table}: {NOT_FORCED}" for table in guarded},
        {altered.format(table, "DISABLE"): f"{table}: {NOT_FORCED}" for table in guarded},
        *keys.values(),
    ]


async def test_the_loss_of_any_one_guard_is_seen(superuser: Connection) -> None:
    """All of one kind at once, for speed; each must be named by a complaint of its own."""
    for loss in await losses(superuser):
        assert len(loss) > 10
        undo = superuser.transaction()
        await undo.start()
        for statement in loss:
            await superuser.execute(statement)
        seen = await complaints(superuser)
        await undo.rollback()
        assert set(loss.values()) - set(seen) == set()


async def test_a_foreign_key_without_its_tenant_is_seen(
    superuser: Connection,
) -> None:
    undo = superuser.transaction()
    await undo.start()
    await superuser.execute("CREATE UNIQUE INDEX loose ON event (id)")
    await superuser.execute("ALTER TABLE event ADD COLUMN other_id uuid REFERENCES event (id)")
    seen = await complaints(superuser)
    await undo.rollback()
    assert [line.partition(":")[0] for line in seen] == ["public.event", "public.event"]


async def test_a_column_that_points_without_a_key_is_seen(superuser: Connection) -> None:
    undo = superuser.transaction()
    await undo.start()
    await superuser.execute("ALTER TABLE event ADD COLUMN other_id uuid")
    seen = await complaints(superuser)
    await undo.rollback()
    assert seen == ["public.event: other_id leads nowhere by a foreign key"]


async def test_the_models_are_what_the_migrations_build(
    servers: Servers, database: RoleUrls
) -> None:
    await asyncio.to_thread(check, database.owner)


async def test_migrations_go_up_and_down_and_up(servers: Servers, worker_id: str) -> None:
    name = f"ryad_stairs_{worker_id}"
    urls = role_urls(servers.superuser_url, PASSWORDS, name)
    await create_database(servers.superuser_url, name)
    try:
        await asyncio.to_thread(upgrade, urls.owner)
        await asyncio.to_thread(downgrade, urls.owner, "base")
        await asyncio.to_thread(upgrade, urls.owner)
    finally:
        connection = await asyncpg.connect(servers.superuser_url)
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await connection.close()
