"""Menus: trees of links that the window finds by their code ("main", "footer")."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, delete, select

from domain.bulk import TooMany
from domain.catalog.entities import (
    Edit,
    Entity,
    Given,
    create_one,
    delete_one,
    refused_if_taken,
    update_one,
)
from domain.catalog.tables import (
    Brand,
    Category,
    Collection,
    Menu,
    MenuItem,
    Page,
    Product,
    Translation,
)
from domain.catalog.versions import edited, lock_owner
from domain.catalog.window_tables import MENU_TARGETS
from domain.errors import Invalid
from domain.inputs import code, located, text, word
from domain.references import Ref, get_id
from domain.row_sets import IDS, insert_rows
from tenants.ids import new_id
from tenants.scope import Asking, Row, UnitOfWork

MOST_ITEMS: Final = 500
DEEPEST: Final = 4

MENU: Final = Entity("menu", Menu, {"title": text(200), "code": code}, required=("title", "code"))
TARGETS: Final[dict[str, Any]] = {
    "product": Product,
    "category": Category,
    "collection": Collection,
    "brand": Brand,
    "page": Page,
}


@dataclass(frozen=True, slots=True)
class Link:
    """One item of a menu with those under it: a thing of the shop, an address, or a heading."""

    title: str
    kind: str = "none"
    target: Ref | None = None
    url: str | None = None
    under: Sequence["Link"] = ()


_ITEMS: Final = (
    select(MenuItem)
    .where(MenuItem.menu_id == any_(IDS))
    .order_by(MenuItem.menu_id, MenuItem.position, MenuItem.id)
)
_DELETE_WORDS: Final = delete(Translation).where(
    Translation.entity_id.in_(select(MenuItem.id).where(MenuItem.menu_id == any_(IDS)))
)


async def create_menu(uow: UnitOfWork, given: Given) -> UUID:
    """Make an empty menu; its id. Raises Taken when there is one of that code."""
    return await create_one(uow, MENU, given)


async def update_menu(uow: UnitOfWork, edit: Edit) -> UUID:
    """Change a menu's title or code; its id."""
    with refused_if_taken():
        return await update_one(uow, MENU, edit)


async def delete_menu(uow: UnitOfWork, ref: Ref, *, expected_version: int | None = None) -> UUID:
    """Delete a menu with its items; its id."""
    menu_id = await get_id(uow, Menu, ref, "id", what="menu")
    await uow.execute(_DELETE_WORDS, ids=[menu_id])
    await delete_one(uow, MENU, menu_id, expected_version)
    return menu_id


async def set_items(
    uow: UnitOfWork, *, menu: Ref, links: Sequence[Link], expected_version: int | None = None
) -> UUID:
    """Make a menu of exactly these links; its id.

    Raises Conflict; NotFound, Invalid, Required with the path of the link: `links.0.under.2.url`.
    """
    owner = await lock_owner(
        uow, Menu, menu, "menuId", what="menu", expected_version=expected_version
    )
    menu_id: UUID = owner["id"]
    rows: list[dict[str, Any]] = []
    await _add(uow, rows, menu_id, None, links, ("links",))
    await uow.execute(_DELETE_WORDS, ids=[menu_id])
    await uow.execute(delete(MenuItem).where(MenuItem.menu_id == menu_id))
    await insert_rows(uow, MenuItem, rows)
    await edited(uow, Menu, [menu_id], what="menu", changed=["items"])
    return menu_id


async def items_of(db: Asking, menu_ids: Sequence[UUID]) -> list[Row]:
    """The items of many menus; each knows its `parent_id`, siblings come in order."""
    return await db.rows(_ITEMS, ids=list(menu_ids))


async def _add(
    uow: UnitOfWork,
    rows: list[dict[str, Any]],
    menu_id: UUID,
    parent_id: UUID | None,
    links: Sequence[Link],
    path: tuple[str | int, ...],
) -> None:
    if len(rows) + len(links) > MOST_ITEMS or len(path) > 2 * DEEPEST:
        raise TooMany(*path, most=MOST_ITEMS)
    for number, link in enumerate(links):
        here = (*path, number)
        item_id = new_id()
        row = await _row(uow, link, here)
        place = {"menu_id": menu_id, "parent_id": parent_id, "position": number}
        rows.append({"id": item_id, **place, **row})
        await _add(uow, rows, menu_id, item_id, link.under, (*here, "under"))


async def _row(uow: UnitOfWork, link: Link, path: tuple[str | int, ...]) -> dict[str, Any]:
    with located(*path):
        row = {
            "title": text(200)(link.title),
            "target_kind": word(*MENU_TARGETS)(link.kind),
            "target_id": None,
            "url": None,
        }
        if link.kind == "url":
            row["url"] = _address(link.url)
        elif link.kind != "none":
            row["target_id"] = await get_id(
                uow, TARGETS[link.kind], link.target, "target", what=link.kind
            )
        return row


def _address(url: str | None) -> str:
    """An address on the web, or a path of the shop's own site."""
    well = isinstance(url, str) and len(url) <= 2_000 and url.isprintable() and " " not in url
    if not well or not (url or "").startswith(("https://", "http://", "/", "mailto:", "tel:")):
        raise Invalid(
            "url", en="must be an address, or a path from /", ru="нужен адрес или путь от /"
        )
    return url or ""
