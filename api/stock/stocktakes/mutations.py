"""Making stocktakes, counting, and approving what was found."""

import strawberry

from api.inputs import ref_of, values
from api.mutation import Outcome, Payload, each, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from api.stock import kinds
from api.stock.stocktakes.inputs import (
    StocktakeCountInput,
    StocktakeCountsAddInput,
    StocktakeCreateInput,
    StocktakeRecountInput,
)
from api.stock.stocktakes.types import APPROVE, COUNT, REVIEW, Stocktake, StocktakeCount
from domain.bulk import ErrorPolicy
from domain.stock import tables
from domain.stock.moves import LotFacts
from domain.stock.stocktakes.counts import Counted, add_counts
from domain.stock.stocktakes.posting import approve_stocktake
from domain.stock.stocktakes.stocktakes import (
    cancel_stocktake,
    create_stocktake,
    finish_counting,
    recount,
    start_stocktake,
)
from domain.stock.units.scanned import Name
from tenants.scope import UnitOfWork


@strawberry.type
class StocktakePayload(Payload):
    """The stocktake as it is now."""

    stocktake: Stocktake | None = entity("stocktake", in_table(tables.Stocktake))


@strawberry.type
class StocktakeCountsPayload(Payload):
    """The counts in the order of the input; null for each that was skipped."""

    counts: list[StocktakeCount | None] | None = each("counts", in_table(tables.StocktakeCount))


@strawberry.type
class StocktakeMutations:
    """Root fields of stocktakes."""

    @mutation(permission=REVIEW, returns=StocktakePayload, cost=20)
    async def stocktake_create(uow: UnitOfWork, input: StocktakeCreateInput) -> Outcome:
        """Make a draft, with its number."""
        return {"stocktake": await create_stocktake(uow, values(input))}

    @mutation(permission=REVIEW, returns=StocktakePayload, cost=20)
    async def stocktake_start(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Let the counting begin. Goods come, go and are sold meanwhile as ever."""
        ref = ref_of(kinds.STOCKTAKE, id, external_id)
        return {"stocktake": await start_stocktake(uow, ref, expected_version=expected_version)}

    @mutation(permission=COUNT, returns=StocktakeCountsPayload, cost=20)
    async def stocktake_counts_add(
        uow: UnitOfWork,
        input: StocktakeCountsAddInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Add what was found to what others have found; up to 100 counts, safe to send again."""
        added = await add_counts(
            uow,
            ref_of(kinds.STOCKTAKE, id, external_id),
            [_counted(count) for count in input.counts],
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"counts": added.ids, "skipped": added.errors}

    @mutation(permission=REVIEW, returns=StocktakePayload, cost=100)
    async def stocktake_finish(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Count no more: stocktakeLines then say what was found."""
        ref = ref_of(kinds.STOCKTAKE, id, external_id)
        return {"stocktake": await finish_counting(uow, ref, expected_version=expected_version)}

    @mutation(permission=REVIEW, returns=StocktakePayload, cost=20)
    async def stocktake_recount(
        uow: UnitOfWork,
        input: StocktakeRecountInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Have variants counted anew: counts of them up to now count no more, those of others do.

        The counting goes on; without variants, that is all.
        """
        ref = ref_of(kinds.STOCKTAKE, id, external_id)
        return {"stocktake": await recount(uow, ref, **values(input))}

    @mutation(permission=APPROVE, returns=StocktakePayload, cost=100, needs_key=True)
    async def stocktake_approve(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
        zero_uncounted: bool = False,
        below_reserved: bool = False,
    ) -> Outcome:
        """Bring the books in line with what was found; needs an Idempotency-Key.

        What nobody counted stays as it is, unless `zeroUncounted` says that it is not there. Where
        less is there than is promised, each such variant is an error; `belowReserved` takes it down
        to what is promised, and its line is `short` of the rest. Of more than 500 variants a job
        does it.
        """
        ref = ref_of(kinds.STOCKTAKE, id, external_id)
        approved = await approve_stocktake(
            uow,
            ref,
            zero_uncounted=zero_uncounted,
            below_reserved=below_reserved,
            expected_version=expected_version,
        )
        return {"stocktake": approved}

    @mutation(permission=REVIEW, returns=StocktakePayload)
    async def stocktake_cancel(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Give up a stocktake that is not approved; the books stay as they are."""
        ref = ref_of(kinds.STOCKTAKE, id, external_id)
        return {"stocktake": await cancel_stocktake(uow, ref, expected_version=expected_version)}


def _counted(given: StocktakeCountInput) -> Counted:
    count = values(given)
    lot = count.pop("lot")
    name = Name(count.pop("variant", None), count.pop("barcode"), count.pop("sku"))
    return Counted(name=name, lot=lot and LotFacts(**lot), **count)
