"""The admin's root fields for what products stand on, and for what is said of them."""

from typing import Any, Final

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
from api.lists import found, listed
from api.references import ExternalIdInput
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

    @root(permission=READ)
    async def category(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        slug: str | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Category | None:
        """One category, by exactly one of its id, slug (old ones too) or external id."""
        return await found(  # type: ignore[no-any-return]
            info,
            tables.Category,
            kinds.CATEGORY,
            id=id,
            slug=slug,
            slug_of="category",
            external_id=external_id,
        )

    @root(permission=READ, page_size=("first", "last"))
    async def categories(
        self,
        info: Info,
        where: CategoryWhere | None = None,
        order_by: list[PlacedOrder] | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Category]:
        """Categories; the newest first unless `orderBy` says otherwise."""
        return await listed(  # type: ignore[no-any-return]
            info,
            queries.CATEGORIES,
            first=first,
            after=after,
            last=last,
            before=before,
            where=where,
            order_by=order_by,
        )

    @root(permission=READ)
    async def brand(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        slug: str | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Brand | None:
        """One brand, by exactly one of its id, slug (old ones too) or external id."""
        return await found(  # type: ignore[no-any-return]
            info,
            tables.Brand,
            kinds.BRAND,
            id=id,
            slug=slug,
            slug_of="brand",
            external_id=external_id,
        )

    @root(permission=READ, page_size=("first", "last"))
    async def brands(
        self,
        info: Info,
        where: BrandWhere | None = None,
        order_by: list[TitledOrder] | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Brand]:
        """Brands; the newest first unless `orderBy` says otherwise."""
        return await listed(  # type: ignore[no-any-return]
            info,
            queries.BRANDS,
            first=first,
            after=after,
            last=last,
            before=before,
            where=where,
            order_by=order_by,
        )

    @root(permission=READ)
    async def collection(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        slug: str | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Collection | None:
        """One collection, by exactly one of its id, slug (old ones too) or external id."""
        return await found(  # type: ignore[no-any-return]
            info,
            tables.Collection,
            kinds.COLLECTION,
            id=id,
            slug=slug,
            slug_of="collection",
            external_id=external_id,
        )

    @root(permission=READ, page_size=("first", "last"))
    async def collections(
        self,
        info: Info,
        where: CollectionWhere | None = None,
        order_by: list[TitledOrder] | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Collection]:
        """Collections; the newest first unless `orderBy` says otherwise."""
        return await listed(  # type: ignore[no-any-return]
            info,
            queries.COLLECTIONS,
            first=first,
            after=after,
            last=last,
            before=before,
            where=where,
            order_by=order_by,
        )

    @root(permission=READ)
    async def attribute(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Attribute | None:
        """One attribute, by its id or external id."""
        return await found(  # type: ignore[no-any-return]
            info,
            tables.Attribute,
            kinds.ATTRIBUTE,
            id=id,
            external_id=external_id,
        )

    @root(permission=READ, page_size=("first", "last"))
    async def attributes(
        self,
        info: Info,
        where: AttributeWhere | None = None,
        order_by: list[PlacedOrder] | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Attribute]:
        """Attributes; the newest first unless `orderBy` says otherwise."""
        return await listed(  # type: ignore[no-any-return]
            info,
            queries.ATTRIBUTES,
            first=first,
            after=after,
            last=last,
            before=before,
            where=where,
            order_by=order_by,
        )

    @root(permission=READ, items=MOST_FIELDS)
    async def field_definitions(self, info: Info, owner: FieldOwner) -> list[FieldDefinition]:
        """The merchant's own fields of products, variants or categories, in their order."""
        fields: Any = await list_fields(info.context.reading, owner.value)
        return fields  # type: ignore[no-any-return]
