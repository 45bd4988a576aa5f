"""Inputs of attributes and their values, of the merchant's own fields, and of translations."""

import strawberry
from strawberry import UNSET

from api.catalog import kinds
from api.catalog.admin_words import FieldKind, FieldOwner
from api.catalog.words import AttributeKind
from api.inputs import ReferenceInput, reference, version_of
from api.references import ExternalIdInput
from api.scalars import JSON


@strawberry.input
class AttributeCreateInput:
    """A new attribute; `choices` are the titles of those that kind CHOICE has."""

    code: str
    title: str
    kind: AttributeKind
    external_id: ExternalIdInput | None = UNSET
    unit: str | None = UNSET
    is_filterable: bool = False
    position: int | None = UNSET
    choices: list[str] | None = UNSET


@strawberry.input
class AttributeUpdateInput:
    """Changes of an attribute: what is left out is kept, null clears; its kind is for good."""

    expected_version: int | None = UNSET
    external_id: ExternalIdInput | None = UNSET
    code: str | None = UNSET
    title: str | None = UNSET
    unit: str | None = UNSET
    is_filterable: bool | None = UNSET
    position: int | None = UNSET


@strawberry.input
class AttributeChoicesAddInput:
    """More choices, at the end of those that an attribute has."""

    attribute: ReferenceInput = reference(kinds.ATTRIBUTE, required=True)
    choices: list[str]
    expected_version: int | None = version_of("attribute")


@strawberry.input
class AttributeFactInput:
    """All values of one attribute; an empty list takes them away.

    A value is a text; "0.25" for a number, true or false, "2026-01-31" for a date, a choice's
    key or title.
    """

    attribute: ReferenceInput = reference(kinds.ATTRIBUTE, required=True)
    values: list[JSON]


@strawberry.input
class AttributeValuesSetInput:
    """What is true of a product, or of one of its variants; attributes not named are kept."""

    product: ReferenceInput = reference(kinds.PRODUCT, required=True)
    variant: ReferenceInput | None = reference(kinds.VARIANT)
    facts: list[AttributeFactInput]
    expected_version: int | None = version_of("product")


@strawberry.input
class FieldDefinitionCreateInput:
    """A new field of the merchant's own, for all products, variants, categories or customers."""

    owner: FieldOwner
    code: str
    title: str
    kind: FieldKind
    choices: list[str] | None = UNSET
    is_required: bool = False
    position: int | None = UNSET


@strawberry.input
class FieldDefinitionUpdateInput:
    """Changes of a field; values that things have of it already stay as they are."""

    expected_version: int | None = UNSET
    title: str | None = UNSET
    choices: list[str] | None = UNSET
    is_required: bool | None = UNSET
    position: int | None = UNSET


@strawberry.input
class WordsInput:
    """One text: its field (`title`, `descriptionHtml`, …) and its words; null takes them away."""

    name: str = strawberry.field(description="The text's field: title, descriptionHtml, seoTitle.")
    value: str | None


@strawberry.input
class TranslationsSetInput:
    """The texts of one thing in one language; those not named are kept."""

    id: strawberry.ID = strawberry.field(
        description="A product, variant, option, option value, category, collection, brand, "
        "attribute, choice, picture, menu item or page."
    )
    language: str
    words: list[WordsInput]
