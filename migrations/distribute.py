"""From one PostgreSQL to a distributed one: each tenant's rows on one node, by `tenant_id`.

Needs the Citus extension, which only a superuser can create. The platform's tables stay on the
coordinator. Running it again changes nothing.
"""

import asyncpg

TENANT_TABLES = """
SELECT c.relname AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
WHERE n.nspname = 'public' AND c.relkind = 'r'
ORDER BY c.relname
"""
FOREIGN_KEYS = """
SELECT conrelid::regclass::text AS name, confrelid::regclass::text AS target
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
  AND conrelid <> confrelid
"""


async def distribute(owner_url: str) -> int:
    """Distribute every tenant table, empty or filled; 0 when done, 1 when it cannot be."""
    connection = await asyncpg.connect(owner_url)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_extension WHERE extname = 'citus'"):
            print(
                "not distributed: this PostgreSQL has no citus extension. Install Citus 13 or "
                "newer, add it to shared_preload_libraries; a superuser: CREATE EXTENSION citus"
            )
            return 1
        done = {
            row["name"]
            for row in await connection.fetch(
                "SELECT logicalrelid::text AS name FROM pg_dist_partition"
            )
        }
        first: str | None = None
        for name in await _targets_first(connection):
            if name not in done:
                await connection.execute(
                    "SELECT create_distributed_table($1, 'tenant_id', colocate_with => $2)",
                    name,
                    first or "default",
                )
                print(f"distributed {name}")
            first = first or name
    finally:
        await connection.close()
    print("set TENANT_SETTING=transaction: the nodes are told the tenant by SET LOCAL")
    return 0


async def _targets_first(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    """Tenant tables, each after those that its foreign keys lead to."""
    names = [row["name"] for row in await connection.fetch(TENANT_TABLES)]
    targets: dict[str, set[str]] = {name: set() for name in names}
    for row in await connection.fetch(FOREIGN_KEYS):
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
