"""Making write-offs, surpluses and conversions, and posting them."""

import strawberry

from api.inputs import ScannedCodeInput, edit_of, ref_of, scanned, values
from api.mutation import Outcome, Payload, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from api.stock import kinds
from api.stock.adjustments.inputs import (
    ConversionCreateInput,
    ConversionUpdateInput,
    StockAdjustmentCodesInput,
    SurplusCreateInput,
    SurplusUpdateInput,
    WriteOffCreateInput,
    WriteOffUpdateInput,
    by_line,
)
from api.stock.adjustments.types import Conversion, Surplus, WriteOff
from api.stock.mutations import WRITE
from domain.stock.adjustments.adjustments import (
    cancel_adjustment,
    create_adjustment,
    post_adjustment,
    update_adjustment,
)
from domain.stock.tables import Adjustment
from tenants.scope import UnitOfWork


@strawberry.type
class WriteOffPayload(Payload):
    """The write-off as it is now."""

    write_off: WriteOff | None = entity("write_off", in_table(Adjustment))


@strawberry.type
class SurplusPayload(Payload):
    """The surplus as it is now."""

    surplus: Surplus | None = entity("surplus", in_table(Adjustment))


@strawberry.type
class ConversionPayload(Payload):
    """The conversion as it is now."""

    conversion: Conversion | None = entity("conversion", in_table(Adjustment))


@strawberry.type
class AdjustmentMutations:
    """Root fields of documents at one location."""

    @mutation(permission=WRITE, returns=WriteOffPayload, cost=20)
    async def write_off_create(uow: UnitOfWork, input: WriteOffCreateInput) -> Outcome:
        """Make a draft of goods to be written off, with its number; up to 250 lines."""
        return {"write_off": await create_adjustment(uow, "write_off", values(input))}

    @mutation(permission=WRITE, returns=WriteOffPayload, cost=20)
    async def write_off_update(
        uow: UnitOfWork,
        input: WriteOffUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a draft; of one that is posted or cancelled, its note and external id."""
        edit = edit_of(kinds.WRITE_OFF, id, external_id, input)
        return {"write_off": await update_adjustment(uow, "write_off", edit)}

    @mutation(permission=WRITE, returns=WriteOffPayload, cost=50, needs_key=True)
    async def write_off_post(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
        codes: list[ScannedCodeInput] | None = None,
    ) -> Outcome:
        """Let the goods of a draft go, at what they had cost; what is reserved stays.

        Needs an Idempotency-Key; and the `codes` of pieces that are known one by one.
        """
        ref = ref_of(kinds.WRITE_OFF, id, external_id)
        posted = await post_adjustment(
            uow, "write_off", ref, codes=scanned(codes), expected_version=expected_version
        )
        return {"write_off": posted}

    @mutation(permission=WRITE, returns=WriteOffPayload)
    async def write_off_cancel(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Give up a draft; its number stays its own."""
        ref = ref_of(kinds.WRITE_OFF, id, external_id)
        gone = await cancel_adjustment(uow, "write_off", ref, expected_version=expected_version)
        return {"write_off": gone}

    @mutation(permission=WRITE, returns=SurplusPayload, cost=20)
    async def surplus_create(uow: UnitOfWork, input: SurplusCreateInput) -> Outcome:
        """Make a draft of goods that were found, with its number; up to 250 lines."""
        return {"surplus": await create_adjustment(uow, "surplus", values(input))}

    @mutation(permission=WRITE, returns=SurplusPayload, cost=20)
    async def surplus_update(
        uow: UnitOfWork,
        input: SurplusUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a draft; of one that is posted or cancelled, its note and external id."""
        edit = edit_of(kinds.SURPLUS, id, external_id, input)
        return {"surplus": await update_adjustment(uow, "surplus", edit)}

    @mutation(permission=WRITE, returns=SurplusPayload, cost=50, needs_key=True)
    async def surplus_post(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
        codes: list[StockAdjustmentCodesInput] | None = None,
    ) -> Outcome:
        """Put the goods of a draft into stock.

        Needs an Idempotency-Key. `codes`: of pieces that are known one by one, by line; what comes
        without waits for stockUnitsScan.
        """
        posted = await post_adjustment(
            uow,
            "surplus",
            ref_of(kinds.SURPLUS, id, external_id),
            coming_codes=by_line(codes),
            expected_version=expected_version,
        )
        return {"surplus": posted}

    @mutation(permission=WRITE, returns=SurplusPayload)
    async def surplus_cancel(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Give up a draft; its number stays its own."""
        ref = ref_of(kinds.SURPLUS, id, external_id)
        gone = await cancel_adjustment(uow, "surplus", ref, expected_version=expected_version)
        return {"surplus": gone}

    @mutation(permission=WRITE, returns=ConversionPayload, cost=20)
    async def conversion_create(uow: UnitOfWork, input: ConversionCreateInput) -> Outcome:
        """Make a draft of goods to be made into others, with its number; up to 250 lines a side."""
        return {"conversion": await create_adjustment(uow, "conversion", values(input))}

    @mutation(permission=WRITE, returns=ConversionPayload, cost=20)
    async def conversion_update(
        uow: UnitOfWork,
        input: ConversionUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a draft; of one that is posted or cancelled, its note and external id."""
        edit = edit_of(kinds.CONVERSION, id, external_id, input)
        return {"conversion": await update_adjustment(uow, "conversion", edit)}

    @mutation(permission=WRITE, returns=ConversionPayload, cost=50, needs_key=True)
    async def conversion_post(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
        codes: list[ScannedCodeInput] | None = None,
        result_codes: list[StockAdjustmentCodesInput] | None = None,
    ) -> Outcome:
        """Use up the sources of a draft and put its results into stock, at the same cost.

        Expired and recalled lots are not used up, nor what is reserved.

        Needs an Idempotency-Key; and the `codes` of sources that are known one by one. Results take
        theirs by `resultCodes`; what comes without waits for stockUnitsScan.
        """
        posted = await post_adjustment(
            uow,
            "conversion",
            ref_of(kinds.CONVERSION, id, external_id),
            codes=scanned(codes),
            coming_codes=by_line(result_codes),
            expected_version=expected_version,
        )
        return {"conversion": posted}

    @mutation(permission=WRITE, returns=ConversionPayload)
    async def conversion_cancel(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Give up a draft; its number stays its own."""
        ref = ref_of(kinds.CONVERSION, id, external_id)
        gone = await cancel_adjustment(uow, "conversion", ref, expected_version=expected_version)
        return {"conversion": gone}
