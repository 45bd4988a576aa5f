"""Idempotency keys: one effect and one outcome, however many send at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from tenants.database import Pool
from tenants.idempotency import (
    KEPT,
    IdempotencyKey,
    KeyUsedOtherwise,
    earlier_outcome,
    fingerprint,
    forget_old_outcomes,
    keep_outcome,
)
from tenants.ids import new_id
from tenants.ledger import EventRow
from tenants.scope import TenantScope
from tests.conftest import TwoTenants

pytestmark = pytest.mark.anyio

EVENTS = select(func.count()).select_from(EventRow)


async def order(
    scope: TenantScope, credential_id: UUID, key: str = "k1", amount: Any = 5
) -> dict[str, Any]:
    asked: dict[str, Any] = {"credential_id": credential_id, "key": key}
    async with scope.writing("order") as uow:
        earlier = await earlier_outcome(uow, **asked, fingerprint=fingerprint("order", amount))
        if earlier is not None:
            return earlier
        outcome = {"id": str(new_id())}
        uow.record("order.placed", amount=amount)
        await keep_outcome(uow, **asked, outcome=outcome)
        return outcome


async def test_a_hundred_sendings_at_once_have_one_effect(pool: Pool, tenants: TwoTenants) -> None:
    scope, credential_id = TenantScope(pool, tenants.ours), new_id()
    outcomes = await asyncio.gather(*(order(scope, credential_id) for _ in range(100)))
    assert len({outcome["id"] for outcome in outcomes}) == 1
    assert await scope.reading.value(EVENTS) == 1


async def test_a_key_is_of_one_credential_of_one_tenant_and_one_input(
    pool: Pool, tenants: TwoTenants
) -> None:
    ours, credential_id = TenantScope(pool, tenants.ours), new_id()
    first = await order(ours, credential_id)
    with pytest.raises(KeyUsedOtherwise):
        await order(ours, credential_id, amount=6)
    others = [
        await order(ours, new_id()),
        await order(ours, credential_id, key="k2"),
        await order(TenantScope(pool, tenants.neighbour), credential_id),
    ]
    assert first not in others
    assert await order(ours, credential_id) == first


async def test_an_outcome_is_dropped_after_its_time_and_not_before(
    pool: Pool, tenants: TwoTenants
) -> None:
    scope, credential_id = TenantScope(pool, tenants.ours), new_id()
    first = await order(scope, credential_id)
    for age, dropped in ((KEPT - timedelta(minutes=1), 0), (KEPT + timedelta(minutes=1), 1)):
        async with scope.writing("test") as uow:
            await uow.execute(update(IdempotencyKey).values(created_at=uow.now - age))
        async with scope.writing("test") as uow:
            assert await forget_old_outcomes(uow) == dropped
    assert await order(scope, credential_id) != first
