"""Makers of rows: a test states only what it is about."""

import secrets
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from tenants.database import Pool
from tenants.ids import new_id
from tenants.platform import platform_scope
from tenants.platform_tables import Plan, Tenant

PLAN = "test"


async def make_tenant(
    platform_pool: Pool, *, status: str = "active", twin_of: UUID | None = None
) -> UUID:
    """A tenant with no shop in it yet; with `twin_of`, the test space of that merchant."""
    scope = await platform_scope(platform_pool, reason="test factory")
    async with scope.writing() as unit:
        await unit.execute(
            insert_or_skip(Plan)
            .values(
                code=PLAN,
                title={},
                limits={"points_per_second": 1_000_000},
                price_minor=0,
                currency="RUB",
                is_offered=False,
            )
            .on_conflict_do_nothing()
        )
        tenant_id = new_id()
        await unit.execute(
            insert(Tenant).values(
                id=tenant_id,
                live_tenant_id=twin_of or tenant_id,
                mode="test" if twin_of else "live",
                handle=f"shop-{secrets.token_hex(6)}",
                status=status,
                plan=PLAN,
                created_at=unit.now,
            )
        )
    return tenant_id
