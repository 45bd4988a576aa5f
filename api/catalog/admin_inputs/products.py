"""Inputs of products."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds
from api.catalog.admin_inputs.unit_codes import DemandsCodesInput
from api.catalog.admin_inputs.variants import VariantCreateInput
from api.catalog.admin_words import BulkErrorPolicy, ProductStatus, VatCategory
from api.catalog.words import ProductKind, RelationKind, Unit
from api.inputs import ReferenceInput, ReferencesChangeInput, reference, version_of
from api.references import ExternalIdInput
from api.scalars import JSON, DateTime


@strawberry.input
class ProductCreateInput(DemandsCodesInput):
    """A new product. Without `variants` it gets one; without `slug`, one made of its title."""

    title: str
    external_id: ExternalIdInput | None = UNSET
    slug: str | None = UNSET
    kind: ProductKind | None = UNSET
    status: ProductStatus | None = strawberry.field(
        default=UNSET, description="DRAFT where left out."
    )
    description_html: str | None = strawberry.field(
        default=UNSET, description="Scripts, styles and frames are taken out of it."
    )
    brand: ReferenceInput | None = reference(kinds.BRAND)
    main_category: ReferenceInput | None = reference(kinds.CATEGORY)
    categories: ReferencesChangeInput | None = reference(
        kinds.CATEGORY, description="Without `mainCategory`, the first of them is the main one."
    )
    channels: list[ReferenceInput] | None = reference(
        kinds.CHANNEL, description="Where it is shown; the default channel where left out."
    )
    vat_category: VatCategory | None = UNSET
    country: str | None = UNSET
    unit: Unit | None = UNSET
    is_adult: bool | None = UNSET
    seo_title: str | None = UNSET
    seo_description: str | None = UNSET
    metadata: JSON | None = UNSET
    fields: JSON | None = strawberry.field(
        default=UNSET, description="The merchant's own fields: `{code: value}`."
    )
    variants: list[VariantCreateInput] | None = UNSET


@strawberry.input
class ProductUpdateInput(DemandsCodesInput):
    """Changes of a product: what is left out is kept, null clears."""

    expected_version: int | None = strawberry.field(
        default=UNSET, description="The version that was seen; any other answers CONFLICT."
    )
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    slug: str | None = strawberry.field(
        default=UNSET, description="The old one goes on leading here. Null: make one of the title."
    )
    status: ProductStatus | None = UNSET
    description_html: str | None = UNSET
    brand: ReferenceInput | None = reference(kinds.BRAND)
    main_category: ReferenceInput | None = reference(kinds.CATEGORY)
    categories: ReferencesChangeInput | None = reference(kinds.CATEGORY)
    vat_category: VatCategory | None = UNSET
    country: str | None = UNSET
    unit: Unit | None = UNSET
    is_adult: bool | None = UNSET
    seo_title: str | None = UNSET
    seo_description: str | None = UNSET
    metadata: JSON | None = UNSET
    fields: JSON | None = strawberry.field(
        default=UNSET, description="The merchant's own fields: those not named are kept."
    )


@strawberry.input
class ProductsBulkUpdateRow(ProductUpdateInput):
    """Changes of one product of many, named by `id`; or, without it, by `externalId`."""

    id: strawberry.ID | None = reference(kinds.PRODUCT)


@strawberry.input
class ProductsBulkCreateInput:
    """Up to 100 new products."""

    products: list[ProductCreateInput]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class ProductsBulkUpdateInput:
    """Changes of up to 100 products."""

    products: list[ProductsBulkUpdateRow]
    error_policy: BulkErrorPolicy = BulkErrorPolicy.REJECT_ALL


@strawberry.input
class ProductsPublishInput:
    """Up to 100 products, to be shown in a channel in this span."""

    products: list[ReferenceInput] = reference(kinds.PRODUCT, required=True)
    channel: ReferenceInput = reference(kinds.CHANNEL, required=True)
    published_from: DateTime | None = None
    published_until: DateTime | None = None


@strawberry.input
class ProductsWithdrawInput:
    """Up to 100 products, to be shown in a channel no more."""

    products: list[ReferenceInput] = reference(kinds.PRODUCT, required=True)
    channel: ReferenceInput = reference(kinds.CHANNEL, required=True)


@strawberry.input
class ProductRelatedSetInput:
    """Exactly these products are to be shown beside `product`, in this order."""

    product: ReferenceInput = reference(kinds.PRODUCT, required=True)
    related: list[ReferenceInput] = reference(kinds.PRODUCT, required=True)
    kind: RelationKind = RelationKind.RELATED
    expected_version: int | None = version_of("product")
