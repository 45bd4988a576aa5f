"""The shop window's variants: with what they cost, and how much of them can be had."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, any_, select, true

from domain.catalog.listing_tables import Listing
from domain.catalog.offers import free_of, is_available, looked_up, price_of
from domain.catalog.tables import (
    Barcode,
    BundleItem,
    Product,
    ProductOption,
    ProductOptionValue,
    Variant,
    VariantOptionValue,
)
from domain.catalog.window import SHOWN, by_id, by_parent
from domain.catalog.window_texts import Shown, ShownText, Window, translated
from domain.row_sets import IDS


def _variants() -> Any:
    """Active variants; `free` is null where there is no end to them."""
    price = price_of(Variant)
    stock = looked_up(select(free_of(Variant).label("free")), Variant)
    return (
        select(
            Variant.id,
            Variant.product_id,
            Variant.product_id.label("parent_id"),
            Variant.title,
            Variant.sku,
            Variant.is_weighed,
            Variant.min_quantity,
            Variant.quantity_step,
            Variant.weight_grams,
            Variant.length_mm,
            Variant.width_mm,
            Variant.height_mm,
            Variant.metadata_["public"].label("public_metadata"),
            Product.unit,
            price.c.amount_minor,
            price.c.compare_at_minor,
            price.c.currency,
            stock.c.free,
            is_available(stock.c.free).label("is_available"),
        )
        .select_from(Variant)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(price, true())
        .join(stock, true())
        .where(Variant.is_active)
    )


VARIANTS: Final = _variants()
TEXTS: Final = (ShownText("title"),)

_IN_ORDER: Final = (Variant.product_id, Variant.position, Variant.id)
_OF_PRODUCTS: Final = VARIANTS.where(Variant.product_id == any_(IDS)).order_by(*_IN_ORDER)
_BY_IDS: Final = VARIANTS.join(
    Listing, and_(Listing.product_id == Variant.product_id, *SHOWN)
).where(Variant.id == any_(IDS))
_CHOICES: Final = (
    select(
        VariantOptionValue.variant_id.label("parent_id"),
        ProductOption.id.label("option_id"),
        ProductOption.title.label("name"),
        ProductOptionValue.id.label("value_id"),
        ProductOptionValue.title.label("value"),
    )
    .select_from(VariantOptionValue)
    .join(ProductOption, ProductOption.id == VariantOptionValue.option_id)
    .join(ProductOptionValue, ProductOptionValue.id == VariantOptionValue.value_id)
    .where(VariantOptionValue.variant_id == any_(IDS))
    .order_by(VariantOptionValue.variant_id, ProductOption.position, ProductOption.id)
)
_OPTIONS: Final = (
    select(
        ProductOption.product_id.label("parent_id"),
        ProductOption.id.label("option_id"),
        ProductOption.title.label("name"),
        ProductOptionValue.id.label("value_id"),
        ProductOptionValue.title.label("value"),
    )
    .join(ProductOptionValue, ProductOptionValue.option_id == ProductOption.id)
    .where(ProductOption.product_id == any_(IDS))
    .order_by(
        ProductOption.product_id,
        ProductOption.position,
        ProductOption.id,
        ProductOptionValue.position,
        ProductOptionValue.id,
    )
)
_CHOICE_TEXTS: Final = (
    ShownText("name", owner="option_id", of="title"),
    ShownText("value", owner="value_id", of="title"),
)
_BARCODES: Final = (
    select(Barcode.variant_id.label("parent_id"), Barcode.code)
    .where(Barcode.variant_id == any_(IDS))
    .order_by(Barcode.variant_id, Barcode.position, Barcode.id)
)
_PARTS: Final = (
    select(
        BundleItem.variant_id.label("parent_id"),
        BundleItem.part_variant_id,
        BundleItem.quantity,
        Product.id.label("product_id"),
        Product.title,
        Variant.title.label("variant_title"),
        Variant.sku,
        Product.unit,
    )
    .join(Variant, Variant.id == BundleItem.part_variant_id)
    .join(Product, Product.id == Variant.product_id)
    .where(BundleItem.variant_id == any_(IDS))
    .order_by(BundleItem.variant_id, BundleItem.position, BundleItem.id)
)
_PART_TEXTS: Final = (
    ShownText("title", owner="product_id"),
    ShownText("variant_title", owner="part_variant_id", of="title"),
)


async def variants_of_products(window: Window, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    """The active variants of products, in their order."""
    rows = await window.db.rows(window.narrowed(_OF_PRODUCTS), ids=list(ids))
    return by_parent(await translated(window, rows, TEXTS))


async def variants_by_ids(window: Window, ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """Those of these variants that are active and whose product is in the window."""
    rows = await window.db.rows(window.narrowed(_BY_IDS), ids=list(ids))
    return by_id(await translated(window, rows, TEXTS))


async def choices_of_variants(window: Window, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    """What each variant is of each option: rows of `name` and `value`."""
    rows = await window.db.rows(window.narrowed(_CHOICES, _CHOICE_TEXTS), ids=list(ids))
    return by_parent(await translated(window, rows, _CHOICE_TEXTS))


async def options_of_products(
    window: Window, ids: Sequence[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    """What a buyer chooses by: each option with its `name` and its `values`, in their order."""
    rows = await window.db.rows(_OPTIONS, ids=list(ids))
    options: dict[UUID, dict[str, Any]] = {}
    for row in await translated(window, rows, _CHOICE_TEXTS):
        empty = {"parent_id": row["parent_id"], "name": row["name"], "values": []}
        options.setdefault(row["option_id"], empty)["values"].append(row["value"])
    return by_parent(options.values())


async def barcodes_of_variants(window: Window, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The codes on the pack of each variant, the printed one first."""
    rows = by_parent(await window.db.rows(_BARCODES, ids=list(ids)))
    return {parent: [row["code"] for row in codes] for parent, codes in rows.items()}


async def parts_of_variants(window: Window, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    """What bundles are made of, told whether or not the part is in the window by itself."""
    rows = await window.db.rows(_PARTS, ids=list(ids))
    return by_parent(await translated(window, rows, _PART_TEXTS))
