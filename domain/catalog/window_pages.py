"""The shop window's own pages, and the menus that lead through it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, select

from domain.catalog.slugs import find_by_slug
from domain.catalog.tables import Menu, MenuItem
from domain.catalog.tables import Page as ShopPage
from domain.catalog.window import by_id, by_parent, moved
from domain.catalog.window_texts import Shown, ShownText, Window, translated
from domain.paging import Page, PageRequest, Sort, page_of
from domain.row_sets import IDS

PAGES: Final[Any] = select(
    ShopPage.id,
    ShopPage.slug,
    ShopPage.title,
    ShopPage.body_html,
    ShopPage.seo_title,
    ShopPage.seo_description,
    ShopPage.updated_at,
).where(ShopPage.is_visible)
PAGE_TEXTS: Final = tuple(
    ShownText(item) for item in ("title", "body_html", "seo_title", "seo_description")
)

_PAGES_BY_IDS: Final = PAGES.where(ShopPage.id == any_(IDS))
_PAGE_ORDER: Final = [Sort("title", ShopPage.title_sort), Sort("id", ShopPage.id)]
_MENUS: Final = select(Menu.id, Menu.code, Menu.title)
_MENUS_BY_IDS: Final = _MENUS.where(Menu.id == any_(IDS))
_MENU: Final = _MENUS.where(Menu.code == bindparam("code", type_=Text()))
_ITEMS: Final = (
    select(
        MenuItem.id,
        MenuItem.menu_id,
        MenuItem.parent_id,
        MenuItem.title,
        MenuItem.target_kind,
        MenuItem.target_id,
        MenuItem.url,
    )
    .where(MenuItem.menu_id == any_(IDS))
    .order_by(MenuItem.menu_id, MenuItem.position, MenuItem.id)
)


async def pages_by_ids(window: Window, ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """Those of these pages that are there to see."""
    rows = await window.db.rows(_PAGES_BY_IDS, ids=list(ids))
    return by_id(await translated(window, rows, PAGE_TEXTS))


async def find_page_by_slug(window: Window, slug: str) -> Shown | None:
    """The page at this slug, or the one that was there before: then with `redirected_from`."""
    found = await find_by_slug(window.db, "page", slug)
    if found is None:
        return None
    return moved((await pages_by_ids(window, [found.id])).get(found.id), slug)


async def list_pages(window: Window, request: PageRequest) -> Page:
    """A page of the pages, by title."""
    page = await page_of(window.db, PAGES, _PAGE_ORDER, request)
    rows = list(await translated(window, page.rows, PAGE_TEXTS))
    return Page(rows, page.cursors, page.has_next, page.has_previous)


async def menus_by_ids(window: Window, ids: Sequence[UUID]) -> dict[UUID, Shown]:
    """Menus by id."""
    return by_id(await window.db.rows(_MENUS_BY_IDS, ids=list(ids)))


async def find_menu(window: Window, code: str) -> Shown | None:
    """The menu with this code."""
    return await window.db.row(_MENU, code=code)


async def items_of_menus(window: Window, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The top links of each menu; each link holds those below it as `items`."""
    rows = await translated(
        window, await window.db.rows(_ITEMS, ids=list(ids)), [ShownText("title")]
    )
    links = {row["id"]: {**row, "items": []} for row in rows}
    for link in links.values():
        if link["parent_id"] is not None:
            links[link["parent_id"]]["items"].append(link)
    return by_parent((one for one in links.values() if one["parent_id"] is None), "menu_id")
