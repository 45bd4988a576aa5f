"""What a buyer sees of the shelves that products stand on: categories, brands, collections."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

import strawberry

from api.catalog import kinds
from api.catalog.storefront_lists import Once, ProductConnection
from api.catalog.storefront_types import Seo
from api.catalog.windows import many, one, window_of
from api.connections import connection
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.refusals import told
from api.scalars import JSON, id_field
from domain.catalog.search import Found, search_shelves
from domain.catalog.window import product_counts, products_on_shelves
from domain.catalog.window_groups import (
    ancestors_of_categories,
    children_of_categories,
    shelves_by_ids,
)
from domain.paging import PageRequest

COUNT_COST = 2


async def _counts(parents: Sequence[Any], context: RequestContext) -> list[int]:
    counts = await product_counts(window_of(context), [parent["id"] for parent in parents])
    return [counts.get(parent["id"], 0) for parent in parents]


async def _products(
    parents: Sequence[Any],
    context: RequestContext,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> list[Any]:
    window, ids = window_of(context), [parent["id"] for parent in parents]
    with told(context):
        pages = await products_on_shelves(window, ids, PageRequest(first, after, last, before))
    counts = Once(partial(product_counts, window, ids))
    found = Once(partial(search_shelves, context.reading, ids))

    async def count(id: UUID) -> int:
        return (await counts()).get(id, 0)

    async def counted(id: UUID) -> Found:
        return (await found())[id]

    return [connection(pages[id], partial(count, id), counted=partial(counted, id)) for id in ids]


def _shelf() -> Any:
    return batch(
        _products,
        reads=["id"],
        page_size=("first", "last"),
        description="The products that stand here, in the merchant's order. "
        "The root field `products` filters and sorts them.",
    )


def _redirected_from() -> Any:
    return computed(
        lambda row: row.get("redirected_from"),
        reads=["redirected_from"],
        description="The slug that you asked by, where it is an old one: redirect to `slug`.",
    )


@strawberry.type
class Category(Node):
    """A node of the tree that the shop files its products in."""

    id: strawberry.ID = id_field(kinds.CATEGORY)
    slug: str
    redirected_from: str | None = _redirected_from()
    title: str
    description_html: str
    depth: int = strawberry.field(description="How far below the root: 0 for a root.")
    parent: "Category | None" = one(
        lambda window, ids: shelves_by_ids(window, "category", ids), by="parent_id"
    )
    ancestors: "list[Category]" = many(
        ancestors_of_categories, items=2, description="From the root down to its parent."
    )
    children: "list[Category]" = many(
        children_of_categories, description="Right below it, in the merchant's order."
    )
    products: ProductConnection = _shelf()
    product_count: int = batch(
        _counts, reads=["id"], cost=COUNT_COST, description="Products in it and in all below it."
    )
    seo: Seo = computed(lambda row: row, reads=[], hands_on=True)
    metadata: JSON = computed(lambda row: row["public_metadata"] or {}, reads=["public_metadata"])


@strawberry.type
class Brand(Node):
    """Who makes products."""

    id: strawberry.ID = id_field(kinds.BRAND)
    slug: str
    redirected_from: str | None = _redirected_from()
    title: str
    description_html: str
    products: ProductConnection = _shelf()
    product_count: int = batch(
        _counts, reads=["id"], cost=COUNT_COST, description="Its products in the window."
    )
    seo: Seo = computed(lambda row: row, reads=[], hands_on=True)


@strawberry.type
class Collection(Node):
    """A picked list of products: chosen one by one, or kept by a rule."""

    id: strawberry.ID = id_field(kinds.COLLECTION)
    slug: str
    redirected_from: str | None = _redirected_from()
    title: str
    description_html: str
    products: ProductConnection = _shelf()
    product_count: int = batch(
        _counts, reads=["id"], cost=COUNT_COST, description="Its products in the window."
    )
    seo: Seo = computed(lambda row: row, reads=[], hands_on=True)
    metadata: JSON = computed(lambda row: row["public_metadata"] or {}, reads=["public_metadata"])
