"""Suspended, resumed, closed, reopened: what becomes of a merchant as a whole.

Closing leaves everything as it is for thirty days; reopening within them undoes it. After that the
job `tenant.erase` (erasure.py) leaves nothing.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update

from domain.errors import NotAllowed, NotFound
from domain.merchants.reception import Reception
from tenants.jobs import enqueue
from tenants.platform import PlatformUnit
from tenants.platform_tables import NOBODYS, Tenant
from tenants.principal import Principal
from tenants.scope import Row

GRACE: Final = timedelta(days=30)


async def merchant_of_handle(reception: Reception, handle: str) -> UUID:
    """The live space of the merchant that an operator names. Raises NotFound."""
    scope = await reception.past_tenants("look-up of a merchant")
    async with scope.writing() as unit:
        found = await unit.value(
            select(Tenant.id).where(Tenant.handle == handle, Tenant.mode == "live")
        )
    if found is None:
        raise NotFound("handle", what="merchant")
    return UUID(str(found))


async def suspend_merchant(
    reception: Reception, live_tenant_id: UUID, *, reason: str, principal: Principal
) -> None:
    """Shut both doors of a merchant from the next request on. Raises NotFound, NotAllowed."""
    scope = await reception.past_tenants("suspension")
    async with scope.writing() as unit:
        merchant = await _merchant(unit, live_tenant_id)
        if merchant["status"] != "active":
            raise _not_now(merchant)
        await _set(
            unit,
            live_tenant_id,
            status="suspended",
            suspended_at=unit.now,
            suspension_reason=reason,
        )
        async with unit.tenant(live_tenant_id, "merchantSuspend", principal=principal) as uow:
            uow.record("merchant.suspended", live_tenant_id, reason=reason)


async def resume_merchant(
    reception: Reception, live_tenant_id: UUID, *, principal: Principal
) -> None:
    """Open the doors again. Raises NotFound, NotAllowed."""
    scope = await reception.past_tenants("end of a suspension")
    async with scope.writing() as unit:
        merchant = await _merchant(unit, live_tenant_id)
        if merchant["status"] != "suspended":
            raise _not_now(merchant)
        await _set(unit, live_tenant_id, status="active", suspended_at=None, suspension_reason=None)
        async with unit.tenant(live_tenant_id, "merchantResume", principal=principal) as uow:
            uow.record("merchant.resumed", live_tenant_id)


async def close_merchant(
    reception: Reception, live_tenant_id: UUID, *, principal: Principal
) -> datetime:
    """Close a shop for good, in thirty days; the time at which it will be erased.

    Raises NotFound, NotAllowed where it is closing already.
    """
    scope = await reception.past_tenants("closing of a merchant")
    async with scope.writing() as unit:
        merchant = await _merchant(unit, live_tenant_id)
        if merchant["status"] not in ("active", "suspended"):
            raise _not_now(merchant)
        erase_after = unit.now + GRACE
        await _set(unit, live_tenant_id, status="closing", erase_after=erase_after)
        async with unit.tenant(live_tenant_id, "merchantClose", principal=principal) as uow:
            uow.record("merchant.closed", live_tenant_id, erase_after=erase_after)
        # The job is the platform's: one of the merchant's own would be erased with the rest.
        async with unit.tenant(NOBODYS, "merchantClose") as uow:
            await enqueue(
                uow, "tenant.erase", run_at=erase_after, live_tenant_id=str(live_tenant_id)
            )
    return erase_after


async def reopen_merchant(
    reception: Reception, live_tenant_id: UUID, *, principal: Principal
) -> None:
    """Undo a closing within its thirty days; a suspension from before holds again.

    Raises NotFound, NotAllowed. The job that was to erase finds nothing due.
    """
    scope = await reception.past_tenants("reopening of a merchant")
    async with scope.writing() as unit:
        merchant = await _merchant(unit, live_tenant_id)
        if merchant["status"] != "closing":
            raise _not_now(merchant)
        status = "suspended" if merchant["suspended_at"] else "active"
        await _set(unit, live_tenant_id, status=status, erase_after=None)
        async with unit.tenant(live_tenant_id, "merchantReopen", principal=principal) as uow:
            uow.record("merchant.reopened", live_tenant_id)


async def _merchant(unit: PlatformUnit, live_tenant_id: UUID) -> Row:
    """The live space's row, with both spaces locked."""
    rows = await unit.rows(
        select(Tenant.id, Tenant.status, Tenant.suspended_at)
        .where(Tenant.live_tenant_id == live_tenant_id, Tenant.status != "erased")
        .order_by(Tenant.id)
        .with_for_update()
    )
    found = [row for row in rows if row["id"] == live_tenant_id]
    if not found:
        raise NotFound(what="merchant")
    return found[0]


async def _set(unit: PlatformUnit, live_tenant_id: UUID, **values: Any) -> None:
    await unit.execute(
        update(Tenant).where(Tenant.live_tenant_id == live_tenant_id).values(**values)
    )


def _not_now(merchant: Row) -> NotAllowed:
    status = merchant["status"]
    return NotAllowed(
        en=f"the merchant is {status}, which does not allow this",
        ru=f"состояние магазина ({status}) этого не позволяет",
    )
