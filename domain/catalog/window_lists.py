"""The shop window's lists: what they can be narrowed down by, named as a buyer reads it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from domain.catalog.facets import BRAND, CATEGORY, FacetCounts
from domain.catalog.tables import Attribute, AttributeChoice
from domain.catalog.window_groups import shelves_by_ids
from domain.catalog.window_texts import Shown, ShownText, Window, translated
from domain.pricing.tables import PriceList
from domain.row_sets import IDS
from tenants.values.quantity import format_thousandths

_CURRENCY: Final = select(PriceList.currency).where(PriceList.is_default)
_FILTERS: Final = select(
    Attribute.id, Attribute.code, Attribute.title, Attribute.kind, Attribute.unit
).where(Attribute.is_filterable)
_BY_CODES: Final = _FILTERS.where(Attribute.code == any_(bindparam("codes", type_=ARRAY(Text()))))
_BY_IDS: Final = _FILTERS.where(Attribute.id == any_(IDS)).order_by(
    Attribute.position, Attribute.id
)
_CHOICES: Final = select(
    AttributeChoice.id, AttributeChoice.attribute_id, AttributeChoice.key, AttributeChoice.title
).where(AttributeChoice.attribute_id == any_(IDS))
_TITLE: Final = (ShownText("title"),)


async def currency_of_prices(window: Window) -> str | None:
    """What the window's prices are in; None for a shop without a price list."""
    currency: str | None = await window.db.value(_CURRENCY)
    return currency


async def filters_by_codes(window: Window, codes: Sequence[str]) -> dict[str, Shown]:
    """The attributes that products can be narrowed down by, by their codes."""
    return {row["code"]: row for row in await window.db.rows(_BY_CODES, codes=list(codes))}


async def named_facets(
    window: Window, counted: Sequence[Sequence[FacetCounts]]
) -> list[list[dict[str, Any]]]:
    """Facets of several lists as they are shown; what they name is read for all lists at once.

    Of each list: categories, brands, then attributes in the merchant's order. Each facet has
    `kind`, `code`, `title`, `unit` and `values`: rows of `key` (an id, or the value as text),
    `title`, `number` and `count`. What is hidden, or filters no more, is left out.
    """
    lists = [{one.facet: one for one in facets if one.values} for facets in counted]
    shelves = {kind: await _titles(window, kind, lists) for kind in (CATEGORY, BRAND)}
    ids = [UUID(facet) for facet in {facet for one in lists for facet in one} - shelves.keys()]
    attributes = await translated(
        window, await window.db.rows(_BY_IDS, ids=ids) if ids else [], _TITLE
    )
    words = await _words(window, ids) if ids else {}
    return [
        [_of_shelves(kind, one[kind], shelves[kind]) for kind in shelves if kind in one]
        + [
            _of_attribute(row, one[key], words)
            for row in attributes
            if (key := str(row["id"])) in one
        ]
        for one in lists
    ]


async def _titles(
    window: Window, kind: str, lists: Sequence[Mapping[str, FacetCounts]]
) -> Mapping[UUID, Shown]:
    """The categories or brands that stand in any of these lists' facets."""
    ids = {UUID(value.key) for one in lists if kind in one for value in one[kind].values}
    return await shelves_by_ids(window, kind, list(ids)) if ids else {}


async def _words(window: Window, ids: Sequence[UUID]) -> dict[tuple[UUID, str], str]:
    """What choices are called in the window's language; nothing where it is the shop's own."""
    if window.language is None:
        return {}
    choices = await translated(window, await window.db.rows(_CHOICES, ids=list(ids)), _TITLE)
    return {(row["attribute_id"], row["key"]): row["title"] for row in choices}


def _of_shelves(kind: str, facet: FacetCounts, titles: Mapping[UUID, Shown]) -> dict[str, Any]:
    values = [
        {"key": UUID(value.key), "title": row["title"], "number": None, "count": value.count}
        for value in facet.values
        if (row := titles.get(UUID(value.key)))
    ]
    return {"kind": kind, "code": kind, "title": None, "unit": None, "values": values}


def _of_attribute(
    row: Shown, facet: FacetCounts, words: Mapping[tuple[UUID, str], str]
) -> dict[str, Any]:
    values = []
    for value in facet.values:
        is_number = row["kind"] == "number" and value.number is not None
        key = format_thousandths(value.number or 0) if is_number else value.key
        title = words.get((row["id"], value.key)) or value.label or key
        values.append({"key": key, "title": title, "number": value.number, "count": value.count})
    return {**row, "values": values}
