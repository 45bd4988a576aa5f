"""From one PostgreSQL to a distributed one: each tenant's rows on one node, by `tenant_id`.

Needs the Citus extension, which only a superuser can create. The platform's tables stay on the
coordinator. Running it again changes nothing; one that was cut short goes on where it was.
"""

from typing import TypeAlias

import asyncpg

from migrations.policies import MINE

TENANT_TABLES = """
SELECT c.relname AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
WHERE n.nspname = 'public' AND c.relkind = 'r' AND relation_is_a_known_shard(c.oid) IS NOT TRUE
ORDER BY c.relname
"""
FOREIGN_KEYS = """
SELECT conrelid::regclass::text AS name, confrelid::regclass::text AS target
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
  AND conrelid <> confrelid
"""
FUNCTIONS = """
SELECT p.oid::regprocedure::text AS name FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""

NO_EXTENSION = (
    "not distributed: this database has no citus extension. Install Citus 14 or newer on each "
    "server, add it to shared_preload_libraries; then, as a superuser: CREATE EXTENSION citus"
)
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def distribute(owner_url: str) -> int:
    """Distribute every tenant table, empty or filled; 0 when done, 1 when it cannot be."""
    connection = await asyncpg.connect(owner_url)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_extension WHERE extname = 'citus'"):
            print(NO_EXTENSION)
            return 1
        await _share_functions(connection)
        names = await _targets_first(connection)
        done = {
            row["name"]
            for row in await connection.fetch(
                "SELECT logicalrelid::text AS name FROM pg_dist_partition"
            )
        }
        beside = next((name for name in names if name in done), "none")
        for name in names:
            if name not in done:
                await _distribute_table(connection, name, beside)
                print(f"distributed {name}")
                beside = name
        for name in names:
            # What was copied to the nodes would outlive its tenant here.
            await connection.execute(
                "SELECT truncate_local_data_after_distributing_table($1::text::regclass)", name
            )
            # The nodes have never seen these rows; without statistics lists run into their time.
            await connection.execute(f"ANALYZE {name}")
    finally:
        await connection.close()
    print("set TENANT_SETTING=transaction: the nodes are told the tenant by SET LOCAL")
    return 0


async def _distribute_table(connection: Connection, name: str, beside: str) -> None:
    """Copy a table's rows to the nodes; the owner may, while row security is not forced on it.

    Citus 14 forgets on the nodes that a policy is restrictive; beside the one that lets everyone
    in it would keep nobody out. So the tenant's own stays alone, and lets in its rows only.
    """
    async with connection.transaction():
        for policy in ("everyone", "own_tenant"):
            await connection.execute(f"DROP POLICY {policy} ON {name}")
        await connection.execute(
            f"CREATE POLICY own_tenant ON {name} USING ({MINE}) WITH CHECK ({MINE})"
        )
        await connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
        await connection.execute(
            "SELECT create_distributed_table($1::text::regclass, 'tenant_id', colocate_with => $2)",
            name,
            beside,
        )
        await connection.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")


async def _share_functions(connection: Connection) -> None:
    """Let the nodes have the functions that statements on tenants' tables use."""
    for row in await connection.fetch(FUNCTIONS):
        await connection.execute(
            "SELECT create_distributed_function($1::text::regprocedure)", row["name"]
        )


async def _targets_first(connection: Connection) -> list[str]:
    """Tenant tables, each after those that its foreign keys lead to."""
    names = [row["name"] for row in await connection.fetch(TENANT_TABLES)]
    targets: dict[str, set[str]] = {name: set() for name in names}
    for row in await connection.fetch(FOREIGN_KEYS):
        if row["name"] in targets:
            targets[row["name"]].add(row["target"])
    ordered: list[str] = []
    while targets:
        ready = sorted(name for name, wanted in targets.items() if wanted <= set(ordered))
        if not ready:
            raise RuntimeError(f"these tables lead to each other in a circle: {sorted(targets)}")
        ordered += ready
        for name in ready:
            del targets[name]
    return ordered
