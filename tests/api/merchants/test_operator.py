"""The operator's commands, run as a shell runs them: what they print and what they leave."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import select

from api.operator import find_keys, rotate_keys
from domain.merchants.reception import Reception
from domain.merchants.secrets import current_key
from tenants.database import Pool
from tenants.ledger import AuditEntry
from tenants.platform import platform_scope
from tenants.platform_tables import DataKey, PlatformAccess
from tenants.roles import RoleUrls
from tenants.scope import TenantScope
from tenants.vault import SecretUnreadable, new_master_key, parse_master_keys
from tests.api.merchants.conftest import Office
from tests.master_keys import MASTER_KEYS

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[3]
LOOK = "{ brands(first: 1) { nodes { id } } }"
Ryad: TypeAlias = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def ryad(database: RoleUrls) -> Ryad:
    """`ryad("keys", "rotate")` -> exit code and all that was printed."""

    async def run(*words: str, secret_keys: str = MASTER_KEYS, **more: str) -> tuple[int, str]:
        settings = {
            "DATABASE_PLATFORM_URL": database.platform,
            "SECRET_KEYS": secret_keys,
            **more,
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api.cli", *words),
            cwd=ROOT,
            env=settings,
            stdout=PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        return process.returncode or 0, printed.decode()

    return run


async def reasons(platform_pool: Pool) -> set[str]:
    scope = await platform_scope(platform_pool, reason="test")
    async with scope.writing() as unit:
        return {row["reason"] for row in await unit.rows(select(PlatformAccess.reason))}


async def test_a_merchant_is_suspended_and_resumed(
    ryad: Ryad, office: Office, pool: Pool, platform_pool: Pool
) -> None:
    code, printed = await ryad("merchant", "suspend", office.handle, "--reason", "unpaid")
    assert (code, office.handle in printed) == (0, True)
    assert await office.program.code(LOOK) == "FORBIDDEN"
    code, printed = await ryad("merchant", "suspend", office.handle, "--reason", "again")
    assert (code, printed.count("\n")) == (1, 1)
    assert (await ryad("merchant", "resume", office.handle))[0] == 0
    await office.program.ask(LOOK)
    done = select(AuditEntry.action, AuditEntry.actor).order_by(AuditEntry.sequence.desc()).limit(2)
    assert [tuple(row) for row in await TenantScope(pool, office.tenant_id).reading.rows(done)] == [
        ("merchantResume", "platform"),
        ("merchantSuspend", "platform"),
    ]
    assert {"suspension", "end of a suspension"} <= await reasons(platform_pool)


async def test_a_leaked_key_leads_to_its_owner(
    office: Office, neighbour: Office, reception: Reception, capsys: pytest.CaptureFixture[str]
) -> None:
    key = office.keys["secret", "live"]
    for text in (key, key[:12], f"token = '{key}'\n"):
        assert await find_keys(reception, text) == 0
        printed = capsys.readouterr().out
        assert f"  {office.handle}  " in printed
        assert neighbour.handle not in printed
        assert key not in printed
    assert await find_keys(reception, "sk_live_none") == 1
    assert office.handle not in capsys.readouterr().out
    assert "search for leaked keys" in await reasons(reception.platform)


async def test_master_keys_rotate(
    office: Office, reception: Reception, pool: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    scope = TenantScope(pool, office.tenant_id)
    async with scope.writing("test") as uow:
        await current_key(uow, reception.masters)
    fresh = f"k2:{new_master_key()}"
    turned = replace(reception, masters=parse_master_keys(f"{fresh},{MASTER_KEYS}"))
    wrapped_by = select(DataKey.kek_id)
    await rotate_keys(turned)
    assert await scope.reading.value(wrapped_by) == "k2"
    assert "under k2" in capsys.readouterr().out
    await rotate_keys(turned)
    assert capsys.readouterr().out.startswith("0 ")
    with pytest.raises(SecretUnreadable, match="k2"):
        await rotate_keys(reception)
    # The other tests go on with the old key.
    await rotate_keys(replace(turned, masters=parse_master_keys(f"{MASTER_KEYS},{fresh}")))
    assert await scope.reading.value(wrapped_by) == "k1"
    assert "rotation of master keys" in await reasons(reception.platform)


async def test_trouble_is_one_line(ryad: Ryad) -> None:
    code, printed = await ryad("keys", "rotate", secret_keys="k1:short")
    assert (code, printed.count("\n")) == (1, 1)
    assert printed.startswith("ryad: ")
    code, printed = await ryad("doctor", POOL_SIZE="many")
    assert (code, printed.count("\n")) == (1, 1)
    assert printed.startswith("ryad: POOL_SIZE: ")
