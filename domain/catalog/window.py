"""The shop window: products that a buyer sees now, with their prices, as rows.

A product is in the window while its listing in the shop's default channel is shown; all else is not
there, and asking for it is answered like asking for what never existed. Each function reads for
many parents at once, in one statement, and in one more where the texts are wanted translated.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, func, select

from domain.catalog.listing_tables import Listing, ListingShelf
from domain.catalog.offers import HERE, NOW
from domain.catalog.slugs import find_by_slug
from domain.catalog.tables import Product, ProductRelation
from domain.catalog.window_texts import Shown, ShownText, Window, translated
from domain.paging import Page, PageRequest, Sort, pages_of
from domain.references import ExternalId
from domain.row_sets import IDS

SHOWN: Final = (
    Listing.channel_id == HERE,
    Listing.shown_from <= NOW,
    Listing.shown_until > NOW,
)
"""What a statement that joins Listing has to ask for."""

PRODUCTS: Final[Any] = (
    select(
        Product.id,
        Product.kind,
        Product.slug,
        Product.title,
        Product.brand_id,
        Product.country,
        Product.unit,
        Product.is_adult,
        Product.seo_title,
        Product.seo_description,
        Product.metadata_["public"].label("public_metadata"),
        Listing.newest_at.label("published_at"),
        Listing.price_min_minor,
        Listing.price_max_minor,
        Listing.compare_at_minor,
        Listing.currency,
        Listing.is_available,
        Listing.image_id,
    )
    .select_from(Product)
    .join(Listing, Listing.product_id == Product.id)
    .where(*SHOWN)
)

TEXTS: Final = (
    ShownText("title"),
    ShownText("seo_title"),
    ShownText("seo_description"),
)

_BY_IDS: Final = PRODUCTS.where(Product.id == any_(IDS))
_BY_EXTERNAL_ID: Final = PRODUCTS.where(
    Product.external_source == bindparam("source", type_=Text()),
    Product.external_id == bindparam("external_id", type_=Text()),
)
_RELATED: Final = (
    PRODUCTS.join(ProductRelation, ProductRelation.related_product_id == Product.id)
    .where(
        ProductRelation.product_id == any_(IDS),
        ProductRelation.kind == bindparam("kind", type_=Text()),
    )
    .add_columns(ProductRelation.product_id.label("parent_id"))
    .order_by(ProductRelation.product_id, ProductRelation.position, ProductRelation.id)
)
_ON_SHELF: Final = select(ListingShelf.product_id).where(
    ListingShelf.channel_id == HERE,
    ListingShelf.shown_from <= NOW,
    ListingShelf.shown_until > NOW,
)
_MERCHANTS_ORDER: Final = [
    Sort("position", ListingShelf.position),
    Sort("id", ListingShelf.product_id),
]
_COUNTS: Final = (
    _ON_SHELF.with_only_columns(ListingShelf.shelf_id, func.count().label("count"))
    .where(ListingShelf.shelf_id == any_(IDS))
    .group_by(ListingShelf.shelf_id)
)
_DESCRIPTIONS: Final = select(Product.id, Product.description_html).where(Product.id == any_(IDS))


async def products_by_ids(window: Window, ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """Those of these products that are in the window."""
    rows = await window.db.rows(window.narrowed(_BY_IDS), ids=list(ids))
    return by_id(await translated(window, rows, TEXTS))


async def find_product(window: Window, product_id: UUID) -> Shown | None:
    """The product, if it is in the window."""
    return (await products_by_ids(window, [product_id])).get(product_id)


async def find_product_by_slug(window: Window, slug: str) -> Shown | None:
    """The product at this slug, or the one that was there before: then with `redirected_from`."""
    found = await find_by_slug(window.db, "product", slug)
    row = await find_product(window, found.id) if found else None
    return moved(row, slug)


async def find_product_by_external_id(window: Window, external_id: ExternalId) -> Shown | None:
    """The product that another system knows by this id."""
    rows = await window.db.rows(
        window.narrowed(_BY_EXTERNAL_ID), source=external_id.source, external_id=external_id.id
    )
    return next(iter(await translated(window, rows, TEXTS)), None)


async def related_products(
    window: Window, ids: Sequence[UUID], kind: str
) -> dict[UUID, list[Shown]]:
    """What the merchant put beside each product; `kind` is one of RELATION_KINDS."""
    rows = await window.db.rows(window.narrowed(_RELATED), ids=list(ids), kind=kind)
    return by_parent(await translated(window, rows, TEXTS))


async def products_on_shelves(
    window: Window, ids: Sequence[UUID], request: PageRequest
) -> dict[UUID, Page]:
    """A page of the products on each shelf (a category with all below it, a brand, a collection).

    In the merchant's order. Raises Invalid for a cursor of another list.
    """
    pages = await pages_of(
        window.db, _ON_SHELF, ListingShelf.shelf_id, _MERCHANTS_ORDER, request, ids
    )
    wanted = {row["product_id"] for page in pages.values() for row in page.rows}
    products = await products_by_ids(window, list(wanted))
    return {shelf_id: filled(page, products) for shelf_id, page in pages.items()}


async def product_counts(window: Window, ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many products in the window stand on each shelf; shelves without any are left out."""
    rows = await window.db.rows(_COUNTS, ids=list(ids))
    return {row["shelf_id"]: row["count"] for row in rows}


async def with_products(window: Window, page: Page) -> Page:
    """A page of product ids with the products' rows in their place."""
    products = await products_by_ids(window, [row["product_id"] for row in page.rows])
    return filled(page, products)


def filled(page: Page, products: Mapping[UUID, Shown]) -> Page:
    """The page with the rows of products in place of their ids; one just gone is left out."""
    ids = [row["product_id"] for row in page.rows]
    there = [at for at, one in enumerate(ids) if one in products]
    rows = [products[ids[at]] for at in there]
    return Page(rows, page.cursors.of(there), page.has_next, page.has_previous)


async def descriptions_of(window: Window, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The descriptions of products: long, so no list carries them unasked."""
    rows = await window.db.rows(_DESCRIPTIONS, ids=list(ids))
    shown = await translated(window, rows, [ShownText("description_html")])
    return {row["id"]: row["description_html"] for row in shown}


def by_id(rows: Iterable[Shown]) -> dict[UUID, Shown]:
    """Rows by their id."""
    return {row["id"]: row for row in rows}


def by_parent(rows: Iterable[Shown], parent: str = "parent_id") -> dict[UUID, list[Shown]]:
    """Rows in their order, by the parent that they were read for.

    Rows of one parent mostly follow each other, and are told by comparing: a UUID that is asked for
    its hash keeps a number of twice its own size.
    """
    children: defaultdict[UUID, list[Shown]] = defaultdict(list)
    for one, own in groupby(rows, itemgetter(parent)):
        children[one] += own
    return children


def moved(row: Shown | None, slug: str) -> Shown | None:
    """The row, told that it was asked for by a slug that it had before (or as it is)."""
    if row is None or row["slug"] == slug:
        return row
    return {**row, "redirected_from": slug}
