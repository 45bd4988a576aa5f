"""What a buyer sees of the shelves that products stand on: categories, brands, collections."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.catalog import kinds
from api.catalog.storefront_types import Seo
from api.catalog.windows import many, one, window_of
from api.context import RequestContext
from api.engine.fields import batch, computed
from api.nodes import Node
from api.scalars import JSON, id_field
from domain.catalog.window_groups import (
    ancestors_of_categories,
    children_of_categories,
    product_counts,
    shelves_by_ids,
)

COUNT_COST = 2


async def _counts(parents: Sequence[Any], context: RequestContext) -> list[int]:
    counts = await product_counts(window_of(context), [parent["id"] for parent in parents])
    return [counts.get(parent["id"], 0) for parent in parents]


def _redirected_from() -> Any:
    return computed(
        lambda row: row.get("redirected_from"),
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
    product_count: int = batch(
        _counts, cost=COUNT_COST, description="Products in it and in all below it."
    )
    seo: Seo = computed(lambda row: row)
    metadata: JSON = computed(lambda row: row["public_metadata"] or {})


@strawberry.type
class Brand(Node):
    """Who makes products."""

    id: strawberry.ID = id_field(kinds.BRAND)
    slug: str
    redirected_from: str | None = _redirected_from()
    title: str
    description_html: str
    product_count: int = batch(_counts, cost=COUNT_COST, description="Its products in the window.")
    seo: Seo = computed(lambda row: row)


@strawberry.type
class Collection(Node):
    """A picked list of products: chosen one by one, or kept by a rule."""

    id: strawberry.ID = id_field(kinds.COLLECTION)
    slug: str
    redirected_from: str | None = _redirected_from()
    title: str
    description_html: str
    product_count: int = batch(_counts, cost=COUNT_COST, description="Its products in the window.")
    seo: Seo = computed(lambda row: row)
    metadata: JSON = computed(lambda row: row["public_metadata"] or {})
