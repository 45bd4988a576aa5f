"""Changing where and how the shop is shown: channels, pages, menus, synonyms."""

from collections.abc import Sequence
from typing import Final

import strawberry

from api.catalog import kinds
from api.catalog.admin_inputs.window import (
    ChannelCreateInput,
    ChannelUpdateInput,
    LinkInput,
    MenuCreateInput,
    MenuItemsSetInput,
    MenuUpdateInput,
    PageCreateInput,
    PageUpdateInput,
    SynonymCreateInput,
    SynonymUpdateInput,
)
from api.catalog.admin_types.window import TARGET_KINDS, Channel, Menu, Page, Synonym
from api.catalog.mutations.products import WRITE
from api.inputs import edit_of, ref, ref_of, values
from api.mutation import Outcome, Payload, entity, mutation
from api.references import ExternalIdInput
from api.rows import in_table
from api.scalars import wanted_id
from domain.catalog import tables
from domain.catalog.channels import create_channel, delete_channel, update_channel
from domain.catalog.menus import Link, create_menu, delete_menu, set_items, update_menu
from domain.catalog.pages import create_page, delete_page, update_page
from domain.catalog.synonyms import create_synonym, delete_synonym, update_synonym
from domain.references import Ref
from tenants.ids import encode_id
from tenants.scope import UnitOfWork

CONTENT: Final = "content:write"


@strawberry.type
class ChannelPayload(Payload):
    """The channel as it is now."""

    channel: Channel | None = entity("channel", in_table(tables.Channel))


@strawberry.type
class ChannelDeletePayload(Payload):
    """The id of what is gone."""

    channel_id: strawberry.ID | None


@strawberry.type
class PagePayload(Payload):
    """The page as it is now."""

    page: Page | None = entity("page", in_table(tables.Page))


@strawberry.type
class PageDeletePayload(Payload):
    """The id of what is gone."""

    page_id: strawberry.ID | None


@strawberry.type
class MenuPayload(Payload):
    """The menu as it is now."""

    menu: Menu | None = entity("menu", in_table(tables.Menu))


@strawberry.type
class MenuDeletePayload(Payload):
    """The id of what is gone."""

    menu_id: strawberry.ID | None


@strawberry.type
class SynonymPayload(Payload):
    """The synonym as it is now."""

    synonym: Synonym | None = entity("synonym", in_table(tables.Synonym))


@strawberry.type
class SynonymDeletePayload(Payload):
    """The id of what is gone."""

    synonym_id: strawberry.ID | None


@strawberry.type
class WindowMutations:
    """Root fields of channels, pages, menus and synonyms."""

    @mutation(permission=WRITE, returns=ChannelPayload)
    async def channel_create(uow: UnitOfWork, input: ChannelCreateInput) -> Outcome:
        """Make a place where products are shown."""
        return {"channel": await create_channel(uow, values(input))}

    @mutation(permission=WRITE, returns=ChannelPayload)
    async def channel_update(
        uow: UnitOfWork, id: strawberry.ID, input: ChannelUpdateInput
    ) -> Outcome:
        """Change a channel."""
        edit = edit_of(kinds.CHANNEL, id, None, input)
        return {"channel": await update_channel(uow, edit)}

    @mutation(permission=WRITE, returns=ChannelDeletePayload)
    async def channel_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Delete a channel that shows nothing and is not the default one."""
        ref = ref_of(kinds.CHANNEL, id, None)
        gone = await delete_channel(uow, ref, expected_version=expected_version)
        return {"channel_id": encode_id(kinds.CHANNEL, gone)}

    @mutation(permission=CONTENT, returns=PagePayload)
    async def page_create(uow: UnitOfWork, input: PageCreateInput) -> Outcome:
        """Make a page of the shop's own."""
        return {"page": await create_page(uow, values(input))}

    @mutation(permission=CONTENT, returns=PagePayload)
    async def page_update(
        uow: UnitOfWork,
        input: PageUpdateInput,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
    ) -> Outcome:
        """Change a page; its old slug goes on leading here."""
        edit = edit_of(kinds.PAGE, id, external_id, input)
        return {"page": await update_page(uow, edit)}

    @mutation(permission=CONTENT, returns=PageDeletePayload)
    async def page_delete(
        uow: UnitOfWork,
        id: strawberry.ID | None = None,
        external_id: ExternalIdInput | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Delete a page."""
        ref = ref_of(kinds.PAGE, id, external_id)
        gone = await delete_page(uow, ref, expected_version=expected_version)
        return {"page_id": encode_id(kinds.PAGE, gone)}

    @mutation(permission=CONTENT, returns=MenuPayload)
    async def menu_create(uow: UnitOfWork, input: MenuCreateInput) -> Outcome:
        """Make a menu without links."""
        return {"menu": await create_menu(uow, values(input))}

    @mutation(permission=CONTENT, returns=MenuPayload)
    async def menu_update(uow: UnitOfWork, id: strawberry.ID, input: MenuUpdateInput) -> Outcome:
        """Change a menu's title or code."""
        edit = edit_of(kinds.MENU, id, None, input)
        return {"menu": await update_menu(uow, edit)}

    @mutation(permission=CONTENT, returns=MenuDeletePayload)
    async def menu_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Delete a menu with its links."""
        ref = ref_of(kinds.MENU, id, None)
        gone = await delete_menu(uow, ref, expected_version=expected_version)
        return {"menu_id": encode_id(kinds.MENU, gone)}

    @mutation(permission=CONTENT, returns=MenuPayload)
    async def menu_items_set(uow: UnitOfWork, input: MenuItemsSetInput) -> Outcome:
        """Make a menu of exactly these links."""
        menu_id = wanted_id(input.menu_id, kinds.MENU)
        links, version = _links(input.links), input.expected_version
        return {"menu": await set_items(uow, menu=menu_id, links=links, expected_version=version)}

    @mutation(permission=WRITE, returns=SynonymPayload)
    async def synonym_create(uow: UnitOfWork, input: SynonymCreateInput) -> Outcome:
        """Let words mean the same to the shop's search."""
        return {"synonym": await create_synonym(uow, values(input))}

    @mutation(permission=WRITE, returns=SynonymPayload)
    async def synonym_update(
        uow: UnitOfWork, id: strawberry.ID, input: SynonymUpdateInput
    ) -> Outcome:
        """Change a group of synonyms."""
        edit = edit_of(kinds.SYNONYM, id, None, input)
        return {"synonym": await update_synonym(uow, edit)}

    @mutation(permission=WRITE, returns=SynonymDeletePayload)
    async def synonym_delete(
        uow: UnitOfWork, id: strawberry.ID, expected_version: int | None = None
    ) -> Outcome:
        """Forget a group of synonyms."""
        ref = ref_of(kinds.SYNONYM, id, None)
        gone = await delete_synonym(uow, ref, expected_version=expected_version)
        return {"synonym_id": encode_id(kinds.SYNONYM, gone)}


def _links(given: Sequence[LinkInput]) -> list[Link]:
    return [
        Link(
            title=one.title,
            kind=one.kind.value,
            target=_target(one),
            url=one.url,
            under=_links(one.under or ()),
        )
        for one in given
    ]


def _target(given: LinkInput) -> Ref | None:
    kind = TARGET_KINDS.get(given.kind.value)
    return ref(given.target, kind) if kind and given.target else None
