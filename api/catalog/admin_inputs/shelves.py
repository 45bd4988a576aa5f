"""Inputs of categories, brands and collections."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds
from api.catalog.admin_inputs.unit_codes import DemandsCodesInput
from api.catalog.admin_words import CollectionKind, RuleField, RuleMatch
from api.inputs import ReferenceInput, ReferencesChangeInput, reference, version_of
from api.references import ExternalIdInput
from api.scalars import JSON


@strawberry.input
class CategoryCreateInput(DemandsCodesInput):
    """A new category, a root unless it has a `parent`."""

    title: str
    external_id: ExternalIdInput | None = UNSET
    slug: str | None = UNSET
    parent: ReferenceInput | None = reference(kinds.CATEGORY)
    position: int | None = strawberry.field(
        default=UNSET, description="Its place among its siblings; last where left out."
    )
    description_html: str | None = UNSET
    is_visible: bool = True
    seo_title: str | None = UNSET
    seo_description: str | None = UNSET
    metadata: JSON | None = UNSET
    fields: JSON | None = UNSET


@strawberry.input
class CategoryUpdateInput(DemandsCodesInput):
    """Changes of a category's own fields; `categoryMove` changes its place in the tree."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    slug: str | None = UNSET
    position: int | None = UNSET
    description_html: str | None = UNSET
    is_visible: bool | None = UNSET
    seo_title: str | None = UNSET
    seo_description: str | None = UNSET
    metadata: JSON | None = UNSET
    fields: JSON | None = UNSET


@strawberry.input
class CategoryMoveInput:
    """A category's new place in the tree, with all below it."""

    expected_version: int | None = UNSET
    parent: ReferenceInput | None = reference(
        kinds.CATEGORY, description="The category to hang it under; null makes it a root."
    )
    position: int | None = UNSET


@strawberry.input
class BrandCreateInput:
    """A new brand."""

    title: str
    external_id: ExternalIdInput | None = UNSET
    slug: str | None = UNSET
    description_html: str | None = UNSET
    seo_title: str | None = UNSET
    seo_description: str | None = UNSET


@strawberry.input
class BrandUpdateInput:
    """Changes of a brand: what is left out is kept, null clears."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    slug: str | None = UNSET
    description_html: str | None = UNSET
    seo_title: str | None = UNSET
    seo_description: str | None = UNSET


@strawberry.input
class CollectionConditionInput:
    """Holds for a product that has one of the values.

    Values are ids for BRAND and CATEGORY (and what is below it), the attribute's code and then
    its values' keys for ATTRIBUTE, and plain texts for the rest.
    """

    field: RuleField
    values: list[str]


@strawberry.input
class CollectionRuleInput:
    """What a product must be to belong."""

    match: RuleMatch = RuleMatch.ALL
    conditions: list[CollectionConditionInput]


@strawberry.input
class CollectionCreateInput:
    """A new collection; one of kind RULE needs its rule, and is filled at once."""

    title: str
    kind: CollectionKind
    external_id: ExternalIdInput | None = UNSET
    slug: str | None = UNSET
    rule: CollectionRuleInput | None = UNSET
    description_html: str | None = UNSET
    is_visible: bool = True
    seo_title: str | None = UNSET
    seo_description: str | None = UNSET
    metadata: JSON | None = UNSET


@strawberry.input
class CollectionUpdateInput:
    """Changes of a collection: what is left out is kept, null clears; its kind is for good."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    title: str | None = UNSET
    slug: str | None = UNSET
    rule: CollectionRuleInput | None = UNSET
    description_html: str | None = UNSET
    is_visible: bool | None = UNSET
    seo_title: str | None = UNSET
    seo_description: str | None = UNSET
    metadata: JSON | None = UNSET


@strawberry.input
class CollectionProductsInput:
    """Which products a manual collection holds, in this order; 5,000 at most."""

    collection: ReferenceInput = reference(kinds.COLLECTION, required=True)
    products: ReferencesChangeInput = reference(kinds.PRODUCT, required=True)
    expected_version: int | None = version_of("collection")
