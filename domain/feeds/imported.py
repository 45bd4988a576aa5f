"""What a source brought before: rows of the catalogue by its external ids, with what it wrote."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Executable, Text, Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from domain.catalog.tables import Attribute, Brand, Category, Media, Product, Variant
from domain.feeds.tables import ImportedCategory, ImportedProduct, ImportedVariant
from domain.row_sets import IDS, row_set
from tenants.scope import Asking, Row, UnitOfWork
from tenants.statements import TENANT

_SOURCE_ID: Final = bindparam("source_id", type_=Uuid())
_SOURCE: Final = bindparam("source", type_=Text())
_KEYS: Final = bindparam("keys", type_=ARRAY(Text()))

_PRODUCT_HASHES: Final = (
    select(Product.external_id, ImportedProduct.row_hash)
    .join(ImportedProduct, ImportedProduct.product_id == Product.id)
    .where(
        Product.external_source == _SOURCE,
        Product.external_id == any_(_KEYS),
        ImportedProduct.source_id == _SOURCE_ID,
    )
)
# Locked in the order of ids, as by everyone who changes products.
_PRODUCTS: Final = (
    select(Product)
    .where(Product.external_source == _SOURCE, Product.external_id == any_(_KEYS))
    .order_by(Product.id)
    .with_for_update()
)
_WRITTEN_PRODUCTS: Final = select(ImportedProduct).where(
    ImportedProduct.source_id == _SOURCE_ID, ImportedProduct.product_id == any_(IDS)
)
_VARIANTS: Final = (
    select(Variant)
    .where(Variant.external_source == _SOURCE, Variant.external_id == any_(_KEYS))
    .order_by(Variant.id)
)
_WRITTEN_VARIANTS: Final = select(ImportedVariant).where(
    ImportedVariant.source_id == _SOURCE_ID, ImportedVariant.variant_id == any_(IDS)
)
_CATEGORIES: Final = select(Category).where(Category.external_source == _SOURCE)
_WRITTEN_CATEGORIES: Final = select(ImportedCategory).where(
    ImportedCategory.source_id == _SOURCE_ID
)
_LAST_POSITIONS: Final = (
    select(Variant.product_id, (func.max(Variant.position) + 1).label("next"))
    .where(Variant.product_id == any_(IDS))
    .group_by(Variant.product_id)
)
_named: Final = row_set(Brand, ("title",))
_BRANDS: Final = select(Brand.id, _named.c.title).join(
    _named, Brand.title_sort == func.translate(func.lower(_named.c.title), "ё", "е")
)
_ATTRIBUTES: Final = select(Attribute.id, Attribute.code, Attribute.kind).where(
    Attribute.code == any_(_KEYS)
)
_MEDIA: Final = select(Media.id, Media.product_id, Media.source_url, Media.position).where(
    Media.product_id == any_(IDS), Media.external_source == _SOURCE
)


async def row_hashes(
    db: Asking, source_id: UUID, source: str, keys: Sequence[str]
) -> dict[str, bytes]:
    """What was last written of each product, by its key."""
    rows = await db.rows(_PRODUCT_HASHES, source_id=source_id, source=source, keys=list(keys))
    return {row["external_id"]: row["row_hash"] for row in rows}


async def products_by_key(db: Asking, source: str, keys: Sequence[str]) -> dict[str, Row]:
    """The products of the source, locked, by key."""
    rows = await db.rows(_PRODUCTS, source=source, keys=list(keys))
    return {row["external_id"]: row for row in rows}


async def written_products(db: Asking, source_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Row]:
    """What the source wrote last, by product."""
    rows = await db.rows(_WRITTEN_PRODUCTS, source_id=source_id, ids=list(ids))
    return {row["product_id"]: row for row in rows}


async def variants_by_offer(db: Asking, source: str, offer_ids: Sequence[str]) -> dict[str, Row]:
    """The variants of the source, by their offers' ids."""
    rows = await db.rows(_VARIANTS, source=source, keys=list(offer_ids))
    return {row["external_id"]: row for row in rows}


async def written_variants(db: Asking, source_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Row]:
    """What the source wrote last, by variant."""
    rows = await db.rows(_WRITTEN_VARIANTS, source_id=source_id, ids=list(ids))
    return {row["variant_id"]: row for row in rows}


async def categories_by_key(db: Asking, source: str) -> dict[str, Row]:
    """The categories of the source, by its ids for them."""
    rows = await db.rows(_CATEGORIES, source=source)
    return {row["external_id"]: row for row in rows}


async def written_categories(db: Asking, source_id: UUID) -> dict[UUID, Row]:
    """What the source wrote last, by category."""
    rows = await db.rows(_WRITTEN_CATEGORIES, source_id=source_id)
    return {row["category_id"]: row for row in rows}


async def next_positions(db: Asking, product_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Where the next variant of each product stands; products without variants are left out."""
    rows = await db.rows(_LAST_POSITIONS, ids=list(product_ids))
    return {row["product_id"]: row["next"] for row in rows}


async def brands_by_title(db: Asking, titles: Iterable[str]) -> dict[str, UUID]:
    """Brands by title, in any capitals."""
    rows = await db.rows(_BRANDS, rows=[{"title": title} for title in titles])
    return {row["title"]: row["id"] for row in rows}


async def attributes_by_code(db: Asking, codes: Iterable[str]) -> dict[str, Row]:
    """Attributes by code: `id`, `code`, `kind`."""
    return {row["code"]: row for row in await db.rows(_ATTRIBUTES, keys=list(codes))}


async def media_of_source(db: Asking, source: str, product_ids: Sequence[UUID]) -> list[Row]:
    """The pictures that the source named, of these products."""
    return await db.rows(_MEDIA, source=source, ids=list(product_ids))


async def remember(uow: UnitOfWork, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what the source wrote now, in place of what it wrote before."""
    if rows:
        await uow.execute(_remember(table, tuple(rows[0])), rows=list(rows))


@lru_cache
def _remember(table: Any, names: tuple[str, ...]) -> Executable:
    given = row_set(table, names)
    new = insert(table).from_select(
        ["tenant_id", *names], select(TENANT, *(given.c[name] for name in names))
    )
    key = [name for name in names if name.endswith("_id")]
    return new.on_conflict_do_update(
        index_elements=["tenant_id", *key],
        set_={name: new.excluded[name] for name in names if name.endswith("_hash")},
    )


def hex_of(value: bytes) -> str:
    """Bytes as PostgreSQL reads them from JSON."""
    return rf"\x{value.hex()}"


def columns_of(row: Row, names: Iterable[str]) -> dict[str, Any]:
    """Some columns of a row."""
    return {name: row[name] for name in names}
