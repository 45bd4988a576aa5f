"""What a buyer does who wants to give something back."""

import strawberry

from api.inputs import values
from api.mutation import Outcome, Payload, entity, mutation
from api.orders.returns.inputs import OrderReturnRequestInput
from api.orders.returns.storefront_types import OrderReturn
from domain.orders.returns.lists import returns_by_ids
from domain.orders.returns.returns import request_return
from tenants.scope import UnitOfWork


@strawberry.type
class OrderReturnPayload(Payload):
    """The return that was asked for."""

    order_return: OrderReturn | None = entity("order_return", returns_by_ids)


@strawberry.type
class ReturnWindowMutations:
    """Root fields for buyers who give back."""

    @mutation(permission="storefront", returns=OrderReturnPayload, cost=20, needs_key=True)
    async def order_return_request(uow: UnitOfWork, input: OrderReturnRequestInput) -> Outcome:
        """Ask to give back goods of an order that the buyer has. Needs an Idempotency-Key."""
        return {"order_return": await request_return(uow, **values(input))}
