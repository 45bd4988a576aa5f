"""Goods of carts, as the shop window has them now."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, any_, select

from domain.catalog.listing_tables import Listing
from domain.catalog.tables import Product, Variant
from domain.catalog.window import SHOWN
from domain.catalog.window_variants import VARIANTS
from domain.row_sets import IDS
from tenants.scope import Asking, Row
from tenants.values.quantity import WHOLE

_PRODUCT: Final = Product.title.label("product_title")


def _sold(variants: Any) -> Any:
    """Those of these that a buyer may order."""
    listed = and_(Listing.product_id == Variant.product_id, *SHOWN)
    return variants.join(Listing, listed).where(Variant.id == any_(IDS))


_SHOWN: Final = _sold(VARIANTS.add_columns(_PRODUCT))
_SOLD: Final = _sold(
    select(
        Variant.id,
        Variant.title,
        Variant.sku,
        Variant.min_quantity,
        Variant.quantity_step,
        Variant.weight_grams,
        Product.unit,
        _PRODUCT,
    )
    .join(Product, Product.id == Variant.product_id)
    .where(Variant.is_active)
)


async def shown_goods(db: Asking, variant_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """Variants that are sold, with `amount_minor` and how much is `free` (null: no end to it)."""
    return {row["id"]: row for row in await db.rows(_SHOWN, ids=list(variant_ids))}


async def sold_goods(db: Asking, variant_ids: Sequence[UUID]) -> dict[UUID, Row]:
    """The same without these two: whoever orders asks for them under lock."""
    return {row["id"]: row for row in await db.rows(_SOLD, ids=list(variant_ids))}


def grams_of(variant: Row, quantity: int) -> int:
    """What so many thousandths weigh, as far as that is known."""
    return -(-(variant["weight_grams"] or 0) * quantity // WHOLE)


def title_of(variant: Row) -> str:
    """What a variant is called where its product does not stand beside it."""
    product, own = variant["product_title"], variant["title"]
    return own if own.startswith(product) else f"{product} {own}".strip()
