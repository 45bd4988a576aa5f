"""Making promotions and their codes."""

import strawberry

from api.inputs import edit_of, ref_of, values
from api.mutation import Outcome, Payload, entities, entity, mutation
from api.pricing import kinds
from api.pricing.promotions.inputs import (
    PromotionCodesAddInput,
    PromotionCodesGenerateInput,
    PromotionCreateInput,
    PromotionUpdateInput,
)
from api.pricing.promotions.types import Promotion, PromotionCode
from api.references import ExternalIdInput
from api.rows import in_table
from api.scalars import wanted_ids
from domain.pricing import tables
from domain.pricing.promotions.codes import add_codes, generate_codes, revoke_codes
from domain.pricing.promotions.promotions import (
    activate_promotion,
    archive_promotion,
    create_promotion,
    pause_promotion,
    update_promotion,
)
from tenants.scope import UnitOfWork

WRITE = "promotions:write"


@strawberry.type
class PromotionPayload(Payload):
    """The promotion as it is now."""

    promotion: Promotion | None = entity("promotion", in_table(tables.Promotion))


@strawberry.type
class PromotionCodesPayload(Payload):
    """The codes that were made, or revoked."""

    codes: list[PromotionCode] | None = entities("codes", in_table(tables.PromotionCode))


@strawberry.type
class PromotionMutations:
    """Root fields of promotions."""

    @mutation(permission=WRITE, returns=PromotionPayload, cost=20)
    async def promotion_create(uow: UnitOfWork, input: PromotionCreateInput) -> Outcome:
        """Make a draft of a promotion."""
        return {"promotion": await create_promotion(uow, values(input))}

    @mutation(permission=WRITE, returns=PromotionPayload, cost=20)
    async def promotion_update(
        uow: UnitOfWork,
        input: PromotionUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a promotion; orders keep what they got by it."""
        edit = edit_of(kinds.PROMOTION, id, external_id, input)
        return {"promotion": await update_promotion(uow, edit)}

    @mutation(permission=WRITE, returns=PromotionPayload)
    async def promotion_activate(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Let a promotion run, in its dates. Up to 200 run by themselves at once."""
        ref = ref_of(kinds.PROMOTION, id, external_id)
        return {"promotion": await activate_promotion(uow, ref, expected_version=expected_version)}

    @mutation(permission=WRITE, returns=PromotionPayload)
    async def promotion_pause(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Stop a promotion until it is activated again."""
        ref = ref_of(kinds.PROMOTION, id, external_id)
        return {"promotion": await pause_promotion(uow, ref, expected_version=expected_version)}

    @mutation(permission=WRITE, returns=PromotionPayload)
    async def promotion_archive(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """End a promotion for good."""
        ref = ref_of(kinds.PROMOTION, id, external_id)
        return {"promotion": await archive_promotion(uow, ref, expected_version=expected_version)}

    @mutation(permission=WRITE, returns=PromotionCodesPayload, cost=50)
    async def promotion_codes_add(uow: UnitOfWork, input: PromotionCodesAddInput) -> Outcome:
        """Give a promotion codes that somebody thought of."""
        given = values(input)
        promotion = given.pop("promotion_id")
        return {"codes": await add_codes(uow, promotion=promotion, **given)}

    @mutation(permission=WRITE, returns=PromotionCodesPayload, cost=100)
    async def promotion_codes_generate(
        uow: UnitOfWork, input: PromotionCodesGenerateInput
    ) -> Outcome:
        """Make a series of codes, each good once unless said otherwise."""
        given = values(input)
        promotion = given.pop("promotion_id")
        return {"codes": await generate_codes(uow, promotion=promotion, **given)}

    @mutation(permission=WRITE, returns=PromotionCodesPayload, cost=50)
    async def promotion_codes_revoke(uow: UnitOfWork, ids: list[strawberry.ID]) -> Outcome:
        """Let up to 100 codes be good for nothing more; those that were good so far."""
        return {"codes": await revoke_codes(uow, wanted_ids(ids, kinds.PROMOTION_CODE))}
