"""The storefront's root fields for the catalogue."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

import strawberry

from api.catalog import kinds
from api.catalog.storefront_groups import Brand, Category, Collection
from api.catalog.storefront_pages import Menu, Page
from api.catalog.storefront_types import Product
from api.catalog.windows import window_of
from api.connections import Connection, connection
from api.context import Info, RequestContext
from api.engine.fields import root
from api.engine.wanted import wanted_here
from api.lists import paged
from api.nodes import NodeKind
from api.references import ExternalIdInput, only_one, read_external_id
from api.scalars import wanted_id
from domain.catalog import window_pages
from domain.catalog.window import (
    find_product,
    find_product_by_external_id,
    find_product_by_slug,
    products_by_ids,
)
from domain.catalog.window_facts import media_by_ids
from domain.catalog.window_groups import (
    all_shelves,
    find_shelf_by_slug,
    list_shelves,
    root_categories,
    shelves_by_ids,
)
from domain.catalog.window_texts import Window
from domain.catalog.window_variants import variants_by_ids
from domain.paging import PageRequest, count_of

PERMISSION: Final = "storefront"


@strawberry.type
class CatalogQueries:
    """What the shop window shows."""

    @root(permission=PERMISSION)
    async def product(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        slug: str | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Product | None:
        """One product, by exactly one of its id, slug or external id.

        A slug that the product had before finds it too: then `redirectedFrom` is that slug, and
        `slug` is where to redirect the visitor. Null when it is not in the window.
        """
        window = window_of(info.context, wanted_here().items)
        only_one(id=id, slug=slug, externalId=external_id)
        found = None
        if id is not None:
            found = await find_product(window, wanted_id(id, kinds.PRODUCT))
        elif slug is not None:
            found = await find_product_by_slug(window, slug)
        elif external_id is not None:
            found = await find_product_by_external_id(window, read_external_id(external_id))
        return cast(Product | None, found)

    @root(permission=PERMISSION, items=5)
    async def categories(self, info: Info) -> list[Category]:
        """The roots of the category tree, in the merchant's order; `children` are below them."""
        return list(await root_categories(window_of(info.context, wanted_here().items)))

    @root(permission=PERMISSION)
    async def category(
        self, info: Info, id: strawberry.ID | None = None, slug: str | None = None
    ) -> Category | None:
        """One category, by its id or by its slug, old slugs too; null when it is not shown."""
        return cast(Category | None, await _shelf(info, "category", kinds.CATEGORY, id, slug))

    @root(permission=PERMISSION)
    async def brand(
        self, info: Info, id: strawberry.ID | None = None, slug: str | None = None
    ) -> Brand | None:
        """One brand, by its id or by its slug, old slugs too."""
        return cast(Brand | None, await _shelf(info, "brand", kinds.BRAND, id, slug))

    @paged(permission=PERMISSION)
    async def brands(self, info: Info, page: PageRequest) -> Connection[Brand]:
        """All brands by title."""
        return await _shelves(info, "brand", page)

    @root(permission=PERMISSION)
    async def collection(
        self, info: Info, id: strawberry.ID | None = None, slug: str | None = None
    ) -> Collection | None:
        """One collection, by its id or by its slug, old slugs too; null when it is not shown."""
        return cast(Collection | None, await _shelf(info, "collection", kinds.COLLECTION, id, slug))

    @paged(permission=PERMISSION)
    async def collections(self, info: Info, page: PageRequest) -> Connection[Collection]:
        """The collections that are shown, by title."""
        return await _shelves(info, "collection", page)

    @root(permission=PERMISSION)
    async def menu(self, info: Info, code: str) -> Menu | None:
        """The menu with this code, such as `main` or `footer`."""
        return await window_pages.find_menu(window_of(info.context), code)

    @root(permission=PERMISSION)
    async def page(
        self, info: Info, id: strawberry.ID | None = None, slug: str | None = None
    ) -> Page | None:
        """One of the shop's own pages, by its id or by its slug, old slugs too."""
        window = window_of(info.context)
        only_one(id=id, slug=slug)
        if slug is not None:
            return await window_pages.find_page_by_slug(window, slug)
        page_id = wanted_id(str(id), kinds.PAGE)
        return (await window_pages.pages_by_ids(window, [page_id])).get(page_id)

    @paged(permission=PERMISSION)
    async def pages(self, info: Info, page: PageRequest) -> Connection[Page]:
        """The shop's own pages, such as delivery and returns, by title."""
        window = window_of(info.context)
        count = partial(count_of, window.db, window_pages.PAGES)
        return connection(await window_pages.list_pages(window, page), count)


async def _shelf(info: Info, kind: str, prefix: str, id: str | None, slug: str | None) -> Any:
    window = window_of(info.context, wanted_here().items)
    only_one(id=id, slug=slug)
    if slug is not None:
        return await find_shelf_by_slug(window, kind, slug)
    shelf_id = wanted_id(str(id), prefix)
    return (await shelves_by_ids(window, kind, [shelf_id])).get(shelf_id)


async def _shelves(info: Info, kind: str, page: PageRequest) -> Connection[Any]:
    window = window_of(info.context)
    count = partial(count_of, window.db, all_shelves(kind))
    return connection(await list_shelves(window, kind, page), count)


def _node(prefix: str, type_name: str, load: Any) -> NodeKind:
    async def rows(context: RequestContext, ids: Sequence[UUID]) -> Any:
        return await load(window_of(context), ids)

    return NodeKind(prefix, type_name, rows)


async def _categories(window: Window, ids: Sequence[UUID]) -> dict[UUID, Any]:
    return await shelves_by_ids(window, "category", ids)


async def _brands(window: Window, ids: Sequence[UUID]) -> dict[UUID, Any]:
    return await shelves_by_ids(window, "brand", ids)


async def _collections(window: Window, ids: Sequence[UUID]) -> dict[UUID, Any]:
    return await shelves_by_ids(window, "collection", ids)


NODES: Final = [
    _node(kinds.PRODUCT, "Product", products_by_ids),
    _node(kinds.VARIANT, "Variant", variants_by_ids),
    _node(kinds.CATEGORY, "Category", _categories),
    _node(kinds.BRAND, "Brand", _brands),
    _node(kinds.COLLECTION, "Collection", _collections),
    _node(kinds.IMAGE, "Image", media_by_ids),
    _node(kinds.PAGE, "Page", window_pages.pages_by_ids),
    _node(kinds.MENU, "Menu", window_pages.menus_by_ids),
]
