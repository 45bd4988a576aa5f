"""What staff do with orders."""

import strawberry

from api.inputs import ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.orders import kinds
from api.orders.orders.inputs import OrderMoneyInput
from api.orders.orders.types import Order
from api.references import ExternalIdInput
from domain.orders.orders.ending import cancel_order
from domain.orders.orders.lists import orders_by_ids
from domain.orders.orders.paying import mark_paid, mark_refunded
from tenants.scope import UnitOfWork

WRITE = "orders:write"


@strawberry.type
class OrderPayload(Payload):
    """The order as it is now."""

    order: Order | None = entity("order", orders_by_ids)


@strawberry.type
class OrderMutations:
    """Root fields of orders."""

    @mutation(permission="payments:write", returns=OrderPayload, cost=20, needs_key=True)
    async def order_mark_paid(
        uow: UnitOfWork,
        input: OrderMoneyInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Note that an order was paid; once nothing is owed, it is CONFIRMED.

        Needs an Idempotency-Key. Nothing is charged: the money has come already.
        """
        ref = ref_of(kinds.ORDER, id, external_id)
        paid = await mark_paid(uow, ref, **values(input), expected_version=expected_version)
        return {"order": paid}

    @mutation(permission="refunds:write", returns=OrderPayload, cost=20, needs_key=True)
    async def order_mark_refunded(
        uow: UnitOfWork,
        input: OrderMoneyInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Note that money was given back, of what is to be. Needs an Idempotency-Key."""
        ref = ref_of(kinds.ORDER, id, external_id)
        given = await mark_refunded(uow, ref, **values(input), expected_version=expected_version)
        return {"order": given}

    @mutation(permission=WRITE, returns=OrderPayload, cost=20)
    async def order_cancel(
        uow: UnitOfWork,
        reason: str,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Give up an order of which nothing has gone. Its goods are free; what was paid for it is
        to be given back.
        """
        ref = ref_of(kinds.ORDER, id, external_id)
        cancelled = await cancel_order(uow, ref, reason=reason, expected_version=expected_version)
        return {"order": cancelled}
