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
from api.context import Info
from api.engine.fields import root
from api.filters import (
    BooleanFilter,
    DateTimeFilter,
    IdFilter,
    TextFilter,
    combined,
    filtered,
)
from api.lists import found, listed
from api.references import ExternalIdInput
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

    @root(permission=READ)
    async def channel(self, info: Info, id: strawberry.ID) -> Channel | None:
        """One channel."""
        return await found(  # type: ignore[no-any-return]
            info, tables.Channel, kinds.CHANNEL, id=id
        )

    @root(permission=READ, page_size=("first", "last"))
    async def channels(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Channel]:
        """All channels, in their order."""
        return await listed(  # type: ignore[no-any-return]
            info,
            CHANNELS,
            first=first,
            after=after,
            last=last,
            before=before,
            usual=[("position", False)],
        )

    @root(permission=CONTENT)
    async def page(
        self,
        info: Info,
        id: strawberry.ID | None = None,
        slug: str | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Page | None:
        """One page, by exactly one of its id, slug (old ones too) or external id."""
        return await found(  # type: ignore[no-any-return]
            info,
            tables.Page,
            kinds.PAGE,
            id=id,
            slug=slug,
            slug_of="page",
            external_id=external_id,
        )

    @root(permission=CONTENT, page_size=("first", "last"))
    async def pages(
        self,
        info: Info,
        where: PageWhere | None = None,
        order_by: list[TitledOrder] | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Page]:
        """The shop's own pages; the newest first unless `orderBy` says otherwise."""
        return await listed(  # type: ignore[no-any-return]
            info,
            queries.PAGES,
            first=first,
            after=after,
            last=last,
            before=before,
            where=where,
            order_by=order_by,
        )

    @root(permission=CONTENT)
    async def menu(self, info: Info, id: strawberry.ID) -> Menu | None:
        """One menu."""
        return await found(  # type: ignore[no-any-return]
            info, tables.Menu, kinds.MENU, id=id
        )

    @root(permission=CONTENT, page_size=("first", "last"))
    async def menus(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Menu]:
        """All menus, by code."""
        return await listed(  # type: ignore[no-any-return]
            info,
            MENUS,
            first=first,
            after=after,
            last=last,
            before=before,
            usual=[("code", False)],
        )

    @root(permission=READ)
    async def synonym(self, info: Info, id: strawberry.ID) -> Synonym | None:
        """One group of synonyms."""
        return await found(  # type: ignore[no-any-return]
            info, tables.Synonym, kinds.SYNONYM, id=id
        )

    @root(permission=READ, page_size=("first", "last"))
    async def synonyms(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Synonym]:
        """All groups of synonyms, the newest first."""
        return await listed(  # type: ignore[no-any-return]
            info,
            SYNONYMS,
            first=first,
            after=after,
            last=last,
            before=before,
        )

    @root(permission=READ, page_size=("first", "last"))
    async def redirects(
        self,
        info: Info,
        where: RedirectWhere | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[Redirect]:
        """Slugs that lead to things beside their own, the newest first."""
        return await listed(  # type: ignore[no-any-return]
            info,
            REDIRECTS,
            first=first,
            after=after,
            last=last,
            before=before,
            where=where,
        )
