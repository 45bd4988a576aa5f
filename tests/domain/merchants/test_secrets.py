"""Secrets at rest: opened by their own space, through every rotation, and never after the end."""

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select, update

from domain.errors import DomainError, NotFound
from domain.merchants.reception import Reception
from domain.merchants.secrets import (
    list_secrets,
    open_secret,
    remove_secret,
    reseal_secrets,
    rewrap_data_keys,
    rotate_data_key,
    set_secret,
)
from domain.merchants.tables import TenantSecret
from tenants.database import Pool
from tenants.jobs import Job
from tenants.ledger import AuditEntry
from tenants.platform_tables import DataKey
from tenants.scope import TenantScope
from tenants.vault import MasterKeys, SecretUnreadable, new_master_key, parse_master_keys
from tests.domain.merchants.merchants import Merchant

pytestmark = pytest.mark.anyio

CANARY = "canary-of-a-provider"


async def keep(
    scope: TenantScope, masters: MasterKeys, secret: str = CANARY, name: str = "stripe"
) -> None:
    async with scope.writing("secretSet") as uow:
        await set_secret(uow, masters, name=name, secret=secret)


async def shown(scope: TenantScope, masters: MasterKeys, name: str = "stripe") -> str:
    return (await open_secret(scope.reading, masters, name=name)).reveal().decode()


async def test_a_secret_is_replaced_listed_by_name_and_removed(
    reception: Reception, merchant: Merchant
) -> None:
    scope, masters = merchant.scope(), reception.masters
    await keep(scope, masters)
    await keep(scope, masters, "the second")
    assert await shown(scope, masters) == "the second"
    [listed] = await list_secrets(scope.reading)
    assert set(listed.keys()) == {"id", "name", "created_at", "updated_at"}
    async with scope.writing("secretRemove") as uow:
        await remove_secret(uow, name="stripe")
    with pytest.raises(NotFound):
        await shown(scope, masters)
    for name, secret in (("", "x"), ("x", "")):
        with pytest.raises(DomainError):
            await keep(scope, masters, secret, name)


async def test_it_lies_nowhere_in_the_clear(reception: Reception, merchant: Merchant) -> None:
    await keep(merchant.scope(), reception.masters)
    reading = merchant.scope().reading
    row = await reading.row(select(TenantSecret.sealed))
    assert row
    assert CANARY.encode() not in row["sealed"]
    audit = await reading.rows(select(AuditEntry.changes))
    assert CANARY not in str(audit)
    assert CANARY not in repr(await open_secret(reading, reception.masters, name="stripe"))


async def test_no_other_space_opens_it(
    reception: Reception, pool: Pool, merchant: Merchant, neighbour: Merchant
) -> None:
    masters = reception.masters
    await keep(merchant.scope(), masters)
    await keep(neighbour.scope(), masters, "theirs")
    twin = TenantScope(pool, merchant.opened.test_tenant_id)
    with pytest.raises(NotFound):
        await shown(twin, masters)
    mine = await merchant.scope().reading.row(select(TenantSecret.sealed, TenantSecret.key_id))
    assert mine
    async with neighbour.scope().writing("test") as uow:
        await uow.execute(update(TenantSecret).values(sealed=mine["sealed"]))
    with pytest.raises(SecretUnreadable):
        await shown(neighbour.scope(), masters)


async def test_a_hundred_first_secrets_make_one_key(
    reception: Reception, merchant: Merchant
) -> None:
    scope = merchant.scope()
    await asyncio.gather(
        *(keep(scope, reception.masters, name=f"secret {number}") for number in range(100))
    )
    assert await scope.reading.value(select(func.count()).select_from(DataKey)) == 1
    assert await shown(scope, reception.masters, "secret 73") == CANARY


async def test_master_keys_rotate_under_live_traffic(
    reception: Reception,
    merchant: Merchant,
    neighbour: Merchant,
    superuser: "asyncpg.Connection[Any]",
) -> None:
    """Both settings in turn: old and new keys together, then the new one alone."""
    # Other tests have put keys into this database that never were any.
    await superuser.execute("DELETE FROM platform.data_key WHERE starts_with(kek_id, 'canary')")
    for one in (merchant, neighbour):
        await keep(one.scope(), reception.masters)
    old, new = parse_setting(reception.masters)
    both = replace(reception, masters=new)
    reads = 0

    async def read() -> None:
        nonlocal reads
        while not done:
            assert await shown(merchant.scope(), both.masters) == CANARY
            reads += 1

    done = False
    reader = asyncio.create_task(read())
    assert await rewrap_data_keys(both) >= 2
    done = True
    await reader
    assert reads >= 1
    assert await rewrap_data_keys(both) == 0
    only = MasterKeys(new.current, {new.current: new._keys[new.current]})
    for one in (merchant, neighbour):
        assert await shown(one.scope(), only) == CANARY
    with pytest.raises(SecretUnreadable):
        await shown(merchant.scope(), old)
    # The other tests go on with the old key.
    assert await rewrap_data_keys(replace(reception, masters=turned(new))) >= 2


def parse_setting(old: MasterKeys) -> tuple[MasterKeys, MasterKeys]:
    fresh = parse_master_keys(f"k2:{new_master_key()}")
    return old, MasterKeys("k2", {**fresh._keys, **old._keys})


def turned(both: MasterKeys) -> MasterKeys:
    return MasterKeys("k1", both._keys)


async def test_a_data_key_rotates_and_the_old_secrets_follow(
    reception: Reception, merchant: Merchant
) -> None:
    scope, masters = merchant.scope(), reception.masters
    for number in range(3):
        await keep(scope, masters, name=f"secret {number}")
    async with scope.writing("dataKeyRotate") as uow:
        await rotate_data_key(uow, masters)
    keys = select(func.count(func.distinct(TenantSecret.key_id)))
    assert await shown(scope, masters, "secret 1") == CANARY
    await keep(scope, masters, name="new")
    assert await scope.reading.value(keys) == 2
    queued = select(func.count()).where(Job.kind == "secrets.reseal", Job.state == "queued")
    assert await scope.reading.value(queued) == 1
    async with scope.writing("secrets.reseal") as uow:
        assert await reseal_secrets(uow, masters) == {"resealed": 3}
    assert await scope.reading.value(keys) == 1
    assert await shown(scope, masters, "secret 1") == CANARY
    async with scope.writing("secrets.reseal") as uow:
        assert await reseal_secrets(uow, masters) == {"resealed": 0}
