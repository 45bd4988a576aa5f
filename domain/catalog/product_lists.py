"""Pages of products without words: a category, a collection, a brand, or all that a shop shows.

A list is a walk along one index of `listing_shelf`, from where the last page ended.
"""

from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    literal_column,
    select,
)
from sqlalchemy.orm import aliased

from domain.catalog.facets import BRAND, CATEGORY, Chosen, Filters
from domain.catalog.offers import NOW
from domain.catalog.tables import AttributeValue, Channel, Listing, ListingShelf
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from tenants.scope import Asking


class ListOrder(StrEnum):
    """Position is the place that the merchant gave it on this shelf."""

    NEWEST = "newest"
    PRICE = "price"
    PRICE_FALLING = "price_falling"
    TITLE = "title"
    POPULARITY = "popularity"
    POSITION = "position"


SORTS: Final = {
    ListOrder.NEWEST: Sort("newest", ListingShelf.newest_at, descending=True),
    ListOrder.PRICE: Sort("price", ListingShelf.price_sort),
    ListOrder.PRICE_FALLING: Sort("price", ListingShelf.price_sort, descending=True),
    ListOrder.TITLE: Sort("title", ListingShelf.title_sort),
    ListOrder.POPULARITY: Sort("popularity", ListingShelf.popularity, descending=True),
    ListOrder.POSITION: Sort("position", ListingShelf.position),
}
_TIES: Final = {
    falling: Sort("id", ListingShelf.product_id, descending=falling) for falling in (False, True)
}
COLUMNS: Final = (
    Listing.product_id,
    Listing.channel_id,
    Listing.status,
    Listing.price_min_minor,
    Listing.price_max_minor,
    Listing.compare_at_minor,
    Listing.currency,
    Listing.is_discounted,
    Listing.is_available,
    Listing.brand_id,
    Listing.image_id,
    Listing.newest_at,
    Listing.product_version,
)
DEFAULT_CHANNEL: Final = select(Channel.id).where(Channel.is_default.is_(True)).scalar_subquery()


LOW: Final = bindparam("low", type_=BigInteger())
HIGH: Final = bindparam("high", type_=BigInteger())
NOTHING: Final[Any] = literal_column("0")


async def list_products(
    reading: Asking,
    where: Filters,
    order: ListOrder,
    page: PageRequest,
    *,
    channel: UUID | None = None,
) -> Page:
    """Rows of what a channel (the default one) shows now, of `where.within` or of everything."""
    sort = SORTS[order]
    order_by = [sort, _TIES[sort.descending]]
    shape = _shape(where, channel)
    values = _values(shape, where, channel)
    return await page_of(reading, _shown(shape), order_by, page, **values)


async def count_products(reading: Asking, where: Filters, *, channel: UUID | None = None) -> int:
    """How many rows all pages of that list have together."""
    shape = _shape(where, channel)
    return await count_of(reading, _standing(shape), **_values(shape, where, channel))


class Shape(NamedTuple):
    """All that a list's statement depends on; what it is given besides are values."""

    has_channel: bool
    has_shelf: bool
    has_prices: bool
    available_only: bool
    chosen: tuple[Literal["shelf", "range", "keys"], ...]


def _shape(where: Filters, channel: UUID | None) -> Shape:
    return Shape(
        has_channel=channel is not None,
        has_shelf=where.within is not None,
        has_prices=where.price_from is not None or where.price_to is not None,
        available_only=where.available_only,
        chosen=tuple(_kind(one) for one in where.chosen),
    )


def _kind(chosen: Chosen) -> Literal["shelf", "range", "keys"]:
    if chosen.facet in (BRAND, CATEGORY):
        return "shelf"
    return "range" if chosen.is_range else "keys"


def _values(shape: Shape, where: Filters, channel: UUID | None) -> dict[str, Any]:
    """What the statement of this shape has places for."""
    values: dict[str, Any] = {}
    if shape.has_channel:
        values["channel"] = channel
    if shape.has_shelf:
        values["shelf"] = where.within
    if shape.has_prices:
        values["low"], values["high"] = where.prices
    for number, (kind, one) in enumerate(zip(shape.chosen, where.chosen, strict=True)):
        if kind == "shelf":
            values[f"keys_{number}"] = [UUID(key) for key in one.keys]
            continue
        values[f"attribute_{number}"] = UUID(one.facet)
        if kind == "keys":
            values[f"keys_{number}"] = list(one.keys)
        else:
            values[f"low_{number}"], values[f"high_{number}"] = one.bounds
    return values


@lru_cache(maxsize=500)
def _shown(shape: Shape) -> Select[Any]:
    """What a list shows of each product."""
    of_product = (Listing.product_id == ListingShelf.product_id) & (
        Listing.channel_id == ListingShelf.channel_id
    )
    shown: Any = _standing(shape).join(Listing, of_product).with_only_columns(*COLUMNS)
    return shown  # type: ignore[no-any-return]


@lru_cache(maxsize=500)
def _standing(shape: Shape) -> Select[Any]:
    """The products that a list is of; to count them the shelf alone is enough."""
    here: Any = bindparam("channel", type_=Uuid()) if shape.has_channel else DEFAULT_CHANNEL
    shelf: Any = bindparam("shelf", type_=Uuid()) if shape.has_shelf else here
    statement: Any = select(ListingShelf.product_id).where(
        ListingShelf.channel_id == here,
        ListingShelf.shelf_id == shelf,
        ListingShelf.shown_from <= NOW,
        ListingShelf.shown_until > NOW,
    )
    if shape.has_prices:
        statement = statement.where(ListingShelf.price_sort.between(LOW, HIGH))
    if shape.available_only:
        statement = statement.where(ListingShelf.is_available.is_(True))
    for number, kind in enumerate(shape.chosen):
        # With an offset it is looked up product by product, along the walk: the planner cannot make
        # a join of it, which would begin with all that have the value.
        statement = statement.where(_having(kind, here, number).offset(NOTHING).exists())
    return statement  # type: ignore[no-any-return]


def _having(kind: str, channel: Any, number: int) -> Select[Any]:
    """What says that the product on the shelf has what was chosen of one facet."""
    keys = f"keys_{number}"
    if kind == "shelf":
        other = aliased(ListingShelf)
        return select(other.product_id).where(
            other.product_id == ListingShelf.product_id,
            other.channel_id == channel,
            other.shelf_id == any_(bindparam(keys, type_=ARRAY(Uuid()))),
        )
    found = select(AttributeValue.product_id).where(
        AttributeValue.product_id == ListingShelf.product_id,
        AttributeValue.attribute_id == bindparam(f"attribute_{number}", type_=Uuid()),
    )
    if kind == "keys":
        return found.where(AttributeValue.key == any_(bindparam(keys, type_=ARRAY(Text()))))
    low, high = (bindparam(f"{end}_{number}", type_=BigInteger()) for end in ("low", "high"))
    return found.where(AttributeValue.number.between(low, high))
