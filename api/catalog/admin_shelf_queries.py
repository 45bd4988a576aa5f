"""The admin's root fields for what products stand on, and for what is said of them."""

from typing import Final, cast

import strawberry
from strawberry import UNSET

from api.catalog import kinds
from api.catalog.admin_orders import PlacedOrder, TitledOrder
from api.catalog.admin_queries import READ
from api.catalog.admin_types.facts import Attribute, FieldDefinition
from api.catalog.admin_types.shelves import Brand, Category, Collection
from api.catalog.admin_words import CollectionKind, FieldOwner
from api.catalog.words import AttributeKind
from api.connections import Connection
from api.context import Info
from api.engine.fields import root
from api.filters import (
    BooleanFilter,
    DateTimeFilter,
    IdFilter,
    IntFilter,
    TextFilter,
    combined,
    filtered,
)
from api.lists import listing, named
from domain.catalog import queries, tables
from domain.catalog.fields import list_fields

MOST_FIELDS: Final = 20


@strawberry.input
class CollectionKindFilter:
    """Kinds of collections."""

    eq: CollectionKind | None = UNSET


@strawberry.input
class AttributeKindFilter:
    """Kinds of attributes."""

    eq: AttributeKind | None = UNSET
    in_: list[AttributeKind] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class CategoryWhere:
    """Which categories; all that is given must hold."""

    id: IdFilter | None = filtered(kinds.CATEGORY)
    external_id: TextFilter | None = UNSET
    external_source: TextFilter | None = UNSET
    title: TextFilter | None = UNSET
    slug: TextFilter | None = UNSET
    parent_id: IdFilter | None = filtered(kinds.CATEGORY)
    is_visible: BooleanFilter | None = UNSET
    depth: IntFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    and_: "list[CategoryWhere] | None" = combined("and")
    or_: "list[CategoryWhere] | None" = combined("or")
    not_: "CategoryWhere | None" = combined("not")


@strawberry.input
class BrandWhere:
    """Which brands; all that is given must hold."""

    id: IdFilter | None = filtered(kinds.BRAND)
    external_id: TextFilter | None = UNSET
    external_source: TextFilter | None = UNSET
    title: TextFilter | None = UNSET
    slug: TextFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    and_: "list[BrandWhere] | None" = combined("and")
    or_: "list[BrandWhere] | None" = combined("or")
    not_: "BrandWhere | None" = combined("not")


@strawberry.input
class CollectionWhere:
    """Which collections; all that is given must hold."""

    id: IdFilter | None = filtered(kinds.COLLECTION)
    external_id: TextFilter | None = UNSET
    external_source: TextFilter | None = UNSET
    title: TextFilter | None = UNSET
    slug: TextFilter | None = UNSET
    kind: CollectionKindFilter | None = UNSET
    is_visible: BooleanFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    and_: "list[CollectionWhere] | None" = combined("and")
    or_: "list[CollectionWhere] | None" = combined("or")
    not_: "CollectionWhere | None" = combined("not")


@strawberry.input
class AttributeWhere:
    """Which attributes; all that is given must hold."""

    id: IdFilter | None = filtered(kinds.ATTRIBUTE)
    external_id: TextFilter | None = UNSET
    external_source: TextFilter | None = UNSET
    title: TextFilter | None = UNSET
    code: TextFilter | None = UNSET
    kind: AttributeKindFilter | None = UNSET
    is_filterable: BooleanFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    and_: "list[AttributeWhere] | None" = combined("and")
    or_: "list[AttributeWhere] | None" = combined("or")
    not_: "AttributeWhere | None" = combined("not")


@strawberry.type
class ShelfQueries:
    """Categories, brands, collections, attributes and the merchant's own fields."""

    category: Category | None = named(
        tables.Category,
        kinds.CATEGORY,
        slugs="category",
        permission=READ,
        description="One category, by exactly one of its id, slug (old ones too) or external id.",
    )

    categories: Connection[Category] = listing(
        queries.CATEGORIES,
        where=CategoryWhere,
        order_by=PlacedOrder,
        permission=READ,
        description="Categories; the newest first unless `orderBy` says otherwise.",
    )

    brand: Brand | None = named(
        tables.Brand,
        kinds.BRAND,
        slugs="brand",
        permission=READ,
        description="One brand, by exactly one of its id, slug (old ones too) or external id.",
    )

    brands: Connection[Brand] = listing(
        queries.BRANDS,
        where=BrandWhere,
        order_by=TitledOrder,
        permission=READ,
        description="Brands; the newest first unless `orderBy` says otherwise.",
    )

    collection: Collection | None = named(
        tables.Collection,
        kinds.COLLECTION,
        slugs="collection",
        permission=READ,
        description="One collection, by exactly one of its id, slug (old ones too) or external id.",
    )

    collections: Connection[Collection] = listing(
        queries.COLLECTIONS,
        where=CollectionWhere,
        order_by=TitledOrder,
        permission=READ,
        description="Collections; the newest first unless `orderBy` says otherwise.",
    )

    attribute: Attribute | None = named(
        tables.Attribute,
        kinds.ATTRIBUTE,
        permission=READ,
        description="One attribute, by its id or external id.",
    )

    attributes: Connection[Attribute] = listing(
        queries.ATTRIBUTES,
        where=AttributeWhere,
        order_by=PlacedOrder,
        permission=READ,
        description="Attributes; the newest first unless `orderBy` says otherwise.",
    )

    @root(permission=READ, items=MOST_FIELDS)
    async def field_definitions(self, info: Info, owner: FieldOwner) -> list[FieldDefinition]:
        """The merchant's own fields of one kind of thing, in their order."""
        fields = await list_fields(info.context.reading, owner.value)
        return cast(list[FieldDefinition], fields)
