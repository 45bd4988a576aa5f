"""The merchant as a whole: its plan, its export, its end."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from api.context import RequestContext
from api.engine.fields import batch
from api.merchants import kinds
from api.merchants.callers import reception_of
from api.merchants.history_types import Export
from api.merchants.shop_types import Merchant
from api.mutation import Outcome, Payload, entity, mutation, unscoped_mutation
from api.rows import in_table
from api.scalars import wanted_id
from domain.merchants import tables
from domain.merchants.export import cancel_export, request_export
from domain.merchants.lifecycle import close_merchant, reopen_merchant
from domain.merchants.plans import change_plan
from domain.merchants.queries import find_merchant
from tenants.scope import Row, UnitOfWork


async def _merchant_now(parents: Sequence[Outcome], context: RequestContext) -> list[Row | None]:
    return [
        await find_merchant(context.reading) if parent.get("merchant") else None
        for parent in parents
    ]


@strawberry.type
class MerchantPayload(Payload):
    """The merchant as it is now."""

    merchant: Merchant | None = batch(_merchant_now)


@strawberry.type
class ExportPayload(Payload):
    """The export, whose file is there once its status is READY."""

    export: Export | None = entity("export", in_table(tables.Export))


def _merchant_id(context: RequestContext) -> UUID:
    context.needs_live()
    return context.signed_in.live_tenant_id


@strawberry.type
class MerchantMutations:
    """Root fields of the merchant as a whole."""

    @unscoped_mutation(permission="plan:write", returns=MerchantPayload)
    async def plan_change(context: RequestContext, plan: str) -> Outcome:
        """Move to another plan on offer, if what is in use fits it."""
        await change_plan(
            reception_of(context), _merchant_id(context), plan=plan, principal=context.principal
        )
        return {"merchant": True}

    @unscoped_mutation(permission="merchant:close", returns=MerchantPayload)
    async def merchant_close(context: RequestContext) -> Outcome:
        """Close the shop: its doors shut at once, and in thirty days it is erased."""
        context.needs_presence()
        await close_merchant(
            reception_of(context), _merchant_id(context), principal=context.principal
        )
        return {"merchant": True}

    @unscoped_mutation(permission="merchant:close", returns=MerchantPayload)
    async def merchant_reopen(context: RequestContext) -> Outcome:
        """Undo the closing, within its thirty days; by a member of staff, for keys are shut out."""
        await reopen_merchant(
            reception_of(context), _merchant_id(context), principal=context.principal
        )
        return {"merchant": True}

    @mutation(permission="export:run", returns=ExportPayload, needs_presence=True, while_shut=True)
    async def export_create(uow: UnitOfWork) -> Outcome:
        """Have all data of this space written into one file of JSON Lines."""
        return {"export": await request_export(uow)}

    @mutation(permission="export:run", returns=ExportPayload, while_shut=True)
    async def export_cancel(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Stop an export that is not ready yet; another one can be asked for at once."""
        export_id = wanted_id(id, kinds.EXPORT)
        await cancel_export(uow, export_id)
        return {"export": export_id}
