"""Marking down what soon expires."""

import strawberry

from api.inputs import ReferenceInput, ref, values
from api.mutation import Outcome, Payload, entities, mutation
from api.pricing.kinds import PRICE_LIST
from api.scalars import wanted_id
from api.stock import kinds
from api.stock.markdowns.types import LotMarkdownSetInput, Markdown
from domain.stock.markdowns.lists import markdowns_by_ids
from domain.stock.markdowns.markdowns import end_markdown, mark_down
from tenants.scope import UnitOfWork

WRITE = "prices:write"


@strawberry.type
class LotMarkdownPayload(Payload):
    """The markdowns as they are now, one for each price."""

    markdowns: list[Markdown] | None = entities("markdowns", markdowns_by_ids)


@strawberry.type
class LotMarkdownMutations:
    """Root fields of markdowns."""

    @mutation(permission=WRITE, returns=LotMarkdownPayload, cost=50)
    async def lot_markdown_set(uow: UnitOfWork, input: LotMarkdownSetInput) -> Outcome:
        """Let the variants of lots that soon expire cost less; the old price is shown beside it.

        The old price is back once nothing is left to be sold that expires by the last day of these
        lots, or by lotMarkdownEnd. Said again with other terms, it counts from the old price.
        """
        return {"markdowns": await mark_down(uow, values(input))}

    @mutation(permission=WRITE, returns=LotMarkdownPayload, cost=50)
    async def lot_markdown_end(
        uow: UnitOfWork, lots: list[strawberry.ID], price_list: ReferenceInput | None = None
    ) -> Outcome:
        """Let the variants of these lots cost what they did, in this price list or else in every
        one; a second time, nothing more."""
        ended = await end_markdown(
            uow,
            [wanted_id(one, kinds.LOT) for one in lots],
            ref(price_list, PRICE_LIST) if price_list else None,
        )
        return {"markdowns": ended}
