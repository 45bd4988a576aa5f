"""The storefront's root fields that list products: by filters, by words, by what is being typed."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, cast

import strawberry
from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, SelectionSetNode

from api.catalog.storefront_groups import Brand, Category
from api.catalog.storefront_lists import (
    KeyboardLayout,
    Once,
    ProductConnection,
    SearchConnection,
    search_in,
)
from api.catalog.storefront_types import Product
from api.catalog.storefront_where import ProductOrder, ProductWhere, read_order, read_where
from api.catalog.windows import window_of
from api.connections import connection, rows_wanted
from api.context import Info, RequestContext
from api.engine.fields import batch, root
from api.lists import paged
from api.scalars import BadInput
from domain.catalog.product_lists import ListOrder, count_products, list_products
from domain.catalog.search import Found, Order, search_products, suggest
from domain.catalog.search_words import on_other_keyboard
from domain.catalog.window import filled, products_by_ids, with_products
from domain.catalog.window_groups import shelves_by_ids
from domain.catalog.window_texts import Window
from domain.paging import Page, PageRequest

PERMISSION: Final = "storefront"
LISTING_COST: Final = 5
SEARCH_COST: Final = 20
MOST_SUGGESTIONS: Final = 20


async def _suggested_products(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    products = await products_by_ids(window_of(context), _ids(parents, "products"))
    return [_in_order(parent["products"], products) for parent in parents]


async def _suggested_categories(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    found = await shelves_by_ids(window_of(context), "category", _ids(parents, "categories"))
    return [_in_order(parent["categories"], found) for parent in parents]


async def _suggested_brands(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    found = await shelves_by_ids(window_of(context), "brand", _ids(parents, "brands"))
    return [_in_order(parent["brands"], found) for parent in parents]


def _ids(parents: Sequence[Any], name: str) -> list[Any]:
    return [id for parent in parents for id in parent[name]]


def _in_order(ids: Sequence[Any], rows: Any) -> list[Any]:
    return [rows[id] for id in ids if id in rows]


@strawberry.type
class Suggestions:
    """What typing may lead to."""

    queries: list[str] = strawberry.field(description="Whole queries to search for.")
    categories: list[Category] = batch(_suggested_categories)
    brands: list[Brand] = batch(_suggested_brands)
    products: list[Product] = batch(_suggested_products)


@strawberry.type
class ProductListQueries:
    """Lists of products."""

    @paged(permission=PERMISSION, cost=LISTING_COST)
    async def products(
        self,
        info: Info,
        page: PageRequest,
        where: ProductWhere | None = None,
        order_by: list[ProductOrder] | None = None,
    ) -> ProductConnection:
        """The products in the window, narrowed down by `where`.

        Of one category, brand or collection they come in the merchant's order, else the newest
        first, unless `orderBy` says otherwise. Paging is stable while products come and go.
        """
        context = info.context
        reading, window = context.reading, window_of(context)
        filters = await read_where(window, where)
        usual = ListOrder.NEWEST if filters.within is None else ListOrder.POSITION
        order = _list_order(read_order(order_by, usual))
        found = await list_products(reading, filters, order, page)
        listed = connection(
            await with_products(window_of(context, rows_wanted()), found),
            partial(count_products, reading, filters),
            counted=Once(partial(search_in, reading, filters)),
        )
        return cast(ProductConnection, listed)

    @paged(permission=PERMISSION, cost=SEARCH_COST)
    async def search(
        self,
        info: Info,
        page: PageRequest,
        query: str,
        where: ProductWhere | None = None,
        order_by: list[ProductOrder] | None = None,
    ) -> SearchConnection:
        """Products by words, in any of their forms; by article and barcode, too.

        Where nothing is found, another keyboard layout, the other alphabet and mistakes of typing
        are thought of, and at last one word is left out: `usedLayout` and `correctedQuery` tell.
        What fits best and is in stock comes first. The first 1,000 products can be paged through.
        """
        context = info.context
        reading, window = context.reading, window_of(context)
        filters = await read_where(window, where)
        order = _search_order(read_order(order_by, Order.RELEVANCE))
        with_facets = _asks_for("facets", info._raw_info)
        found = await search_products(reading, query, filters, order, page, with_facets=with_facets)
        return cast(
            SearchConnection, await _searched(window_of(context, rows_wanted()), query, found)
        )

    @root(permission=PERMISSION, cost=LISTING_COST)
    async def suggestions(self, info: Info, prefix: str, first: int = 5) -> Suggestions:
        """What to show while a buyer types: up to `first` (20 at most) of each kind."""
        if not 1 <= first <= MOST_SUGGESTIONS:
            raise BadInput(f"first must be from 1 to {MOST_SUGGESTIONS}.", argument="first")
        found = await suggest(info.context.reading, prefix, most=first)
        suggested = {
            "queries": found.queries,
            "categories": [one.id for one in found.categories],
            "brands": [one.id for one in found.brands],
            "products": [one.id for one in found.products],
        }
        return cast(Suggestions, suggested)


def _list_order(word: str) -> ListOrder:
    if word == Order.RELEVANCE:
        raise BadInput("RELEVANCE is the order of a search.", argument="orderBy")
    return ListOrder(word)


def _search_order(word: str) -> Order:
    if word == ListOrder.POSITION:
        raise BadInput("POSITION is the order of a shelf, not of a search.", argument="orderBy")
    return Order(word)


async def _searched(window: Window, query: str, found: Found) -> Any:
    rows: list[Any] = [{"product_id": one} for one in found.ids]
    ids = Page(rows, found.cursors, found.has_next, found.has_previous)
    products = filled(ids, await products_by_ids(window, found.ids))

    async def counted() -> Found:
        return found

    async def total() -> int:
        return found.total

    return connection(
        products,
        total,
        counted=counted,
        corrected_query=found.query if found.is_corrected else None,
        used_layout=_layout(query, found) if found.is_corrected else None,
    )


def _layout(query: str, found: Found) -> KeyboardLayout | None:
    if found.query != on_other_keyboard(query):
        return None
    is_cyrillic = any("а" <= letter <= "я" for letter in found.query)
    return KeyboardLayout.CYRILLIC if is_cyrillic else KeyboardLayout.LATIN


def _asks_for(name: str, info: GraphQLResolveInfo[Any]) -> bool:
    """Whether the field that is being resolved is asked for its field `name`."""
    waiting: list[SelectionSetNode | None] = [node.selection_set for node in info.field_nodes]
    while waiting:
        below = waiting.pop()
        for node in below.selections if below else ():
            if isinstance(node, FieldNode):
                if node.name.value == name:
                    return True
            elif isinstance(node, FragmentSpreadNode):
                waiting.append(info.fragments[node.name.value].selection_set)
            else:
                waiting.append(getattr(node, "selection_set", None))
    return False
