"""The shop window's shelves: the category tree, brands and collections."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, exists, select
from sqlalchemy.orm import aliased

from domain.catalog.slugs import find_by_slug
from domain.catalog.tables import (
    Brand,
    Category,
    CategoryAncestor,
    Collection,
    ProductCategory,
)
from domain.catalog.window import by_id, by_parent, moved
from domain.catalog.window_texts import Shown, ShownText, Window, translated
from domain.paging import Page, PageRequest, Sort, page_of
from domain.row_sets import IDS

MOST_CATEGORIES: Final = 250
"""Roots, or children of one category, that are shown."""

SHELF_TEXTS: Final = tuple(
    ShownText(item) for item in ("title", "description_html", "seo_title", "seo_description")
)


def _is_hidden() -> Any:
    """A category is hidden with all that stands below it."""
    above = aliased(Category)
    return exists().where(
        CategoryAncestor.category_id == Category.id,
        CategoryAncestor.ancestor_id == above.id,
        ~above.is_visible,
    )


CATEGORIES: Final[Any] = (
    select(
        Category.id,
        Category.parent_id,
        Category.slug,
        Category.title,
        Category.description_html,
        Category.depth,
        Category.seo_title,
        Category.seo_description,
        Category.metadata_["public"].label("public_metadata"),
    )
    .select_from(Category)
    .where(~_is_hidden())
)
BRANDS: Final[Any] = select(
    Brand.id,
    Brand.slug,
    Brand.title,
    Brand.description_html,
    Brand.seo_title,
    Brand.seo_description,
).select_from(Brand)
COLLECTIONS: Final[Any] = (
    select(
        Collection.id,
        Collection.slug,
        Collection.title,
        Collection.description_html,
        Collection.seo_title,
        Collection.seo_description,
        Collection.metadata_["public"].label("public_metadata"),
    )
    .select_from(Collection)
    .where(Collection.is_visible)
)

_BY_IDS: Final = {
    "category": CATEGORIES.where(Category.id == any_(IDS)),
    "brand": BRANDS.where(Brand.id == any_(IDS)),
    "collection": COLLECTIONS.where(Collection.id == any_(IDS)),
}
_BY_TITLE: Final = {
    "brand": (BRANDS, [Sort("title", Brand.title_sort), Sort("id", Brand.id)]),
    "collection": (
        COLLECTIONS,
        [Sort("title", Collection.title_sort), Sort("id", Collection.id)],
    ),
}
_ROOTS: Final = (
    CATEGORIES.where(Category.parent_id.is_(None))
    .order_by(Category.position, Category.id)
    .limit(MOST_CATEGORIES)
)
_CHILDREN: Final = (
    CATEGORIES.where(Category.parent_id == any_(IDS))
    .add_columns(Category.parent_id.label("owner_id"))
    .order_by(Category.parent_id, Category.position, Category.id)
)
_above: Final = aliased(CategoryAncestor)
_ANCESTORS: Final = (
    CATEGORIES.join(_above, _above.ancestor_id == Category.id)
    .where(_above.category_id == any_(IDS), _above.depth > 0)
    .add_columns(_above.category_id.label("owner_id"))
    .order_by(_above.category_id, _above.depth.desc())
)
_OF_PRODUCTS: Final = (
    CATEGORIES.join(ProductCategory, ProductCategory.category_id == Category.id)
    .where(ProductCategory.product_id == any_(IDS))
    .add_columns(ProductCategory.product_id.label("owner_id"), ProductCategory.is_main)
    .order_by(ProductCategory.product_id, ProductCategory.is_main.desc(), Category.path)
)


async def shelves_by_ids(window: Window, kind: str, ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """Categories, brands or collections that are there to see."""
    rows = await window.db.rows(window.narrowed(_BY_IDS[kind]), ids=list(ids))
    return by_id(await translated(window, rows, SHELF_TEXTS))


async def find_shelf_by_slug(window: Window, kind: str, slug: str) -> Shown | None:
    """The one at this slug, or the one that was there before: then with `redirected_from`."""
    found = await find_by_slug(window.db, kind, slug)
    if found is None:
        return None
    return moved((await shelves_by_ids(window, kind, [found.id])).get(found.id), slug)


async def list_shelves(window: Window, kind: str, request: PageRequest) -> Page:
    """A page of all brands, or of all collections that are there to see, by title."""
    statement, order = _BY_TITLE[kind]
    page = await page_of(window.db, statement, order, request)
    rows = list(await translated(window, page.rows, SHELF_TEXTS))
    return Page(rows, page.cursors, page.has_next, page.has_previous)


def all_shelves(kind: str) -> Any:
    """What `list_shelves` pages through, to be counted."""
    return _BY_TITLE[kind][0]


async def root_categories(window: Window) -> Sequence[Shown]:
    """The categories that stand below no other, in the merchant's order."""
    return await translated(window, await window.db.rows(window.narrowed(_ROOTS)), SHELF_TEXTS)


async def children_of_categories(window: Window, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    """The categories right below each, in the merchant's order."""
    return await _owned(window, _CHILDREN, ids)


async def ancestors_of_categories(window: Window, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    """The way from the root down to each category, without itself."""
    return await _owned(window, _ANCESTORS, ids)


async def categories_of_products(window: Window, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    """Where products are filed, the main category first; `is_main` says which it is."""
    return await _owned(window, _OF_PRODUCTS, ids)


async def _owned(window: Window, statement: Any, ids: Sequence[UUID]) -> dict[UUID, list[Shown]]:
    rows = await window.db.rows(window.narrowed(statement), ids=list(ids))
    return by_parent(await translated(window, rows, SHELF_TEXTS), "owner_id")
