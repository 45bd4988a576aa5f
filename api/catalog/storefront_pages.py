"""What a buyer sees of the shop around its products: menus and pages."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api.catalog import kinds
from api.catalog.storefront_groups import Brand, Category, Collection
from api.catalog.storefront_types import Product, Seo
from api.catalog.windows import many, window_of
from api.catalog.words import MenuTargetKind
from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.nodes import Node
from api.scalars import DateTime, id_field
from domain.catalog.window import products_by_ids
from domain.catalog.window_groups import shelves_by_ids
from domain.catalog.window_pages import items_of_menus, pages_by_ids
from domain.catalog.window_texts import Window


@strawberry.type
class Page(Node):
    """A page of the shop's own: delivery, about us."""

    id: strawberry.ID = id_field(kinds.PAGE)
    slug: str
    redirected_from: str | None = computed(
        lambda row: row.get("redirected_from"),
        description="The slug that you asked by, where it is an old one: redirect to `slug`.",
    )
    title: str
    body_html: str = strawberry.field(
        description="Cleaned HTML: it has no scripts, styles or frames."
    )
    seo: Seo = computed(lambda row: row)
    updated_at: DateTime


MenuTarget: TypeAlias = Annotated[
    Product | Category | Collection | Brand | Page,
    strawberry.union("MenuTarget", description="A thing of the shop that a link leads to."),
]
_TYPES = {
    "product": "Product",
    "category": "Category",
    "collection": "Collection",
    "brand": "Brand",
    "page": "Page",
}


async def _targets(parents: Sequence[Any], context: RequestContext) -> list[Any]:
    """Each kind that is linked to is read once."""
    window, found = window_of(context), dict[tuple[str, UUID], Any]()
    for kind in {parent["target_kind"] for parent in parents} & _TYPES.keys():
        ids = [parent["target_id"] for parent in parents if parent["target_kind"] == kind]
        for id, row in (await _things(window, kind, ids)).items():
            found[kind, id] = {**row, "__typename": _TYPES[kind]}
    return [found.get((parent["target_kind"], parent["target_id"])) for parent in parents]


async def _things(window: Window, kind: str, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
    if kind == "product":
        return await products_by_ids(window, ids)
    if kind == "page":
        return await pages_by_ids(window, ids)
    return await shelves_by_ids(window, kind, ids)


@strawberry.type
class MenuItem:
    """A link, with those below it."""

    title: str
    kind: MenuTargetKind = column("target_kind")
    url: str | None = strawberry.field(description="Where it leads, for the kind URL.")
    target: MenuTarget | None = batch(
        _targets, description="What it leads to; null also where that is not in the window now."
    )
    items: "list[MenuItem]"


@strawberry.type
class Menu(Node):
    """A tree of links, found by its code."""

    id: strawberry.ID = id_field(kinds.MENU)
    code: str
    title: str
    items: list[MenuItem] = many(items_of_menus)
