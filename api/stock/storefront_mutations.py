"""What a buyer may ask of stock: to be told when something can be had again."""

import strawberry

from api.catalog.kinds import VARIANT
from api.inputs import reference
from api.mutation import Outcome, Payload, mutation
from api.scalars import wanted_id
from domain.stock.notices.waiting import wait_for
from tenants.scope import UnitOfWork


@strawberry.input
class BackInStockSubscribeInput:
    """Who wants to be told of what, and the words that he agreed to."""

    variant_id: strawberry.ID = reference(VARIANT, required=True)
    email: str
    consent_text: str = strawberry.field(
        description="The words of consent that stood beside the box that the buyer ticked."
    )
    language: str = strawberry.field(default="ru", description="What to write to him in.")


@strawberry.type
class BackInStockPayload(Payload):
    """The variant that the buyer waits for now, whether he did before or not."""

    variant_id: strawberry.ID | None


@strawberry.type
class StockWindowMutations:
    """Root fields for buyers."""

    @mutation(permission="storefront", returns=BackInStockPayload)
    async def back_in_stock_subscribe(uow: UnitOfWork, input: BackInStockSubscribeInput) -> Outcome:
        """Ask to be told by mail, once, when a variant that is sold out can be had again."""
        await wait_for(
            uow,
            wanted_id(input.variant_id, VARIANT),
            email=input.email,
            consent_text=input.consent_text,
            language=input.language,
        )
        return {"variant_id": input.variant_id}
