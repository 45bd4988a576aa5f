"""How a buyer narrows products down, and in which order they come."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final
from uuid import UUID

import strawberry
from strawberry import UNSET

from api.catalog import kinds
from api.filters import OrderDirection
from api.scalars import BadInput, Decimal, wanted_id
from domain.catalog.facets import BRAND, CATEGORY, Chosen, Filters
from domain.catalog.window_lists import currency_of_prices, filters_by_codes
from domain.catalog.window_texts import Window
from tenants.values.invalid import InvalidValue
from tenants.values.money import parse_minor
from tenants.values.quantity import parse_thousandths

NOTHING: Final = str(UUID(int=0))
"""A facet that no product has."""
DEAREST: Final = 2**63 - 2
"""Products without a price stand behind this one."""


@strawberry.input(name="IdFilter")
class AnyIdFilter:
    """Ids; an empty `in` matches nothing."""

    eq: strawberry.ID | None = UNSET
    in_: list[strawberry.ID] | None = strawberry.field(name="in", default=UNSET)


@strawberry.input
class OneIdFilter:
    """One id."""

    eq: strawberry.ID


@strawberry.input
class PriceFilter:
    """Amounts in the shop's currency, both ends included: `{gte: "100", lte: "499.90"}`."""

    gte: Decimal | None = UNSET
    lte: Decimal | None = UNSET


@strawberry.input
class AttributeFilter:
    """Products whose attribute `code` has one of these values, or a number between these."""

    code: str
    eq: str | None = UNSET
    in_: list[str] | None = strawberry.field(
        name="in",
        default=UNSET,
        description="Values as facets give them; an empty list matches nothing.",
    )
    gte: Decimal | None = UNSET
    lte: Decimal | None = UNSET


@strawberry.input
class ProductWhere:
    """What products have to be; all that is given must hold.

    There is no `and`, `or` or `not`: facets are counted as if the choices of one facet were any of
    them, and those of different facets all of them, and so they are.
    """

    category: AnyIdFilter | None = strawberry.field(
        default=UNSET, description="Filed in one of these, or in any category below."
    )
    collection: OneIdFilter | None = UNSET
    brand: AnyIdFilter | None = UNSET
    price: PriceFilter | None = strawberry.field(
        default=UNSET, description="What its cheapest variant costs."
    )
    available_only: bool = strawberry.field(
        default=False, description="Leave out what is not here."
    )
    attributes: list[AttributeFilter] | None = UNSET


@strawberry.enum
class ProductOrderField(Enum):
    """What products are ordered by; ids break ties."""

    PUBLISHED_AT = strawberry.enum_value("published_at", description="DESC only: the newest first.")
    PRICE = strawberry.enum_value("price", description="Of the cheapest variant.")
    TITLE = strawberry.enum_value("title", description="ASC only.")
    POPULARITY = strawberry.enum_value("popularity", description="DESC only.")
    POSITION = strawberry.enum_value(
        "position",
        description="ASC only: as the merchant put them on this shelf. Not in a search.",
    )
    RELEVANCE = strawberry.enum_value(
        "relevance", description="DESC only: what fits the words best. Only in a search."
    )


@strawberry.input
class ProductOrder:
    """One order. Left out, the direction is the field's usual one."""

    field: ProductOrderField
    direction: OrderDirection | None = None


ORDERS: Final = {
    ("published_at", "desc"): "newest",
    ("price", "asc"): "price",
    ("price", "desc"): "price_falling",
    ("title", "asc"): "title",
    ("popularity", "desc"): "popularity",
    ("position", "asc"): "position",
    ("relevance", "desc"): "relevance",
}


def read_order(order_by: Sequence[ProductOrder] | None, usual: str) -> str:
    """The one order asked for, by the domain's word. Raises BadInput."""
    if not order_by:
        return usual
    if len(order_by) > 1:
        raise BadInput("orderBy takes one order: ids break its ties.", argument="orderBy")
    field, direction = order_by[0].field, order_by[0].direction
    ways = {way: word for (name, way), word in ORDERS.items() if name == str(field.value)}
    if direction is None:
        return next(iter(ways.values()))
    if direction.value not in ways:
        listed = " or ".join(way.upper() for way in ways)
        raise BadInput(f"{field.name} is {listed} only.", argument="orderBy")
    return ways[direction.value]


