"""Where and how the shop is shown: channels, publications, menus, pages, synonyms."""

from collections.abc import Sequence
from typing import Any

import strawberry

from api.catalog import kinds
from api.catalog.admin_types.facts import Translation, translations
from api.catalog.words import MenuTargetKind
from api.context import RequestContext
from api.engine.fields import batch, column, computed
from api.nodes import Node
from api.rows import Edited, ExternalId, external_id, in_table, one
from api.scalars import DateTime, id_field
from domain.catalog import tables
from domain.catalog.menus import items_of
from tenants.ids import encode_id


@strawberry.type
class Channel(Node, Edited):
    """A place where products are shown: the site, a marketplace, a till."""

    id: strawberry.ID = id_field(kinds.CHANNEL)
    code: str
    title: str
    is_default: bool = strawberry.field(description="Whether new products are shown here.")
    position: int


@strawberry.type
class Publication:
    """A product shown in a channel, from one instant until before another."""

    channel: Channel = one(in_table(tables.Channel), by="channel_id")
    published_from: DateTime | None = strawberry.field(description="Null: from the beginning.")
    published_until: DateTime | None = strawberry.field(description="Null: without end.")


@strawberry.type
class Page(Node, Edited):
    """A page of the shop's own: delivery, about us."""

    id: strawberry.ID = id_field(kinds.PAGE)
    external_id: ExternalId | None = external_id()
    slug: str
    title: str
    body_html: str
    is_visible: bool
    seo_title: str | None
    seo_description: str | None
    translations: list[Translation] = translations()


TARGET_KINDS = {
    "product": kinds.PRODUCT,
    "category": kinds.CATEGORY,
    "collection": kinds.COLLECTION,
    "brand": kinds.BRAND,
    "page": kinds.PAGE,
}


def _target(row: Any) -> str | None:
    kind = TARGET_KINDS.get(row["target_kind"])
    return None if kind is None else encode_id(kind, row["target_id"])


@strawberry.type
class MenuItem:
    """A link, with those below it."""

    id: strawberry.ID = id_field(kinds.MENU_ITEM)
    title: str
    kind: MenuTargetKind = column("target_kind")
    target_id: strawberry.ID | None = computed(
        _target, description="The product, category, … that it leads to; `node(id:)` reads it."
    )
    url: str | None
    items: "list[MenuItem]" = strawberry.field(description="The links under it.")
    translations: list[Translation] = translations()


async def _items(parents: Sequence[Any], context: RequestContext) -> list[list[Any]]:
    """Trees of links; each menu's in its order."""
    rows = await items_of(context.reading, [parent["id"] for parent in parents])
    links = {row["id"]: {**row, "items": []} for row in rows}
    roots: dict[Any, list[Any]] = {parent["id"]: [] for parent in parents}
    for link in links.values():
        if link["parent_id"] is None:
            roots[link["menu_id"]].append(link)
        else:
            links[link["parent_id"]]["items"].append(link)
    return [roots[parent["id"]] for parent in parents]


@strawberry.type
class Menu(Node, Edited):
    """A tree of links, found by its code: `main`, `footer`."""

    id: strawberry.ID = id_field(kinds.MENU)
    code: str
    title: str
    items: list[MenuItem] = batch(_items, items=10)


@strawberry.type
class Synonym(Node, Edited):
    """Words that mean the same to this shop's search."""

    id: strawberry.ID = id_field(kinds.SYNONYM)
    words: list[str]
