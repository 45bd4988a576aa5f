"""The admin's root fields for where and how the shop is shown."""

from typing import Final

import strawberry
from strawberry import UNSET

from api.catalog import kinds
from api.catalog.admin_orders import TitledOrder
from api.catalog.admin_queries import READ
from api.catalog.admin_types.redirects import Redirect, SlugKind
from api.catalog.admin_types.window import Channel, Menu, Page, Synonym
from api.connections import Connection
from api.filters import (
    BooleanFilter,
    DateTimeFilter,
    IdFilter,
    TextFilter,
    combined,
    filtered,
)
from api.lists import by_id, listing, named
from api.rows import in_table
from domain.catalog import queries, tables
from domain.catalog.filters import Filter
from domain.catalog.queries import ListOf

CONTENT: Final = "content:read"
CHANNELS: Final = ListOf(tables.Channel, {}, {"position": tables.Channel.position})
MENUS: Final = ListOf(tables.Menu, {}, {"code": tables.Menu.code})
SYNONYMS: Final = ListOf(tables.Synonym, {}, {})
REDIRECTS: Final = ListOf(
    tables.SlugRedirect,
    {
        "kind": Filter(tables.SlugRedirect.entity_kind),
        "slug": Filter(tables.SlugRedirect.slug),
        "createdAt": Filter(tables.SlugRedirect.created_at),
    },
    {},
)


@strawberry.input
class SlugKindFilter:
    """Kinds of things that have slugs."""

    eq: SlugKind | None = UNSET


@strawberry.input
class RedirectWhere:
    """Which redirects; all that is given must hold."""

    kind: SlugKindFilter | None = UNSET
    slug: TextFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET


@strawberry.input
class PageWhere:
    """Which pages; all that is given must hold."""

    id: IdFilter | None = filtered(kinds.PAGE)
    external_id: TextFilter | None = UNSET
    external_source: TextFilter | None = UNSET
    title: TextFilter | None = UNSET
    slug: TextFilter | None = UNSET
    is_visible: BooleanFilter | None = UNSET
    created_at: DateTimeFilter | None = UNSET
    updated_at: DateTimeFilter | None = UNSET
    and_: "list[PageWhere] | None" = combined("and")
    or_: "list[PageWhere] | None" = combined("or")
    not_: "PageWhere | None" = combined("not")


@strawberry.type
class WindowQueries:
    """Channels, menus, pages and synonyms."""

    channel: Channel | None = by_id(
        in_table(tables.Channel),
        kinds.CHANNEL,
        permission=READ,
        description="One channel.",
    )

    channels: Connection[Channel] = listing(
        CHANNELS,
        usual=[("position", False)],
        permission=READ,
        description="All channels, in their order.",
    )

    page: Page | None = named(
        tables.Page,
        kinds.PAGE,
        slugs="page",
        permission=CONTENT,
        description="One page, by exactly one of its id, slug (old ones too) or external id.",
    )

    pages: Connection[Page] = listing(
        queries.PAGES,
        where=PageWhere,
        order_by=TitledOrder,
        permission=CONTENT,
        description="The shop's own pages; the newest first unless `orderBy` says otherwise.",
    )

    menu: Menu | None = by_id(
        in_table(tables.Menu),
        kinds.MENU,
        permission=CONTENT,
        description="One menu.",
    )

    menus: Connection[Menu] = listing(
        MENUS,
        usual=[("code", False)],
        permission=CONTENT,
        description="All menus, by code.",
    )

    synonym: Synonym | None = by_id(
        in_table(tables.Synonym),
        kinds.SYNONYM,
        permission=READ,
        description="One group of synonyms.",
    )

    synonyms: Connection[Synonym] = listing(
        SYNONYMS,
        permission=READ,
        description="All groups of synonyms, the newest first.",
    )

    redirects: Connection[Redirect] = listing(
        REDIRECTS,
        where=RedirectWhere,
        permission=READ,
        description="Slugs that lead to things beside their own, the newest first.",
    )
