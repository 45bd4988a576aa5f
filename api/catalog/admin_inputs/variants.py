"""Inputs of variants, their options and parts."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds
from api.catalog.admin_words import BulkErrorPolicy, StockPolicy
from api.inputs import OptionInput, ReferenceInput, reference, version_of
from api.references import ExternalIdInput
from api.scalars import JSON, Quantity


@strawberry.input
class VariantCreateInput:
    """A new variant: a value for each option of its product."""

    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    sku: str | None = UNSET
    position: int | None = strawberry.field(default=UNSET, description="Last where left out.")
    options: list[OptionInput] | None = strawberry.field(
        default=UNSET, description="Options and values that are new come to be with it."
    )
    barcodes: list[str] | None = strawberry.field(
        default=UNSET, description="All of them, the one to print first."
    )
    is_active: bool = True
    stock_policy: StockPolicy = StockPolicy.TRACKED
    is_weighed: bool = False
    min_quantity: Quantity | None = UNSET
    quantity_step: Quantity | None = UNSET
    weight_grams: int | None = UNSET
    length_mm: int | None = UNSET
    width_mm: int | None = UNSET
    height_mm: int | None = UNSET
    metadata: JSON | None = UNSET
    fields: JSON | None = UNSET


@strawberry.input
class VariantUpdateInput:
    """Changes of a variant: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    sku: str | None = UNSET
    position: int | None = UNSET
    options: list[OptionInput] | None = strawberry.field(
        default=UNSET, description="Those that change; the others are kept."
    )
    barcodes: list[str] | None = strawberry.field(
        default=UNSET, description="All of them, the one to print first."
    )
    is_active: bool | None = UNSET
    stock_policy: StockPolicy | None = UNSET
    is_weighed: bool | None = UNSET
    min_quantity: Quantity | None = UNSET
    quantity_step: Quantity | None = UNSET
    weight_grams: int | None = UNSET
    length_mm: int | None = UNSET
    width_mm: int | None = UNSET
    height_mm: int | None = UNSET
    metadata: JSON | None = UNSET
    fields: JSON | None = UNSET


@strawberry.input
class VariantsBulkUpdateRow(VariantUpdateInput):
    """Changes of one variant of many, named by `id`; or, without it, by `externalId`."""

    id: strawberry.ID | None = reference(kinds.VARIANT)


@strawberry.input
class VariantsBulkCreateInput:
    """Up to 100 new variants of one product."""

    product: ReferenceInput = reference(kinds.PRODUCT, required=True)
    variants: list[VariantCreateInput]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class VariantsBulkUpdateInput:
    """Changes of up to 100 variants of any products."""

    variants: list[VariantsBulkUpdateRow]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class OptionAddInput:
    """A new option of a product; all variants that it has get `value`."""

    product: ReferenceInput = reference(kinds.PRODUCT, required=True)
    title: str
    value: str
    expected_version: int | None = version_of("product")


@strawberry.input
class OptionUpdateInput:
    """What an option, or one of its values, is called and where it stands."""

    title: str | None = None
    position: int | None = None
    expected_version: int | None = version_of("product")


@strawberry.input
class BundleItemInput:
    """So much of another variant."""

    variant: ReferenceInput = reference(kinds.VARIANT, required=True)
    quantity: Quantity


@strawberry.input
class BundleItemsSetInput:
    """What a bundle's variant is made of, exactly."""

    variant: ReferenceInput = reference(kinds.VARIANT, required=True)
    parts: list[BundleItemInput]
    expected_version: int | None = version_of("variant")
