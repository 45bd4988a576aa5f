"""Changing variants, the options they differ in, and what bundles are made of."""

import strawberry

from api.catalog import kinds
from api.catalog.admin_inputs.variants import (
    BundleItemsSetInput,
    OptionAddInput,
    OptionUpdateInput,
    VariantsBulkCreateInput,
    VariantsBulkUpdateInput,
    VariantUpdateInput,
)
from api.catalog.admin_types.products import ProductOption, ProductOptionValue
from api.catalog.admin_types.variants import Variant
from api.catalog.mutations.products import BULK_COST, WRITE
from api.inputs import edit_in, edit_of, ref, values
from api.mutation import Outcome, Payload, each, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from api.scalars import wanted_id, wanted_ids
from domain.bulk import ErrorPolicy
from domain.catalog import tables
from domain.catalog.bundles import set_parts
from domain.catalog.options import add_option, delete_option, rename_option, rename_option_value
from domain.catalog.queries import variants_by_ids
from domain.catalog.variants import (
    create_variants,
    delete_variants,
    update_variant,
    update_variants,
)
from tenants.ids import encode_id
from tenants.scope import UnitOfWork


@strawberry.type
class VariantPayload(Payload):
    """The variant as it is now."""

    variant: Variant | None = entity("variant", variants_by_ids)


@strawberry.type
class VariantsBulkPayload(Payload):
    """The variants in the order of the input; null for each that was skipped."""

    variants: list[Variant | None] | None = each("variants", variants_by_ids)


@strawberry.type
class VariantsDeletePayload(Payload):
    """The ids of what is gone."""

    variant_ids: list[strawberry.ID] | None


@strawberry.type
class OptionPayload(Payload):
    """The option as it is now."""

    option: ProductOption | None = entity("option", in_table(tables.ProductOption))


@strawberry.type
class OptionValuePayload(Payload):
    """The option's value as it is now."""

    option_value: ProductOptionValue | None = entity(
        "option_value", in_table(tables.ProductOptionValue)
    )


@strawberry.type
class OptionDeletePayload(Payload):
    """The id of what is gone."""

    option_id: strawberry.ID | None


@strawberry.type
class VariantMutations:
    """Root fields of variants and their options."""

    @mutation(permission=WRITE, returns=VariantPayload)
    async def variant_update(
        uow: UnitOfWork,
        input: VariantUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a variant, named by exactly one of `id` and `externalId`."""
        edit = edit_of(kinds.VARIANT, id, external_id, input)
        return {"variant": await update_variant(uow, edit)}

    @mutation(permission=WRITE, returns=VariantsBulkPayload, cost=BULK_COST)
    async def variants_bulk_create(uow: UnitOfWork, input: VariantsBulkCreateInput) -> Outcome:
        """Add up to 100 variants to a product, all or those that can be; 250 at most in all."""
        made = await create_variants(
            uow,
            product=ref(input.product, kinds.PRODUCT),
            given=[values(row) for row in input.variants],
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"variants": made.ids, "skipped": made.errors}

    @mutation(permission=WRITE, returns=VariantsBulkPayload, cost=BULK_COST)
    async def variants_bulk_update(uow: UnitOfWork, input: VariantsBulkUpdateInput) -> Outcome:
        """Change up to 100 variants of any products, all or those that can be."""
        made = await update_variants(
            uow,
            [edit_in(kinds.VARIANT, row) for row in input.variants],
            policy=ErrorPolicy(input.error_policy.value),
        )
        return {"variants": made.ids, "skipped": made.errors}

    @mutation(permission=WRITE, returns=VariantsDeletePayload)
    async def variants_delete(uow: UnitOfWork, ids: list[strawberry.ID]) -> Outcome:
        """Delete variants with their prices and stock; a product keeps one at least."""
        gone = await delete_variants(uow, wanted_ids(ids, kinds.VARIANT))
        return {"variant_ids": [encode_id(kinds.VARIANT, one) for one in gone]}

    @mutation(permission=WRITE, returns=OptionPayload)
    async def option_add(uow: UnitOfWork, input: OptionAddInput) -> Outcome:
        """Let the variants of a product differ in one thing more."""
        product = ref(input.product, kinds.PRODUCT)
        option_id = await add_option(
            uow,
            product,
            title=input.title,
            value=input.value,
            expected_version=input.expected_version,
        )
        return {"option": option_id}

    @mutation(permission=WRITE, returns=OptionPayload)
    async def option_update(
        uow: UnitOfWork, id: strawberry.ID, input: OptionUpdateInput
    ) -> Outcome:
        """Call an option something else, or move it."""
        option_id = wanted_id(id, kinds.OPTION)
        await rename_option(uow, option_id, **vars(input))
        return {"option": option_id}

    @mutation(permission=WRITE, returns=OptionValuePayload)
    async def option_value_update(
        uow: UnitOfWork, id: strawberry.ID, input: OptionUpdateInput
    ) -> Outcome:
        """Call a value of an option something else, or move it."""
        value_id = wanted_id(id, kinds.OPTION_VALUE)
        await rename_option_value(uow, value_id, **vars(input))
        return {"option_value": value_id}

    @mutation(permission=WRITE, returns=OptionDeletePayload)
    async def option_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Take an option away; refused when two variants would then be the same.

        `expectedVersion` is the product's.
        """
        option_id = wanted_id(id, kinds.OPTION)
        await delete_option(uow, option_id, expected_version=expected_version)
        return {"option_id": id}

    @mutation(permission=WRITE, returns=VariantPayload)
    async def bundle_items_set(uow: UnitOfWork, input: BundleItemsSetInput) -> Outcome:
        """Say what a bundle is made of: exactly these parts."""
        parts = [(ref(part.variant, kinds.VARIANT), part.quantity) for part in input.parts]
        variant = ref(input.variant, kinds.VARIANT)
        version = input.expected_version
        made = await set_parts(uow, variant=variant, parts=parts, expected_version=version)
        return {"variant": made}
