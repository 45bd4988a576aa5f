"""What the shop window tells and shows of products: attributes and pictures."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, any_, or_, select

from domain.catalog.listing_tables import Listing
from domain.catalog.tables import Attribute, AttributeValue, Media
from domain.catalog.window import SHOWN, by_id, by_parent
from domain.catalog.window_texts import Shown, ShownText, Window, translated
from domain.row_sets import IDS
from tenants.values.quantity import format_thousandths

_FACTS: Final[Any] = select(
    AttributeValue.attribute_id,
    Attribute.code,
    Attribute.title.label("name"),
    Attribute.kind,
    Attribute.unit,
    AttributeValue.text,
    AttributeValue.number,
    AttributeValue.boolean,
    AttributeValue.day,
    AttributeValue.choice_id,
).join(Attribute, Attribute.id == AttributeValue.attribute_id)
_FACT_ORDER: Final = (Attribute.position, Attribute.id, AttributeValue.position, AttributeValue.id)
_OF_PRODUCTS: Final = (
    _FACTS.add_columns(AttributeValue.product_id.label("parent_id"))
    .where(AttributeValue.product_id == any_(IDS), AttributeValue.variant_id.is_(None))
    .order_by(AttributeValue.product_id, *_FACT_ORDER)
)
_OF_VARIANTS: Final = (
    _FACTS.add_columns(AttributeValue.variant_id.label("parent_id"))
    .where(AttributeValue.variant_id == any_(IDS))
    .order_by(AttributeValue.variant_id, *_FACT_ORDER)
)
_FACT_TEXTS: Final = (
    ShownText("name", owner="attribute_id", of="title"),
    ShownText("text", owner="choice_id", of="title"),
)

MEDIA: Final[Any] = (
    select(
        Media.id,
        Media.alt,
        Media.source_url,
        Media.sizes,
        Media.width,
        Media.height,
    )
    .select_from(Media)
    .where(
        # An upload has no address before it is drawn; what is fetched has the one it came from.
        or_(
            Media.status == "stored", and_(Media.status == "waiting", Media.source_url.is_not(None))
        )
    )
)
_MEDIA_BY_IDS: Final = MEDIA.join(
    Listing, and_(Listing.product_id == Media.product_id, *SHOWN)
).where(Media.id == any_(IDS))
_MEDIA_OF_PRODUCTS: Final = (
    MEDIA.add_columns(Media.product_id.label("parent_id"))
    .where(Media.product_id == any_(IDS))
    .order_by(Media.product_id, Media.position, Media.id)
)
_MEDIA_OF_VARIANTS: Final = (
    MEDIA.add_columns(Media.variant_id.label("parent_id"))
    .where(Media.variant_id == any_(IDS))
    .order_by(Media.variant_id, Media.position, Media.id)
)
_MEDIA_TEXTS: Final = (ShownText("alt"),)


async def facts_of_products(
    window: Window, ids: Sequence[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    """The attributes of products, one row each with all its `values`, spelled as text."""
    return await _facts(window, await window.db.rows(_OF_PRODUCTS, ids=list(ids)))


async def facts_of_variants(
    window: Window, ids: Sequence[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    """What is true of one variant and not of the whole product, in the same shape."""
    return await _facts(window, await window.db.rows(_OF_VARIANTS, ids=list(ids)))


async def media_of_products(window: Window, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    """The pictures of products, in their order, those of their variants among them."""
    return await _media(window, _MEDIA_OF_PRODUCTS, ids)


async def media_of_variants(window: Window, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    """The pictures that show one variant."""
    return await _media(window, _MEDIA_OF_VARIANTS, ids)


async def media_by_ids(window: Window, ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """Pictures of products in the window, as far as there is an address to show them by."""
    rows = await window.db.rows(window.narrowed(_MEDIA_BY_IDS), ids=list(ids))
    return by_id(await translated(window, rows, _MEDIA_TEXTS))


async def _media(window: Window, statement: Any, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    rows = await window.db.rows(window.narrowed(statement), ids=list(ids))
    return by_parent(await translated(window, rows, _MEDIA_TEXTS))


async def _facts(window: Window, rows: Sequence[Any]) -> dict[UUID, list[dict[str, Any]]]:
    facts: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    for row in await translated(window, rows, _FACT_TEXTS):
        fact = facts.setdefault((row["parent_id"], row["attribute_id"]), {**row, "values": []})
        fact["values"].append(_spelled(row))
    return by_parent(facts.values())


def _spelled(row: Shown) -> str:
    """A value as text: numbers without idle zeros, days as 2026-01-31, true and false."""
    if row["text"] is not None:
        return str(row["text"])
    if row["number"] is not None:
        return format_thousandths(row["number"])
    if row["day"] is not None:
        return str(row["day"].isoformat())
    return "true" if row["boolean"] else "false"
