"""What products stand on: categories, brands, collections."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api.catalog import kinds
from api.catalog.admin_types.facts import Translation, translations
from api.catalog.admin_words import CollectionKind, RuleField, RuleMatch, UnitCodes
from api.connections import Connection, connection
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.refusals import told
from api.rows import Edited, ExternalId, external_id, in_table, lists_by, many, one
from api.scalars import JSON, id_field
from domain.catalog import tables
from domain.catalog.categories import ancestors_of
from domain.catalog.collections import count_members, members_of
from domain.catalog.queries import children_of
from domain.paging import PageRequest
from tenants.ids import encode_id

if TYPE_CHECKING:
    from api.catalog.admin_types.products import Product

ProductLater: TypeAlias = Annotated["Product", strawberry.lazy("api.catalog.admin_types.products")]


async def _ancestors(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    ids = [parent["id"] for parent in parents]
    rows = await ancestors_of(context.reading, ids)
    whole = await in_table(tables.Category)(context.reading, list({row["id"] for row in rows}))
    found = lists_by(rows, "of_id", ids)
    return [[whole[row["id"]] for row in above if row["id"] in whole] for above in found]


@strawberry.type
class Category(Node, Edited):
    """A node of the tree that products are filed in."""

    id: strawberry.ID = id_field(kinds.CATEGORY)
    external_id: ExternalId | None = external_id()
    slug: str
    title: str
    description_html: str
    position: int = strawberry.field(description="Its place among its siblings.")
    depth: int = strawberry.field(description="How far below the root: 0 for a root.")
    is_visible: bool
    unit_codes: UnitCodes | None = strawberry.field(
        description="Which codes goods below it are known by; null: as the category above says."
    )
    marking_group: str | None = strawberry.field(description="The group of goods, for MARKING.")
    parent: "Category | None" = one(in_table(tables.Category), by="parent_id")
    ancestors: "list[Category]" = batch(
        _ancestors, items=2, description="From the root down to its parent."
    )
    children: "list[Category]" = many(
        children_of, of="parent_id", items=5, description="Right below it, in their order."
    )
    seo_title: str | None
    seo_description: str | None
    metadata: JSON
    fields: JSON = strawberry.field(description="The merchant's own fields, by code.")
    translations: list[Translation] = translations()


@strawberry.type
class Brand(Node, Edited):
    """Who makes products."""

    id: strawberry.ID = id_field(kinds.BRAND)
    external_id: ExternalId | None = external_id()
    slug: str
    title: str
    description_html: str
    seo_title: str | None
    seo_description: str | None
    translations: list[Translation] = translations()


@strawberry.type
class CollectionCondition:
    """Holds for a product that has one of the values."""

    field: RuleField
    values: list[str] = computed(lambda condition: _values(condition))


@strawberry.type
class CollectionRule:
    """What a product must be to belong."""

    match: RuleMatch
    conditions: list[CollectionCondition]


_KINDS = {"brand": kinds.BRAND, "category": kinds.CATEGORY}


def _values(condition: Any) -> list[str]:
    kind = _KINDS.get(condition["field"])
    values: list[str] = condition["values"]
    return values if kind is None else [encode_id(kind, UUID(value)) for value in values]


async def _members(
    parents: Sequence[Any],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Any]:
    db, ids = context.reading, [parent["id"] for parent in parents]
    with told(context):
        pages = await members_of(db, ids, PageRequest(first, after, last, before))
    return [connection(pages[id], partial(count_members, db, id)) for id in ids]


@strawberry.type
class Collection(Node, Edited):
    """A picked list of products: chosen one by one, or kept by a rule."""

    id: strawberry.ID = id_field(kinds.COLLECTION)
    external_id: ExternalId | None = external_id()
    kind: CollectionKind
    slug: str
    title: str
    description_html: str
    is_visible: bool
    rule: CollectionRule | None
    products: Connection[ProductLater] = batch(
        _members,
        page_size=("first", "last"),
        description="Products of any status, in the collection's own order.",
    )
    seo_title: str | None
    seo_description: str | None
    metadata: JSON
    translations: list[Translation] = translations()
