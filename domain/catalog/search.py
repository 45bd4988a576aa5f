"""Search of the shop window: words, filters, facets and suggestions, each in one round trip.

Row security lets no full text index be used, so three functions of the platform's role look past
it; they read the tenant from the transaction's setting and return ids and counts.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Boolean, Select, Text, Uuid, bindparam, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from domain.catalog.facets import FacetCounts, Filters, as_json, from_json
from domain.catalog.offers import NOW
from domain.catalog.search_words import (
    Alike,
    corrected,
    fold,
    on_other_keyboard,
    readings,
    shortened,
)
from domain.errors import Invalid
from domain.paging import Cursors, PageRequest
from domain.row_sets import IDS
from tenants.scope import Asking, Row

MOST_RESULTS: Final = 1_000
"""Nobody pages further; a place in the order of relevance means nothing there."""


class Order(StrEnum):
    """Relevance: the article or barcode itself, the title itself, what is in stock, the rank."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    PRICE = "price"
    PRICE_FALLING = "price_falling"
    TITLE = "title"
    POPULARITY = "popularity"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of product ids with a cursor each, and what is known of all that was found.

    `query` is what was searched for in the end (folded; another than typed when `is_corrected`).
    Prices (minor units; None when nothing has one) ignore the price filter, `available` and
    `unavailable` ignore the filter of stock.
    """

    ids: list[UUID]
    cursors: Cursors
    has_next: bool
    has_previous: bool
    total: int
    query: str
    is_corrected: bool
    price_min: int | None = None
    price_max: int | None = None
    available: int = 0
    unavailable: int = 0
    facets: list[FacetCounts] = field(default_factory=list)


class Suggestion(NamedTuple):
    """A category, brand or product to go to; price and image are a product's."""

    id: UUID
    title: str
    price_minor: int | None
    currency: str | None
    image_id: UUID | None


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What typing may lead to: whole queries, and things of the shop."""

    queries: list[str] = field(default_factory=list)
    categories: list[Suggestion] = field(default_factory=list)
    brands: list[Suggestion] = field(default_factory=list)
    products: list[Suggestion] = field(default_factory=list)


def _call(function: Any, columns: str, **arguments: Any) -> Select[Any]:
    channel = bindparam("channel", type_=Uuid())
    given = [bindparam(name, type_=kind) for name, kind in arguments.items()]
    return select(function(channel, NOW, *given).table_valued(*columns.split(), name="found"))


_LISTING: Final = "ids matched total price_min price_max available unavailable facets"
SEARCH: Final = _call(
    func.platform.search_listing,
    _LISTING,
    hidden_too=Boolean(),
    phrase=Text(),
    within=Uuid(),
    chosen=JSONB(),
    price_from=BigInteger(),
    price_to=BigInteger(),
    available_only=Boolean(),
    sorted_by=Text(),
    skipped=BigInteger(),
    most=BigInteger(),
    with_facets=Boolean(),
)
_SHELF: Final[Any] = func.unnest(IDS).column_valued("shelf_id")
SHELVES: Final = select(
    _SHELF,
    func.platform.search_listing(
        None, NOW, False, "", _SHELF, literal([], JSONB()), None, None, False,
        Order.NEWEST.value, 0, 1, True,
    )
    .table_valued(*_LISTING.split(), name="found")
    .lateral(),
)  # fmt: skip
"""A search for no words on each of some shelves; one product is as few as can be asked for."""
ALIKE: Final = _call(
    func.platform.search_alike, "given word count", hidden_too=Boolean(), asked=ARRAY(Text)
)
SUGGEST: Final = _call(
    func.platform.search_suggest,
    "kind id title price_minor currency image_id",
    phrase=Text(),
    most=BigInteger(),
)


async def search_products(
    reading: Asking,
    query: str,
    filters: Filters,
    order: Order,
    page: PageRequest,
    *,
    channel: UUID | None = None,
    hidden_too: bool = False,
    with_facets: bool = True,
) -> Found:
    """Products of a channel (the default one) by words, filters or both; the first 1,000 of them.

    Words are found in any form, and begun ones where no whole ones are; with synonyms; by article
    and barcode. When nothing is found, the other keyboard, the other alphabet and mistakes are
    thought of, and at last one word is left out (two round trips each). `hidden_too`, for staff,
    searches products that are not shown as well.

    Cursors are places in the order: what changes meanwhile may come twice or not at all. Raises
    Invalid for a cursor of another search, and for `last` without `before`.
    """
    skipped, most = _place(page, order)
    asked = {
        "channel": channel,
        "hidden_too": hidden_too,
        "within": filters.within,
        "chosen": as_json(filters.chosen),
        "price_from": filters.price_from,
        "price_to": filters.price_to,
        "available_only": filters.available_only,
        "sorted_by": order.value,
        "skipped": skipped,
        "most": most,
        "with_facets": with_facets,
    }
    phrase = typed = fold(query)
    row = await reading.row(SEARCH, phrase=typed, **asked)
    for think in (_meant, _shorter):
        if row is None or row["matched"] or not phrase:
            break
        other = await think(reading, query if phrase == typed else phrase, channel, hidden_too)
        if other not in ("", phrase):
            phrase, row = other, await reading.row(SEARCH, phrase=other, **asked)
    if row is not None and not row["matched"]:
        phrase = typed
    return _found(row, order, skipped, phrase, is_corrected=phrase != typed)


async def search_shelves(reading: Asking, ids: Sequence[UUID]) -> dict[UUID, Found]:
    """What is known of all products on each category, brand or collection, in one round trip."""
    rows = await reading.rows(SHELVES, ids=list(set(ids)))
    return {row["shelf_id"]: _found(row, Order.NEWEST, 0, "", is_corrected=False) for row in rows}


async def suggest(
    reading: Asking, prefix: str, *, channel: UUID | None = None, most: int = 5
) -> Suggestions:
    """What a shop shows while a buyer types; up to `most` (20) of each kind."""
    asked = {"channel": channel, "most": most}
    going_on = " " if prefix[-1:].isspace() else ""
    rows = await reading.rows(SUGGEST, phrase=fold(prefix) + going_on, **asked)
    if not rows and (other := on_other_keyboard(prefix)):
        rows = await reading.rows(SUGGEST, phrase=other, **asked)

    def things(kind: str) -> list[Suggestion]:
        return [Suggestion(*list(row.values())[1:]) for row in rows if row["kind"] == kind]

    queries = [row["title"] for row in rows if row["kind"] == "query"]
    return Suggestions(queries, things("category"), things("brand"), things("product"))


async def _meant(reading: Asking, query: str, channel: UUID | None, hidden_too: bool) -> str:
    """The query as it would be without mistakes; empty where the shop knows nothing like it."""
    words = readings(query)
    asked = list(dict.fromkeys(one for word in words for one in word))
    return corrected(words, await _alike(reading, asked, channel, hidden_too))


async def _shorter(reading: Asking, query: str, channel: UUID | None, hidden_too: bool) -> str:
    """The query without the one word that kept it from finding anything; empty if there is none."""
    asked = shortened(fold(query))
    known = {row.given for row in await _alike(reading, asked, channel, hidden_too)}
    return next((one for one in asked if one in known), "")


async def _alike(
    reading: Asking, asked: list[str], channel: UUID | None, hidden_too: bool
) -> list[Alike]:
    if not asked:
        return []
    rows = await reading.rows(ALIKE, channel=channel, hidden_too=hidden_too, asked=asked)
    return [Alike(*row.values()) for row in rows]


def _found(
    row: Row | None, order: Order, skipped: int, phrase: str, *, is_corrected: bool
) -> Found:
    if row is None:  # asked for no more than a function lets anyone have
        return Found([], Cursors(str, ()), False, False, 0, phrase, is_corrected)
    ids: list[UUID] = row["ids"]
    end = skipped + len(ids)
    return Found(
        ids=ids,
        cursors=Cursors(partial(_cursor, order), range(skipped + 1, end + 1)),
        has_next=end < min(row["total"], MOST_RESULTS),
        has_previous=skipped > 0,
        total=row["total"],
        query=phrase,
        is_corrected=is_corrected,
        price_min=row["price_min"],
        price_max=row["price_max"],
        available=row["available"],
        unavailable=row["unavailable"],
        facets=from_json(row["facets"]),
    )


def _place(page: PageRequest, order: Order) -> tuple[int, int]:
    """How many results to pass over, and how many to take."""
    if page.is_backward:
        if page.before is None:
            raise Invalid("last", en="needs before in a search", ru="в поиске нужен и before")
        end = _position("before", page.before, order) - 1
        return max(0, end - page.size), min(page.size, end)
    skipped = _position("after", page.after, order) if page.after else 0
    return skipped, min(page.size, MOST_RESULTS - skipped)


def _cursor(order: Order, place: int) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(["search", order.value, place])).decode()


def _position(name: str, cursor: str, order: Order) -> int:
    try:
        kind, ordered, place = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
        if (kind, ordered) == ("search", order.value) and 1 <= int(place) <= MOST_RESULTS:
            return int(place)
    except (ValueError, TypeError, binascii.Error):
        pass
    raise Invalid(
        name,
        en="is not a cursor of this search and order",
        ru="это не курсор данного поиска и порядка",
    )
