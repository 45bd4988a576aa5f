"""The admin's root fields for the catalogue: products and what is put into a cart."""

from enum import Enum
from typing import Final, cast

import strawberry
from strawberry import UNSET

from api.catalog import kinds
from api.catalog.admin_types.products import Product
from api.catalog.admin_types.variants import Variant
from api.catalog.admin_words import ProductStatus, StockPolicy, VatCategory
from api.catalog.words import ProductKind
from api.connections import Connection, connection
from api.context import Info
from api.engine.fields import root
from api.filters import (
    BooleanFilter,
    DateTimeFilter,
    IdFilter,
    IntFilter,
    OrderDirection,
    TextFilter,
    combined,
    filtered,
)
from api.lists import found, listing, named, paged
from api.references import ExternalIdInput, only_one
from api.refusals import told
from domain.catalog import queries, tables
from domain.catalog.barcodes import find_variant_by_barcode
from domain.catalog.facets import Filters
from domain.catalog.search import Order, search_products
from domain.inputs import located
from domain.paging import Page, PageRequest

READ: Final = "products:read"
SEARCH_COST: Final = 10


@strawberry.input
class ProductStatusFilter:
    """Statuses."""

    eq: ProductStatus | None = UNSET
    in_: list[ProductStatus] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class ProductKindFilter:
    """Kinds of products."""

    eq: ProductKind | None = UNSET


@strawberry.input
class VatCategoryFilter:
    """Categories of VAT; null is the shop's usual one."""

    eq: VatCategory | None = UNSET
    in_: list[VatCategory] | None = strawberry.field(name="in", default=UNSET)
    is_null: bool | None = UNSET


@strawberry.input
class StockPolicyFilter:
    """Whether stock is counted."""

    eq: StockPolicy | None = UNSET


@strawberry.input
class ProductWhere:
    """Which products; all that is given must hold."""

    id: IdFilter | None = filtered(kinds.PRODUCT)
    external_id: TextFilter | None = UNSET
    external_source: TextFilter | None = UNSET
    title: TextFilter | None = UNSET
    slug: TextFilter | None = UNSET
    status: ProductStatusFilter | None = UNSET
    kind: ProductKindFilter | None = UNSET
    vat_category: VatCategoryFilter | None = UNSET
    country: TextFilter | None = UNSET
    sku: TextFilter | None = strawberry.field(default=UNSET, description="Of one of its variants.")
    brand_id: IdFilter | None = filtered(kinds.BRAND)
    category_id: IdFilter | None = filtered(kinds.CATEGORY)
    collection_id: IdFilter | None = filtered(kinds.COLLECTION)
    channel_id: IdFilter | None = filtered(kinds.CHANNEL)
    attribute_id: IdFilter | None = filtered(kinds.ATTRIBUTE)
    media_id: IdFilter | None = filtered(kinds.IMAGE)
    published_at: DateTimeFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    and_: "list[ProductWhere] | None" = combined("and")
    or_: "list[ProductWhere] | None" = combined("or")
    not_: "ProductWhere | None" = combined("not")


@strawberry.enum
class ProductOrderField(Enum):
    """What products are ordered by."""

    TITLE = "title"
    CREATED_AT = "createdAt"
    UPDATED_AT = "updatedAt"


@strawberry.input
class ProductOrder:
    """One level of an order."""

    field: ProductOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input
class VariantWhere:
    """Which variants; all that is given must hold."""

    id: IdFilter | None = filtered(kinds.VARIANT)
    external_id: TextFilter | None = UNSET
    external_source: TextFilter | None = UNSET
    product_id: IdFilter | None = filtered(kinds.PRODUCT)
    sku: TextFilter | None = UNSET
    barcode: TextFilter | None = UNSET
    is_active: BooleanFilter | None = UNSET
    is_weighed: BooleanFilter | None = UNSET
    stock_policy: StockPolicyFilter | None = UNSET
    weight_grams: IntFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    and_: "list[VariantWhere] | None" = combined("and")
    or_: "list[VariantWhere] | None" = combined("or")
    not_: "VariantWhere | None" = combined("not")


@strawberry.enum
class VariantOrderField(Enum):
    """What variants are ordered by."""

    POSITION = "position"
    CREATED_AT = "createdAt"
    UPDATED_AT = "updatedAt"


@strawberry.input
class VariantOrder:
    """One level of an order."""

    field: VariantOrderField
    direction: OrderDirection = OrderDirection.ASC


@strawberry.type
class ProductQueries:
    """Products and variants."""

    product: Product | None = named(
        tables.Product,
        kinds.PRODUCT,
        slugs="product",
        permission=READ,
        description="One product, by exactly one of its id, slug (old ones too) or external id.",
    )

    products: Connection[Product] = listing(
        queries.PRODUCTS,
        where=ProductWhere,
        order_by=ProductOrder,
        permission=READ,
        description="Products of any status; the newest first unless `orderBy` says otherwise.",
    )

    @paged(permission=READ, cost=SEARCH_COST)
    async def product_search(
        self, info: Info, page: PageRequest, query: str
    ) -> Connection[Product]:
        """Products of any status by words, article or barcode, what fits best first; 1,000 at most.

        Words are found in any form, with synonyms, mistakes and on the wrong keyboard layout.
        """
        db = info.context.reading
        hits = await search_products(
            db, query, Filters(), Order.RELEVANCE, page, hidden_too=True, with_facets=False
        )
        rows = await queries.products_by_ids(db, hits.ids)
        there = [at for at, one in enumerate(hits.ids) if one in rows]
        products = Page(
            [rows[hits.ids[at]] for at in there],
            hits.cursors.of(there),
            hits.has_next,
            hits.has_previous,
        )

        async def total() -> int:
            return hits.total

        return connection(products, total)

    @root(permission=READ)
    async def variant(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        barcode: str | None = None,
    ) -> Variant | None:
        """One variant, by exactly one of its id, external id or a barcode on its pack."""
        db = info.context.reading
        if barcode is None:
            only_one(id=id, externalId=external_id)
            row = await found(db, tables.Variant, kinds.VARIANT, id=id, external_id=external_id)
        else:
            only_one(id=id, externalId=external_id, barcode=barcode)
            with told(info.context), located("barcode"):
                there = await find_variant_by_barcode(db, barcode)
            row = (await queries.variants_by_ids(db, [there])).get(there) if there else None
        return cast(Variant | None, row)

    variants: Connection[Variant] = listing(
        queries.VARIANTS,
        where=VariantWhere,
        order_by=VariantOrder,
        permission=READ,
        description="Variants of all products; the newest first unless `orderBy` says otherwise.",
    )
