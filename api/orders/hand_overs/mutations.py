"""Picking, shipping and handing over."""

import strawberry

from api.inputs import ScannedCodeInput, ref_of, scanned, values
from api.mutation import Outcome, Payload, entity, mutation
from api.orders import kinds
from api.orders.hand_overs.inputs import (
    HandOverCreateInput,
    HandOverUpdateInput,
    OrderPartInput,
    PickedLotInput,
)
from api.orders.hand_overs.types import HandOver
from api.orders.orders.mutations import WRITE
from api.orders.orders.types import Order
from api.references import ExternalIdInput
from api.scalars import wanted_id
from domain.orders.hand_overs.hand_overs import (
    cancel_hand_over,
    change_hand_over,
    complete_hand_over,
    hand_over_now,
    pick_goods,
    ship_goods,
)
from domain.orders.hand_overs.lists import hand_overs_by_ids, orders_of_hand_overs
from tenants.scope import UnitOfWork


@strawberry.type
class HandOverPayload(Payload):
    """The hand-over as it is now, and its order."""

    hand_over: HandOver | None = entity("hand_over", hand_overs_by_ids)
    order: Order | None = entity("hand_over", orders_of_hand_overs)


@strawberry.type
class HandOverMutations:
    """Root fields of hand-overs."""

    @mutation(permission=WRITE, returns=HandOverPayload, cost=20, needs_key=True)
    async def hand_over_create(uow: UnitOfWork, input: HandOverCreateInput) -> Outcome:
        """Pick goods of an order, for one parcel or for the counter. Needs an Idempotency-Key."""
        given = values(input)
        return {"hand_over": await pick_goods(uow, given.pop("order"), **given)}

    @mutation(permission=WRITE, returns=HandOverPayload)
    async def hand_over_update(
        uow: UnitOfWork, id: strawberry.ID, input: HandOverUpdateInput
    ) -> Outcome:
        """Say who carries it, and under which number."""
        changed = await change_hand_over(uow, wanted_id(id, kinds.HAND_OVER), values(input))
        return {"hand_over": changed}

    @mutation(permission=WRITE, returns=HandOverPayload, cost=20, needs_key=True)
    async def hand_over_ship(
        uow: UnitOfWork,
        id: strawberry.ID,
        codes: list[ScannedCodeInput] | None = None,
        lots: list[PickedLotInput] | None = None,
    ) -> Outcome:
        """Let its goods leave the house: they go out of stock at their cost, first expired first.

        `codes`: of all pieces that go and are known one by one. `lots`: those that were taken in
        place of what expires first. Needs an Idempotency-Key.
        """
        picked = [values(one) for one in lots or ()]
        shipped = await ship_goods(uow, wanted_id(id, kinds.HAND_OVER), scanned(codes), picked)
        return {"hand_over": shipped}

    @mutation(permission=WRITE, returns=HandOverPayload, cost=20, needs_key=True)
    async def hand_over_complete(
        uow: UnitOfWork,
        id: strawberry.ID,
        codes: list[ScannedCodeInput] | None = None,
        lots: list[PickedLotInput] | None = None,
    ) -> Outcome:
        """Note that the buyer has the goods; those that had not left stock leave it now, with
        `codes` and of `lots` as handOverShip takes them.

        What he has is frozen at its positions: the receipt of full settlement is of them. Needs
        an Idempotency-Key.
        """
        hand_over_id = wanted_id(id, kinds.HAND_OVER)
        picked = [values(one) for one in lots or ()]
        done = await complete_hand_over(uow, hand_over_id, scanned(codes), picked)
        return {"hand_over": done}

    @mutation(permission=WRITE, returns=HandOverPayload)
    async def hand_over_cancel(uow: UnitOfWork, id: strawberry.ID) -> Outcome:
        """Put back what was picked; it may be picked again."""
        return {"hand_over": await cancel_hand_over(uow, wanted_id(id, kinds.HAND_OVER))}

    @mutation(permission=WRITE, returns=HandOverPayload, cost=20, needs_key=True)
    async def order_hand_over(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        lines: list[OrderPartInput] | None = None,
        codes: list[ScannedCodeInput] | None = None,
    ) -> Outcome:
        """Give goods of an order to the buyer at the counter: picked, shipped and handed over.

        All that is left, where no lines are said. Needs an Idempotency-Key.
        """
        ref = ref_of(kinds.ORDER, id, external_id)
        parts = None if lines is None else [values(one) for one in lines]
        return {"hand_over": await hand_over_now(uow, ref, lines=parts, codes=scanned(codes))}
