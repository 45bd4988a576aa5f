"""The schema keeps tenants apart, and this test sees it when a single policy or key is gone."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from migrations.run import check, downgrade, upgrade
from tenants.roles import RoleUrls, create_database, role_urls
from tests.conftest import PASSWORDS, Servers
from tests.houserules.catalog import Connection, complaints

pytestmark = pytest.mark.anyio


@pytest.fixture
async def superuser(servers: Servers, database: RoleUrls) -> AsyncIterator[Connection]:
    name = database.app.rpartition("/")[2]
    connection = await asyncpg.connect(servers.superuser_url, database=name)
    yield connection
    await connection.close()


async def test_every_table_keeps_tenants_apart(superuser: Connection) -> None:
    assert await complaints(superuser) == []


BREAKS = """
SELECT format('DROP POLICY %I ON %I.%I', policyname, schemaname, tablename) AS break
FROM pg_policies WHERE policyname = 'own_tenant'
UNION ALL
SELECT format('ALTER TABLE %I.%I NO FORCE ROW LEVEL SECURITY', schemaname, tablename)
FROM pg_policies WHERE policyname = 'own_tenant'
UNION ALL
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname)
FROM pg_constraint JOIN pg_policies ON format('%I.%I', schemaname, tablename)::regclass = conrelid
WHERE contype = 'p' AND policyname = 'own_tenant'
UNION ALL
SELECT format('ALTER TABLE %I.%I DISABLE ROW LEVEL SECURITY', schemaname, tablename)
FROM pg_policies WHERE policyname = 'own_tenant'
"""
"""One statement for each guard that could be lost."""


async def test_the_loss_of_any_one_guard_is_seen(superuser: Connection) -> None:
    breaks = [row["break"] for row in await superuser.fetch(BREAKS)]
    assert len(breaks) > 20
    unseen = []
    for statement in breaks:
        undo = superuser.transaction()
        await undo.start()
        await superuser.execute(statement)
        if not await complaints(superuser):
            unseen.append(statement)
        await undo.rollback()
    assert unseen == []


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
