"""Every table, every verb, with no tenant and with another's: nothing is seen, nothing changes."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tenants.roles import RoleUrls
from tests.conftest import TwoTenants
from tests.seeds import seed_everything, tenant_tables

pytestmark = pytest.mark.anyio


async def attempt(
    connection: "asyncpg.Connection[Any]", tenant_id: UUID | None, statement: str, *values: Any
) -> str:
    """What comes of a statement of the application's role: a count of rows, or the refusal."""
    undo = connection.transaction()
    await undo.start()
    try:
        if tenant_id:
            await connection.execute(f"SET LOCAL app.tenant_id = '{tenant_id}'")
        rows = await connection.fetch(statement, *values)
        return str(len(rows))
    except asyncpg.InsufficientPrivilegeError:
        return "denied"
    finally:
        await undo.rollback()


async def test_no_verb_reaches_another_tenants_row(
    superuser: "asyncpg.Connection[Any]", database: RoleUrls, tenants: TwoTenants
) -> None:
    seeded = await seed_everything(superuser, tenants.neighbour)
    app = await asyncpg.connect(database.app)
    reached: list[str] = []
    for table in tenant_tables():
        name, row = table.fullname, seeded[table.fullname]
        for tenant_id in (None, tenants.ours):
            for verb, statement, values in (
                ("select", f"SELECT 1 FROM {name} WHERE tenant_id = $1", [tenants.neighbour]),
                ("select all", f"SELECT 1 FROM {name} WHERE tenant_id <> $1", [tenants.ours]),
                (
                    "update",
                    f"UPDATE {name} SET tenant_id = tenant_id WHERE tenant_id = $1 RETURNING 1",
                    [tenants.neighbour],
                ),
                (
                    "delete",
                    f"DELETE FROM {name} WHERE tenant_id = $1 RETURNING 1",
                    [tenants.neighbour],
                ),
            ):
                came = await attempt(app, tenant_id, statement, *values)
                if came not in ("0", "denied"):
                    reached.append(f"{verb} {name} as {tenant_id}: {came}")
            columns = [column.name for column in table.columns if column.computed is None]
            listed = ", ".join(f'"{column}"' for column in columns)
            came = await attempt(
                app,
                tenant_id,
                f"INSERT INTO {name} ({listed}) SELECT {listed} FROM "
                f"jsonb_populate_record(NULL::{name}, $1::jsonb) RETURNING 1",
                _as_json(row),
            )
            if came != "denied":
                reached.append(f"insert {name} as {tenant_id}: {came}")
    await app.close()
    assert reached == []
    assert len(tenant_tables()) > 60


async def test_the_owner_of_the_row_does_reach_it(
    superuser: "asyncpg.Connection[Any]", database: RoleUrls, tenants: TwoTenants
) -> None:
    """The matrix above would pass on an empty database; this one would not."""
    await seed_everything(superuser, tenants.ours)
    app = await asyncpg.connect(database.app)
    for table in tenant_tables():
        came = await attempt(app, tenants.ours, f"SELECT 1 FROM {table.fullname}")
        assert came not in ("0",), table.fullname
    await app.close()


def _as_json(row: dict[str, Any]) -> str:
    import orjson

    def plain(value: Any) -> Any:
        if isinstance(value, asyncpg.BitString):
            return value.as_string().replace(" ", "")
        if isinstance(value, asyncpg.Range):
            return "empty"  # it is made of other columns, whatever is said
        return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)

    ready = {
        name: orjson.loads(value) if isinstance(value, str) and value[:1] in "{[" else value
        for name, value in row.items()
    }
    return orjson.dumps(ready, default=plain).decode()
