"""What the listing is made of: one statement for each of its tables, over `:ids` of products.

The same statements write the listing and check it.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    Subquery,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from domain.catalog.listing_tables import Facet, Listing, ListingShelf
from domain.catalog.tables import (
    Attribute,
    AttributeValue,
    BundleItem,
    CategoryAncestor,
    Channel,
    CollectionProduct,
    Media,
    Product,
    ProductCategory,
    Publication,
    Variant,
)
from domain.inventory.tables import Location, StockLevel
from domain.pricing.tables import Price, PriceList
from tenants.statements import TENANT
from tenants.tables import Base

IDS: Final = bindparam("ids", type_=ARRAY(Uuid()))
NEVER: Final[Any] = literal_column("'infinity'::timestamptz")
ALWAYS: Final[Any] = literal_column("'-infinity'::timestamptz")
NO_PRICE: Final[Any] = literal_column("9223372036854775807")


def _free(variant_id: Any) -> Any:
    """How much of a variant can be promised, over all locations at work; thousandths."""
    return (
        select(func.coalesce(func.sum(StockLevel.on_hand - StockLevel.reserved), 0))
        .join(Location, Location.id == StockLevel.location_id)
        .where(StockLevel.variant_id == variant_id, Location.is_active)
        .scalar_subquery()
    )


def _is_sellable() -> Any:
    """Untracked, or in stock; a variant made of parts, when there is enough of each."""
    part = aliased(Variant)
    parts = select(BundleItem.id).where(BundleItem.variant_id == Variant.id)
    lacking = parts.join(part, part.id == BundleItem.part_variant_id).where(
        part.stock_policy == "tracked", _free(part.id) < BundleItem.quantity
    )
    return case(
        (exists(parts), ~exists(lacking)),
        else_=or_(Variant.stock_policy == "untracked", _free(Variant.id) > 0),
    )


def _variants() -> Subquery:
    """Each active variant with its price for the least quantity that it is sold in."""
    return (
        select(
            Variant.product_id,
            Price.amount_minor,
            Price.compare_at_minor,
            PriceList.currency,
            _is_sellable().label("is_available"),
        )
        .distinct(Variant.id)
        .select_from(Variant)
        .outerjoin(PriceList, PriceList.is_default == true())
        .outerjoin(
            Price,
            and_(
                Price.variant_id == Variant.id,
                Price.price_list_id == PriceList.id,
                Price.min_quantity <= Variant.min_quantity,
            ),
        )
        .where(Variant.product_id == any_(IDS), Variant.is_active)
        .order_by(Variant.id, Price.min_quantity.desc().nulls_last())
        .subquery("of_variants")
    )


def _offers() -> Subquery:
    one = _variants().c
    compare_at = case((one.compare_at_minor > one.amount_minor, one.compare_at_minor))
    cheapest_first = aggregate_order_by(compare_at, one.amount_minor, compare_at)
    return (
        select(
            one.product_id,
            func.min(one.amount_minor).label("price_min"),
            func.max(one.amount_minor).label("price_max"),
            # Of the cheapest variant; array_agg keeps the nulls that min() would pass over.
            func.array_agg(cheapest_first, type_=ARRAY(BigInteger))[1].label("compare_at"),
            func.min(case((one.amount_minor.is_not(None), one.currency))).label("currency"),
            func.coalesce(func.bool_or(compare_at.is_not(None)), False).label("is_discounted"),
            func.bool_or(one.is_available).label("is_available"),
        )
        .group_by(one.product_id)
        .subquery("offers")
    )


def _images() -> Subquery:
    return (
        select(Media.product_id, Media.id.label("image_id"))
        .distinct(Media.product_id)
        .where(Media.product_id == any_(IDS), Media.status != "failed")
        .order_by(Media.product_id, Media.position, Media.id)
        .subquery("images")
    )


def filed() -> Any:
    """Products with each category that they are in, or below."""
    return (
        select(
            ProductCategory.product_id,
            CategoryAncestor.ancestor_id.label("category_id"),
            func.min(ProductCategory.position).label("position"),
        )
        .join(CategoryAncestor, CategoryAncestor.category_id == ProductCategory.category_id)
        .where(ProductCategory.product_id == any_(IDS))
        .group_by(ProductCategory.product_id, CategoryAncestor.ancestor_id)
    )


def _facets_of_products() -> Subquery:
    nothing = (cast(null(), Text).label("label"), cast(null(), BigInteger).label("number"))
    in_category = filed().subquery("filed").c
    return union_all(
        select(
            Product.id.label("product_id"),
            literal_column("'brand'").label("facet"),
            cast(Product.brand_id, Text).label("key"),
            *nothing,
        ).where(Product.id == any_(IDS), Product.brand_id.is_not(None)),
        select(
            in_category.product_id,
            literal_column("'category'"),
            cast(in_category.category_id, Text),
            *nothing,
        ),
        select(
            AttributeValue.product_id,
            cast(AttributeValue.attribute_id, Text),
            AttributeValue.key,
            func.min(AttributeValue.text),
            func.min(AttributeValue.number),
        )
        .join(Attribute, Attribute.id == AttributeValue.attribute_id)
        .where(AttributeValue.product_id == any_(IDS), Attribute.is_filterable)
        .group_by(AttributeValue.product_id, AttributeValue.attribute_id, AttributeValue.key),
    ).subquery("facets_of_products")


def _code(facet: Any) -> Any:
    return func.facet_code(facet.facet, facet.key, type_=BigInteger)


def _facet_codes() -> Subquery:
    one = _facets_of_products().c
    code = _code(one)
    return (
        select(
            one.product_id,
            func.array_agg(aggregate_order_by(code, code), type_=ARRAY(BigInteger)).label("codes"),
        )
        .group_by(one.product_id)
        .subquery("facet_codes")
    )


@dataclass(frozen=True, slots=True)
class Made:
    """A table of the listing, and the statement that its rows for `:ids` are made by."""

    table: type[Base]
    values: dict[Any, Any]
    rows: Select[Any]


def labelled(values: dict[Any, Any]) -> list[Any]:
    """The values under the names of the columns that they go into."""
    return [value.label(column.key) for column, value in values.items()]


def _listing() -> Made:
    offers, images, facets = _offers(), _images(), _facet_codes()
    is_shown = and_(Product.status == "active", Publication.id.is_not(None))
    values = {
        Listing.tenant_id: TENANT,
        Listing.channel_id: Channel.id,
        Listing.product_id: Product.id,
        Listing.status: Product.status,
        Listing.title_sort: Product.title_sort,
        Listing.price_sort: func.coalesce(offers.c.price_min, NO_PRICE),
        Listing.newest_at: func.coalesce(
            Publication.published_from, Product.published_at, Product.created_at
        ),
        Listing.popularity: literal_column("0"),
        Listing.is_available: func.coalesce(offers.c.is_available, False),
        Listing.shown_from: case(
            (is_shown, func.coalesce(Publication.published_from, ALWAYS)), else_=NEVER
        ),
        Listing.shown_until: func.coalesce(Publication.published_until, NEVER),
        Listing.price_min_minor: offers.c.price_min,
        Listing.price_max_minor: offers.c.price_max,
        Listing.compare_at_minor: offers.c.compare_at,
        Listing.currency: offers.c.currency,
        Listing.is_discounted: func.coalesce(offers.c.is_discounted, False),
        Listing.brand_id: Product.brand_id,
        Listing.image_id: images.c.image_id,
        Listing.facets: func.coalesce(facets.c.codes, literal_column("'{}'::bigint[]")),
        Listing.product_version: Product.version,
    }
    return Made(
        Listing,
        values,
        select(*labelled(values))
        .select_from(Product)
        .join(Channel, true())
        .outerjoin(
            Publication,
            and_(Publication.product_id == Product.id, Publication.channel_id == Channel.id),
        )
        .outerjoin(offers, offers.c.product_id == Product.id)
        .outerjoin(images, images.c.product_id == Product.id)
        .outerjoin(facets, facets.c.product_id == Product.id)
        .where(Product.id == any_(IDS)),
    )


def _shelves() -> Made:
    """From the listing itself, which is written first."""
    in_category = filed().subquery("filed").c
    stands = union_all(
        select(
            Product.id.label("product_id"),
            cast(null(), Uuid).label("shelf_id"),
            literal_column("0").label("position"),
        ).where(Product.id == any_(IDS)),
        select(Product.id, Product.brand_id, literal_column("0")).where(
            Product.id == any_(IDS), Product.brand_id.is_not(None)
        ),
        select(in_category.product_id, in_category.category_id, in_category.position),
        select(
            CollectionProduct.product_id,
            CollectionProduct.collection_id,
            CollectionProduct.position,
        ).where(CollectionProduct.product_id == any_(IDS)),
    ).subquery("stands")
    values = {
        ListingShelf.tenant_id: TENANT,
        ListingShelf.channel_id: Listing.channel_id,
        ListingShelf.product_id: Listing.product_id,
        ListingShelf.shelf_id: func.coalesce(stands.c.shelf_id, Listing.channel_id),
        ListingShelf.position: stands.c.position,
        ListingShelf.title_sort: Listing.title_sort,
        ListingShelf.price_sort: Listing.price_sort,
        ListingShelf.newest_at: Listing.newest_at,
        ListingShelf.popularity: Listing.popularity,
        ListingShelf.is_available: Listing.is_available,
        ListingShelf.shown_from: Listing.shown_from,
        ListingShelf.shown_until: Listing.shown_until,
    }
    return Made(
        ListingShelf,
        values,
        select(*labelled(values))
        .join(stands, stands.c.product_id == Listing.product_id)
        .where(Listing.product_id == any_(IDS), Listing.shown_from < NEVER),
    )


def _facet_values() -> Made:
    one = _facets_of_products().c
    values = {
        Facet.tenant_id: TENANT,
        Facet.code: _code(one),
        Facet.facet: one.facet,
        Facet.key: one.key,
        Facet.label: func.min(one.label),
        Facet.number: func.min(one.number),
    }
    # In order, so that two writers of the same new values do not lock each other crosswise.
    rows = select(*labelled(values)).group_by(one.facet, one.key).order_by(values[Facet.code])
    return Made(Facet, values, rows)


LISTING: Final = _listing()
SHELVES: Final = _shelves()
FACET_VALUES: Final = _facet_values()
