"""Making purchase orders, and moving them on."""

from datetime import UTC, datetime

import strawberry

from api.context import RequestContext
from api.inputs import edit_of, ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.purchasing import kinds
from api.purchasing.orders.inputs import (
    PurchaseOrderCreateInput,
    PurchaseOrderProposeInput,
    PurchaseOrderUpdateInput,
)
from api.purchasing.orders.types import PurchaseOrder
from api.purchasing.suppliers.mutations import WRITE
from api.references import ExternalIdInput
from domain.purchasing.orders.lists import orders_by_ids
from domain.purchasing.orders.orders import create_order, update_order
from domain.purchasing.orders.states import (
    approve_order,
    cancel_order,
    close_order,
    send_order,
)
from domain.purchasing.planning.proposal_rows import order_proposed
from domain.purchasing.planning.proposals import Proposal, propose
from tenants.scope import UnitOfWork


@strawberry.type
class PurchaseOrderPayload(Payload):
    """The order as it is now."""

    purchase_order: PurchaseOrder | None = entity("purchase_order", orders_by_ids)


async def proposed(context: RequestContext, input: PurchaseOrderProposeInput) -> Proposal:
    """What to order now: thought out before the unit of work, which it would hold open."""
    return await propose(context.reading, context.principal, **values(input), now=datetime.now(UTC))


@strawberry.type
class PurchaseOrderMutations:
    """Root fields of purchase orders."""

    @mutation(permission=WRITE, returns=PurchaseOrderPayload, cost=20)
    async def purchase_order_create(uow: UnitOfWork, input: PurchaseOrderCreateInput) -> Outcome:
        """Make a draft, with its number; up to 250 lines."""
        return {"purchase_order": await create_order(uow, values(input))}

    @mutation(permission=WRITE, returns=PurchaseOrderPayload, cost=100, before=proposed)
    async def purchase_order_propose(
        uow: UnitOfWork, proposal: Proposal, input: PurchaseOrderProposeInput
    ) -> Outcome:
        """Make a draft of what purchaseProposal says, each line with its reasons; look it through.

        A draft without lines: nothing is lacking.
        """
        return {"purchase_order": await order_proposed(uow, proposal)}

    @mutation(permission=WRITE, returns=PurchaseOrderPayload, cost=20)
    async def purchase_order_update(
        uow: UnitOfWork,
        input: PurchaseOrderUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a draft; of an approved order its day and note."""
        edit = edit_of(kinds.ORDER, id, external_id, input)
        return {"purchase_order": await update_order(uow, edit)}

    @mutation(permission=WRITE, returns=PurchaseOrderPayload, cost=20)
    async def purchase_order_approve(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
        below_minimum: bool = False,
    ) -> Outcome:
        """Approve a draft: its goods are expected from now on.

        Refused below the supplier's minimum order, unless `belowMinimum` says that this is known.
        """
        ref = ref_of(kinds.ORDER, id, external_id)
        approved = await approve_order(
            uow, ref, below_minimum=below_minimum, expected_version=expected_version
        )
        return {"purchase_order": approved}

    @mutation(permission=WRITE, returns=PurchaseOrderPayload)
    async def purchase_order_send(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Note that the supplier has an approved order now; nothing is sent by us."""
        ref = ref_of(kinds.ORDER, id, external_id)
        return {"purchase_order": await send_order(uow, ref, expected_version=expected_version)}

    @mutation(permission=WRITE, returns=PurchaseOrderPayload)
    async def purchase_order_close(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Be done with an order of which something has come; the rest is expected no more."""
        ref = ref_of(kinds.ORDER, id, external_id)
        return {"purchase_order": await close_order(uow, ref, expected_version=expected_version)}

    @mutation(permission=WRITE, returns=PurchaseOrderPayload)
    async def purchase_order_cancel(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Give up an order of which nothing has come; its number stays its own."""
        ref = ref_of(kinds.ORDER, id, external_id)
        return {"purchase_order": await cancel_order(uow, ref, expected_version=expected_version)}
