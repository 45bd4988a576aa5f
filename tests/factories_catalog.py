"""Makers of a shop window: whole assortments put straight into the tables, a statement a table."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import insert

from domain.catalog.listing import refresh_listing
from domain.catalog.tables import (
    Attribute,
    AttributeValue,
    Barcode,
    Brand,
    BundleItem,
    Category,
    CategoryAncestor,
    Channel,
    Collection,
    CollectionProduct,
    Media,
    Product,
    ProductCategory,
    ProductOption,
    ProductOptionValue,
    ProductRelation,
    Publication,
    SlugRedirect,
    Translation,
    Variant,
    VariantOptionValue,
)
from domain.merchants.tables import Shop as ShopRow
from domain.pricing.tables import Price, PriceList
from domain.stock.tables import Location, Lot, LotBalance, StockLevel, StockMovement
from tenants.database import Pool
from tenants.ids import new_id
from tenants.scope import TenantScope, UnitOfWork
from tenants.values.slugs import make_slug

Tree: TypeAlias = Mapping[str, Any]
"""Titles of categories, each with those below it."""


@dataclass(frozen=True)
class V:
    """A variant to be made; `stock` in thousandths, None where it is not counted."""

    sku: str | None = None
    price: int | None = 10_000
    compare_at: int | None = None
    stock: int | None = 5_000
    title: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    barcodes: Sequence[str] = ()
    is_active: bool = True
    images: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)
    """Of a bundle: thousandths by SKU; the parts must have been made before."""


@dataclass(frozen=True)
class P:
    """A product to be made: active and published, with one variant, unless it says otherwise."""

    title: str
    variants: Sequence[V] = (V(),)
    slug: str | None = None
    status: str = "active"
    kind: str = "simple"
    unit: str = "piece"
    is_published: bool = True
    shown_from: datetime | None = None
    shown_until: datetime | None = None
    description: str = ""
    brand: str | None = None
    categories: Sequence[str] = ()
    collections: Sequence[str] = ()
    images: int = 0
    facts: Mapping[str, str | int | bool] = field(default_factory=dict)
    external_id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    old_slugs: Sequence[str] = ()
    related: Sequence[str] = ()
    """Titles; the products must have been made before."""


@dataclass
class Shop:
    """A shop that can sell, and the ids of what was put into it: by title, variants by SKU."""

    scope: TenantScope
    channel: UUID
    price_list: UUID
    location: UUID
    products: dict[str, UUID] = field(default_factory=dict)
    variants: dict[str, UUID] = field(default_factory=dict)
    categories: dict[str, UUID] = field(default_factory=dict)
    collections: dict[str, UUID] = field(default_factory=dict)
    brands: dict[str, UUID] = field(default_factory=dict)
    attributes: dict[str, UUID] = field(default_factory=dict)


async def make_window(pool: Pool, tenant_id: UUID) -> Shop:
    """An empty shop with a site, a price list in roubles and a warehouse."""
    scope = TenantScope(pool, tenant_id)
    async with scope.writing("test") as uow:
        await uow.add(
            ShopRow, id=tenant_id, name="Чайная", currency="RUB", time_zone="Europe/Moscow",
            country="RU", language="ru", languages=["ru", "en"], storefront_origins=[],
            contact_email="chai@example.ru",
        )  # fmt: skip
        return Shop(
            scope,
            await uow.add(Channel, title="Сайт", code="site", is_default=True),
            await uow.add(
                PriceList, title="Розница", code="retail", currency="RUB", is_default=True
            ),
            await uow.add(Location, title="Склад", code="main", is_default=True),
        )


async def add_categories(shop: Shop, tree: Tree, *, hidden: Sequence[str] = ()) -> None:
    """A tree of categories, in its order."""
    rows: list[dict[str, Any]] = []
    closure: list[dict[str, Any]] = []

    def plant(below: Tree, above: list[UUID]) -> None:
        for position, (title, children) in enumerate(below.items()):
            made = shop.categories[title] = new_id()
            way = [*above, made]
            rows.append(
                {
                    "id": made,
                    "title": title,
                    "slug": make_slug(title),
                    "parent_id": above[-1] if above else None,
                    "position": position,
                    "path": ".".join(map(str, way)),
                    "depth": len(above),
                    "is_visible": title not in hidden,
                }
            )
            closure.extend(
                {"category_id": made, "ancestor_id": one, "depth": depth}
                for depth, one in enumerate(reversed(way))
            )
            plant(children, way)

    plant(tree, [])
    async with shop.scope.writing("test") as uow:
        await uow.add_all(Category, rows)
        for row in closure:
            await uow.execute(insert(CategoryAncestor).values(tenant_id=uow.tenant_id, **row))


async def add_collections(shop: Shop, *titles: str, is_visible: bool = True) -> None:
    """Collections that are filled by hand; products name them as they are made."""
    async with shop.scope.writing("test") as uow:
        rows = [
            {"title": title, "slug": make_slug(title), "kind": "manual", "is_visible": is_visible}
            for title in titles
        ]
        shop.collections |= dict(zip(titles, await uow.add_all(Collection, rows), strict=True))


async def add_products(shop: Shop, *products: P) -> list[UUID]:
    """Products with all that hangs on them, listed; their ids."""
    rows: Rows = defaultdict(list)
    ids = [_product(shop, rows, one, number) for number, one in enumerate(products)]
    async with shop.scope.writing("test") as uow:
        for table in ORDER:
            await uow.add_all(table, rows[table])
        await refresh_listing(uow, ids)
    return ids


async def translate(shop: Shop, kind: str, id: UUID, language: str, **words: str) -> None:
    """Put the words of a thing into another language."""
    async with shop.scope.writing("test") as uow:
        await _add_translations(uow, kind, id, language, words)


async def _add_translations(
    uow: UnitOfWork, kind: str, id: UUID, language: str, words: Mapping[str, str]
) -> None:
    of = {"entity_kind": kind, "entity_id": id, "language": language}
    await uow.add_all(
        Translation, [{**of, "field": field, "value": value} for field, value in words.items()]
    )


Rows: TypeAlias = defaultdict[Any, list[dict[str, Any]]]
ORDER = (
    Brand, Attribute, Product, ProductCategory, CollectionProduct, Publication, SlugRedirect,
    ProductOption, ProductOptionValue, Variant, VariantOptionValue, Barcode, Price, StockLevel,
    Lot, LotBalance, StockMovement,
    BundleItem, Media, AttributeValue, ProductRelation,
)  # fmt: skip


def _product(shop: Shop, rows: Rows, one: P, number: int) -> UUID:
    made = shop.products[one.title] = new_id()
    rows[Product].append(
        {
            "id": made,
            "title": one.title,
            "slug": one.slug or make_slug(one.title),
            "status": one.status,
            "kind": one.kind,
            "unit": one.unit,
            "description_html": one.description,
            "brand_id": _brand(shop, rows, one.brand) if one.brand else None,
            "external_source": "erp" if one.external_id else None,
            "external_id": one.external_id,
            "metadata": dict(one.metadata),
        }
    )
    if one.is_published:
        rows[Publication].append(
            {
                "product_id": made,
                "channel_id": shop.channel,
                "published_from": one.shown_from,
                "published_until": one.shown_until,
            }
        )
    for place, title in enumerate(one.categories):
        filed = {"product_id": made, "category_id": shop.categories[title], "is_main": place == 0}
        rows[ProductCategory].append({**filed, "position": number})
    for title in one.collections:
        picked = {"product_id": made, "collection_id": shop.collections[title]}
        rows[CollectionProduct].append({**picked, "position": number})
    rows[SlugRedirect] += [
        {"entity_kind": "product", "entity_id": made, "slug": slug} for slug in one.old_slugs
    ]
    rows[ProductRelation] += [
        {
            "product_id": made,
            "related_product_id": shop.products[title],
            "kind": "related",
            "position": place,
        }
        for place, title in enumerate(one.related)
    ]
    rows[Media] += [_image(made, None, place) for place in range(one.images)]
    _facts(shop, rows, made, one)
    _variants(shop, rows, made, one)
    return made


def _image(product_id: UUID, variant_id: UUID | None, position: int) -> dict[str, Any]:
    return {
        "product_id": product_id,
        "variant_id": variant_id,
        "position": position,
        "alt": f"Вид {position + 1}",
        "source_url": f"https://pictures.example/{product_id}/{position}.jpg",
    }


def _brand(shop: Shop, rows: Rows, title: str) -> UUID:
    if title not in shop.brands:
        shop.brands[title] = new_id()
        rows[Brand].append({"id": shop.brands[title], "title": title, "slug": make_slug(title)})
    return shop.brands[title]


def _facts(shop: Shop, rows: Rows, product_id: UUID, one: P) -> None:
    for place, (title, value) in enumerate(one.facts.items()):
        kind = {str: "text", int: "number", bool: "boolean"}[type(value)]
        if title not in shop.attributes:
            shop.attributes[title] = new_id()
            rows[Attribute].append(
                {
                    "id": shop.attributes[title],
                    "title": title,
                    "code": make_slug(title),
                    "kind": kind,
                    "is_filterable": True,
                    "position": place,
                }
            )
        said: dict[str, Any] = dict.fromkeys(("text", "number", "boolean"))
        said[kind] = value
        key = str(value).lower().replace("ё", "е")
        of = {"attribute_id": shop.attributes[title], "product_id": product_id, "key": key}
        rows[AttributeValue].append(of | said)


def _variants(shop: Shop, rows: Rows, product_id: UUID, one: P) -> None:
    options: dict[str, UUID] = {}
    values: dict[tuple[str, str], UUID] = {}
    for position, variant in enumerate(one.variants):
        made = new_id()
        if variant.sku:
            shop.variants[variant.sku] = made
        chosen = []
        for name, value in variant.options.items():
            if name not in options:
                options[name] = new_id()
                row = {"id": options[name], "product_id": product_id, "title": name}
                rows[ProductOption].append({**row, "position": len(options)})
            if (name, value) not in values:
                values[name, value] = new_id()
                row = {"id": values[name, value], "option_id": options[name], "title": value}
                rows[ProductOptionValue].append({**row, "position": len(values)})
            chosen.append(values[name, value])
            choice = {"variant_id": made, "option_id": options[name]}
            rows[VariantOptionValue].append({**choice, "value_id": values[name, value]})
        rows[Variant].append(
            {
                "id": made,
                "product_id": product_id,
                "title": variant.title,
                "sku": variant.sku,
                "position": position,
                "is_active": variant.is_active,
                "stock_policy": "untracked" if variant.stock is None else "tracked",
                # Those that choose nothing differ all the same: two may be made for one test.
                "options_key": ".".join(sorted(map(str, chosen))) or str(position),
            }
        )
        _offer(shop, rows, product_id, made, variant)


def _offer(shop: Shop, rows: Rows, product_id: UUID, variant_id: UUID, variant: V) -> None:
    if variant.price is not None:
        rows[Price].append(
            {
                "price_list_id": shop.price_list,
                "variant_id": variant_id,
                "amount_minor": variant.price,
                "compare_at_minor": variant.compare_at,
            }
        )
    if variant.stock:
        for table, row in opening_rows(variant_id, shop.location, variant.stock):
            rows[table].append(row)
    rows[Barcode] += [
        {"variant_id": variant_id, "code": code, "kind": "ean13", "position": place}
        for place, code in enumerate(variant.barcodes)
    ]
    rows[Media] += [_image(product_id, variant_id, 100 + place) for place in range(variant.images)]
    rows[BundleItem] += [
        {
            "variant_id": variant_id,
            "part_variant_id": shop.variants[sku],
            "quantity": quantity,
            "position": place,
        }
        for place, (sku, quantity) in enumerate(variant.parts.items())
    ]


def opening_rows(
    variant_id: UUID, location_id: UUID, quantity: int, *, cost: int = 0
) -> list[tuple[Any, dict[str, Any]]]:
    """A level that holds so much, and the lot and movement that it came by; `cost` of it all."""
    lot, spot = new_id(), {"variant_id": variant_id, "location_id": location_id}
    there = {"lot_id": lot, "quantity": quantity, "value_minor": cost}
    now = datetime.now(UTC)
    by = {"kind": "opening", "document_kind": "opening", "document_id": lot, "actor": "system"}
    return [
        (StockLevel, {**spot, "on_hand": quantity}),
        (Lot, {"id": lot, "variant_id": variant_id, "received_at": now}),
        (LotBalance, {**spot, **there}),
        (StockMovement, {**spot, **there, **by, "at": now}),
    ]
