"""Editing orders."""

import strawberry

from api.inputs import ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.orders import kinds
from api.orders.edits.inputs import OrderEditInput, wish_of
from api.orders.edits.types import OrderRevision
from api.orders.hand_overs.inputs import OrderPartInput
from api.orders.orders.mutations import WRITE
from api.orders.orders.types import Order
from api.references import ExternalIdInput
from domain.orders.edits.edits import edit_order
from domain.orders.edits.revisions import revisions_by_ids
from domain.orders.edits.splits import split_order
from domain.orders.orders.lists import orders_by_ids
from tenants.scope import UnitOfWork


@strawberry.type
class OrderEditPayload(Payload):
    """The order as it is now, and what the edit made of it: null where nothing is another."""

    order: Order | None = entity("order", orders_by_ids)
    revision: OrderRevision | None = entity("revision", revisions_by_ids)


@strawberry.type
class OrderSplitPayload(OrderEditPayload):
    """The order as it is now, and the one that was split off it."""

    new_order: Order | None = entity("new_order", orders_by_ids)
    token: str | None = strawberry.field(
        default=None, description="Opens the new order at the storefront; it is shown once."
    )


@strawberry.type
class OrderEditMutations:
    """Root fields of edits."""

    @mutation(permission=WRITE, returns=OrderEditPayload, cost=40, needs_key=True)
    async def order_edit(
        uow: UnitOfWork,
        input: OrderEditInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Change an order of which not all is handed over: all that is asked for, or nothing. Its
        goods are kept accordingly, and the difference is owed, or to be given back.

        Needs an Idempotency-Key. As a @dryRun it says the difference beforehand.
        """
        ref = ref_of(kinds.ORDER, id, external_id)
        order, revision = await edit_order(
            uow, ref, wish_of(input), expected_version=expected_version
        )
        return {"order": order, "revision": revision}

    @mutation(
        permission=WRITE,
        returns=OrderSplitPayload,
        shown_once=("token",),
        cost=60,
        needs_key=True,
    )
    async def order_split(
        uow: UnitOfWork,
        lines: list[OrderPartInput],
        reason: str,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Let these parts, of what is not picked, be an order of its own: same buyer, same address,
        at the prices they were sold for. What is kept for them stays kept, what was paid beyond the
        rest goes along, and the delivery stays unless its line is named, too.

        Needs an Idempotency-Key. Refused where points lowered the price of these lines, or gift
        cards paid for them.
        """
        split = await split_order(
            uow,
            ref_of(kinds.ORDER, id, external_id),
            lines=[values(one) for one in lines],
            reason=reason,
            expected_version=expected_version,
        )
        return {
            "order": split.order_id,
            "revision": split.revision_id,
            "new_order": split.new_order_id,
            "token": split.token,
        }
