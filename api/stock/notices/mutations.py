"""Saying how much there should be of what."""

import strawberry

from api.catalog import kinds as catalog_kinds
from api.inputs import ref
from api.mutation import Outcome, mutation
from api.stock import kinds
from api.stock.mutations import WRITE, StockPayload
from api.stock.notices.types import StockMinimumSetInput
from domain.bulk import ErrorPolicy
from domain.stock.notices.minimums import Minimum, set_minimums
from tenants.scope import UnitOfWork


@strawberry.type
class StockAlertMutations:
    """Root fields of minimum levels."""

    @mutation(permission=WRITE, returns=StockPayload, cost=50)
    async def stock_minimum_set(uow: UnitOfWork, input: StockMinimumSetInput) -> Outcome:
        """Set how much of up to 100 variants should be available at a location.

        The event stock.low says it when less is, once, and again only after it had recovered.
        """
        made = await set_minimums(
            uow,
            location=ref(input.location, kinds.LOCATION),
            minimums=[
                Minimum(ref(one.variant, catalog_kinds.VARIANT), one.minimum)
                for one in input.minimums
            ],
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"variants": made.ids, "skipped": made.errors}
