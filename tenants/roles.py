"""The three database roles: owner for migrations, application, platform; made once by a superuser.

The application's role owns nothing and cannot bypass policies. The platform's role can; it owns
the few functions that look past tenants. `ryad db roles` runs this against a real server.
"""

import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg

OWNER: Final = "ryad_owner"
APP: Final = "ryad_app"
PLATFORM: Final = "ryad_platform"

WHEN_DISTRIBUTED: Final = {
    # SET LOCAL, which tells the tenant, reaches the nodes only so.
    "citus.propagate_set_commands": "local",
    # Hiding the shards from the catalog makes asyncpg's look at a type take many seconds.
    "citus.override_table_visibility": "off",
}
"""Settings of each role for Citus; they mean nothing to a PostgreSQL without it."""


@dataclass(frozen=True, slots=True)
class RoleUrls:
    """A connection address for each role."""

    owner: str
    app: str
    platform: str


def role_urls(url: str, passwords: dict[str, str], database: str) -> RoleUrls:
    """The same server as `url`, but as each role and in `database`."""

    def of(role: str) -> str:
        parts = urlsplit(url)
        netloc = f"{role}:{quote(passwords[role], safe='')}@{parts.netloc.rpartition('@')[2]}"
        return urlunsplit(parts._replace(netloc=netloc, path=f"/{database}"))

    return RoleUrls(of(OWNER), of(APP), of(PLATFORM))


def new_role_urls(url: str, database: str) -> RoleUrls:
    """Addresses with new random passwords, on the server of `url`."""
    passwords = {role: secrets.token_urlsafe(24) for role in (OWNER, APP, PLATFORM)}
    return role_urls(url, passwords, database)


def passwords_of(urls: RoleUrls) -> dict[str, str]:
    """The passwords inside the addresses, by role."""
    return {
        role: unquote(urlsplit(url).password or "")
        for role, url in ((OWNER, urls.owner), (APP, urls.app), (PLATFORM, urls.platform))
    }


async def create_roles(superuser_url: str, passwords: dict[str, str]) -> None:
    """Make the roles, or bring them to this state again; `passwords` by role name."""
    connection = await asyncpg.connect(superuser_url)
    try:
        for role, powers in {
            OWNER: "NOBYPASSRLS",
            APP: "NOBYPASSRLS",
            PLATFORM: "BYPASSRLS",
        }.items():
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await connection.execute(f"CREATE ROLE {role}")
            secret = await connection.fetchval("SELECT quote_literal($1::text)", passwords[role])
            await connection.execute(
                f"ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEROLE {powers} PASSWORD {secret}"
            )
            for setting, value in WHEN_DISTRIBUTED.items():
                await connection.execute(f"ALTER ROLE {role} SET {setting} = '{value}'")
        await connection.execute(f"GRANT {PLATFORM} TO {OWNER}")
        # For functions with that setting, made where nothing has loaded its extension yet.
        await connection.execute(f"GRANT SET ON PARAMETER pg_trgm.similarity_threshold TO {OWNER}")
    finally:
        await connection.close()


async def create_database(superuser_url: str, name: str, template: str | None = None) -> None:
    """Make an empty database (or a copy of `template`) that belongs to the owner role."""
    connection = await asyncpg.connect(superuser_url)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            copied = f" TEMPLATE {template}" if template else ""
            await connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER}{copied}')
            await connection.execute(f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')
            await connection.execute(
                f'GRANT CONNECT, TEMP ON DATABASE "{name}" TO {APP}, {PLATFORM}'
            )
    finally:
        await connection.close()
