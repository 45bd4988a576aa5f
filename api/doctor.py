"""`ryad doctor`: what is reachable, what is missing, what is unsafe for production.

No finding holds a secret: addresses are named by their setting, errors by their kind.
"""

from collections.abc import AsyncIterator
from typing import Final

import asyncpg
from redis.asyncio import Redis

from api.doctor_settings import Finding, of_settings
from migrations.run import newest
from tenants.settings import Settings

OLDEST_POSTGRES: Final = 18


async def findings(settings: Settings) -> int:
    """Print each finding on a line; 1 if anything is bad, else 0."""
    bad = 0
    async for verdict, words in _all(settings):
        print(f"{verdict:>4}  {words}")
        bad += verdict == "BAD"
    return 1 if bad else 0


async def _all(settings: Settings) -> AsyncIterator[Finding]:
    for finding in of_settings(settings):
        yield finding
    places = set()
    for name in ("database_url", "database_platform_url", "database_owner_url"):
        url = getattr(settings, name).get_secret_value()
        if not url:
            is_needed = name != "database_owner_url"
            yield ("BAD" if is_needed else "warn", f"{name.upper()} is not set")
            continue
        try:
            connection = await asyncpg.connect(url, timeout=5)
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            yield ("BAD", f"{name.upper()}: cannot connect ({type(error).__name__})")
            continue
        try:
            facts = await connection.fetchrow(DATABASE_FACTS)
            assert facts is not None
            places.add((facts["database"], facts["started"]))
            for finding in _of_database(name, facts):
                yield finding
            if name == "database_owner_url":
                yield await _of_migrations(connection)
        finally:
            await connection.close()
    if len(places) > 1:
        yield ("BAD", "the DATABASE_…URL settings lead to different databases")
    async for finding in _of_redis(settings.redis_url.get_secret_value()):
        yield finding


DATABASE_FACTS: Final = """
SELECT current_user AS name, r.rolsuper AS is_super, r.rolbypassrls AS bypasses,
       EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) AS owns,
       EXISTS (SELECT FROM pg_roles stronger
               WHERE stronger.oid <> r.oid AND (stronger.rolsuper OR stronger.rolbypassrls)
               AND pg_has_role(r.oid, stronger.oid, 'MEMBER')) AS can_become_stronger,
       current_setting('server_version') AS version,
       current_setting('server_version_num')::int / 10000 AS major,
       current_setting('fsync') AS fsync,
       current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit,
       current_database() AS database, pg_postmaster_start_time() AS started
FROM pg_roles r WHERE r.rolname = current_user
"""


def _of_database(name: str, facts: asyncpg.Record) -> list[Finding]:
    """What one address leads to, and as whom."""
    setting = name.upper()
    found: list[Finding] = [("ok", f"{setting}: PostgreSQL {facts['version']} as {facts['name']}")]
    if facts["major"] < OLDEST_POSTGRES:
        found.append(("BAD", f"{setting}: PostgreSQL {OLDEST_POSTGRES} or newer is needed"))
    if name == "database_url" and (
        facts["is_super"] or facts["bypasses"] or facts["owns"] or facts["can_become_stronger"]
    ):
        found.append(("BAD", f"{setting}: this role can pass the policies; use ryad_app"))
    if name == "database_platform_url" and not facts["bypasses"]:
        found.append(("BAD", f"{setting}: this role sees no tenants; use ryad_platform"))
    if name != "database_url" and facts["is_super"]:
        found.append(("BAD", f"{setting}: a superuser, more than is needed: ./ryad db roles"))
    for danger in ("fsync", "full_page_writes"):
        if facts[danger] == "off":
            found.append(("BAD", f"{setting}: {danger} is off, a power cut spoils the data"))
    if facts["synchronous_commit"] == "off":
        found.append(("BAD", f"{setting}: synchronous_commit is off, a power cut loses orders"))
    return found


async def _of_migrations(connection: "asyncpg.Connection[asyncpg.Record]") -> Finding:
    try:
        current = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        current = None
    if current == newest():
        return ("ok", f"migrations: at {current}")
    return ("BAD", f"migrations: at {current or 'nothing'}, {newest()} wanted: ./ryad migrate")


async def _of_redis(url: str) -> AsyncIterator[Finding]:
    if not url:
        yield ("BAD", "REDIS_URL is not set")
        return
    try:
        async with Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as redis:
            facts = await redis.info()
    except Exception as error:
        yield ("BAD", f"REDIS_URL: cannot connect ({type(error).__name__})")
        return
    version = facts.get("valkey_version") or facts.get("redis_version")
    yield ("ok", f"REDIS_URL: version {version}")
    policy = facts.get("maxmemory_policy")
    if policy != "noeviction":
        yield ("warn", f"REDIS_URL: maxmemory-policy is {policy}: wake-ups may be dropped")
