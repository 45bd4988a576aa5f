"""Lists of the back office, page by page: each noun's rows, what they are filtered and sorted by.

Batch reads for many parents stand beside the nouns themselves (`barcodes_of`, `options_of`, …).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, any_, select

from domain.catalog.filters import Filter, Narrowing, Where, conditions
from domain.catalog.tables import (
    Attribute,
    AttributeValue,
    Barcode,
    Brand,
    Category,
    CategoryAncestor,
    Collection,
    CollectionProduct,
    Media,
    Page,
    Product,
    ProductCategory,
    Publication,
    Variant,
)
from domain.errors import Invalid
from domain.paging import Page as RowPage
from domain.paging import PageRequest, Sort, count_of, page_of
from domain.row_sets import IDS, rows_by_id
from tenants.scope import Asking, Row

OrderBy: TypeAlias = Sequence[tuple[str, bool]]
"""Names of orders, and whether they descend."""


@dataclass(frozen=True)
class ListOf:
    """A list of the back office. The id ends every order; without one, the newest come first."""

    table: Any
    filters: Mapping[str, Narrowing]
    orders: Mapping[str, Any]

    @property
    def statement(self) -> Select[Any]:
        return select(self.table)


async def list_page(
    db: Asking,
    rows: ListOf,
    request: PageRequest,
    *,
    where: Where | None = None,
    order_by: OrderBy = (),
) -> RowPage:
    """One page of a list. Raises Invalid for unknown filters, orders and cursors."""
    asked = rows.statement.where(conditions(rows.filters, where))
    return await page_of(db, asked, sorts_of(rows.table, rows.orders, order_by), request)


async def count_rows(db: Asking, rows: ListOf, *, where: Where | None = None) -> int:
    """How many rows the whole list has."""
    asked = select(rows.table.id).where(conditions(rows.filters, where))
    return await count_of(db, asked)


async def variants_of(db: Asking, product_ids: Sequence[UUID]) -> list[Row]:
    """The variants of many products, in their order; for one product at most 250."""
    return await db.rows(_VARIANTS, ids=list(product_ids))


async def products_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Products by id."""
    return await rows_by_id(db, Product, ids)


async def variants_by_ids(db: Asking, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Variants by id."""
    return await rows_by_id(db, Variant, ids)


async def children_of(db: Asking, category_ids: Sequence[UUID]) -> list[Row]:
    """The categories right under many others, in their order."""
    return await db.rows(_CHILDREN, ids=list(category_ids))


def sorts_of(table: Any, orders: Mapping[str, Any], order_by: OrderBy) -> list[Sort]:
    """The levels of an order, by the columns that have names in `orders`. Raises Invalid."""
    sorts: list[Sort] = []
    for at, (name, descending) in enumerate(order_by):
        if name not in orders or any(sort.name == name for sort in sorts):
            raise Invalid("orderBy", at, en="there is no such order", ru="такого порядка нет")
        sorts.append(Sort(name, orders[name], descending))
    # Ids are by time, so the newest come first unless an order was asked for.
    return [*sorts, Sort("id", table.id, sorts[-1].descending if sorts else True)]


def _in_category(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """In one of the categories, or below it."""
    filed = select(ProductCategory.id).join(
        CategoryAncestor, CategoryAncestor.category_id == ProductCategory.category_id
    )
    return filed.where(ProductCategory.product_id == Product.id, condition).exists()


def _picked(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(CollectionProduct.id)
        .where(CollectionProduct.product_id == Product.id, condition)
        .exists()
    )


def _shown(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Publication.id).where(Publication.product_id == Product.id, condition).exists()


def _has_variant(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Variant.id).where(Variant.product_id == Product.id, condition).exists()


def _has_media(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Media.id).where(Media.product_id == Product.id, condition).exists()


def _has_barcode(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Barcode.id).where(Barcode.variant_id == Variant.id, condition).exists()


def _has_attribute(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(AttributeValue.id).where(AttributeValue.product_id == Product.id, condition).exists()
    )


def _stamped(table: Any) -> dict[str, Filter]:
    """The filters that everything has."""
    filters = {
        "id": Filter(table.id),
        "createdAt": Filter(table.created_at),
        "updatedAt": Filter(table.updated_at),
    }
    if hasattr(table, "title_sort"):
        filters["title"] = Filter(table.title_sort, folded=True)
    if hasattr(table, "slug"):
        filters["slug"] = Filter(table.slug)
    if hasattr(table, "external_id"):
        filters |= {
            "externalId": Filter(table.external_id),
            "externalSource": Filter(table.external_source),
        }
    return filters


def _orders(table: Any) -> dict[str, Any]:
    orders: dict[str, Any] = {"updatedAt": table.updated_at, "createdAt": table.created_at}
    for name, column in (("title", "title_sort"), ("position", "position")):
        if hasattr(table, column):
            orders[name] = getattr(table, column)
    return orders


def _listed(table: Any, **filters: Filter) -> ListOf:
    return ListOf(table, {**_stamped(table), **filters}, _orders(table))


PRODUCTS: Final = _listed(
    Product,
    status=Filter(Product.status),
    kind=Filter(Product.kind),
    brandId=Filter(Product.brand_id),
    vatCategory=Filter(Product.vat_category),
    country=Filter(Product.country),
    publishedAt=Filter(Product.published_at),
    categoryId=Filter(CategoryAncestor.ancestor_id, _in_category),
    collectionId=Filter(CollectionProduct.collection_id, _picked),
    channelId=Filter(Publication.channel_id, _shown),
    attributeId=Filter(AttributeValue.attribute_id, _has_attribute),
    mediaId=Filter(Media.id, _has_media),
    sku=Filter(Variant.sku, _has_variant),
)
VARIANTS: Final = _listed(
    Variant,
    productId=Filter(Variant.product_id),
    sku=Filter(Variant.sku),
    isActive=Filter(Variant.is_active),
    isWeighed=Filter(Variant.is_weighed),
    stockPolicy=Filter(Variant.stock_policy),
    weightGrams=Filter(Variant.weight_grams),
    barcode=Filter(Barcode.code, _has_barcode),
)
CATEGORIES: Final = _listed(
    Category,
    parentId=Filter(Category.parent_id),
    isVisible=Filter(Category.is_visible),
    depth=Filter(Category.depth),
)
BRANDS: Final = _listed(Brand)
COLLECTIONS: Final = _listed(
    Collection, kind=Filter(Collection.kind), isVisible=Filter(Collection.is_visible)
)
ATTRIBUTES: Final = _listed(
    Attribute,
    code=Filter(Attribute.code),
    kind=Filter(Attribute.kind),
    isFilterable=Filter(Attribute.is_filterable),
)
PAGES: Final = _listed(Page, isVisible=Filter(Page.is_visible))

_VARIANTS: Final = (
    select(Variant)
    .where(Variant.product_id == any_(IDS))
    .order_by(Variant.product_id, Variant.position, Variant.id)
)
_CHILDREN: Final = (
    select(Category)
    .where(Category.parent_id == any_(IDS))
    .order_by(Category.parent_id, Category.position, Category.id)
)
