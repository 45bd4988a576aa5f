"""Offers of visitors' own, at the shop window."""

import strawberry

from api.inputs import reference
from api.mutation import Outcome, Payload, entity, mutation
from api.pricing import kinds
from api.rows import in_table
from api.scalars import DateTime, wanted_id
from domain.pricing import tables
from domain.pricing.promotions.visitors import start_offer
from tenants.scope import UnitOfWork


@strawberry.input
class OfferStartInput:
    """Which promotion's offer, and by what the visitor is known."""

    promotion_id: strawberry.ID = reference(kinds.PROMOTION, required=True)
    visitor: str = strawberry.field(
        description="16 to 100 characters that the shop window made by chance and keeps; the cart "
        "says the same."
    )


@strawberry.type
class VisitorOffer:
    """A code that is good for one visitor, once, until then."""

    code: str
    ends_at: DateTime


@strawberry.type
class OfferPayload(Payload):
    """The visitor's own."""

    offer: VisitorOffer | None = entity("offer", in_table(tables.PromotionCode))


@strawberry.type
class OfferMutations:
    """Root fields for buyers."""

    @mutation(permission="storefront", returns=OfferPayload)
    async def offer_start(uow: UnitOfWork, input: OfferStartInput) -> Outcome:
        """Begin an offer that counts down for one visitor; a second time, the one begun."""
        promotion_id = wanted_id(input.promotion_id, kinds.PROMOTION)
        return {"offer": await start_offer(uow, promotion_id, visitor=input.visitor)}
