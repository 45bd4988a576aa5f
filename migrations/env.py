"""How alembic reaches the database: as the owner, with timeouts, one transaction per migration."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.models import metadata

config = context.config


def run(connection: Connection) -> None:
    """Migrate through `connection`; statements wait for locks two seconds, not for ever."""
    connection.execute(text("SET lock_timeout = '2s'"))
    connection.execute(text("SET statement_timeout = '10min'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=True,
        include_schemas=True,
        include_name=_is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_ours(name: str | None, kind: str, parents: object) -> bool:
    return kind != "schema" or name in (None, "platform")


async def connect() -> None:
    url = config.get_main_option("sqlalchemy.url") or ""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=pool.NullPool
    )
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(connect())
