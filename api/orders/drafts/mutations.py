"""What staff do with drafts of orders."""

import strawberry

from api.mutation import Outcome, Payload, entity, mutation
from api.orders import kinds
from api.orders.drafts.inputs import (
    OrderDraftCreateInput,
    OrderDraftUpdateInput,
    draft_values,
)
from api.orders.drafts.types import OrderDraft
from api.orders.orders.mutations import WRITE, OrderPayload
from api.scalars import wanted_id
from domain.orders.drafts.drafts import create_draft, update_draft
from domain.orders.drafts.expiring import cancel_draft
from domain.orders.drafts.holding import hold_draft, release_draft
from domain.orders.drafts.lists import drafts_by_ids
from domain.orders.drafts.placing import offer_draft, place_draft
from tenants.scope import UnitOfWork

TOKEN = "What opens it for the buyer at the storefront. It is told once."


@strawberry.type
class OrderDraftPayload(Payload):
    """The draft as it is now."""

    order_draft: OrderDraft | None = entity("order_draft", drafts_by_ids)


@strawberry.type
class OrderDraftOfferPayload(OrderDraftPayload):
    """The draft, and what its link has to carry."""

    token: str | None = strawberry.field(description=TOKEN)


@strawberry.type
class OrderDraftPlacePayload(OrderPayload):
    """The order, and what opens it for its buyer."""

    token: str | None = strawberry.field(description=TOKEN)


@strawberry.type
class OrderDraftMutations:
    """Root fields of drafts."""

    @mutation(permission=WRITE, returns=OrderDraftPayload, cost=30)
    async def order_draft_create(uow: UnitOfWork, input: OrderDraftCreateInput) -> Outcome:
        """Make a draft at what its goods cost now; so much they cost until it is valid no more."""
        return {"order_draft": await create_draft(uow, draft_values(input))}

    @mutation(permission=WRITE, returns=OrderDraftPayload, cost=30)
    async def order_draft_update(
        uow: UnitOfWork, id: strawberry.ID, input: OrderDraftUpdateInput
    ) -> Outcome:
        """Change a draft. A link that its buyer has opens nothing more: offer it anew."""
        changes = draft_values(input)
        version: int | None = changes.pop("expected_version", None)
        draft_id = wanted_id(id, kinds.DRAFT)
        return {"order_draft": await update_draft(uow, draft_id, changes, expected_version=version)}

    @mutation(permission=WRITE, returns=OrderDraftPayload, cost=20)
    async def order_draft_hold(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Keep its goods while it is valid, so that nobody else is sold them."""
        draft_id = wanted_id(id, kinds.DRAFT)
        return {"order_draft": await hold_draft(uow, draft_id, expected_version=expected_version)}

    @mutation(permission=WRITE, returns=OrderDraftPayload, cost=20)
    async def order_draft_release(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Let go of its goods."""
        draft_id = wanted_id(id, kinds.DRAFT)
        free = await release_draft(uow, draft_id, expected_version=expected_version)
        return {"order_draft": free}

    @mutation(permission=WRITE, returns=OrderDraftOfferPayload, shown_once=("token",), cost=20)
    async def order_draft_offer(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Make the link by which its buyer sees and accepts it; it is valid anew from now on."""
        draft_id = wanted_id(id, kinds.DRAFT)
        offered = await offer_draft(uow, draft_id, expected_version=expected_version)
        return {"order_draft": offered.id, "token": offered.token}

    @mutation(
        permission=WRITE,
        returns=OrderDraftPlacePayload,
        shown_once=("token",),
        needs_key=True,
        cost=50,
    )
    async def order_draft_place(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Order it for its buyer, who has agreed. Needs an Idempotency-Key."""
        draft_id = wanted_id(id, kinds.DRAFT)
        placed = await place_draft(uow, draft_id, expected_version=expected_version)
        return {"order": placed.id, "token": placed.token}

    @mutation(permission=WRITE, returns=OrderDraftPayload, cost=20)
    async def order_draft_cancel(
        uow: UnitOfWork, id: strawberry.ID, reason: str, expected_version: int | None = None
    ) -> Outcome:
        """Give it up; its goods are free, its link opens nothing to accept."""
        draft_id = wanted_id(id, kinds.DRAFT)
        cancelled = await cancel_draft(
            uow, draft_id, reason=reason, expected_version=expected_version
        )
        return {"order_draft": cancelled}
