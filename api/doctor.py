"""`ryad doctor`: what is reachable, what is missing, what is unsafe for production."""

from collections.abc import AsyncIterator
from typing import Final, Literal
from urllib.parse import urlsplit

import asyncpg
from redis.asyncio import Redis

from migrations.run import newest
from tenants.settings import Settings
from tenants.vault import BadMasterKeys, parse_master_keys

Verdict = Literal["ok", "warn", "BAD"]
SHORTEST_LINK_KEY: Final = 32


async def findings(settings: Settings) -> int:
    """Print each finding on a line; 1 if anything is bad, else 0."""
    bad = 0
    async for verdict, words in _all(settings):
        print(f"{verdict:>4}  {words}")
        bad += verdict == "BAD"
    return 1 if bad else 0


async def _all(settings: Settings) -> AsyncIterator[tuple[Verdict, str]]:
    for finding in _of_settings(settings):
        yield finding
    async for finding in _of_database(settings):
        yield finding
    yield await _of_redis(settings)


def _of_settings(settings: Settings) -> list[tuple[Verdict, str]]:
    found: list[tuple[Verdict, str]] = []
    try:
        keys = parse_master_keys(settings.secret_keys.get_secret_value())
        found.append(("ok", f"SECRET_KEYS: {', '.join(keys.ids)}, current {keys.current}"))
    except BadMasterKeys as error:
        found.append(("BAD", f"SECRET_KEYS: {error}; make one with: openssl rand -base64 32"))
    links = [key for key in settings.link_keys.get_secret_value().split(",") if key]
    if not links or any(len(key) < SHORTEST_LINK_KEY for key in links):
        found.append(
            ("BAD", f"LINK_KEYS: {SHORTEST_LINK_KEY} random characters or more are needed")
        )
    public = urlsplit(settings.public_url)
    if public.scheme != "https":
        found.append(("warn", f"PUBLIC_URL is {settings.public_url}: keys travel unencrypted"))
    if settings.platform_domain == "localhost":
        found.append(("warn", "PLATFORM_DOMAIN is localhost: shops have no reachable hosts"))
    if not settings.smtp_url.get_secret_value():
        found.append(("warn", "SMTP_URL is not set: letters wait in the queue"))
    if settings.exploring:
        found.append(("warn", "EXPLORING is on: the schema is open to the anonymous"))
    if settings.private_addresses_allowed:
        found.append(("BAD", "PRIVATE_ADDRESSES_ALLOWED is on: feeds can reach your own network"))
    return found


ROLE_FACTS = """
SELECT current_user AS name, r.rolsuper AS is_super, r.rolbypassrls AS bypasses,
       EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) AS owns,
       current_setting('server_version') AS version,
       current_setting('fsync') AS fsync
FROM pg_roles r WHERE r.rolname = current_user
"""


async def _of_database(settings: Settings) -> AsyncIterator[tuple[Verdict, str]]:
    for name in ("database_url", "database_platform_url", "database_owner_url"):
        url = getattr(settings, name).get_secret_value()
        if not url:
            needed = name != "database_owner_url"
            yield ("BAD" if needed else "warn", f"{name.upper()} is not set")
            continue
        try:
            connection = await asyncpg.connect(url, timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            yield ("BAD", f"{name.upper()}: cannot connect ({type(error).__name__})")
            continue
        try:
            role = await connection.fetchrow(ROLE_FACTS)
            assert role is not None
            yield ("ok", f"{name.upper()}: PostgreSQL {role['version']} as {role['name']}")
            if name == "database_url" and (role["is_super"] or role["bypasses"] or role["owns"]):
                yield ("BAD", "DATABASE_URL: this role can pass the policies; use ryad_app")
            if role["fsync"] == "off":
                yield ("BAD", "the server runs with fsync off: a power cut loses orders")
            if name == "database_owner_url":
                yield await _of_migrations(connection)
        finally:
            await connection.close()


async def _of_migrations(
    connection: "asyncpg.Connection[asyncpg.Record]",
) -> tuple[Verdict, str]:
    try:
        current = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        current = None
    if current == newest():
        return ("ok", f"migrations: at {current}")
    return ("BAD", f"migrations: at {current or 'nothing'}, {newest()} wanted: ./ryad migrate")


async def _of_redis(settings: Settings) -> tuple[Verdict, str]:
    url = settings.redis_url.get_secret_value()
    if not url:
        return ("BAD", "REDIS_URL is not set")
    redis = Redis.from_url(url, socket_timeout=5)
    try:
        facts = await redis.info("server")
        version = facts.get("valkey_version") or facts.get("redis_version")
        return ("ok", f"REDIS_URL: version {version}")
    except Exception as error:
        return ("BAD", f"REDIS_URL: cannot connect ({type(error).__name__})")
    finally:
        await redis.aclose()
