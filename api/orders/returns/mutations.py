"""Returns: approved or not, and received."""

import strawberry

from api.inputs import values
from api.mutation import Outcome, Payload, entity, mutation
from api.orders import kinds
from api.orders.edits.inputs import OrderExchangeInput, added
from api.orders.orders.mutations import WRITE
from api.orders.orders.types import Order
from api.orders.returns.inputs import OrderReturnCreateInput, OrderReturnReceiveInput
from api.orders.returns.types import OrderReturn
from api.scalars import wanted_id
from domain.orders.edits.exchange import create_exchange, exchange
from domain.orders.returns.lists import orders_of_returns, returns_by_ids
from domain.orders.returns.receiving import receive_return
from domain.orders.returns.returns import approve_return, reject_return
from tenants.scope import UnitOfWork


@strawberry.type
class OrderReturnPayload(Payload):
    """The return as it is now, and its order."""

    order_return: OrderReturn | None = entity("order_return", returns_by_ids)
    order: Order | None = entity("order_return", orders_of_returns)


@strawberry.type
class OrderReturnMutations:
    """Root fields of returns."""

    @mutation(permission=WRITE, returns=OrderReturnPayload, cost=20, needs_key=True)
    async def order_return_create(uow: UnitOfWork, input: OrderReturnCreateInput) -> Outcome:
        """Note that goods come back; it is APPROVED with that. With `add`, others go out for them:
        the order goes on with these, and the difference is owed, or to be given back.

        Needs an Idempotency-Key.
        """
        given = {**values(input), "add": added(input.add)}
        return {"order_return": await create_exchange(uow, given.pop("order"), **given)}

    @mutation(permission=WRITE, returns=OrderReturnPayload, cost=40, needs_key=True)
    async def order_return_exchange(
        uow: UnitOfWork, id: strawberry.ID, input: OrderExchangeInput
    ) -> Outcome:
        """Let other goods go out for those that come back, or have come. Needs an
        Idempotency-Key.
        """
        return_id = wanted_id(id, kinds.RETURN)
        await exchange(uow, return_id, add=added(input.add), reason=input.reason)
        return {"order_return": return_id}

    @mutation(permission=WRITE, returns=OrderReturnPayload)
    async def order_return_approve(
        uow: UnitOfWork, id: strawberry.ID, answer: str | None = None
    ) -> Outcome:
        """Let the goods come that a buyer wants to give back."""
        approved = await approve_return(uow, wanted_id(id, kinds.RETURN), answer=answer)
        return {"order_return": approved}

    @mutation(permission=WRITE, returns=OrderReturnPayload)
    async def order_return_reject(uow: UnitOfWork, id: strawberry.ID, answer: str) -> Outcome:
        """Do not take them back; the answer says why not."""
        rejected = await reject_return(uow, wanted_id(id, kinds.RETURN), answer=answer)
        return {"order_return": rejected}

    @mutation(permission=WRITE, returns=OrderReturnPayload, cost=20, needs_key=True)
    async def order_return_receive(
        uow: UnitOfWork, id: strawberry.ID, input: OrderReturnReceiveInput
    ) -> Outcome:
        """Take back what came: to the shelf, or written off. So much less is owed for the order by
        the positions it was sold at, and what was paid for it is to be given back.

        Needs an Idempotency-Key.
        """
        received = await receive_return(uow, wanted_id(id, kinds.RETURN), **values(input))
        return {"order_return": received}
