"""Pages of products without words: a category, a collection, a brand, or all that a shop shows.

A list is a walk along one index of `listing_shelf`, from where the last page ended.
"""

from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, Uuid, any_, bindparam, select
from sqlalchemy.orm import aliased

from domain.catalog.facets import BRAND, CATEGORY, Chosen, Filters
from domain.catalog.tables import AttributeValue, Channel, Listing, ListingShelf
from domain.paging import Page, PageRequest, Sort, count_of, page_of
from tenants.scope import Reading


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


async def list_products(
    reading: Reading,
    where: Filters,
    order: ListOrder,
    page: PageRequest,
    *,
    channel: UUID | None = None,
) -> Page:
    """Rows of what a channel (the default one) shows now, of `where.within` or of everything."""
    sort = SORTS[order]
    by_id = Sort("id", ListingShelf.product_id, descending=sort.descending)
    statement, values = _shown(reading, where, channel)
    return await page_of(reading, statement, [sort, by_id], page, **values)


async def count_products(reading: Reading, where: Filters, *, channel: UUID | None = None) -> int:
    """How many rows all pages of that list have together."""
    statement, values = _shown(reading, where, channel)
    return await count_of(reading, statement, **values)


def _shown(
    reading: Reading, where: Filters, channel: UUID | None
) -> tuple[Select[Any], dict[str, Any]]:
    here: Any = DEFAULT_CHANNEL if channel is None else bindparam("channel", type_=Uuid())
    shelf: Any = here if where.within is None else bindparam("shelf", type_=Uuid())
    statement: Any = (
        select(*COLUMNS)
        .select_from(ListingShelf)
        .join(
            Listing,
            (Listing.product_id == ListingShelf.product_id)
            & (Listing.channel_id == ListingShelf.channel_id),
        )
        .where(
            ListingShelf.channel_id == here,
            ListingShelf.shelf_id == shelf,
            ListingShelf.shown_from <= reading.now,
            ListingShelf.shown_until > reading.now,
        )
    )
    if where.price_from is not None or where.price_to is not None:
        low, high = where.prices
        statement = statement.where(ListingShelf.price_sort.between(low, high))
    if where.available_only:
        statement = statement.where(ListingShelf.is_available.is_(True))
    # A statement takes of these what it has a place for.
    values: dict[str, Any] = {"channel": channel, "shelf": where.within}
    for number, chosen in enumerate(where.chosen):
        statement = statement.where(ListingShelf.product_id.in_(_having(chosen, here, number)))
        values[f"keys_{number}"] = _keys(chosen)
    return statement, values


def _having(chosen: Chosen, channel: Any, number: int) -> Select[Any]:
    """The products that have what was chosen of one facet."""
    keys = f"keys_{number}"
    if chosen.facet in (BRAND, CATEGORY):
        shelf = aliased(ListingShelf)
        return select(shelf.product_id).where(
            shelf.channel_id == channel,
            shelf.shelf_id == any_(bindparam(keys, type_=ARRAY(Uuid()))),
        )
    found = select(AttributeValue.product_id).where(
        AttributeValue.attribute_id == UUID(chosen.facet)
    )
    if chosen.is_range:
        low, high = chosen.bounds
        return found.where(AttributeValue.number >= low, AttributeValue.number <= high)
    return found.where(AttributeValue.key == any_(bindparam(keys, type_=ARRAY(Text()))))


def _keys(chosen: Chosen) -> list[Any]:
    if chosen.facet in (BRAND, CATEGORY):
        return [UUID(key) for key in chosen.keys]
    return list(chosen.keys)