async def read_where(window: Window, where: ProductWhere | None) -> Filters:
    """The filters that `where` means. Raises BadInput, and Invalid for too many."""
    if where is None:
        return Filters()
    within: UUID | None = None
    chosen: list[Chosen] = []
    if where.collection:
        within = wanted_id(where.collection.eq, kinds.COLLECTION)
    for facet, given, kind in (
        (CATEGORY, where.category, kinds.CATEGORY),
        (BRAND, where.brand, kinds.BRAND),
    ):
        ids = _ids(given, kind) if given else None
        if ids is None:
            continue
        if within is None and len(ids) == 1 and given and given.in_ in (None, UNSET):
            within = ids[0]  # the page of this category or brand: no facet looks beyond it
        else:
            chosen.append(Chosen(facet, [str(one) for one in ids]))
    chosen += await _attributes(window, where.attributes or [])
    price_from, price_to = await _prices(window, where.price or None)
    return Filters(within, chosen, price_from, price_to, where.available_only)


def _ids(given: AnyIdFilter, kind: str) -> list[UUID] | None:
    """The ids that both operators allow; None where neither is given."""
    lists = []
    if given.eq not in (None, UNSET):
        lists.append([wanted_id(str(given.eq), kind)])
    if given.in_ is not UNSET and given.in_ is not None:
        lists.append([wanted_id(one, kind) for one in given.in_])
    if not lists:
        return None
    return [one for one in lists[0] if all(one in other for other in lists)]


async def _prices(window: Window, given: PriceFilter | None) -> tuple[int | None, int | None]:
    if given is None:
        return None, None
    currency = await currency_of_prices(window)
    if currency is None:
        raise BadInput("This shop has no prices.", argument="where.price")
    bounds = [
        None if text in (None, UNSET) else _read(parse_minor, "price", str(text), currency)
        for text in (given.gte, given.lte)
    ]
    low, high = bounds
    return low, DEAREST if high is None and low is not None else high


async def _attributes(window: Window, given: Sequence[AttributeFilter]) -> list[Chosen]:
    if not given:
        return []
    known = await filters_by_codes(window, [one.code for one in given])
    return [_chosen(one, known.get(one.code)) for one in given]


def _chosen(given: AttributeFilter, attribute: Any) -> Chosen:
    """What was chosen of one attribute; of one that is not there, nothing can be had."""
    values = None if given.in_ in (None, UNSET) else list(given.in_ or [])
    if given.eq not in (None, UNSET):
        values = [str(given.eq)] if values is None or given.eq in values else []
    bounds = [None if text in (None, UNSET) else str(text) for text in (given.gte, given.lte)]
    has_bounds = bounds != [None, None]
    if has_bounds == (values is not None):
        raise BadInput(
            f"Attribute {given.code} takes either eq and in, or gte and lte.",
            argument="where.attributes",
        )
    if attribute is None:
        return Chosen(NOTHING)
    facet, is_number = str(attribute["id"]), attribute["kind"] == "number"
    if has_bounds and not is_number:
        raise BadInput(f"Attribute {given.code} is no number.", argument="where.attributes")
    if has_bounds:
        low, high = [_number(given.code, text) if text else None for text in bounds]
        return Chosen(facet, number_from=low, number_to=high)
    assert values is not None
    return Chosen(facet, [_key(given.code, one) if is_number else _folded(one) for one in values])


def _key(code: str, text: str) -> str:
    return str(_number(code, text))


def _number(code: str, text: str) -> int:
    number: int = _read(parse_thousandths, code, text)
    return number


def _folded(text: str) -> str:
    return text.lower().replace("ё", "е")


def _read(parse: Any, place: str, *given: str) -> Any:
    try:
        return parse(*given)
    except InvalidValue as error:
        raise BadInput(f"{place}: {error.message('en')}", argument="where") from None
