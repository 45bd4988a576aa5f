"""What things are said to be: attributes and their values, the merchant's own fields, words."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.catalog import kinds
from api.catalog.admin_words import FieldKind, FieldOwner
from api.catalog.words import AttributeKind
from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.nodes import Node
from api.refusals import told
from api.rows import Edited, ExternalId, external_id, in_table, lists_by, many, one
from api.scalars import id_field
from domain.catalog.attributes import choices_of_attributes
from domain.catalog.tables import Attribute as AttributeTable
from domain.catalog.translations import translations_of
from domain.errors import valid
from domain.inputs import camel
from tenants.values.languages import parse_language
from tenants.values.quantity import format_thousandths


@strawberry.type
class Translation:
    """One text of a thing in another language."""

    field: str = computed(
        lambda row: camel(row["field"]), description="The text's name: title, descriptionHtml, …"
    )
    value: str


async def _translations(
    parents: Sequence[Any], context: RequestContext, language: str
) -> list[list[Any]]:
    ids = [parent["id"] for parent in parents]
    with told(context):
        spoken = valid(parse_language, language, "language")
    rows = await translations_of(context.reading, ids, language=spoken)
    return lists_by(rows, "entity_id", ids)


def translations() -> Any:
    """The field `translations(language:)` of a thing whose texts can be translated."""
    return batch(
        _translations, items=3, description="Its texts in another language, as far as set."
    )


@strawberry.type
class AttributeChoice:
    """One of the values that an attribute of kind CHOICE may have."""

    id: strawberry.ID = id_field(kinds.CHOICE)
    key: str = strawberry.field(description="Its spelling in filters and collections' rules.")
    title: str
    position: int
    translations: list[Translation] = translations()


@strawberry.type
class Attribute(Node, Edited):
    """A typed fact that products can have; buyers narrow lists by those that are filterable."""

    id: strawberry.ID = id_field(kinds.ATTRIBUTE)
    external_id: ExternalId | None = external_id()
    code: str
    title: str
    kind: AttributeKind
    unit: str | None = strawberry.field(description="What a number is counted in.")
    is_filterable: bool
    position: int
    choices: list[AttributeChoice] = many(choices_of_attributes, of="attribute_id", items=10)
    translations: list[Translation] = translations()


def _shown_value(row: Any) -> str:
    if row["number"] is not None:
        return format_thousandths(row["number"])
    if row["boolean"] is not None:
        return "true" if row["boolean"] else "false"
    return str(row["text"] if row["day"] is None else row["day"].isoformat())


@strawberry.type
class AttributeValue:
    """One value that a product, or a variant, has of an attribute."""

    attribute: Attribute = one(in_table(AttributeTable), by="attribute_id")
    code: str = strawberry.field(description="The attribute's code.")
    title: str = strawberry.field(description="The attribute's title.")
    kind: AttributeKind
    unit: str | None
    value: str = computed(
        _shown_value, description='As text: "0.25", "2026-01-31", "true", or the words themselves.'
    )
    key: str = strawberry.field(description="The value's one spelling, for filters and rules.")
    choice_id: strawberry.ID | None = id_field(kinds.CHOICE, "choice_id")


@strawberry.type
class FieldDefinition(Node, Edited):
    """A typed field of the merchant's own; values are in `fields` of its owner, by `code`."""

    id: strawberry.ID = id_field(kinds.FIELD)
    owner: FieldOwner = column("entity_kind")
    code: str
    title: str
    kind: FieldKind
    choices: list[str]
    is_required: bool
    position: int
