"""./ryad shell, typed into as an operator would."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest
from sqlalchemy import select

from tenants.database import Pool
from tenants.ledger import AuditEntry
from tenants.roles import RoleUrls
from tenants.scope import TenantScope
from tests.api.merchants.conftest import Office
from tests.master_keys import MASTER_KEYS

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]


async def said_to(typed: str, database: RoleUrls) -> str:
    """All that a shell says to what is typed, prompts included."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "api.cli", "shell"),
        cwd=ROOT,
        env={
            "DATABASE_URL": database.app,
            "DATABASE_PLATFORM_URL": database.platform,
            "SECRET_KEYS": MASTER_KEYS,
        },
        stdin=PIPE,
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await process.communicate(typed.encode())
    assert process.returncode == 0
    return said.decode()


async def test_a_shop_is_opened_by_its_handle(
    office: Office, neighbour: Office, database: RoleUrls, pool: Pool
) -> None:
    typed = f"""
from sqlalchemy import select
from domain.merchants.tables import Shop
ours = await shop("{office.handle}")
theirs = await shop("{neighbour.handle}")
"there:", *await theirs.reading.rows(select(Shop.id))
"here:", *await ours.reading.rows(select(Shop.id))
async with ours.writing("lookAround") as uow:
    uow.record("test.looked")

"""
    there, _, here = (await said_to(typed, database)).partition("'here:'")
    assert f"'there:', <Record id={neighbour.tenant_id!r}>)" in there
    assert here.startswith(f", <Record id={office.tenant_id!r}>)")
    last = select(AuditEntry.action, AuditEntry.actor).order_by(AuditEntry.sequence.desc())
    found = await TenantScope(pool, office.tenant_id).reading.row(last.limit(1))
    assert found is not None
    assert tuple(found) == ("lookAround", "platform")


async def test_what_fails_does_not_end_it(database: RoleUrls) -> None:
    said = await said_to('await shop("nobody-there")\n"still " + "here"\n', database)
    assert "NotFound" in said
    assert "still here" in said
    assert MASTER_KEYS not in await said_to("settings\n", database)
