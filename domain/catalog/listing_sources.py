"""What the listing is made of: one statement for each of its tables, over `:ids` of products.

The same statements write the listing and check it. Each goes from product to product and looks up
the rows of one. PostgreSQL keeps a plan, also one that was made when the tables were all but empty;
left a choice of joins, such a plan would meet every row of an import with every other.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from domain.catalog.listing_tables import Facet, Listing, ListingShelf
from domain.catalog.offers import free_of, is_available, looked_up, price_of
from domain.catalog.tables import (
    Attribute,
    AttributeValue,
    CategoryAncestor,
    Channel,
    CollectionProduct,
    Media,
    Product,
    ProductCategory,
    Publication,
    Variant,
)
from tenants.statements import TENANT
from tenants.tables import Base

IDS: Final = bindparam("ids", type_=ARRAY(Uuid()))
# A table of the ids, so that each is looked up by its key: for `= ANY(:ids)` with few shops in the
# database an index on something else and the id, read from end to end, may look cheaper.
ASKED: Final = (
    func.unnest(IDS).table_valued(column("id", Uuid()), name="asked").render_derived("asked")
)
NEVER: Final[Any] = literal_column("'infinity'::timestamptz")
ALWAYS: Final[Any] = literal_column("'-infinity'::timestamptz")
NO_PRICE: Final[Any] = literal_column("9223372036854775807")


def _variants() -> Any:
    """Each active variant with its price for the least quantity that it is sold in, and whether a
    channel has any of it."""
    price = price_of(Variant)
    stock = looked_up(select(free_of(Variant, Channel.id).label("free")), Variant, Channel)
    return (
        select(
            price.c.amount_minor,
            price.c.compare_at_minor,
            price.c.currency,
            is_available(stock.c.free).label("is_available"),
        )
        .select_from(Variant)
        .outerjoin(price, true())
        .join(stock, true())
        .where(Variant.product_id == Product.id, Variant.is_active)
        .correlate(Product, Channel)
        .subquery("of_variants")
    )


def _offers() -> Any:
    one = _variants().c
    cheapest_first = aggregate_order_by(
        one.compare_at_minor, one.amount_minor, one.compare_at_minor
    )
    return select(
        func.min(one.amount_minor).label("price_min"),
        func.max(one.amount_minor).label("price_max"),
        # Of the cheapest variant; array_agg keeps the nulls that min() would pass over.
        func.array_agg(cheapest_first, type_=ARRAY(BigInteger))[1].label("compare_at"),
        func.min(one.currency).label("currency"),
        func.coalesce(func.bool_or(one.compare_at_minor.is_not(None)), False).label(
            "is_discounted"
        ),
        func.coalesce(func.bool_or(one.is_available), False).label("is_available"),
    ).lateral("offers")


def _image() -> Any:
    return (
        select(Media.id)
        .where(Media.product_id == Product.id, Media.status != "failed")
        .order_by(Media.position, Media.id)
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )


def categories_of(product_id: Any, *outer: Any) -> Any:
    """Each category that a product is in, or below; `outer` are the tables that it is seen from."""
    above = looked_up(
        select(CategoryAncestor.ancestor_id).where(
            CategoryAncestor.category_id == ProductCategory.category_id
        ),
        ProductCategory,
    )
    return (
        select(
            above.c.ancestor_id.label("category_id"),
            func.min(ProductCategory.position).label("position"),
        )
        .select_from(ProductCategory)
        .join(above, true())
        .where(ProductCategory.product_id == product_id)
        .group_by(above.c.ancestor_id)
        .correlate(*outer)
    )


def _facets() -> Any:
    """Of one product: its brand, its categories, and its values of what is filtered by."""
    nothing = (cast(null(), Text).label("label"), cast(null(), BigInteger).label("number"))
    category = categories_of(Product.id, Product).subquery("in_category").c
    is_filterable = (
        select(Attribute.is_filterable)
        .where(Attribute.id == AttributeValue.attribute_id)
        .scalar_subquery()
    )
    return union_all(
        select(
            literal_column("'brand'").label("facet"),
            cast(Product.brand_id, Text).label("key"),
            *nothing,
        )
        .where(Product.brand_id.is_not(None))
        .correlate(Product),
        select(literal_column("'category'"), cast(category.category_id, Text), *nothing),
        select(
            cast(AttributeValue.attribute_id, Text),
            AttributeValue.key,
            func.min(AttributeValue.text),
            func.min(AttributeValue.number),
        )
        .where(AttributeValue.product_id == Product.id, is_filterable)
        .group_by(AttributeValue.attribute_id, AttributeValue.key)
        .correlate(Product),
    )


def _code(facet: Any) -> Any:
    return func.facet_code(facet.facet, facet.key, type_=BigInteger)


def _facet_codes() -> Any:
    code = _code(_facets().subquery("of_product").c)
    codes = func.array_agg(aggregate_order_by(code, code), type_=ARRAY(BigInteger))
    return select(func.coalesce(codes, literal_column("'{}'::bigint[]"))).scalar_subquery()


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
    offers = _offers()
    publication = looked_up(
        select(Publication.id, Publication.published_from, Publication.published_until).where(
            Publication.product_id == Product.id, Publication.channel_id == Channel.id
        ),
        Product,
        Channel,
    )
    published = publication.c
    is_shown = and_(Product.status == "active", published.id.is_not(None))
    values = {
        Listing.tenant_id: TENANT,
        Listing.channel_id: Channel.id,
        Listing.product_id: Product.id,
        Listing.status: Product.status,
        Listing.title_sort: Product.title_sort,
        Listing.price_sort: func.coalesce(offers.c.price_min, NO_PRICE),
        Listing.newest_at: func.coalesce(
            published.published_from, Product.published_at, Product.created_at
        ),
        Listing.popularity: literal_column("0"),
        Listing.is_available: offers.c.is_available,
        Listing.shown_from: case(
            (is_shown, func.coalesce(published.published_from, ALWAYS)), else_=NEVER
        ),
        Listing.shown_until: func.coalesce(published.published_until, NEVER),
        Listing.price_min_minor: offers.c.price_min,
        Listing.price_max_minor: offers.c.price_max,
        Listing.compare_at_minor: offers.c.compare_at,
        Listing.currency: offers.c.currency,
        Listing.is_discounted: offers.c.is_discounted,
        Listing.brand_id: Product.brand_id,
        Listing.image_id: _image(),
        Listing.facets: _facet_codes(),
        Listing.product_version: Product.version,
    }
    return Made(
        Listing,
        values,
        select(*labelled(values))
        .select_from(ASKED)
        .join(Product, Product.id == ASKED.c.id)
        .join(Channel, true())
        .outerjoin(publication, true())
        .join(offers, true()),
    )


def _shelves() -> Made:
    """From the listing itself, which is written first."""
    category = categories_of(Listing.product_id, Listing).subquery("in_category").c
    stands = union_all(
        select(
            Listing.channel_id.label("shelf_id"), literal_column("0").label("position")
        ).correlate(Listing),
        select(Listing.brand_id, literal_column("0"))
        .where(Listing.brand_id.is_not(None))
        .correlate(Listing),
        select(category.category_id, category.position),
        select(CollectionProduct.collection_id, CollectionProduct.position)
        .where(CollectionProduct.product_id == Listing.product_id)
        .correlate(Listing),
    ).lateral("stands")
    values = {
        ListingShelf.tenant_id: TENANT,
        ListingShelf.channel_id: Listing.channel_id,
        ListingShelf.product_id: Listing.product_id,
        ListingShelf.shelf_id: stands.c.shelf_id,
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
        .select_from(ASKED)
        .join(Listing, Listing.product_id == ASKED.c.id)
        .join(stands, true())
        .where(Listing.shown_from < NEVER),
    )


def _facet_values() -> Made:
    one = _facets().lateral("of_product")
    values = {
        Facet.tenant_id: TENANT,
        Facet.code: _code(one.c),
        Facet.facet: one.c.facet,
        Facet.key: one.c.key,
        Facet.label: func.min(one.c.label),
        Facet.number: func.min(one.c.number),
    }
    # In order, so that two writers of the same new values do not lock each other crosswise.
    rows = (
        select(*labelled(values))
        .select_from(ASKED)
        .join(Product, Product.id == ASKED.c.id)
        .join(one, true())
        .group_by(one.c.facet, one.c.key)
        .order_by(values[Facet.code])
    )
    return Made(Facet, values, rows)


LISTING: Final = _listing()
SHELVES: Final = _shelves()
FACET_VALUES: Final = _facet_values()
