"""API keys: no more than their maker may, revoked at once, found again when leaked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from domain.errors import DomainError, Invalid, LimitReached, NotAllowed, NotFound
from domain.merchants.api_keys import (
    MOST_KEYS,
    NewKey,
    create_key,
    find_leaked,
    rename_key,
    revoke_key,
    rotate_key,
)
from domain.merchants.queries import keys_of
from domain.merchants.reception import Reception
from domain.merchants.tables import UsageCounter
from tenants.database import Pool
from tenants.identify import Caller, caller_by_key
from tenants.ledger import AuditEntry, EventRow
from tenants.platform_tables import ApiKey
from tenants.tokens import parse_key
from tests.domain.merchants.merchants import Act, Merchant, seen_from, staff

pytestmark = pytest.mark.anyio


async def make(merchant: Merchant, **more: Any) -> NewKey:
    told = {"kind": "secret", "mode": "live", "name": "Касса", "scopes": ["orders:read"], **more}
    async with merchant.scope().writing("apiKeyCreate") as uow:
        return await create_key(uow, **told)


async def opens(pool: Pool, key: NewKey) -> Caller | None:
    return await caller_by_key(pool, parse_key(key.text).digest, seen_from())


async def test_a_key_opens_one_space_with_its_scopes(pool: Pool, merchant: Merchant) -> None:
    key = await make(merchant, mode="test", trusted_only=True)
    found = await opens(pool, key)
    assert found
    assert found.tenant_id == merchant.opened.test_tenant_id
    assert found.principal.permissions == {"orders:read"}
    assert found.trusted_only
    assert key.text not in repr(key)


async def test_a_key_is_shown_once_and_kept_nowhere(merchant: Merchant) -> None:
    key = await make(merchant)
    reading = merchant.scope().reading
    rows = [dict(row) for row in await reading.rows(keys_of(None, revoked=True))]
    events = await reading.rows(select(EventRow.payload))
    audit = await reading.rows(select(AuditEntry.changes))
    for found in (rows, events, audit):
        assert key.text not in str(found)
    assert key.prefix in str(rows)
    assert not [name for row in rows for name in row if "hash" in name]


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"scopes": []}, Invalid),
        ({"scopes": ["orders:fly"]}, Invalid),
        ({"kind": "publishable"}, Invalid),
        ({"name": " "}, DomainError),
    ],
)
async def test_a_key_that_cannot_be_is_refused(
    merchant: Merchant, told: dict[str, Any], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        await make(merchant, **told)


async def test_nobody_makes_a_key_that_may_more_than_he(merchant: Merchant) -> None:
    maker = staff("keys:write", "orders:read")
    for scopes in (["orders:write"], ["*"]):
        with pytest.raises(NotAllowed):
            async with merchant.scope(maker).writing("apiKeyCreate") as uow:
                await create_key(uow, kind="secret", mode="live", name="К", scopes=scopes)
    with pytest.raises(NotAllowed):
        # Nor takes over one that may, by rotating it.
        async with merchant.scope(maker).writing("apiKeyRotate") as uow:
            await rotate_key(uow, merchant.key("secret").id)


async def test_a_revoked_key_is_refused_on_the_next_request(pool: Pool, merchant: Merchant) -> None:
    key = await make(merchant)
    assert await opens(pool, key)
    async with merchant.scope().writing("apiKeyRevoke") as uow:
        await revoke_key(uow, key.id)
    assert await opens(pool, key) is None
    with pytest.raises(NotFound):
        async with merchant.scope().writing("apiKeyRevoke") as uow:
            await revoke_key(uow, key.id)


async def test_an_expired_key_is_refused(pool: Pool, merchant: Merchant) -> None:
    async with merchant.scope().writing("apiKeyCreate") as uow:
        soon = uow.now + timedelta(hours=1)
        key = await create_key(
            uow, kind="secret", mode="live", name="К", scopes=["orders:read"], expires_at=soon
        )
        with pytest.raises(Invalid):
            await create_key(
                uow,
                kind="secret",
                mode="live",
                name="К",
                scopes=["orders:read"],
                expires_at=uow.now,
            )
    assert await opens(pool, key)
    async with merchant.scope().writing("test") as uow:
        await uow.execute(
            update(ApiKey)
            .where(ApiKey.id == key.id)
            .values(expires_at=uow.now - timedelta(seconds=1))
        )
    assert await opens(pool, key) is None


async def test_rotation_lets_both_keys_in_for_a_while(pool: Pool, merchant: Merchant) -> None:
    old = await make(merchant)
    async with merchant.scope().writing("apiKeyRotate") as uow:
        with pytest.raises(Invalid):
            await rotate_key(uow, old.id, overlap=timedelta(hours=73))
        new = await rotate_key(uow, old.id, overlap=timedelta(hours=72))
    assert await opens(pool, old)
    found = await opens(pool, new)
    assert found
    assert found.principal.permissions == {"orders:read"}
    with pytest.raises(NotAllowed):
        async with merchant.scope().writing("apiKeyRotate") as uow:
            await rotate_key(uow, old.id)
    async with merchant.scope().writing("apiKeyRotate") as uow:
        newest = await rotate_key(uow, new.id, overlap=timedelta())
    assert await opens(pool, new) is None
    assert await opens(pool, newest)


async def test_a_key_for_a_time_is_followed_by_one_for_as_long(
    pool: Pool, merchant: Merchant
) -> None:
    async with merchant.scope().writing("apiKeyCreate") as uow:
        old = await create_key(
            uow,
            kind="secret",
            mode="live",
            name="Партнёр",
            scopes=["orders:read"],
            expires_at=uow.now + timedelta(days=30),
        )
    async with merchant.scope().writing("apiKeyRotate") as uow:
        new = await rotate_key(uow, old.id)
        ends = await uow.value(select(ApiKey.expires_at).where(ApiKey.id == new.id))
        assert ends == uow.now + timedelta(days=30)


async def test_last_use_is_written(pool: Pool, merchant: Merchant) -> None:
    key = await make(merchant)
    used = select(ApiKey.last_used_at).where(ApiKey.id == key.id)
    assert await merchant.scope().reading.value(used) is None
    await opens(pool, key)
    assert await merchant.scope().reading.value(used) is not None


async def test_live_keys_are_bounded_by_the_plan_and_by_a_hundred(merchant: Merchant) -> None:
    for _ in range(6):
        await make(merchant)
    with pytest.raises(LimitReached) as refused:
        await make(merchant)
    assert refused.value.facts == {"what": "api_keys", "limit": 10, "used": 10}
    async with merchant.scope().writing("test") as uow:
        await uow.execute(
            update(UsageCounter).where(UsageCounter.what == "api_keys").values(allowed=None)
        )
    for _ in range(MOST_KEYS - 10):
        await make(merchant)
    with pytest.raises(LimitReached) as refused:
        await make(merchant)
    assert refused.value.facts["used"] == MOST_KEYS
    # What ended by itself makes room.
    async with merchant.scope().writing("test") as uow:
        await uow.execute(update(ApiKey).values(expires_at=uow.now - timedelta(days=1)))
    await make(merchant)


async def test_a_leaked_key_is_found_in_any_text_whole_or_by_its_beginning(
    reception: Reception, merchant: Merchant, neighbour: Merchant
) -> None:
    mine, theirs = merchant.key("secret"), neighbour.key("publishable", "test")
    false = mine.text[:-1] + ("a" if mine.text[-1] != "a" else "b")
    text = f'curl -H "Authorization: Bearer {mine.text}" # {false}\nkey={theirs.prefix}…'
    found = await find_leaked(reception, text)
    assert {(row["tenant_id"], row["id"]) for row in found} >= {
        (merchant.id, mine.id),
        (neighbour.id, theirs.id),
    }
    assert await find_leaked(reception, "nothing here: sk_live_") == []


async def test_a_neighbours_key_does_not_exist(
    pool: Pool, merchant: Merchant, neighbour: Merchant
) -> None:
    theirs = neighbour.key("secret")
    acts: list[Act] = [
        lambda uow: revoke_key(uow, theirs.id),
        lambda uow: rotate_key(uow, theirs.id),
        lambda uow: rename_key(uow, theirs.id, name="Наш"),
        lambda uow: revoke_key(uow, UUID(int=5)),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            async with merchant.scope().writing("test") as uow:
                await act(uow)
    assert await opens(pool, theirs)
    mine = await merchant.scope().reading.rows(keys_of(None, revoked=True))
    assert theirs.id not in [row["id"] for row in mine]
